"""The diary as columns: one row per moment, sorted by time, blanks as NaN."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Factor(NamedTuple):
    """What may act on the back: the name of its column and its unit (empty where the column has none)."""

    name: str
    unit: str

    @property
    def column(self) -> str:
        """The header of its column, ``name [unit]``."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


@dataclass(frozen=True, eq=False)
class Diary:
    """One person's diary: `n` moments and `k` factors, moments strictly increasing.

    Attributes
    ----------
    time
        The moments, UTC, ``datetime64[us]``, shape ``(n,)``.
    utc_offset_min
        Minutes that local time is ahead of UTC at each moment, ``int16``, shape ``(n,)``.
    pain, stiffness
        NRS 0 to 10 at that moment, NaN where not recorded, shape ``(n,)``.
    spasm
        Grade 0 to 4 at that moment, NaN where not recorded, shape ``(n,)``.
    factors
        The `k` factors, in column order, no name twice.
    amounts
        Amount of each factor since the previous moment (since waking, on the first moment of a day), in the
        factor's unit, NaN where not recorded, shape ``(n, k)``.
    notes
        Free text, empty where there is none, length `n`.
    """

    time: NDArray[np.datetime64]
    utc_offset_min: NDArray[np.int16]
    pain: Floats
    stiffness: Floats
    spasm: Floats
    factors: tuple[Factor, ...]
    amounts: Floats
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.time)

    @property
    def is_reading(self) -> NDArray[np.bool_]:
        """Which moments hold a reading: pain, stiffness or spasm recorded. Shape ``(n,)``."""
        return ~(np.isnan(self.pain) & np.isnan(self.stiffness) & np.isnan(self.spasm))

    @property
    def local_time(self) -> NDArray[np.datetime64]:
        """The moments as the person's clock showed them, ``datetime64[us]`` without zone, shape ``(n,)``."""
        return self.time + self.utc_offset_min.astype("timedelta64[m]")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Diary):
            return NotImplemented
        return (
            self.factors == other.factors
            and self.notes == other.notes
            and np.array_equal(self.time, other.time)
            and np.array_equal(self.utc_offset_min, other.utc_offset_min)
            and all(
                np.array_equal(getattr(self, column), getattr(other, column), equal_nan=True)
                for column in ("pain", "stiffness", "spasm", "amounts")
            )
        )

    __hash__ = None  # type: ignore[assignment]
