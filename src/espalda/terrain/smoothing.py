"""Altitude made smooth enough to be added up: despiking, Gaussian, turning points, and how noisy it was."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HAMPEL_SAMPLES: Final = 15
HAMPEL_MADS: Final = 4.0
HAMPEL_FLOOR_M: Final = 2.0
NOISE_WINDOW_M: Final = 25.0
_BLOCK: Final = 65536


def despike(values: Floats) -> Floats:
    """Return the values with each one that stands apart from its neighbours replaced by their median (Hampel)."""
    side = HAMPEL_SAMPLES // 2
    if len(values) < HAMPEL_SAMPLES:
        return values
    padded = np.concatenate([values[side:0:-1], values, values[-2 : -side - 2 : -1]])
    smooth = np.empty_like(values)
    for begin in range(0, len(values), _BLOCK):  # in blocks: each takes fifteen times its size
        block = values[begin : begin + _BLOCK]
        windows = sliding_window_view(padded[begin : begin + len(block) + 2 * side], HAMPEL_SAMPLES)
        middle = np.median(windows, axis=1)
        spread = 1.4826 * np.median(np.abs(windows - middle[:, None]), axis=1)
        apart = np.abs(block - middle) > np.maximum(HAMPEL_MADS * spread, HAMPEL_FLOOR_M)
        smooth[begin : begin + _BLOCK] = np.where(apart, middle, block)
    return smooth


def gaussian(values: Floats, step: float, sigma: float) -> Floats:
    """Return evenly spaced values smoothed by a Gaussian; at each place the line that fits best under it.

    The line matters near the ends alone, where a plain average would flatten a slope.
    """
    reach = min(int(4 * sigma / step), len(values) - 1)
    if reach < 1:
        return values
    away = np.arange(-reach, reach + 1)
    weight = np.exp(-0.5 * (away * step / sigma) ** 2)
    level = float(values.mean())
    ones, centred = np.ones_like(values), values - level
    s0, s1, s2 = (_correlate(ones, weight * away**power) for power in range(3))
    t0, t1 = (_correlate(centred, weight * away**power) for power in range(2))
    return np.asarray((s2 * t0 - s1 * t1) / (s0 * s2 - s1**2) + level)


def _correlate(values: Floats, kernel: Floats) -> Floats:
    reach = len(kernel) // 2
    return np.convolve(values, kernel[::-1])[reach : reach + len(values)]


def turning_points(values: Floats, swing: float) -> NDArray[np.intp]:
    """Return the places of alternating peaks and valleys, each at least `swing` from the next; none on the flat."""
    if len(values) < 2:
        return np.empty(0, dtype=np.intp)
    slope = np.sign(np.diff(values))
    turns = np.flatnonzero(slope)
    # Places where the direction changes, and both ends: nothing between them can be a peak or a valley.
    extremes = np.r_[0, turns[1:][slope[turns[1:]] != slope[turns[:-1]]], len(values) - 1]
    found: list[int] = []
    low = high = int(extremes[0])
    rising = 0
    heights = values.tolist()
    for place in extremes.tolist():
        height = heights[place]
        if height > heights[high]:
            high = place
        if height < heights[low]:
            low = place
        if rising >= 0 and heights[high] - height >= swing:
            found.append(high)
            rising, low, high = -1, place, place
        elif rising <= 0 and height - heights[low] >= swing:
            found.append(low)
            rising, low, high = 1, place, place
    if rising:
        found.append(high if rising > 0 else low)
    return np.array(found, dtype=np.intp)


def grade_changes(metres: Floats, altitude: Floats) -> Floats:
    """Return how much the grade changes from each window of 25 m to the next, in percent: noise more than ground.

    Windows are laid from the start and from the end, so that the way back gives the same. Where the points lie too
    far apart for that, a window reaches from a point to the first one 25 m on: between points the line is straight,
    and would pass for quiet.
    """
    steps = np.diff(metres)
    if not (steps > 0).any():
        return np.empty(0)
    apart = float(np.median(steps[steps > 0])) > NOISE_WINDOW_M / 2
    changes = []
    for x, y in ((metres, altitude), (metres[-1] - metres[::-1], altitude[::-1])):
        edges = x[_spread(x.tolist())] if apart else np.arange(x[0], x[-1], NOISE_WINDOW_M)
        grade = 100 * np.diff(np.interp(edges, x, y)) / np.diff(edges)
        changes.append(np.abs(np.diff(grade)))
    return np.concatenate(changes)


def _spread(metres: list[float]) -> list[int]:
    """Return the places of points at least a window apart, from the first on."""
    places, last = [0], metres[0]
    for place, here in enumerate(metres):
        if here - last >= NOISE_WINDOW_M:
            places.append(place)
            last = here
    return places
