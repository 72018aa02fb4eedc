"""From a track to what the ground was like: minutes and metres by grade, ascent, descent, stops. Numbers alone.

The method and its measured errors are told in docs/explanation/terrain.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from espalda.terrain.smoothing import Floats, despike, gaussian, grade_changes, turning_points
from espalda.terrain.track import MAX_SPEED_MS, Track, metres_between

METHOD: Final = 1
"""Version of the method: summaries of different versions are not to be compared."""

BANDS: Final = ("steep_down", "down", "flat", "up", "steep_up")
CUTS_PERCENT: Final = (-8.0, -3.0, 3.0, 8.0)

GAP_S: Final = 300.0
"""A longer gap is not bridged: what happened in it is not known."""
MOVING_MS: Final = 0.3
LONGEST_STEP_S: Final = 30.0
STOP_S: Final = 60.0
POSITION_SIGMA_S: Final = 2.0
PACE_MS: Final = 1.2
"""The speed at which a track without times is taken to have been walked, to smooth it alike."""

GOOD_ROUGHNESS: Final = 3.2
COARSE_ROUGHNESS: Final = 10.0
GOOD_SIGMA_S: Final = 5.0
GOOD_SWING_M: Final = 2.0
GOOD_SLOPE_M: Final = 40.0
COARSE_SIGMA_M: Final = 6.0
"""Metres of smoothing for each percent of roughness: the noisier the altitude, the more of it is averaged."""
COARSE_SWING_M: Final = 5.0
COARSE_SLOPE_M: Final = 100.0
DESCENT_SWING_M: Final = 5.0
"""A descent goes on through a rise of less than this."""
FEWEST_ALTITUDES: Final = 0.8
FEWEST_COUNTS: Final = 0.9
SHORTEST_M: Final = 100.0

MAX_PIECES: Final = 2000
OUTLINE_POINTS: Final = 80
"""Points of the picture that is kept: enough to be recognised by who walked there, and no more."""
_CELL_M: Final = 5.0
_MAX_CELLS: Final = 1_000_000

Quality = Literal["good", "coarse", "time_only"]


@dataclass(frozen=True)
class Profile:
    """What one outing was like. Minutes are None where the track has no times, terrain where it can't be told.

    Attributes
    ----------
    minutes, moving_minutes, stops, stop_minutes
        Recorded time without gaps of more than five minutes; the part of it on the move; stands of a minute or more.
    distance_m, ascent_m, descent_m, longest_descent_m
        Metres; the last is the height lost in the longest descent.
    band_minutes, band_metres
        Time on the move, and distance, in each of `BANDS`.
    roughness
        What the quality was judged by: percent of grade, median change from 25 m to the next 25 m.
    outline
        The picture: at most `OUTLINE_POINTS` pairs of metres along the way, and above or below its start.
    """

    quality: Quality
    minutes: float | None
    moving_minutes: float | None
    stops: int | None
    stop_minutes: float | None
    distance_m: float | None
    ascent_m: float | None = None
    descent_m: float | None = None
    longest_descent_m: float | None = None
    band_minutes: tuple[float, ...] | None = None
    band_metres: tuple[float, ...] | None = None
    roughness: float | None = None
    outline: tuple[tuple[float, float], ...] | None = None


@dataclass(frozen=True)
class _Piece:
    """A stretch without a gap, evenly spaced in time: metres since its start, and altitude where there is any.

    The changes of grade were taken at its points, before those were spaced.
    """

    step_s: float
    metres: Floats
    altitude: Floats | None
    changes: Floats
    moving: NDArray[np.bool_]


def measure_track(track: Track, *, count_positions: bool = False) -> Profile:
    """Measure a track; distance is the device's own where there is one, unless `count_positions`."""
    pieces = _pieces(track, count_positions)
    timed = track.has_time
    minutes = sum(one.step_s * (len(one.metres) - 1) for one in pieces) / 60
    moving = sum(one.step_s * np.count_nonzero(one.moving) for one in pieces) / 60
    stops = [seconds for one in pieces for seconds in _stops(one)]
    distance = float(sum(one.metres[-1] for one in pieces))
    time_only = Profile(
        "time_only",
        minutes if timed else None,
        float(moving) if timed else None,
        len(stops) if timed else None,
        sum(stops) / 60 if timed else None,
        distance if distance > 0 or np.count_nonzero(~np.isnan(track.lat)) > 1 else None,
    )
    if np.count_nonzero(~np.isnan(track.altitude)) < FEWEST_ALTITUDES * len(track) or distance < SHORTEST_M:
        return time_only
    changes = np.concatenate([one.changes for one in pieces])
    rough = float(np.median(changes)) if len(changes) else np.inf
    if rough > COARSE_ROUGHNESS:
        return time_only
    return _with_terrain(time_only, pieces, rough)


