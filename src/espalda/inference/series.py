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
    """

    start: Floats
    end: Floats
    part: Ints
    amount: Floats


class Series(NamedTuple):
    """One person's readings and exposures."""

    readings: Readings
    exposures: Exposures
