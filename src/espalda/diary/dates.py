"""Dates and hours as other programs write them: ``1/3/2026 7:30 p. m.`` becomes what the diary reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, time
from typing import Final, Literal, NamedTuple

Order = Literal["dmy", "mdy"]
"""Which comes first where the year does not: the day or the month."""

ORDERS: Final[tuple[Order, ...]] = ("dmy", "mdy")

_DATE: Final = r"(?P<a>\d{1,4})(?P<sep>[-/. ])(?P<b>\d{1,2})(?P=sep)(?P<c>\d{1,4})"
_CLOCK: Final = (
    r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<part>\d{1,6})\d*)?)?)?"
    r"\s*(?P<half>[ap]\.?\s?m\.?)?"
)
_OFFSET: Final = r"(?P<offset>[Zz]|[+-]\d{2}:?\d{2})?"
_MOMENT = re.compile(rf"{_DATE}(?:[Tt,\s]+{_CLOCK}\s?{_OFFSET})?", re.ASCII | re.IGNORECASE)
_HOUR = re.compile(_CLOCK, re.ASCII | re.IGNORECASE)


class Written(NamedTuple):
    """A date, and its hour with the offset, if any, as ISO 8601; no hour where none was written."""

    day: str
    hour: str | None


def read_written(text: str, order: Order) -> Written | None:
    """Return the date, and the hour if there is one, that a cell holds; None if it holds something else."""
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        return None
    try:
        day = _day(match, order).isoformat()
        clock = _clock(match) if match["hour"] else None
    except ValueError:
        return None
    if clock is None:
        return Written(day, None) if match["hour"] is None else None
    return Written(day, clock + (match["offset"] or ""))


def read_hour(text: str) -> str | None:
    """Return the time of day a cell holds, as ISO 8601; None if it holds something else."""
    match = _HOUR.fullmatch(text.strip())
    try:
        return _clock(match) if match else None
    except ValueError:
        return None


def order_of(cells: Iterable[str]) -> Order | None:
    """Return the order of day and month the dates of a column show; None where nothing tells it."""
    dotted = unsure = False
    for cell in cells:
        match = _MOMENT.fullmatch(cell.strip())
        if match and len(match["a"]) < 3:
            if int(match["a"]) > 12:
                return "dmy"
            if int(match["b"]) > 12:
                return "mdy"
            unsure, dotted = True, dotted or match["sep"] == "."
    return "dmy" if dotted or not unsure else None


def _day(match: re.Match[str], order: Order) -> date:
    a, b, c = (int(match[name]) for name in "abc")
    if len(match["a"]) == 4:
        return date(a, b, c)
    if len(match["c"]) not in (2, 4):
        raise ValueError(match["c"])
    year = c if len(match["c"]) == 4 else 2000 + c
    return date(year, b, a) if order == "dmy" else date(year, a, b)


def _clock(match: re.Match[str]) -> str | None:
    """Return the hour matched; None where a number stands alone, which is no time of day."""
    if match["minute"] is None and match["half"] is None:
        return None
    hour = int(match["hour"])
    if match["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(match["hour"])
        hour = hour % 12 + (12 if match["half"][0] in "pP" else 0)
    part = (match["part"] or "").ljust(6, "0")
    return time(hour, int(match["minute"] or 0), int(match["second"] or 0), int(part)).isoformat()
