"""What a value from a file may be: each check returns what the database keeps, or raises ValueError or the like."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from espalda.diary.model import NOT_TEXT, YEARS
from espalda.web.outgoing import web_address

Check = Callable[[Any], Any]
"""Turns a value of a file into what the database keeps."""


def text(most: int, shape: str = "") -> Check:
    """Return the check of a text of at most so many signs, in that shape where one is given."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or len(value) > most or NOT_TEXT.search(value):
            raise ValueError(value)
        if shape and not re.fullmatch(shape, value):
            raise ValueError(value)
        return value

    return check


def number(low: float, high: float) -> Check:
    """Return the check of a finite number within these limits."""

    def check(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ValueError(value)
        if math.isinf(value):
            raise ValueError(value)
        return float(value)

    return check


def whole(low: int, high: int) -> Check:
    """Return the check of a whole number within these limits."""

    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(value)
        return value

    return check


def truth(value: Any) -> bool:
    """Check a yes or no."""
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


def moment(value: Any) -> datetime:
    """Check a moment with its offset, and return it as UTC."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(value)
    return moment.astimezone(UTC)


def lived(value: Any) -> datetime:
    """Check a moment that a diary may hold."""
    lived = moment(value)
    if not YEARS[0] < lived.year < YEARS[-1]:  # by whatever clock
        raise ValueError(value)
    return lived


def several(check: Check, least: int, most: int) -> Check:
    """Return the check of a list of so many values."""

    def check_all(value: Any) -> list[Any]:
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise ValueError(value)
        return [check(one) for one in value]

    return check_all


def clock(value: Any) -> time:
    """Check a local time of day."""
    clock = time.fromisoformat(value)
    if clock.tzinfo is not None:
        raise ValueError(value)
    return clock


def zone(value: Any) -> str:
    """Check the name of a time zone, or an empty text."""
    name: str = text(64)(value)
    if name:
        ZoneInfo(name)
    return name


def address(value: Any) -> str:
    """Check a web address that reminders may be sent to, or an empty text."""
    address: str = text(200)(value)
    return web_address(address) if address else ""


def words(value: Any) -> list[str]:
    """Check a list of ids."""
    if not isinstance(value, list) or len(value) > 100:
        raise ValueError(value)
    return [text(40, r"[a-z0-9_-]+")(one) for one in value]


def answers(value: Any) -> dict[str, bool | None]:
    """Check answers by the id of their question: yes, no, or None."""
    if not isinstance(value, dict) or len(value) > 1000:
        raise ValueError(value)
    return {text(100)(name): or_none(truth)(answer) for name, answer in value.items()}


def or_none(check: Check) -> Check:
    """Return a check that lets None pass, too."""
    return lambda value: None if value is None else check(value)
