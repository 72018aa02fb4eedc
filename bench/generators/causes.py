"""What goes with pain and does not cause it: pain's own doing, a hidden cause, the course of time, nothing at all."""

from __future__ import annotations

import numpy as np

from bench.generators.ou import OuSettings, ou
from bench.generators.people import (
    LEVEL,
    SCALE,
    Simulated,
    Truth,
    act,
    choose,
    day_curve,
    half_life,
    keep,
    live,
    load,
    memory,
    missed,
    pain_of,
    size,
    told,
)


def reverse_causation(rng: np.random.Generator, days: int) -> Simulated:
    """Return a diary where pain steers most of what is done: a third avoided when it hurts, a third sought.

    A point more at the last reading halves what is avoided (walking, sleeping well) and doubles the odds of what is
    sought (tablets, heat, rest): fear-avoidance (Vlaeyen & Linton 2000, Pain 85:317) and its remedies. Three factors
    of the twelve act, whichever they are.
    """
    life = live(rng, days)
    k = len(life.kinds)
    role = rng.permutation(np.arange(k) % 3)
    acting = choose(rng, life)
    fades = np.array([half_life(rng) for _ in range(k)])
    effect = np.zeros(k)
    for j in acting:
        effect[j] = size(rng) / load(life.t, life.bout[j], life.amount[j], fades[j]).std()
    usual = np.array([np.median(one[one > 0]) for one in life.amount])
    most = np.where(np.equal(life.kinds, SCALE), 10.0, np.inf)
    centre = sum(effect[j] * load(life.t, life.bout[j], life.amount[j], fades[j]).mean() for j in acting)
    state, by_the_clock = memory(rng, life.t), day_curve(life.t)
    pain, weight, before = np.empty(len(life.t)), np.zeros(k), 0.0
    for i, now in enumerate(life.t):
        hurts = float(np.clip(before, -2.5, 2.5))
        planned = life.amount[:, i]
        sought = (rng.random(k) < 1 / (1 + np.exp(1.2 - 0.7 * hurts))) * usual
        scale = np.equal(life.kinds, SCALE)
        sought = np.where(scale, planned + 1.2 * hurts, sought)
        done = np.where(role == 0, planned * np.exp2(-hurts), np.where(role == 1, sought, planned))
        life.amount[:, i] = np.clip(np.round(done), 0, np.minimum(most, 6 * usual))
        gap = now - life.t[i - 1] if i else 0.0
        weight = weight * np.exp2(-gap / fades) + life.amount[:, i] * np.exp2(-(now - life.bout[:, i]) / fades)
        before = float(np.clip(state[i] + effect @ weight - centre, -LEVEL, 10 - LEVEL))
        pain[i] = LEVEL + by_the_clock[i] + before
    truth = {life.names[j]: Truth(float(effect[j]), float(fades[j])) for j in acting}
    return Simulated(keep(life, np.where(missed(rng, pain), np.nan, told(pain))), truth)


def unmeasured_confounder(rng: np.random.Generator, days: int) -> Simulated:
    """Return a diary where something never recorded raises pain and three of the recorded factors.

    It swings over a day or two and adds .8 points per SD; factors it drives vary by half with it and do nothing.
    Two others act. No method can part the two from the diary alone (VanderWeele & Ding 2017, Annals of Internal
    Medicine 167:268): this measures how often one is fooled.
    """
    life = live(rng, days)
    driven = choose(rng, life, 3)
    hidden = memory(rng, life.t, tau_h=24.0)
    for j in driven:
        moved = life.amount[j] + 2 * hidden if life.kinds[j] == SCALE else life.amount[j] * np.exp(0.6 * hidden)
        life.amount[j] = np.clip(np.round(moved), 0, 10 if life.kinds[j] == SCALE else np.inf)
    felt, truth = act(rng, life, choose(rng, life, 2, [j for j in range(len(life.kinds)) if j not in driven]))
    pain = pain_of(rng, life.t, felt + 0.8 * hidden)
    return Simulated(keep(life, np.where(missed(rng, pain), np.nan, told(pain))), truth)


def drift_under_treatment(rng: np.random.Generator, days: int) -> Simulated:
    """Return a diary that gets better by itself while three things are taken up and one given up, one of which helps.

    Pain falls by two points, most of it in the first third, whatever is done, as back pain does (Artus et al. 2010,
    Rheumatology 49:2346). Two other factors act.
    """
    life = live(rng, days)
    course = np.exp(-life.t / (24.0 * days / 3))
    changed = choose(rng, life, 4)
    for place, j in enumerate(changed):
        share = course if place == 0 else 1 - course
        life.amount[j] = np.round(life.amount[j] * share)
    felt, truth = act(rng, life, choose(rng, life, 2, [j for j in range(len(life.kinds)) if j not in changed]))
    helps = changed[-1]
    fades = half_life(rng)
    weight = load(life.t, life.bout[helps], life.amount[helps], fades)
    per_unit = -abs(size(rng)) / float(weight.std())
    felt += per_unit * (weight - weight.mean())
    truth[life.names[helps]] = Truth(per_unit, fades)
    pain = pain_of(rng, life.t, felt + 2 * (course - course.mean()))
    return Simulated(keep(life, np.where(missed(rng, pain), np.nan, told(pain))), truth)


def global_null(rng: np.random.Generator, days: int) -> Simulated:
    """Return a diary where nothing acts, as `ou` in all else: every finding is false."""
    return ou(rng, days, OuSettings(acting=0))
