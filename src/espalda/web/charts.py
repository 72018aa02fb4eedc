"""Where everything on a chart goes: numbers in, places on the drawing out. The templates only draw.

Each chart comes in two sizes, for a phone and for a desk, so that its words keep the size of the page's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from django.utils.formats import date_format

from espalda.findings import RELEVANT
from espalda.web.wording import reader_language
from espalda.words import number


class Day(NamedTuple):
    """A day of the diary: its least, mean and greatest pain, and its worst spasm; None where not recorded."""

    day: date
    low: float | None
    mean: float | None
    high: float | None
    spasm: float | None

    @classmethod
    def of(cls, day: date, pain: Sequence[float], spasm: Sequence[float]) -> Day:
        """Return the day that had these readings."""
        if not pain:
            return cls(day, None, None, None, max(spasm, default=None))
        return cls(day, min(pain), sum(pain) / len(pain), max(pain), max(spasm, default=None))


class Box(NamedTuple):
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


class Dot(NamedTuple):
    """A point."""

    x: float
    y: float


class Tick(NamedTuple):
    """A place on an axis and what is written there."""

    at: float
    text: str


@dataclass(frozen=True)
class Drawing:
    """A chart in one size: how large it is, where it is drawn from left to right, and the ticks along that."""

    name: str
    width: int
    height: float
    left: float
    right: float
    across: tuple[Tick, ...]


@dataclass(frozen=True)
class Curve(Drawing):
    """Pain by day, its range as a bar and its mean as a line, with the worst spasm of each day below."""

    floor: float
    base: float
    up: tuple[Tick, ...]
    ranges: tuple[Box, ...]
    line: str
    dots: tuple[Dot, ...]
    spasms: tuple[Box, ...]


class Size(NamedTuple):
    """A size a chart is drawn in."""

    name: str
    width: int
    labels: int


SIZES: Final = (Size("phone", 340, 4), Size("desk", 720, 8))

_DOTTED: Final = 31
"""How many days still have room for a dot each."""


def curves(days: Sequence[Day]) -> tuple[Curve, ...]:
    """Return the curve of these days, in every size."""
    return tuple(_curve(days, size) for size in SIZES)


def _curve(days: Sequence[Day], size: Size) -> Curve:
    left, right, top, floor, base = 24, size.width - 4, 10, 190.0, 256.0
    first = days[0].day
    count = (days[-1].day - first).days + 1
    step = (right - left) / count
    bar = min(max(step * 0.62, 1.5), 14.0)

    def x(day: date) -> float:
        return left + ((day - first).days + 0.5) * step

    def y(pain: float) -> float:
        return floor - pain * (floor - top) / 10

    ranges, spasms, points = [], [], []
    for day in days:
        if day.low is not None and day.high is not None and day.mean is not None:
            span = max(y(day.low) - y(day.high), 3.0)
            ranges.append(_box(x(day.day) - bar / 2, (y(day.low) + y(day.high) - span) / 2, bar, span))
            points.append((day.day, x(day.day), y(day.mean)))
        if day.spasm:
            tall = day.spasm * 10
            spasms.append(_box(x(day.day) - bar / 2, base - tall, bar, tall))
    return Curve(
        name=size.name,
        width=size.width,
        height=int(base) + 22,
        left=left,
        right=right,
        floor=floor,
        base=base,
        across=tuple(Tick(round(x(day), 1), _short(day)) for day in _marked(first, count, size.labels)),
        up=tuple(Tick(round(y(pain), 1), str(pain)) for pain in (0, 2, 4, 6, 8, 10)),
        ranges=tuple(ranges),
        line=_path(points),
        dots=tuple(Dot(round(x, 1), round(y, 1)) for _day, x, y in points) if count <= _DOTTED else (),
        spasms=tuple(spasms),
    )


def _box(x: float, y: float, width: float, height: float) -> Box:
    return Box(round(x, 1), round(y, 1), round(width, 1), round(height, 1))


def _short(day: date) -> str:
    return date_format(day, "j b" if reader_language() == "es" else "j M")


def _marked(first: date, count: int, most: int) -> Iterable[date]:
    """Return at most `most` days at even steps, none so near the end that its label would be cut."""
    every = next(step for step in (1, 2, 7, 14, 30, 61, 91, 182, *range(365, 365 * 400, 365)) if count / step <= most)
    return (first + timedelta(days=n) for n in range(every // 2 if count > 1 else 0, count, every))


def _path(points: Sequence[tuple[date, float, float]]) -> str:
    """Return the line through the points, broken where more than three days are missing."""
    parts = []
    for i, (day, x, y) in enumerate(points):
        gap = i == 0 or (day - points[i - 1][0]).days > 3
        parts.append(f"{'M' if gap else 'L'}{x:.1f} {y:.1f}")
    return "".join(parts)


# Findings ------------------------------------------------------------------------------------------------------


class Row(NamedTuple):
    """A factor on the chart: where its name, its interval and its mark go; an end that is cut has an arrow."""

    name: str
    verdict: str
    name_y: float
    y: float
    low: float
    high: float
    cut_low: str
    cut_high: str
    mark: str


@dataclass(frozen=True)
class Forest(Drawing):
    """The effect of each factor and its interval, under the heading of its verdict."""

    zero: float
    top: float
    matters: Box
    headings: tuple[Tick, ...]
    rows: tuple[Row, ...]


Group = tuple[str, Sequence[Mapping[str, Any]]]


def forests(groups: Sequence[Group], label: Callable[[str], str]) -> tuple[Forest, ...]:
    """Return the chart of the findings, grouped under their headings, in every size."""
    return tuple(_forest(groups, label, size) for size in SIZES)


def _forest(groups: Sequence[Group], label: Callable[[str], str], size: Size) -> Forest:
    desk = size.name == "desk"
    left, right, top = (300.0 if desk else 8.0), size.width - 8.0, 44.0
    effects = [row["effect"] for _heading, rows in groups for row in rows]
    extent: float = min(max((1.0, *(abs(effect[end]) for effect in effects for end in ("low", "high")))), 3.0)

    def x(change: float) -> float:
        clipped: float = min(max(change, -extent), extent)
        return round((left + right) / 2 + clipped * (right - left) / 2 / extent, 1)

    headings, drawn, y = [], [], top
    for heading, rows in groups:
        headings.append(Tick(y + 22, heading))
        y += 32
        for row in rows:
            middle = y + (14 if desk else 27)
            drawn.append(_row(row, label(row["name"]), y + (19 if desk else 14), middle, x, extent))
            y += 30 if desk else 46
    ticks = [n * (0.5 if extent <= 1.5 else 1.0) for n in range(-6, 7)]
    return Forest(
        name=size.name,
        width=size.width,
        height=y + 6,
        left=left,
        right=right,
        zero=x(0),
        top=top,
        matters=_box(x(-RELEVANT), top, x(RELEVANT) - x(-RELEVANT), y - top),
        across=tuple(Tick(x(n), number(reader_language(), n, signed=True)) for n in ticks if abs(n) <= extent),
        headings=tuple(headings),
        rows=tuple(drawn),
    )


def _row(row: Mapping[str, Any], name: str, name_y: float, y: float, x: Callable[[float], float], extent: float) -> Row:
    effect = row["effect"]
    low, mean, high = x(effect["low"]), x(effect["mean"]), x(effect["high"])
    return Row(
        name=name if len(name) <= _LONGEST else name[: _LONGEST - 1].rstrip() + "…",
        verdict=row["verdict"],
        name_y=name_y,
        y=y,
        low=low,
        high=high,
        cut_low=f"M{low + 6} {y - 4}L{low} {y}L{low + 6} {y + 4}" if effect["low"] < -extent else "",
        cut_high=f"M{high - 6} {y - 4}L{high} {y}L{high - 6} {y + 4}" if effect["high"] > extent else "",
        mark=_MARKS[row["verdict"].removeprefix("possibly_")].format(x=mean, y=y),
    )


_LONGEST: Final = 40
_MARKS: Final = {
    "aggravates": "M{x} {y}m-7 5l7 -12l7 12z",
    "eases": "M{x} {y}m-7 -5l7 12l7 -12z",
    "no_difference": "M{x} {y}m-5 -5h10v10h-10z",
    "unclear": "M{x} {y}m-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z",
}
"""Shapes that tell verdicts apart without colour: up is worse, down is better, square is the same, round is open."""


# What may come ------------------------------------------------------------------------------------------------------


class Bar(NamedTuple):
    """A stretch of time on the chart of chances: its name, its chance's interval and the chance itself."""

    name: str
    name_y: float
    y: float
    low: float
    mean: float
    high: float


