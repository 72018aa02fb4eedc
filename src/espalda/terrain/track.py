"""A track: what a device recorded of one outing, as columns; and the cleaning that every file kind gets alike."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from espalda.terrain.sport import Kind
from espalda.words import Message, mark

Floats = NDArray[np.float64]

SUFFIXES: Final = (".fit", ".gpx", ".tcx", ".fit.gz", ".gpx.gz", ".tcx.gz")
"""How the names of files of one track end."""

BUNDLES: Final = (".zip", ".db")
"""How those of a service's export end, which may hold many."""

MAX_POINTS: Final = 1_000_000
"""Points kept of one track: eleven days at one a second."""

ALTITUDES_M: Final = (-500.0, 9000.0)
MAX_SPEED_MS: Final = 60.0
"""Faster than this between two points is a fault of the recording, and not a person on the ground."""

_YEARS_S: Final = (631152000.0, 4102444800.0)  # 1990 to 2100: a clock that says otherwise was not set
_MAX_METRES: Final = 1e7
_MAX_MINUTES: Final = 7 * 24 * 60
_EARTH_M: Final = 6371008.8  # mean radius, IUGG
_COLUMNS: Final = 5


@dataclass
class Totals:
    """What the device itself says of the whole outing: minutes and metres, or None where it says nothing."""

    minutes: float | None = None
    distance_m: float | None = None
    ascent_m: float | None = None
    descent_m: float | None = None

    def add_minutes(self, minutes: float) -> None:
        """Add one session's minutes, if they can be true."""
        self.minutes = _sum(self.minutes, minutes, _MAX_MINUTES)

    def add(self, distance_m: float | None, ascent_m: float | None, descent_m: float | None) -> None:
        """Add one session's totals, those that are numbers and can be true."""
        self.distance_m = _sum(self.distance_m, distance_m, _MAX_METRES)
        self.ascent_m = _sum(self.ascent_m, ascent_m, 1e5)
        self.descent_m = _sum(self.descent_m, descent_m, 1e5)


def _sum(total: float | None, more: float | None, most: float) -> float | None:
    if more is None or not 0 <= more <= most:  # NaN is refused as well
        return total
    return (total or 0.0) + more


class TooManyPoints(Exception):  # noqa: N818 - caught by the readers, which keep what they have
    """A track has more points than are kept."""


@dataclass
class Recording:
    """What a reader found in a file, as it stands there; `make_track` cleans it.

    Attributes
    ----------
    kind
        What was done, where the file says so.
    totals
        The device's own totals.
    offset_s
        Seconds of local time ahead of UTC, where the file tells.
    problem
        What was wrong with the file, if something was; the points before and after it are kept.
    """

    kind: Kind | None = None
    totals: Totals = field(default_factory=Totals)
    offset_s: int | None = None
    problem: Message | None = None
    _left_out: list[tuple[float, float]] = field(default_factory=list)
    _columns: tuple[array[float], ...] = field(default_factory=lambda: tuple(array("d") for _ in range(_COLUMNS)))

    def add(self, time: float, lat: float, lon: float, altitude: float, distance: float) -> None:
        """Add a point: seconds since 1970, degrees, metres, metres since the start; NaN where there is none."""
        if len(self._columns[0]) >= MAX_POINTS:
            self.problem = Message(
                mark("The track has more than {n} points: the rest of it was left out."), {"n": MAX_POINTS}
            )
            raise TooManyPoints
        for column, value in zip(self._columns, (time, lat, lon, altitude, distance), strict=True):
            column.append(value)

    def add_moment(self, time: float) -> None:
        """Add the time of an outing of which no more is known."""
        self.add(time, math.nan, math.nan, math.nan, 0.0)

    def fingerprint(self) -> bytes:
        """Return the bytes of all points: the same recording gives the same ones."""
        return b"".join(column.tobytes() for column in self._columns)

    def leave_out(self, begin: float, end: float) -> None:
        """Forget the points from one time to another: what was done then has no terrain."""
        self._left_out.append((begin, end))

    def __len__(self) -> int:
        return len(self._columns[0])

    def columns(self) -> tuple[Floats, ...]:
        """Return time, latitude, longitude, altitude and distance as arrays."""
        columns = [np.array(column) for column in self._columns]
        for begin, end in self._left_out:
            inside = (columns[0] >= begin) & (columns[0] <= end)
            columns = [column[~inside] for column in columns]
        return tuple(columns)


@dataclass(frozen=True)
class Track:
    """One outing as columns of equal length n, cleaned: what can't be true is NaN or gone.

    Attributes
    ----------
    time
        Seconds since 1970, strictly increasing; all NaN where the recording has no clock.
    lat, lon
        Degrees. Never printed, never kept: a track lives until it is measured.
    altitude
        Metres above the sea.
    distance
        Metres since the start as the device counted them.
    """

    time: Floats
    lat: Floats
    lon: Floats
    altitude: Floats
    distance: Floats
    kind: Kind | None
    totals: Totals
    offset_s: int | None

    def __len__(self) -> int:
        return len(self.time)

    @property
    def has_time(self) -> bool:
        """Whether the points have times."""
        return bool(len(self)) and not np.isnan(self.time[0])


