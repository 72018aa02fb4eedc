"""The picture of a year: a row a month, a cell a day, by its worst pain, and below it its worst spasm."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.utils.formats import date_format

from espalda.web.charts import SIZES, Drawing, Size, Tick
from espalda.web.past import Month
from espalda.web.templatetags.espalda import heat

BLANK: Final = "blank"


class Shade(NamedTuple):
    """The days whose worst pain was as strong as this, as one path of squares."""

    heat: str
    path: str


@dataclass(frozen=True)
class Year(Drawing):
    """Twelve months, each with its name and its days; the spasms are bars below them, taller for a worse one."""

    months: tuple[Tick, ...]
    shades: tuple[Shade, ...]
    spasms: str


def years(months: Sequence[Month]) -> tuple[Year, ...]:
    """Return the picture of these months, in every size."""
    return tuple(_year(months, size) for size in SIZES)


def _year(months: Sequence[Month], size: Size) -> Year:
    desk = size.name == "desk"
    left, right, top = (44.0 if desk else 32.0), size.width - 2.0, 18.0
    step = (right - left) / 31
    side, tallest = step - (3 if desk else 1.4), (7.0 if desk else 6.0)
    row = side + tallest + (8 if desk else 7)
    shades: dict[str, list[str]] = {}
    spasms = []
    for place, month in enumerate(months):
        y = top + place * row
        kept = {one.day.day: one for one in month.days}
        for day in range(1, monthrange(month.first.year, month.first.month)[1] + 1):
            one, x = kept.get(day), left + (day - 1) * step
            shade = BLANK if one is None or one.high is None else heat(one.high)
            shades.setdefault(shade, []).append(_box(x, y, side, side))
            if one and one.spasm:
                spasms.append(_box(x, y + side + 1.5, side, tallest * one.spasm / 4))
    return Year(
        name=size.name,
        width=size.width,
        height=round(top + len(months) * row, 1),
        left=left,
        right=right,
        across=tuple(
            Tick(round(left + (day - 1) * step + side / 2, 1), str(day)) for day in (1, 5, 10, 15, 20, 25, 30)
        ),
        months=tuple(
            Tick(round(top + place * row + side / 2, 1), date_format(month.first, "M"))
            for place, month in enumerate(months)
        ),
        shades=tuple(Shade(shade, "".join(boxes)) for shade, boxes in shades.items()),
        spasms="".join(spasms),
    )


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"M{x:.1f} {y:.1f}h{width:.1f}v{height:.1f}h-{width:.1f}z"
