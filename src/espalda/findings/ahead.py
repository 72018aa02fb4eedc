"""What may come: how often spasms do, the chance of the next one, and pain in the next parts of the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from espalda.diary import Diary
from espalda.diary.model import Floats
from espalda.findings import ahead_sentences
from espalda.inference import Backtest, Forecast, OnsetFit, OnsetPast, chance
from espalda.inference.onset import CHANCE_HOURS
from espalda.inference.scores import Score
from espalda.words import Language

LEAST_WATCHED_DAYS: Final = 14
"""Days at risk before which nothing is said of how often spasms come."""
A_MONTH_DAYS: Final = 30.0
PARTS: Final = ("morning", "midday", "evening", "night")


@dataclass(frozen=True)
class Chance:
    """The chance that a spasm begins within so many hours: mean, 95 % interval, and how it went on the diary so far."""

    hours: float
    mean: float
    low: float
    high: float
    past: OnsetPast | None

    def sentence(self, lang: Language) -> str:
        """Return it as a sentence."""
        return ahead_sentences.chance_sentence(self, lang)


@dataclass(frozen=True)
class Spasms:
    """How often spasms come, and the chance of the next.

    Attributes
    ----------
    onsets, episodes
        How many began, and how many of these a day or more after the last.
    days_watched
        Days in which one could have begun and the diary would tell.
    per_month
        How many begin in 30 such days: mean and 95 % interval.
    enough
        Whether there were episodes enough to say what acts on them.
    now
        Whether the back was in a spasm when last asked: the chances are for when it has passed.
    chances
        The shortest first.
    """

    onsets: int
    episodes: int
    days_watched: float
    per_month: tuple[float, float, float]
    enough: bool
    now: bool
    chances: tuple[Chance, ...]

    def sentences(self, lang: Language) -> list[str]:
        """Return them as sentences."""
        return ahead_sentences.spasm_sentences(self, lang)

    def to_dict(self, lang: Language) -> dict[str, Any]:
        """Return them as plain data."""
        return {
            "onsets": self.onsets,
            "episodes": self.episodes,
            "days_watched": round(self.days_watched, 1),
            "per_month": rounded(dict(zip(("mean", "low", "high"), self.per_month, strict=True))),
            "enough": self.enough,
            "now": self.now,
            "chance": [
                {**rounded({**vars(one), "past": None}), "past": _past(one), "sentence": one.sentence(lang)}
                for one in self.chances
            ],
            "sentences": self.sentences(lang),
        }


def _past(one: Chance) -> dict[str, Any] | None:
    return one.past and rounded(one.past._asdict())


@dataclass(frozen=True)
class Part:
    """Pain in a part of the day to come.

    Attributes
    ----------
    time
        The usual moment of a reading there, ISO 8601 local time with offset.
    part
        One of `PARTS`.
    mean
        Expected pain.
    low, high, inside
        Ends of the shortest run of whole numbers that holds 80 % or more, and what it holds.
    bad
        Probability of at least `PainForecast.bad_from`.
    """

    time: str
    part: str
    mean: float
    low: int
    high: int
    inside: float
    bad: float

    def name(self, lang: Language) -> str:
        """Return when it is: "Monday morning"."""
        return ahead_sentences.part_name(self, lang)


@dataclass(frozen=True)
class PainForecast:
    """Pain in the next parts of the day, and how such forecasts did on the diary so far.

    Attributes
    ----------
    bad_from
        The least whole number that no more than a quarter of the readings reach.
    parts
        The next first.
    past
        Their trial on the diary so far, against the last reading and the person's own average.
    """

    bad_from: int
    parts: tuple[Part, ...]
    past: tuple[Score, ...]

    def sentences(self, lang: Language) -> list[str]:
        """Return it as sentences."""
        return ahead_sentences.forecast_sentences(self, lang)

    def to_dict(self, lang: Language) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "bad_from": self.bad_from,
            "parts": [{**rounded(vars(part)), "name": part.name(lang)} for part in self.parts],
            "past": [rounded(score._asdict()) for score in self.past],
            "sentences": self.sentences(lang),
        }


def rounded(numbers: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain data with four digits after the point."""
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in numbers.items()}


def draw_spasms(fitted: OnsetFit, past: tuple[OnsetPast | None, ...], *, now: bool) -> Spasms | None:
    """Return how often spasms come and the chance of the next; None where they were hardly watched."""
    if fitted.days < LEAST_WATCHED_DAYS:
        return None
    mean, low, high = (A_MONTH_DAYS * value for value in fitted.per_day[:3])
    chances = (Chance(hours, *chance(fitted, hours)[:3], one) for hours, one in zip(CHANCE_HOURS, past, strict=True))
    return Spasms(fitted.onsets, fitted.episodes, fitted.days, (mean, low, high), fitted.enough, now, tuple(chances))


def draw_forecast(
    diary: Diary, at: Floats, part: NDArray[np.int64], ahead: tuple[Forecast, Backtest] | None
) -> PainForecast | None:
    """Return the forecast of pain `at` so many hours after the last one recorded, in those parts of the day."""
    if ahead is None:
        return None
    forecast, past = ahead
    last = int(np.flatnonzero(~np.isnan(diary.pain))[-1])
    columns = (column.tolist() for column in (at, part, *forecast[1:6]))
    parts = (
        Part(moment_text(diary, last, hours), PARTS[place], *numbers)
        for hours, place, *numbers in zip(*columns, strict=True)
    )
    return PainForecast(forecast.threshold, tuple(parts), past.scores)


def moment_text(diary: Diary, row: int, after_h: float = 0.0) -> str:
    """Return a row's moment, or one so many hours after it, in ISO 8601: local time with the row's offset."""
    offset = int(diary.utc_offset_min[row])
    local = np.datetime_as_string(diary.local_time[row] + np.timedelta64(round(60 * after_h), "m"), unit="m")
    return f"{local}{'-' if offset < 0 else '+'}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"