def _with_terrain(base: Profile, pieces: list[_Piece], rough: float) -> Profile:
    good = rough < GOOD_ROUGHNESS
    up = down = longest = 0.0
    seconds, metres = np.zeros(len(BANDS)), np.zeros(len(BANDS))
    drawn: list[Floats] = []
    for piece in pieces:
        if piece.altitude is None or piece.metres[-1] < 2 * _CELL_M:
            continue
        if good:
            smooth = gaussian(piece.altitude, piece.step_s, GOOD_SIGMA_S)
            by_metre, cell = _by_distance(piece.metres, smooth)
        else:
            by_metre, cell = _by_distance(piece.metres, piece.altitude)
            smooth = by_metre = gaussian(by_metre, cell, COARSE_SIGMA_M * rough)
        rises = _swings(smooth, GOOD_SWING_M if good else COARSE_SWING_M)
        up += float(rises[rises > 0].sum())
        down -= float(rises[rises < 0].sum())
        longest = max(longest, -float(_swings(smooth, DESCENT_SWING_M).min(initial=0)))
        band = _band(piece.metres, by_metre, cell, GOOD_SLOPE_M if good else COARSE_SLOPE_M)
        seconds += piece.step_s * np.bincount(band[piece.moving], minlength=len(BANDS))
        metres += np.bincount(band, np.diff(piece.metres), minlength=len(BANDS))
        drawn.append(np.stack([cell * np.arange(len(by_metre)), by_metre]))
    return replace(
        base,
        quality="good" if good else "coarse",
        ascent_m=up,
        descent_m=down,
        longest_descent_m=longest,
        band_minutes=None if base.minutes is None else tuple((seconds / 60).tolist()),
        band_metres=tuple(metres.tolist()),
        roughness=rough,
        outline=_outline(drawn),
    )


def _outline(pieces: list[Floats]) -> tuple[tuple[float, float], ...] | None:
    """Return the picture of the pieces one after another; how high it all lies is not told."""
    if not pieces:
        return None
    begins = np.cumsum([0.0, *(piece[0, -1] for piece in pieces)])
    metres = np.concatenate([piece[0] + begin for piece, begin in zip(pieces, begins, strict=False)])
    height = np.concatenate([piece[1] for piece in pieces])
    along = np.linspace(0, metres[-1], min(OUTLINE_POINTS, len(metres)))
    above = np.interp(along, metres, height) - height[0]
    return tuple(zip(np.rint(along).tolist(), np.round(above, 1).tolist(), strict=True))


def _swings(altitude: Floats, swing: float) -> Floats:
    return np.diff(altitude[turning_points(altitude, swing)])


def _band(metres: Floats, altitude: Floats, cell: float, window: float) -> NDArray[np.intp]:
    """Return the band of each step in time: the slope over `window` metres around it, less at the ends."""
    middle = (metres[1:] + metres[:-1]) / 2
    begin, end = np.maximum(middle - window / 2, 0), np.minimum(middle + window / 2, metres[-1])
    places = cell * np.arange(len(altitude))
    percent = 100 * (np.interp(end, places, altitude) - np.interp(begin, places, altitude)) / (end - begin)
    return np.asarray(np.digitize(percent, CUTS_PERCENT))


def _by_distance(metres: Floats, altitude: Floats) -> tuple[Floats, float]:
    """Return the mean altitude in even cells of about five metres, and their exact width: a stand counts once."""
    count = int(np.clip(round(metres[-1] / _CELL_M), 2, _MAX_CELLS)) + 1
    cell = metres[-1] / (count - 1)
    places = np.clip(np.rint(metres / cell).astype(np.intp), 0, count - 1)
    filled = np.bincount(places, minlength=count)
    known = np.flatnonzero(filled)
    means = np.bincount(places, altitude, minlength=count)[known] / filled[known]
    return np.interp(np.arange(count), known, means), float(cell)


