"""Simulated diaries whose truth is known, written to break the engine rather than to fit it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from espalda.diary import Diary, Factor

Floats = NDArray[np.float64]


class Truth(NamedTuple):
    """What a factor of a simulated diary really does: points per unit done at once, and how it fades."""

    per_unit: float
    half_life_h: float


@dataclass(frozen=True)
class Simulated:
    """A diary and, for each factor that acts, the truth."""

    diary: Diary
    truth: dict[str, Truth]


@dataclass(frozen=True)
class OuSettings:
    """The first generator's settings, at the values of the published comparison."""

    factors: int = 12
    acting: int = 3
    tau_h: float = 36.0
    sd: float = 1.0
    missing: float = 0.25
    feedback: float = 0.3
    wander_h: float = 0.5


def _amounts(rng: np.random.Generator, slots: int, kind: int) -> Floats:
    """Return amounts per slot of one factor: minutes now and then, a count, or a 0-10 scale that drifts."""
    if kind == 0:
        return np.where(rng.random(slots) < 0.45, np.round(rng.gamma(2.0, 15.0, slots)), 0.0)
    if kind == 1:
        return np.asarray(rng.binomial(1, 0.3, slots) * rng.integers(1, 4, slots), dtype=float)
    level = np.empty(slots)
    state = 0.0
    for i in range(slots):
        state = 0.8 * state + 0.6 * rng.standard_normal()
        level[i] = state
    return np.clip(np.round(4 + 2 * level), 0, 10)


def ou(rng: np.random.Generator, days: int, settings: OuSettings | None = None) -> Simulated:
    """Return a diary of OU pain, a U-shaped day, carry-over, reverse causation, missing readings and rounding.

    Three readings a day whose hours wander; each exposure is a bout at a random moment of its slot; after a bad
    reading half of the factors are done less; good days' readings are missed more often, what was done is told.
    """
    s = settings or OuSettings()
    slots = 3 * days
    hours = np.sort(np.array([[8.0, 14.5, 21.0]]) + s.wander_h * rng.uniform(-1, 1, (days, 3)), axis=1)
    t = (24.0 * np.arange(days)[:, None] + hours).ravel()
    start = np.where(np.arange(slots) % 3 == 0, t - 1.0, np.concatenate([[t[0] - 1], t[:-1]]))
    bout = start + rng.random((s.factors, slots)) * (t - start)
    kinds = [int(kind) for kind in rng.permutation(np.arange(s.factors) % 3)]
    amount = np.stack([_amounts(rng, slots, kind) for kind in kinds])
    acting = rng.choice(s.factors, s.acting, replace=False)
    half_life = np.exp(rng.uniform(np.log(4), np.log(72), s.factors))
    effect = np.zeros(s.factors)
    for j in acting:
        load = _load(t, bout[j], amount[j], half_life[j])
        effect[j] = rng.choice([-1, 1]) * rng.uniform(0.35, 0.9) / load.std()
    avoided = rng.random(s.factors) < 0.5
    habits = _Habits(
        t,
        bout,
        amount,
        effect,
        half_life,
        np.where(avoided, s.feedback, 0.0),
        np.where(np.equal(kinds, 2), 10.0, np.inf),
    )
    pain, amount = _run(rng, habits, s)
    diary, names = _observe(rng, t, pain, amount, kinds, s.missing)
    truth = {names[j]: Truth(effect[j], half_life[j]) for j in acting}
    return Simulated(diary, truth)


def _load(t: Floats, bout: Floats, amount: Floats, half_life: float) -> Floats:
    load = np.zeros(len(t))
    for i in range(len(t)):
        past = slice(max(0, i - 120), i + 1)
        load[i] = amount[past] @ np.exp2(-(t[i] - bout[past]) / half_life)
    return load


class _Habits(NamedTuple):
    """What is done and what it does: per slot ``t (n,)``, per factor and slot ``(k, n)``, per factor ``(k,)``."""

    t: Floats
    bout: Floats
    amount: Floats
    effect: Floats
    half_life: Floats
    avoidance: Floats
    most: Floats


def _run(rng: np.random.Generator, habits: _Habits, s: OuSettings) -> tuple[Floats, Floats]:
    """Return pain at each slot's end and the amounts really done, pain acting back on them."""
    t, bout, amount, effect, half_life, avoidance, most = habits
    amount = amount.copy()
    clock = t % 24.0
    day_curve = 0.5 * ((clock - 14.0) / 7.0) ** 2
    centre = np.array(
        [e * _load(t, bout[j], amount[j], half_life[j]).mean() if e else 0.0 for j, e in enumerate(effect)]
    ).sum()
    state = s.sd * rng.standard_normal()
    load = np.zeros(len(effect))
    pain = np.empty(len(t))
    before = 0.0
    for i in range(len(t)):
        elapsed = t[i] - t[i - 1] if i else 0.0
        keep = np.exp(-elapsed / s.tau_h)
        state = keep * state + s.sd * np.sqrt(1 - keep**2) * rng.standard_normal()
        amount[:, i] = np.round(np.minimum(amount[:, i] * np.exp(-avoidance * np.clip(before, -3.0, 3.0)), most))
        load = load * np.exp2(-elapsed / half_life) + amount[:, i] * np.exp2(-(t[i] - bout[:, i]) / half_life)
        before = state + float(effect @ load) - centre
        pain[i] = 3.5 + day_curve[i] + before
    return pain, amount


def _observe(
    rng: np.random.Generator, t: Floats, pain: Floats, amount: Floats, kinds: list[int], missing: float
) -> tuple[Diary, list[str]]:
    """Return the diary as kept: rounded to 0-10, some readings left blank, more of them on good days."""
    logit = np.log(missing / (1 - missing)) - 0.4 * (pain - pain.mean())
    kept = rng.random(len(t)) >= 1 / (1 + np.exp(-logit))
    units = ["min", "n", "0-10"]
    names = [f"factor_{j + 1}" for j in range(len(kinds))]
    blank = np.full(len(t), np.nan)
    minutes = np.round(60 * t).astype("timedelta64[m]")
    return Diary(
        time=np.datetime64("2026-01-01T00:00", "us") + minutes,
        utc_offset_min=np.zeros(len(t), dtype=np.int16),
        pain=np.where(kept, np.clip(np.round(pain), 0, 10), np.nan),
        stiffness=blank,
        spasm=blank.copy(),
        factors=tuple(Factor(name, units[kind]) for name, kind in zip(names, kinds, strict=True)),
        amounts=amount.T.copy(),
        notes=("",) * len(t),
    ), names
