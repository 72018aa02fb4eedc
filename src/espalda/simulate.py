"""The demonstration person: an invented diary whose truth is known. It is nobody's, and says nothing of anybody."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from espalda.diary import WALKED, Diary, Factor, Walks, make_diary
from espalda.diary.build import Times
from espalda.diary.model import Floats

SEED: Final = 20260301
START: Final = np.datetime64("2026-03-01T00:00", "us")
UTC_OFFSET_MIN: Final = 60
CLOCK_H: Final = (7.6, 14.2, 21.4)
TAU_H: Final = 40.0
STATE_SD: Final = 0.8
DONE_H: Final = 1.5
"""Hours before a row at which what it tells of was done."""


class Habit(NamedTuple):
    """What the invented person does, and what it does to them.

    Attributes
    ----------
    name, unit
        The factor.
    chance
        That it is done at all before the morning, midday and evening reading.
    amount
        Typical amount where it is done, in its unit.
    points
        What a typical amount, done at once, adds to pain, in NRS points.
    half_life_h, delay_h
        How fast that fades, and after how long it begins.
    """

    name: str
    unit: str
    chance: tuple[float, float, float]
    amount: float
    points: float = 0.0
    half_life_h: float = 10.0
    delay_h: float = 0.0


HABITS: Final = (
    Habit("sleep", "h", (1, 0, 0), 7),
    Habit("walk_flat", "min", (0.1, 0.5, 0.5), 25, -0.6, 10),
    Habit("walk_downhill", "min", (0.02, 0.2, 0.2), 15, 1.1, 20),
    Habit("sitting", "min", (0.2, 0.9, 0.8), 90),
    Habit("lifting", "n", (0.05, 0.25, 0.2), 4, 0.9, 10, 24),
    Habit("heat", "min", (0.1, 0.1, 0.3), 20),
    Habit("stress", "0-10", (1, 1, 1), 4),
    Habit("ibuprofen", "mg", (0.1, 0.1, 0.1), 400, -0.9, 4),
)


def demo_diary(days: int = 120, seed: int = SEED) -> Diary:
    """Return an invented diary of `days` days: three readings a day, some of them missed, always the same."""
    rng = np.random.default_rng(seed)
    rows = 3 * days
    hours = (24.0 * np.arange(days)[:, None] + np.array(CLOCK_H) + 0.4 * rng.uniform(-1, 1, (days, 3))).ravel()
    hours = np.round(hours * 60) / 60
    amounts = np.column_stack([_amounts(rng, habit, rows) for habit in HABITS])
    pain = _pain(rng, hours, amounts)
    kept = rng.random(rows) < 0.85
    stiffness = pain + np.where(np.arange(rows) % 3 == 0, 1.0, -0.6) + 0.7 * rng.standard_normal(rows)
    spasm = np.searchsorted([5.0, 6.5, 7.8, 9.2], pain + 0.6 * rng.standard_normal(rows))
    time = START + np.round(hours * 60).astype("timedelta64[m]") - np.timedelta64(UTC_OFFSET_MIN, "m")
    return make_diary(
        time[kept],
        UTC_OFFSET_MIN,
        pain=np.clip(np.round(pain), 0, 10)[kept],
        stiffness=np.clip(np.round(stiffness), 0, 10)[kept],
        spasm=spasm[kept],
        factors=[Factor(habit.name, habit.unit) for habit in HABITS],
        amounts=amounts[kept],
        walks=_walks(time[kept], amounts[kept]),
    )


def _walks(time: Times, amounts: Floats) -> Walks:
    """Return what was walked before each row as a device recorded it: to the minute, when it was, on paved ground."""
    names = [habit.name for habit in HABITS]
    minutes = np.zeros((len(time), len(WALKED)))
    for place, factor in enumerate(WALKED):
        if factor.name in names:
            minutes[:, place] = np.nan_to_num(amounts[:, names.index(factor.name)])
    lasts = minutes.sum(axis=1)
    out = np.flatnonzero(lasts)
    start = time[out] - np.round(60 * DONE_H + lasts[out] / 2).astype("timedelta64[m]")
    end = start + lasts[out].astype("timedelta64[m]")
    return Walks(start, end, np.full(len(out), UTC_OFFSET_MIN, np.int16), minutes[out])


def _amounts(rng: np.random.Generator, habit: Habit, rows: int) -> Floats:
    """Return what was done before each row, NaN where the habit has no place in that part of the day."""
    chance = np.tile(habit.chance, rows // 3)
    done = rng.random(rows) < chance
    amount = habit.amount * np.exp(0.35 * rng.standard_normal(rows))
    if habit.unit == "0-10":
        amount = np.clip(amount, 0, 10)
    elif habit.unit == "h":
        amount = habit.amount + 0.9 * rng.standard_normal(rows)
    step = {"min": 5.0, "mg": habit.amount, "h": 0.5}.get(habit.unit, 1.0)
    amount = np.where(done, np.maximum(np.round(amount / step), 1) * step, 0.0)
    return np.where(chance > 0, amount, np.nan)


def _pain(rng: np.random.Generator, hours: Floats, amounts: Floats) -> Floats:
    """Return pain before rounding: worst on rising, a wandering state, and what the habits add and take."""
    clock = hours % 24.0
    elapsed = np.diff(hours, prepend=hours[0])
    state = np.empty(len(hours))
    value = STATE_SD * rng.standard_normal()
    for i, gap in enumerate(elapsed):
        keep = np.exp(-gap / TAU_H)
        value = keep * value + STATE_SD * np.sqrt(1 - keep**2) * rng.standard_normal()
        state[i] = value
    pain = 3.1 + 1.1 * ((clock - 14.5) / 7.0) ** 2 + state
    since = hours[:, None] - (hours - DONE_H)[None, :]
    for habit, amount in zip(HABITS, amounts.T, strict=True):
        if habit.points:
            late = since - habit.delay_h
            weight = np.where(late >= 0, np.exp2(-np.maximum(late, 0.0) / habit.half_life_h), 0.0)
            pain = pain + habit.points * (weight @ np.nan_to_num(amount)) / habit.amount
    return pain