def _stops(piece: _Piece) -> list[float]:
    """Return the seconds of each stand of a minute or more."""
    edges = np.flatnonzero(np.diff(np.r_[False, ~piece.moving, False].astype(np.int8)))
    seconds = piece.step_s * (edges[1::2] - edges[::2])
    return [float(one) for one in seconds if one >= STOP_S]


def _pieces(track: Track, count_positions: bool) -> list[_Piece]:
    time = track.time if track.has_time else _as_walked(track)
    counted = not count_positions and np.count_nonzero(~np.isnan(track.distance)) >= FEWEST_COUNTS * len(track)
    counted = counted and np.nanmax(track.distance, initial=0) > 0
    usable = time[1:] > time[:-1]
    kept = np.r_[True, usable] if len(time) else usable
    time = time[kept]
    altitude, distance = track.altitude[kept], track.distance[kept]
    lat, lon = track.lat[kept], track.lon[kept]
    steps = np.diff(time)
    step_s = max(1.0, float(steps[steps <= GAP_S].sum()) / _MAX_CELLS)
    longest = max(LONGEST_STEP_S, 3 * float(np.median(steps))) if len(steps) else LONGEST_STEP_S
    pieces = []
    parts = np.split(np.arange(len(time)), np.flatnonzero(steps > GAP_S) + 1)
    for part in islice((one for one in parts if len(one) > 1), MAX_PIECES):
        at = time[part] - time[part[0]]
        grid = np.linspace(0, at[-1], int(np.ceil(at[-1] / step_s)) + 1)
        if counted:
            metres = _counted(grid, at, distance[part])
        else:
            metres = _along(grid, at, lat[part], lon[part], smooth=track.has_time)
        moving = _moving(grid, metres, at, longest)
        pieces.append(_Piece(float(grid[1]), metres, *_heights(grid, metres, at, altitude[part]), moving))
    return pieces


def _moving(grid: Floats, metres: Floats, at: Floats, longest: float) -> NDArray[np.bool_]:
    """Return in which steps of the grid there was movement, seen over ten seconds, and not between far points."""
    middle = (grid[1:] + grid[:-1]) / 2
    begin, end = np.maximum(middle - 5, 0), np.minimum(middle + 5, grid[-1])
    speed = (np.interp(end, grid, metres) - np.interp(begin, grid, metres)) / (end - begin)
    recorded = np.diff(at)[np.clip(np.searchsorted(at, middle) - 1, 0, len(at) - 2)] <= longest
    return np.asarray((speed > MOVING_MS) & recorded)


def _heights(grid: Floats, metres: Floats, at: Floats, altitude: Floats) -> tuple[Floats | None, Floats]:
    """Return the altitude on the grid, without spikes, and its changes of grade."""
    known = ~np.isnan(altitude)
    if not known.any():
        return None, np.empty(0)
    smooth = despike(altitude[known])
    return np.interp(grid, at[known], smooth), grade_changes(np.interp(at[known], grid, metres), smooth)


def _counted(grid: Floats, at: Floats, distance: Floats) -> Floats:
    """Return the metres the device counted, without steps back and without leaps."""
    known = ~np.isnan(distance)
    if np.count_nonzero(known) < 2:
        return np.zeros(len(grid))
    steps = np.clip(np.diff(distance[known]), 0, MAX_SPEED_MS * np.diff(at[known]))
    return np.interp(grid, at[known], np.r_[0.0, np.cumsum(steps)])


def _along(grid: Floats, at: Floats, lat: Floats, lon: Floats, *, smooth: bool) -> Floats:
    """Return the metres along the positions."""
    known = ~np.isnan(lat)
    if np.count_nonzero(known) < 2:
        return np.zeros(len(grid))
    north = np.interp(grid, at[known], lat[known])
    east = np.interp(grid, at[known], np.unwrap(lon[known], period=360))
    if smooth:
        north, east = (gaussian(one, float(grid[1]), POSITION_SIGMA_S) for one in (north, east))
    return np.concatenate([[0.0], np.cumsum(metres_between(north, east))])


def _as_walked(track: Track) -> Floats:
    """Return the seconds at which a track without times would have been walked at an even pace."""
    known = ~np.isnan(track.lat)
    if np.count_nonzero(known) < 2:
        return np.arange(len(track), dtype=np.float64)
    steps = metres_between(track.lat[known], track.lon[known]) / PACE_MS
    places = np.flatnonzero(known)
    return np.asarray(np.interp(np.arange(len(track)), places, np.r_[0.0, np.cumsum(steps)]))
