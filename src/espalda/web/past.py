"""What a diary adds up to, looking back: its spasms and episodes, and the months of a year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from statistics import median
from typing import Final, NamedTuple

from espalda import diary as diaries
from espalda.diary import Diary, Episode, Spasm
from espalda.web.charts import Day
from espalda.web.models import Person, Reading
from espalda.web.moments import local_now

_HOUR: Final = timedelta(hours=1)
MONTHS: Final = 12


class PastSpasm(NamedTuple):
    """A spasm, its place among all, how long it lasted, and the hours since the one before ended, if one did."""

    number: int
    spasm: Spasm
    hours: float
    after_h: float | None

    @property
    def began(self) -> datetime:
        """When it began, as the person's clock showed it then, without zone."""
        return self.spasm.onset.replace(tzinfo=None)


class PastEpisode(NamedTuple):
    """An episode, how long it lasted, whether it may still go on, and the hours since the one before."""

    episode: Episode
    hours: float
    is_open: bool
    after_h: float | None


class Spells(NamedTuple):
    """The spasms and episodes of a diary, the latest first.

    `usual_h` and `apart_h` are the medians of how long spasms that ended lasted and of the time between them, None
    without any; `year` counts the spasms that began in the last 12 months.
    """

    spasms: list[PastSpasm]
    episodes: list[PastEpisode]
    usual_h: float | None
    apart_h: float | None
    year: int


def spells(diary: Diary, now: datetime) -> Spells:
    """Return the spasms and episodes of a diary as they are at a moment."""
    found, episodes = diaries.find_spasms(diary), diaries.find_episodes(diary)
    past = [
        PastSpasm(number, spasm, spasm.hours(now), apart)
        for number, (spasm, apart) in enumerate(zip(found, _apart(found), strict=True), start=1)
    ]
    ended = [one.hours for one in past if one.spasm.end]
    between = [one.after_h for one in past if one.after_h is not None]
    return Spells(
        spasms=past[::-1],
        episodes=[
            PastEpisode(one, (one.end - one.onset) / _HOUR, one.is_open(now), apart)
            for one, apart in zip(episodes, _apart(episodes), strict=True)
        ][::-1],
        usual_h=median(ended) if ended else None,
        apart_h=median(between) if between else None,
        year=sum(one.spasm.onset > now - timedelta(days=365) for one in past),
    )


def _apart(found: Sequence[Spasm | Episode]) -> list[float | None]:
    """Return the hours from the end of the one before to each."""
    between = [time / _HOUR for time in diaries.times_between(found)]
    return [None, *between] if found else []


def moment_now(person: Person) -> datetime:
    """Return the moment it is; in the demonstration, that of its last reading."""
    last = person.readings.last() if person.is_demo else None
    return last.time if last else local_now()


class Month(NamedTuple):
    """A month of a diary.

    `days` are those with a reading; `worst` and `mean` are of the pain, the mean that of the days' means; `began` is
    how many spasms began in it.
    """

    first: date
    days: list[Day]
    worst: float | None
    mean: float | None
    spasm_days: int
    began: int


def by_day(readings: Iterable[Reading]) -> list[tuple[date, list[Reading]]]:
    """Return the readings by the person's day, the earliest first."""
    return [(day, list(rows)) for day, rows in groupby(readings, key=lambda reading: reading.day)]


def summed(day: date, rows: Sequence[Reading]) -> Day:
    """Return a day as the charts take it."""
    pain = [reading.pain for reading in rows if reading.pain is not None]
    spasm = [reading.spasm for reading in rows if reading.spasm is not None]
    return Day.of(day, pain, spasm)


def months(days: Sequence[Day], spasms: Sequence[Spasm], person: Person, last: date) -> list[Month]:
    """Return the twelve months that end with the month of `last`, the earliest first."""
    onsets = [person.day_of(spasm.onset) for spasm in spasms]
    firsts = [_month_before(last, ago) for ago in reversed(range(MONTHS))]
    return [_month(first, days, onsets) for first in firsts]


def _month_before(day: date, ago: int) -> date:
    months = day.year * 12 + day.month - 1 - ago
    return date(months // 12, months % 12 + 1, 1)


def _month(first: date, days: Sequence[Day], onsets: Sequence[date]) -> Month:
    own = [one for one in days if (one.day.year, one.day.month) == (first.year, first.month)]
    means = [one.mean for one in own if one.mean is not None]
    return Month(
        first=first,
        days=own,
        worst=max((one.high for one in own if one.high is not None), default=None),
        mean=sum(means) / len(means) if means else None,
        spasm_days=sum(bool(one.spasm) for one in own),
        began=sum((day.year, day.month) == (first.year, first.month) for day in onsets),
    )
