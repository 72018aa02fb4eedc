"""The picture of a year: a row a month, a cell a day, by its worst pain, and below it its worst spasm."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.formats import date_format

from espalda.web.charts import SIZES, Box, Drawing, Size, Tick
from espalda.web.past import Month
from espalda.web.templatetags.espalda import heat


class Cell(NamedTuple):
    """A day: where it is drawn, how strong its worst pain was, and where its spasm is drawn, taller for a worse one."""

    box: Box
    heat: str
    spasm: Box | None


@dataclass(frozen=True)
class Year(Drawing):
    """Twelve months, each with its name and its days."""

    months: tuple[Tick, ...]
    cells: tuple[Cell, ...]


def years(months: Sequence[Month]) -> tuple[Year, ...]:
    """Return the picture of these months, in every size."""
    return tuple(_year(months, size) for size in SIZES)


def _year(months: Sequence[Month], size: Size) -> Year:
    desk = size.name == "desk"
    left, right, top = (44.0 if desk else 32.0), size.width - 2.0, 18.0
    step = (right - left) / 31
    side, spasm = step - (3 if desk else 1.4), (7.0 if desk else 6.0)
    row = side + spasm + (8 if desk else 7)

    def x(day: int) -> float:
        return left + (day - 1) * step

    cells = []
    for place, month in enumerate(months):
        y = top + place * row
        kept = {one.day.day: one for one in month.days}
        for day in range(1, monthrange(month.first.year, month.first.month)[1] + 1):
            one = kept.get(day)
            box = _box(x(day), y, side, side)
            tall = spasm * (one.spasm or 0) / 4 if one else 0
            below = _box(x(day), y + side + 1.5, side, tall) if tall else None
            cells.append(Cell(box, "blank" if one is None or one.high is None else heat(one.high), below))
    return Year(
        name=size.name,
        width=size.width,
        height=round(top + len(months) * row, 1),
        left=left,
        right=right,
        across=tuple(Tick(round(x(day) + side / 2, 1), str(day)) for day in (1, 5, 10, 15, 20, 25, 30)),
        months=tuple(
            Tick(round(top + place * row + side / 2, 1), date_format(month.first, "M"))
            for place, month in enumerate(months)
        ),
        cells=tuple(cells),
    )


def _box(x: float, y: float, width: float, height: float) -> Box:
    return Box(round(x, 1), round(y, 1), round(width, 1), round(height, 1))
