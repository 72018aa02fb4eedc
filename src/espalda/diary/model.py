"""The diary as columns: one row per moment, sorted by time, blanks as NaN."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

READINGS: Final[dict[str, tuple[float, float]]] = {
    "pain": (0.0, 10.0),
    "stiffness": (0.0, 10.0),
    "spasm": (0.0, 4.0),
}
"""The columns that say how the back is, and the scale of each."""

RESERVED: Final = ("time", *READINGS, "note")
"""The column names that are never a factor, in upper or lower case."""

MAX_FACTORS: Final = 100
"""The most factors of one diary; a file with more columns is no diary."""

YEARS: Final = range(1900, 2201)
"""The years, in local time, a moment may fall in."""

NOT_TEXT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""The characters no diary holds: those that tell a binary file apart, and halves of UTF-16 pairs."""

_WITH_UNIT = re.compile(r"(.*)\[([^\[\]]*)\]", re.DOTALL)
_SCALE = re.compile(r"(\d{1,6}(?:\.\d{1,6})?) ?[-–] ?(\d{1,6}(?:\.\d{1,6})?)", re.ASCII)


class Factor(NamedTuple):
    """What may act on the back: the name of its column and its unit (empty where the column has none)."""

    name: str
    unit: str

    @property
    def column(self) -> str:
        """The header of its column, ``name [unit]``."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name

    @classmethod
    def from_column(cls, header: str) -> Factor:
        """Return the factor a header such as ``lifting [n]`` names; runs of blanks become one space."""
        split = _WITH_UNIT.fullmatch(header.strip())
        name, unit = split.groups() if split else (header, "")
        return cls(" ".join(name.split()), " ".join(unit.split()))

    @property
    def is_readable(self) -> bool:
        """Whether it has a name, and its column reads back as the same name and unit."""
        return bool(self.name) and Factor.from_column(self.column) == self

    @property
    def limits(self) -> tuple[float, float]:
        """The least and most an amount may be: those of a scale such as ``0-10``, or 0 and infinity."""
        scale = _SCALE.fullmatch(self.unit)
        if scale is None or float(scale[1]) >= float(scale[2]):
            return 0.0, math.inf
        return float(scale[1]), float(scale[2])


WALKED: Final = tuple(
    Factor(name, "min") for name in ("walk_flat", "walk_uphill", "walk_downhill", "walk_steep_downhill", "walk_uneven")
)
"""The factors that a recorded walk tells minutes of."""


class Walks(NamedTuple):
    """The `w` walks recorded from their beginning to their end, in order of time.

    Two of them share no more than a minute, so that no step counts twice.

    Attributes
    ----------
    start, end
        The interval a walk really covered, UTC, ``datetime64[us]``, ``start < end``, shape ``(w,)``.
    utc_offset_min
        Minutes that local time was ahead of UTC, ``int16``, shape ``(w,)``.
    minutes
        Minutes on the move of each of `WALKED`, NaN where the walk does not tell, shape ``(w, 5)``. The first four
        part the walk; uneven ground is told beside them.
    complete
        Whether the person says that every walk is recorded, so that from the first to the last there were no others.
    """

    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]
    utc_offset_min: NDArray[np.int16]
    minutes: Floats
    complete: bool = False


NO_WALKS: Final = Walks(
    np.zeros(0, "datetime64[us]"), np.zeros(0, "datetime64[us]"), np.zeros(0, np.int16), np.zeros((0, len(WALKED)))
)


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
    walks
        Walks recorded apart from the rows. Amounts written for the time of a walk are taken to include it.
    """

    time: NDArray[np.datetime64]
    utc_offset_min: NDArray[np.int16]
    pain: Floats
    stiffness: Floats
    spasm: Floats
    factors: tuple[Factor, ...]
    amounts: Floats
    notes: tuple[str, ...]
    walks: Walks = NO_WALKS

    def __len__(self) -> int:
        return len(self.time)

    @property
    def is_reading(self) -> NDArray[np.bool_]:
        """Which moments hold a reading: pain, stiffness or spasm recorded. Shape ``(n,)``."""
        return ~(np.isnan(self.pain) & np.isnan(self.stiffness) & np.isnan(self.spasm))

    @property
    def local_time(self) -> NDArray[np.datetime64]:
        """The moments as the person's clock showed them, ``datetime64[us]`` without zone, shape ``(n,)``."""
        local: NDArray[np.datetime64] = self.time + self.utc_offset_min.astype("timedelta64[m]")
        return local

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Diary):
            return NotImplemented
        return (
            self.factors == other.factors
            and self.notes == other.notes
            and all(
                _alike(getattr(self, column), getattr(other, column))
                for column in ("time", "utc_offset_min", "pain", "stiffness", "spasm", "amounts")
            )
            and self.walks.complete == other.walks.complete
            and all(map(_alike, self.walks[:-1], other.walks[:-1]))
        )

    __hash__ = None  # type: ignore[assignment]


def _alike(one: NDArray[Any], other: NDArray[Any]) -> bool:
    return np.array_equal(one, other, equal_nan=True)
