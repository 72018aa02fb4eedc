"""Tests on real pain: factors from far away in time must find nothing, and one effect added must be found.

The series are read from the folder `ESPALDA_SHARED` names (else `../shared` beside the checkout) and never copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Final

import numpy as np

from bench.engine.methods import Bools, Floats
from bench.generators import Simulated, Truth
from bench.generators.people import half_life, load
from bench.real import SERIES, esm, knee
from espalda.diary import Diary, Factor, person_day

PAINS: Final = ("knee_pain", "pain_shoulder")
FATIGUES: Final = ("leg_fatigue", "total_fatigue")
FAR: Final = 200
"""Days at least between a reading of the daily series and the factors put beside it."""
STEP: Final = 60
INJECTED_SD: Final = 0.5
"""Standard deviations of pain that one of the injected load moves it by."""


def here() -> bool:
    """Return whether the series are at hand."""
    return (SERIES / "knee").is_dir() and (SERIES / "esm").is_dir()


@cache
def _knee(symptom: str) -> Diary:
    return knee(SERIES / "knee", symptom)


@cache
def _esm() -> Diary:
    return esm(SERIES / "esm")


@cache
def pains(days: int) -> tuple[Diary, ...]:
    """Return stretches of real pain, each beside the factors of another time: every finding is false.

    Knee and shoulder pain of one person over 1,187 days, factors at least 200 days away; and the momentary pain of
    another over 239 days, whose factors are moved by 80 to 160 days, round the end of the series to its beginning.
    """
    daily = (one for symptom in PAINS for one in _daily(_knee(symptom), days))
    return (*daily, *_momentary(_esm(), days))


@cache
def fatigues(days: int) -> tuple[Diary, ...]:
    """Return the same of the first person's leg and total fatigue: no pain, but as spiky and as often 0."""
    return tuple(one for symptom in FATIGUES for one in _daily(_knee(symptom), days))


@cache
def injectable(days: int) -> tuple[Diary, ...]:
    """Return the stretches of knee and momentary pain that an effect is added to, far factors beside it."""
    return (*_daily(_knee("knee_pain"), days), *_momentary(_esm(), days))


def _daily(diary: Diary, days: int) -> Iterator[Diary]:
    day = person_day(diary)
    day = day - day[0]
    last = int(day[-1])
    amounts = np.full((last + 1, len(diary.factors)), np.nan)
    amounts[day] = diary.amounts
    for place, start in enumerate(range(0, last - days + 2, STEP)):
        rows = (day >= start) & (day < start + days)
        far = [other for other in range(0, last - days + 2, STEP) if abs(other - start) >= FAR]
        for other in far[place % 3 :: 3]:
            yield _with_amounts(diary, rows, amounts[day[rows] - start + other])


def _momentary(diary: Diary, days: int) -> Iterator[Diary]:
    day = person_day(diary)
    day = day - day[0]
    span = int(day[-1]) + 1
    hour = diary.local_time.astype("datetime64[m]").astype(np.int64) % 1440
    for start in range(0, span - days + 1, 30):
        rows = np.flatnonzero((day >= start) & (day < start + days))
        for moved in range(80, 161, 20):
            amounts = np.full((len(rows), len(diary.factors)), np.nan)
            for here in np.unique(day[rows]):
                mine = np.flatnonzero(day[rows] == here)
                theirs = list(np.flatnonzero(day == (here + moved) % span))
                for i in mine:
                    if theirs:
                        nearest = min(theirs, key=lambda row: abs(int(hour[row] - hour[rows[i]])))
                        theirs.remove(nearest)
                        amounts[i] = diary.amounts[nearest]
            yield _with_amounts(diary, np.isin(np.arange(len(diary)), rows), amounts)


def _with_amounts(diary: Diary, rows: Bools, amounts: Floats) -> Diary:
    return replace(
        diary,
        time=diary.time[rows],
        utc_offset_min=diary.utc_offset_min[rows],
        pain=diary.pain[rows],
        stiffness=diary.stiffness[rows],
        spasm=diary.spasm[rows],
        amounts=amounts,
        notes=tuple(np.array(diary.notes, dtype=object)[rows]),
    )


def shifted_pain(_rng: np.random.Generator, days: int, place: int) -> Simulated:
    """Return the stretch of pain at `place`, beside factors from far away."""
    return Simulated(pains(days)[place], {})


def shifted_fatigue(_rng: np.random.Generator, days: int, place: int) -> Simulated:
    """Return the stretch of fatigue at `place`, beside factors from far away."""
    return Simulated(fatigues(days)[place], {})


def injected(rng: np.random.Generator, days: int, place: int) -> Simulated:
    """Return a stretch of real knee or momentary pain, far factors beside it and one added that acts.

    The one added is done on some days at a random hour, in minutes; its half-life is 4 to 72 hours and its effect half
    a standard deviation of the stretch's pain per standard deviation of its load, either sign. Pain stays whole
    numbers from 0 to 10, as far as it was told so: pain at 0 can't be eased. The truth told is what reached the diary,
    the slope of the pain added, as told, on the load.
    """
    some = injectable(days)
    diary = some[place % len(some)]
    t = (diary.time - diary.time[0]).astype(np.int64) / 3.6e9
    first = np.diff(person_day(diary), prepend=-1) > 0
    width = np.where(first, np.minimum(13.0, np.diff(t, prepend=-13.0)), np.diff(t, prepend=-13.0))
    bout = t - rng.random(len(t)) * width
    chance = 0.45 if first.all() else 0.2
    minutes = np.where(rng.random(len(t)) < chance, np.round(rng.gamma(2.0, 15.0, len(t))), 0.0)
    fades = half_life(rng)
    weight = load(t, bout, minutes, fades)
    per_unit = float(rng.choice([-1, 1])) * INJECTED_SD * float(np.nanstd(diary.pain) / weight.std())
    pain = np.clip(np.round(diary.pain + per_unit * (weight - weight.mean())), 0, 10)
    factors = (*diary.factors, Factor("injected", "min"))
    changed = replace(diary, pain=pain, factors=factors, amounts=np.column_stack([diary.amounts, minutes]))
    seen = ~np.isnan(pain)
    reached = float(np.polyfit(weight[seen], (pain - diary.pain)[seen], 1)[0])
    return Simulated(changed, {"injected": Truth(reached, fades)})


REAL: Final = {one.__name__: one for one in (shifted_pain, shifted_fatigue, injected)}


def count(name: str, days: int) -> int:
    """Return how many stretches there are."""
    return len({"shifted_pain": pains, "shifted_fatigue": fatigues, "injected": injectable}[name](days))