@dataclass(frozen=True)
class Chances(Drawing):
    """The chance of a spasm within each stretch of time, from never to surely, with its interval."""

    top: float
    name_x: float
    bars: tuple[Bar, ...]


def chances(rows: Sequence[tuple[str, Mapping[str, Any]]]) -> tuple[Chances, ...]:
    """Return the chart of the chances, each with its name, in every size."""
    return tuple(_chances(rows, size) for size in SIZES)


def _chances(rows: Sequence[tuple[str, Mapping[str, Any]]], size: Size) -> Chances:
    desk = size.name == "desk"
    left, right, top, step = (110.0 if desk else 10.0), size.width - 14.0, 24.0, (30 if desk else 46)

    def x(chance: float) -> float:
        return round(left + chance * (right - left), 1)

    bars = [
        Bar(
            name,
            top + step * place + (22 if desk else 18),
            top + step * place + (17 if desk else 31),
            *(x(row[end]) for end in ("low", "mean", "high")),
        )
        for place, (name, row) in enumerate(rows)
    ]
    return Chances(
        name=size.name,
        width=size.width,
        height=top + step * len(rows) + 8,
        left=left,
        right=right,
        across=tuple(Tick(x(n / 10), str(n)) for n in range(0, 11, 2)),
        top=top,
        name_x=0.0 if desk else left + 6,
        bars=tuple(bars),
    )


