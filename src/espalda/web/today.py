"""The day it is and the six before it, as the first page shows them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final, NamedTuple

from espalda.web import past
from espalda.web.models import Person, Reading
from espalda.web.moments import local_now

_TALL: Final = 4
"""Height of a point of pain, in the units of the week's drawing."""


class WeekDay(NamedTuple):
    """A day of the week shown: its worst pain and spasm, None where not recorded, and how tall its bar is drawn."""

    day: date
    pain: float | None
    spasm: float | None
    tall: float

    @property
    def top(self) -> float:
        """Where the bar begins, from above."""
        return 10 * _TALL - self.tall


class Today(NamedTuple):
    """What the first page tells of the diary.

    Attributes
    ----------
    now
        The moment it is, by the person's clock.
    readings
        Those of the person's day.
    last
        The last one of the diary.
    week
        The last seven days, today the last.
    days
        How many days ago the diary began, today being 1; 0 for an empty one.
    """

    now: datetime
    readings: list[Reading]
    last: Reading | None
    week: list[WeekDay]
    days: int


def shown(person: Person) -> Today:
    """Return the day it is; in the demonstration, the last day it has."""
    first, last = person.readings.first(), person.readings.last()
    now = local_now()
    today = person.day_of(now)
    if first is None or last is None:
        return Today(now, [], None, [], 0)
    if person.is_demo:
        today = last.day
    since = today - timedelta(days=6)
    late = person.readings.filter(time__gte=now - (now.date() - since) - timedelta(days=2))
    kept = {day: list(rows) for day, rows in groupby(late, key=lambda reading: reading.day)}
    week = [_day(since + timedelta(days=n), kept.get(since + timedelta(days=n), [])) for n in range(7)]
    return Today(now, kept.get(today, []), last, week, max((today - first.day).days + 1, 1))


def _day(day: date, readings: list[Reading]) -> WeekDay:
    seen = past.summed(day, readings)
    return WeekDay(day, seen.high, seen.spasm, 0 if seen.high is None else max(_TALL * seen.high, 1.5))
