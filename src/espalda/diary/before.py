"""The day before a spasm and the day it began, beside usual days without one. It compares, and infers nothing."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from espalda.diary.build import person_day
from espalda.diary.episodes import Spasm, find_spasms
from espalda.diary.model import Diary, Factor, Floats

ENOUGH: Final = 5
"""Ours: with fewer days nothing is called usual."""
_DAY_US: Final = 86_400_000_000


class Usual(NamedTuple):
    """The middle of the usual days, and the middle half of them, from `low` to `high`."""

    low: float
    middle: float
    high: float


class Total(NamedTuple):
    """How much there was, None where it was not recorded, and how much is usual, None where too few days tell."""

    amount: float | None
    usual: Usual | None

    @property
    def is_more(self) -> bool:
        """Whether there was more than on three in four of the usual days."""
        return self.amount is not None and self.usual is not None and self.amount > self.usual.high

    @property
    def is_less(self) -> bool:
        """Whether there was less than on three in four of the usual days."""
        return self.amount is not None and self.usual is not None and self.amount < self.usual.low


class Compared(NamedTuple):
    """A factor, or the worst pain or stiffness: on the day before, and on the day until the spasm began."""

    factor: Factor
    before: Total
    until: Total

    @property
    def totals(self) -> tuple[Total, Total]:
        """Both days."""
        return self.before, self.until


class Comparison(NamedTuple):
    """The two days, as days since 1970-01-01 and what was on them, and how many usual days they are beside."""

    day: int
    readings: tuple[Compared, ...]
    factors: tuple[Compared, ...]
    usual_days: int

    @property
    def both(self) -> tuple[tuple[Compared, ...], tuple[Compared, ...]]:
        """What was done, and how the back was."""
        return self.factors, self.readings

    @property
    def is_enough(self) -> bool:
        """Whether there are days enough to call anything usual."""
        return self.usual_days >= ENOUGH


def compare(diary: Diary, spasm: Spasm, day_starts_h: float) -> Comparison:
    """Compare the day before a spasm, and its own day until it began, with the days without a spasm.

    A day without a spasm has a reading of grade 0 and no part of any spasm in it; the day before this one is none
    of them. Amounts of a day add up; of a scale the greatest counts. "Until it began" stands beside the usual days
    until the same hour.
    """
    days = person_day(diary, day_starts_h)
    clock = diary.local_time.astype(np.int64) - round(day_starts_h * _DAY_US / 24) - days * _DAY_US
    row = _row(diary, spasm.onset)
    day = int(days[row])
    usual = _without_spasm(diary, days) - {day, day - 1}
    until = clock <= clock[row]
    ones = [
        (Factor("pain", "0-10"), diary.pain, until & (np.arange(len(days)) != row)),
        (Factor("stiffness", "0-10"), diary.stiffness, until & (np.arange(len(days)) != row)),
        *((factor, diary.amounts[:, j], until) for j, factor in enumerate(diary.factors)),
    ]
    compared = [
        Compared(
            factor,
            _total(factor, values, days, day - 1, usual),
            _total(factor, np.where(within, values, np.nan), days, day, usual),
        )
        for factor, values, within in ones
    ]
    told = [one for one in compared if one.before.amount is not None or one.until.amount is not None]
    names = ("pain", "stiffness")
    return Comparison(
        day,
        tuple(one for one in told if one.factor.name in names),
        tuple(one for one in told if one.factor.name not in names),
        len(usual),
    )


def _without_spasm(diary: Diary, days: NDArray[np.int64]) -> set[int]:
    free = set(days[diary.spasm == 0].tolist())
    for spasm in find_spasms(diary):
        first, last = days[_row(diary, spasm.onset)], days[_row(diary, spasm.end or spasm.seen)]
        free -= set(range(int(first), int(last) + 1))
    return free


def _row(diary: Diary, moment: datetime) -> int:
    """Return the row of a moment of the diary."""
    return int(np.searchsorted(diary.time, np.datetime64(moment.astimezone(UTC).replace(tzinfo=None))))


def _total(factor: Factor, values: Floats, days: NDArray[np.int64], day: int, usual: set[int]) -> Total:
    seen = ~np.isnan(values)
    scale = math.isfinite(factor.limits[1])
    totals: dict[int, float] = {}
    for of, value in zip(days[seen].tolist(), values[seen].tolist(), strict=True):
        totals[of] = max(totals.get(of, value), value) if scale else totals.get(of, 0.0) + value
    there = [total for of, total in totals.items() if of in usual]
    quartiles = Usual(*np.quantile(there, [0.25, 0.5, 0.75]).tolist()) if len(there) >= ENOUGH else None
    return Total(totals.get(day), quartiles)