@dataclass(frozen=True)
class Ahead(Drawing):
    """Pain in the parts of the day to come: the interval as a bar, what is expected as a dot, day and hour below."""

    floor: float
    up: tuple[Tick, ...]
    ranges: tuple[Box, ...]
    dots: tuple[Dot, ...]
    hours: tuple[Tick, ...]


def ahead(parts: Sequence[Mapping[str, Any]]) -> tuple[Ahead, ...]:
    """Return the chart of the parts of the day to come, each with its moment, in every size."""
    return tuple(_ahead(parts[: size.labels], size) for size in SIZES)


def _ahead(parts: Sequence[Mapping[str, Any]], size: Size) -> Ahead:
    left, right, top, floor = 24.0, size.width - 4.0, 10.0, 150.0
    step = (right - left) / len(parts)
    places = [round(left + (place + 0.5) * step, 1) for place in range(len(parts))]

    def y(pain: float) -> float:
        return round(floor - pain * (floor - top) / 10, 1)

    return Ahead(
        name=size.name,
        width=size.width,
        height=floor + 40,
        left=left,
        right=right,
        across=tuple(Tick(x, date_format(part["moment"], "D")) for x, part in zip(places, parts, strict=True)),
        floor=floor,
        up=tuple(Tick(y(pain), str(pain)) for pain in (0, 2, 4, 6, 8, 10)),
        ranges=tuple(
            _box(x - 9, y(part["high"]), 18, max(y(part["low"]) - y(part["high"]), 3.0))
            for x, part in zip(places, parts, strict=True)
        ),
        dots=tuple(Dot(x, y(part["mean"])) for x, part in zip(places, parts, strict=True)),
        hours=tuple(Tick(x, f"{part['moment']:%H:%M}") for x, part in zip(places, parts, strict=True)),
    )
