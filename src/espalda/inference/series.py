"""What the engine is given: one person's readings and exposures as plain numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Readings(NamedTuple):
    """The `n` readings of one symptom, in order of time.

    Attributes
    ----------
    t
        Hours since an arbitrary origin, increasing, shape ``(n,)``.
    clock
        Local hour of the day, 0 to 24, shape ``(n,)``.
    y
        The symptom (NRS 0 to 10), never NaN, shape ``(n,)``.
    """

    t: Floats
    clock: Floats
    y: Floats

    def take(self, which: Bools) -> Readings:
        """Return some of the readings."""
        return Readings(*(column[which] for column in self))


class Exposures(NamedTuple):
    """The `m` intervals that amounts were recorded for, and the amounts of `k` factors in each.

    Attributes
    ----------
    start, end
        The interval in the hours of `Readings.t`, ``start < end``, `end` increasing, shape ``(m,)``.
    part
        Part of the day the interval ends in: amounts never recorded are judged by the same part's, shape ``(m,)``.
    amount
        What was done in the interval, NaN where not recorded, shape ``(m, k)``.
    row
        Number of the row each interval is a piece of, where rows are cut because it is known when in them something
        was done, shape ``(m,)``; None where every interval is a row.
    opens
        Whether the row is the first after time that none covers, the night, shape ``(m,)``: amounts never recorded
        are judged by rows alike in this as well, for sleep is told in such a row. None where that is not known.
    """

    start: Floats
    end: Floats
    part: Ints
    amount: Floats
    row: Ints | None = None
    opens: Bools | None = None

    def take(self, which: Ints | Bools | slice) -> Exposures:
        """Return some of the intervals, in the order given."""
        return Exposures(*(None if column is None else column[which] for column in self))  # type: ignore[arg-type]

    def in_rows(self) -> Rows:
        """Return the rows that the intervals are pieces of."""
        opens = np.zeros(len(self.part), dtype=bool) if self.opens is None else self.opens
        if self.row is None:
            return Rows(np.arange(len(self.part)), self.part, opens, self.amount)
        _, first, row = np.unique(self.row, return_index=True, return_inverse=True)
        amount = np.zeros((len(first), self.amount.shape[1]))
        np.add.at(amount, row, self.amount)
        return Rows(row, self.part[first], opens[first], amount)


class Rows(NamedTuple):
    """The `r` rows a diary's intervals are pieces of.

    Attributes
    ----------
    of
        The place of each interval's row, shape ``(m,)``.
    part
        Part of the day the row ends in, shape ``(r,)``.
    opens
        Whether it is the first after time that none covers, shape ``(r,)``.
    amount
        Its pieces' amounts added up, NaN where one was not recorded, shape ``(r, k)``.
    """

    of: Ints
    part: Ints
    opens: Bools
    amount: Floats


class Series(NamedTuple):
    """One person's readings and exposures."""

    readings: Readings
    exposures: Exposures
