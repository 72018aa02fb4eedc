"""Spells rather than levels: the mean barely moves, the chance of a bad spell does."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bench.generators.people import (
    Bools,
    Life,
    Simulated,
    Truth,
    choose,
    half_life,
    keep,
    live,
    load,
    missed,
    pain_of,
    told,
)

SLOT_H = 8.0


class _Spell(NamedTuple):
    """How spells come and go: the chance a slot that one begins, that one ends, and the points it adds."""

    enter: float
    leave: float
    points: float


def _spells(rng: np.random.Generator, life: Life, spell: _Spell) -> tuple[Bools, dict[str, Truth]]:
    """Return which slots are in a spell, three factors raising or lowering the chance that one begins.

    The truth told is the peak of what one unit adds to expected pain.
    """
    log_ratio, each = np.zeros(len(life.t)), {}
    for j in choose(rng, life):
        fades = half_life(rng, 8, 48)
        weight = load(life.t, life.bout[j], life.amount[j], fades)
        per_unit = float(rng.choice([-1, 1]) * rng.uniform(0.7, 1.2) / weight.std())
        log_ratio += per_unit * (weight - weight.mean())
        each[life.names[j]] = (per_unit, fades)
    enter = 1 - np.exp(-spell.enter * np.exp(log_ratio))
    inside = np.zeros(len(life.t), dtype=bool)
    for i in range(1, len(inside)):
        inside[i] = rng.random() >= spell.leave if inside[i - 1] else rng.random() < enter[i]
    mean = float(enter.mean())
    truth = {name: _expected(per_unit, fades, mean, spell) for name, (per_unit, fades) in each.items()}
    return inside, truth


def _expected(per_unit: float, fades: float, enter: float, spell: _Spell) -> Truth:
    """Return what one unit does to expected pain, from the chances' own recursion."""
    free = spell.leave / (spell.leave + enter)
    extra = enter * np.expm1(per_unit * np.exp2(-SLOT_H * np.arange(60) / fades))
    response, now = np.empty(60), 0.0
    for i, more in enumerate(extra):
        now = now * (1 - spell.leave - enter) + free * more
        response[i] = now
    peak = int(np.argmax(np.abs(response)))
    after = np.abs(response[peak:])
    half = int(np.argmax(after < after[0] / 2))
    return Truth(float(spell.points * response[peak]), SLOT_H * max(half, 1), SLOT_H * peak)


def flare_state(rng: np.random.Generator, days: int) -> Simulated:
    """Return a diary of calm and flare, a two-state Markov chain whose way into flares three factors change.

    A flare begins in one slot of fifty, lasts three days on average and adds 2.7 points, as flares of low back pain
    are described (Suri et al. 2018, Spine 43:427; Costa et al. 2019, European Journal of Pain 23:502).
    """
    life = live(rng, days)
    spell = _Spell(0.02, 1 / 9, 2.7)
    inside, truth = _spells(rng, life, spell)
    pain = pain_of(rng, life.t, np.where(inside, spell.points, 0.0) - 0.5)
    return Simulated(keep(life, np.where(missed(rng, pain), np.nan, told(pain))), truth)


def spasm_onsets(rng: np.random.Generator, days: int) -> Simulated:
    """Return a diary where three factors change the chance of a spasm, recorded as a grade, and pain hardly follows.

    A spasm begins in one slot of forty, lasts two on average, is graded 1 to 4 and adds half a point. Triggers are
    asked for onsets in case-crossover studies (Steffens et al. 2015, Arthritis Care & Research 67:403).
    """
    life = live(rng, days)
    spell = _Spell(0.025, 0.5, 0.5)
    inside, truth = _spells(rng, life, spell)
    pain = pain_of(rng, life.t, np.where(inside, spell.points, 0.0))
    blank = missed(rng, pain)
    grade = np.where(inside, rng.integers(1, 5, len(inside)), 0).astype(float)
    return Simulated(
        keep(life, np.where(blank, np.nan, told(pain)), spasm=np.where(blank & ~inside, np.nan, grade)), truth
    )
