"""The first generator: pain with memory, carry-over and reverse causation, as in the published comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bench.generators.people import Floats, Life, Simulated, Truth, amounts, day_curve, keep, missed, slots, told


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


def ou(rng: np.random.Generator, days: int, settings: OuSettings | None = None) -> Simulated:
    """Return a diary of OU pain, a U-shaped day, carry-over, reverse causation, missing readings and rounding.

    Three readings a day whose hours wander; each exposure is a bout at a random moment of its slot; after a bad
    reading half of the factors are done less; good days' readings are missed more often, what was done is told.
    """
    s = settings or OuSettings()
    start, t = slots(rng, days, s.wander_h)
    bout = start + rng.random((s.factors, len(t))) * (t - start)
    kinds = [int(kind) for kind in rng.permutation(np.arange(s.factors) % 3)]
    amount = np.stack([amounts(rng, len(t), kind) for kind in kinds])
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
    life = Life(t, bout, amount, tuple(kinds))
    truth = {life.names[j]: Truth(effect[j], half_life[j]) for j in acting}
    return Simulated(keep(life, np.where(missed(rng, pain, s.missing), np.nan, told(pain))), truth)


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
    by_the_clock = day_curve(t)
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
        pain[i] = 3.5 + by_the_clock[i] + before
    return pain, amount
