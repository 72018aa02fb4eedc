"""The pictures of walks: the height along one, and a month's minutes by terrain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from espalda.terrain import BANDS, CUTS_PERCENT
from espalda.web.charts import SIZES, Box, Drawing, Size, Tick
from espalda.web.wording import reader_language
from espalda.words import number

Floats = NDArray[np.float64]

UNTOLD: Final = "untold"
"""Minutes of which the slope is not known, beside those of `BANDS`."""
_LEAST_SPAN_M: Final = 30.0
"""A walk with less between its lowest and its highest point looks flat."""
_SLOPE_M: Final = 100.0
_STEPS_M: Final = (10, 20, 50, 100, 200, 500, 1000, 2000)
_STEPS_MIN: Final = (10, 20, 30, 60, 120, 240, 480)


class Part(NamedTuple):
    """A stretch under the line, all of one band."""

    band: str
    path: str


@dataclass(frozen=True)
class Picture(Drawing):
    """The height along a walk, each stretch filled as its slope; `up` are metres above or below the start."""

    floor: float
    up: tuple[Tick, ...]
    parts: tuple[Part, ...]
    line: str


def pictures(outline: Sequence[tuple[float, float]], *, small: bool = False) -> tuple[Picture, ...]:
    """Return the picture of a walk in every size, none without outline; a small one has no axes and comes in one."""
    if not outline:
        return ()
    if small:
        return (_picture(outline, Size("any", 340, 0), 56.0, 0.0),)
    return tuple(_picture(outline, size, 150.0, 44.0) for size in SIZES)


def _picture(outline: Sequence[tuple[float, float]], size: Size, floor: float, left: float) -> Picture:
    metres, height = np.array(outline, dtype=np.float64).T
    right, top = size.width - (8.0 if left else 0.0), 8.0
    low, high = float(height.min()), float(height.max())
    spare = max(_LEAST_SPAN_M - (high - low), 0.0) / 2
    low, high = low - spare, high + spare
    x = left + metres / max(metres[-1], 1.0) * (right - left)
    y = floor - 6 - (height - low) / (high - low) * (floor - 6 - top)
    places = [f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True)]
    band = _bands(metres, height)
    edges = [0, *(np.flatnonzero(np.diff(band)) + 1).tolist(), len(band)]
    parts = [
        Part(BANDS[band[a]], f"M{x[a]:.1f} {floor}L{'L'.join(places[a : b + 1])}L{x[b]:.1f} {floor}Z")
        for a, b in pairwise(edges)
    ]
    far = _ticks(0.0, float(metres[-1]) / 1000, size.labels, (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100))
    heights = _ticks(low, high, 4, _STEPS_M)
    lang = reader_language()
    return Picture(
        name=size.name,
        width=size.width,
        height=floor + (22 if left else 1),
        left=left,
        right=right,
        across=tuple(
            Tick(round(left + 1000 * km / metres[-1] * (right - left), 1), number(lang, km)) for km in far if left
        ),
        floor=floor,
        up=tuple(
            Tick(round(floor - 6 - (m - low) / (high - low) * (floor - 6 - top), 1), number(lang, m, 0, signed=True))
            for m in heights
            if left
        ),
        parts=tuple(parts),
        line="M" + "L".join(places),
    )


def _bands(metres: Floats, height: Floats) -> NDArray[np.intp]:
    """Return the band of each step of the picture, by the slope over `_SLOPE_M` around it."""
    middle = (metres[1:] + metres[:-1]) / 2
    begin, end = np.maximum(middle - _SLOPE_M / 2, 0.0), np.minimum(middle + _SLOPE_M / 2, metres[-1])
    rise = np.interp(end, metres, height) - np.interp(begin, metres, height)
    return np.asarray(np.digitize(100 * rise / np.maximum(end - begin, 1.0), CUTS_PERCENT))


def _ticks(low: float, high: float, most: int, steps: Sequence[float]) -> list[float]:
    """Return round values from low to high, at most about so many."""
    if not most:
        return []
    step = next((one for one in steps if (high - low) / one <= most), steps[-1])
    return [float(n * step) for n in range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1)]


class Stack(NamedTuple):
    """A day's walks on the chart: a box for each band."""

    band: str
    box: Box


@dataclass(frozen=True)
class Stacks(Drawing):
    """Minutes walked by day, the bands of each on top of one another from steep downhill up."""

    base: float
    up: tuple[Tick, ...]
    boxes: tuple[Stack, ...]


def stacks(first: date, count: int, minutes: Mapping[date, Mapping[str, float]]) -> tuple[Stacks, ...]:
    """Return the minutes by band of these days in every size, each day below its place on the curve of pain."""
    return tuple(_stacks(first, count, minutes, size) for size in SIZES)


def _stacks(first: date, count: int, minutes: Mapping[date, Mapping[str, float]], size: Size) -> Stacks:
    left, right, top, base = 24.0, size.width - 4.0, 12.0, 96.0
    step = (right - left) / count
    bar = min(max(step * 0.7, 1.5), 16.0)
    most = max((sum(told.values()) for told in minutes.values()), default=0.0)
    every = next((one for one in _STEPS_MIN if most / one <= 3), _STEPS_MIN[-1])
    scale = (base - top) / max(most, every)
    boxes = []
    for day, told in minutes.items():
        y = base
        for band in (*BANDS, UNTOLD):
            tall = told.get(band, 0.0) * scale
            if tall > 0:
                y -= tall
                x = left + ((day - first).days + 0.5) * step - bar / 2
                boxes.append(Stack(band, Box(round(x, 1), round(y, 1), round(bar, 1), round(tall, 1))))
    marks = range(0, int(max(most, every)) + 1, every)
    return Stacks(
        name=size.name,
        width=size.width,
        height=base + 22,
        left=left,
        right=right,
        across=tuple(
            Tick(round(left + (n + 0.5) * step, 1), str(n + 1)) for n in range(0, count, 2 if size.labels > 4 else 5)
        ),
        base=base,
        up=tuple(Tick(round(base - n * scale, 1), str(n)) for n in marks),
        boxes=tuple(boxes),
    )