def make_track(recording: Recording) -> Track:
    """Return the recording as a track: each value that can't be true is dropped, then each point left without use."""
    time, lat, lon, altitude, distance = recording.columns()
    time = _between(time, *_YEARS_S)
    lat, lon = _between(lat, -90, 90), _between(lon, -180, 180)
    nowhere = np.isnan(lat) | np.isnan(lon) | ((lat == 0) & (lon == 0))
    lat, lon = np.where(nowhere, np.nan, lat), np.where(nowhere, np.nan, lon)
    altitude = _without_stray_zeros(_between(altitude, *ALTITUDES_M))
    distance = _between(distance, 0, _MAX_METRES)
    columns = [time, lat, lon, altitude, distance]
    useful = np.asarray(~np.isnan(columns[1:]).all(axis=0))
    if 2 * np.count_nonzero(~np.isnan(time) & useful) >= np.count_nonzero(useful):
        kept = _in_order(time, useful)
    else:
        columns[0] = np.full_like(time, np.nan)
        kept = np.flatnonzero(useful)
    time, lat, lon, altitude, distance = (column[kept] for column in columns)
    lost = _stray_positions(time, lat, lon)
    lat[lost] = lon[lost] = np.nan
    return Track(time, lat, lon, altitude, distance, recording.kind, recording.totals, recording.offset_s)


def _between(values: Floats, least: float, most: float) -> Floats:
    with np.errstate(invalid="ignore"):
        return np.where((values >= least) & (values <= most), values, np.nan)


def _without_stray_zeros(altitude: Floats) -> Floats:
    """Return the altitudes without the exact zeros that stand for "none": all of them, unless the sea is near."""
    zero = altitude == 0
    if not zero.any():
        return altitude
    others = altitude[~zero & ~np.isnan(altitude)]
    if len(others) and np.quantile(others, 0.05) < 30 and np.quantile(others, 0.95) > -30:
        return altitude
    return np.where(zero, np.nan, altitude)


def _in_order(time: Floats, useful: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the places of the longest run of points, in the file's order, whose times strictly increase.

    A clock that jumps, or a stray point from another day, then costs only the points that are wrong.
    """
    places = np.flatnonzero(useful & ~np.isnan(time))
    places = places[np.r_[True, np.diff(time[places]) != 0]] if len(places) else places
    if (np.diff(time[places]) > 0).all():
        return places
    tails: list[float] = []
    ends: list[int] = []
    before = np.full(len(places), -1, dtype=np.intp)
    for index, moment in enumerate(time[places].tolist()):
        length = bisect_left(tails, moment)
        if length == len(tails):
            tails.append(moment)
            ends.append(index)
        elif moment < tails[length]:
            tails[length] = moment
            ends[length] = index
        else:  # the same time again: the first one stands
            continue
        before[index] = ends[length - 1] if length else -1
    chain = []
    index = ends[-1]
    while index >= 0:
        chain.append(index)
        index = int(before[index])
    return places[chain[::-1]]


def metres_between(lat: Floats, lon: Floats) -> Floats:
    """Return the metres between each position and the next, along the sphere (haversine)."""
    a, b = np.radians(lat), np.radians(lon)
    half = np.sin(np.diff(a) / 2) ** 2 + np.cos(a[:-1]) * np.cos(a[1:]) * np.sin(np.diff(b) / 2) ** 2
    return np.asarray(2 * _EARTH_M * np.arcsin(np.sqrt(np.clip(half, 0, 1))))


def _stray_positions(time: Floats, lat: Floats, lon: Floats) -> NDArray[np.intp]:
    """Return the places of positions too far from the one before and the one after, which are near each other."""
    stray: list[NDArray[np.intp]] = []
    places = np.flatnonzero(~np.isnan(lat))
    for _ in range(3):  # a stray stretch of up to three points
        if len(places) < 3 or np.isnan(time[0]):
            break
        seconds = np.diff(time[places])
        jump = metres_between(lat[places], lon[places]) > MAX_SPEED_MS * seconds
        around = np.empty(len(places) - 2)
        for first in (0, 1):
            around[first::2] = metres_between(lat[places[first::2]], lon[places[first::2]])
        over = np.flatnonzero(jump[:-1] & jump[1:] & (around <= MAX_SPEED_MS * (seconds[:-1] + seconds[1:]))) + 1
        if not len(over):
            break
        stray.append(places[over])
        places = np.delete(places, over)
    return np.concatenate(stray) if stray else np.empty(0, dtype=np.intp)
