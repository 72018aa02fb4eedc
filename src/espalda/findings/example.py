"""The walk, of the last weeks, in which a person can recognise what is found of a kind of ground."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from espalda.diary import Diary, Factor, is_walked, person_day, walk_amounts
from espalda.diary.walks import PER_UNIT
from espalda.findings.ahead_sentences import WEEKDAYS
from espalda.words import Language, mark, say

RECENT_DAYS: Final = 28
"""Days before the diary's end within which a walk is still remembered."""
FEWEST_MIN: Final = 2
SENTENCES: Final = {
    "walk_flat": mark("For example, the {minutes} minutes on the flat {when}."),
    "walk_uphill": mark("For example, the {minutes} minutes uphill {when}."),
    "walk_downhill": mark("For example, the {minutes} minutes downhill {when}."),
    "walk_steep_downhill": mark("For example, the {minutes} minutes down steep slopes {when}."),
    "walk_uneven": mark("For example, the {minutes} minutes on uneven ground {when}."),
}
MONTHS: Final = (
    mark("January"),
    mark("February"),
    mark("March"),
    mark("April"),
    mark("May"),
    mark("June"),
    mark("July"),
    mark("August"),
    mark("September"),
    mark("October"),
    mark("November"),
    mark("December"),
)
_EPOCH: Final = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Example:
    """A walk by the ground found to act: the factor's name, the person's day, and whole minutes of it."""

    name: str
    day: date
    minutes: int

    def sentence(self, lang: Language) -> str:
        """Return it as a sentence, the date beside the day of the week: it is read on other days as well."""
        when = say(
            lang,
            "on {weekday} {day} {month}",
            weekday=say(lang, WEEKDAYS[self.day.weekday()]),
            day=self.day.day,
            month=say(lang, MONTHS[self.day.month - 1]),
        )
        return say(lang, SENTENCES[self.name], minutes=self.minutes, when=when)

    def to_dict(self, lang: Language) -> dict[str, Any]:
        """Return it as plain data."""
        return {"date": self.day.isoformat(), "minutes": self.minutes, "sentence": self.sentence(lang)}


def example_of(diary: Diary, factor: Factor) -> Example | None:
    """Return the walk of the diary's last weeks with most minutes of a factor, the last of such; None without one.

    Not the one that pain went up or down after: a single walk that fits proves nothing, and one is always there.
    """
    if not is_walked(factor):
        return None
    done = list(_walks(diary, factor)) or list(_rows(diary, factor))
    newest = max([*(day for day, _ in done), *person_day(diary)[-1:].tolist()], default=0)
    recent = [(round(minutes), day) for day, minutes in done if day > newest - RECENT_DAYS]
    minutes, day = max(recent, default=(0, 0))
    return Example(factor.name, date.fromordinal(_EPOCH + day), minutes) if minutes >= FEWEST_MIN else None


def _walks(diary: Diary, factor: Factor) -> Iterator[tuple[int, float]]:
    """Yield day and minutes of the recorded walks that tell of the factor."""
    walks = diary.walks
    local = (walks.start + walks.utc_offset_min.astype("timedelta64[m]")).astype("datetime64[D]").astype(np.int64)
    minutes = walk_amounts(walks, [factor])[:, 0] / PER_UNIT[factor.unit]
    return ((int(day), float(one)) for day, one in zip(local, minutes, strict=True) if one > 0)


def _rows(diary: Diary, factor: Factor) -> Iterator[tuple[int, float]]:
    """Yield day and minutes of the rows the factor was written in."""
    minutes = diary.amounts[:, diary.factors.index(factor)] / PER_UNIT[factor.unit]
    return ((int(day), float(one)) for day, one in zip(person_day(diary), minutes, strict=True) if one > 0)
