"""People in whom a spasm begins now and then, whose truth is known: pain's mean hardly moves, its bad spells do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from espalda.inference import KERNELS, Exposures, Kernel, Readings, Series
from espalda.inference.loads import loads
from espalda.inference.onset import AtRisk, OnsetSeries
from espalda.inference.series import Bools, Floats, Ints

CLOCK_H = (8.0, 14.5, 21.0)
STEP_H = 0.5
WAKE_H = 7.0


@dataclass(frozen=True)
class Person:
    """How one lives and what is true of them.

    Attributes
    ----------
    days, factors
        Length of the diary and how many factors it holds.
    ratios
        Log of the hazard ratio that a unit of some factors, done at once, brings, by place.
    kernel
        How those act.
    onsets
        Spasms expected in the diary, about.
    spell_h
        Mean length of a spasm.
    bunched
        Standard deviation of a wandering log hazard that no factor explains (time constant ten days).
    ahead
        By how much that hazard wandering ahead keeps the person from what they do, and makes the mildest grade show.
    rest
        Whether what is done in a spasm is hardly anything, and a tablet (the last factor) is taken there instead.
    lasting
        Whether the factors, from 0 to 10 in each slot, drift over days rather than come and go.
    """

    days: int = 180
    factors: int = 12
    ratios: tuple[tuple[int, float], ...] = ()
    kernel: Kernel = KERNELS[2]
    onsets: float = 20.0
    spell_h: float = 12.0
    bunched: float = 0.0
    ahead: float = 0.0
    rest: bool = False
    lasting: bool = False


class Lived(NamedTuple):
    """A diary's numbers: pain and exposures, and the intervals at risk."""

    pain: Series
    onsets: OnsetSeries


def lived(person: Person, seed: int) -> Lived:
    """Return what a person lived: a hazard all the time, a spasm now and then; three readings a day, some lost."""
    rng = np.random.default_rng(seed)
    t = np.arange(0.0, 24.0 * person.days, STEP_H)
    end = (24.0 * np.arange(person.days)[:, None] + CLOCK_H + rng.uniform(-0.5, 0.5, (person.days, 3))).ravel()
    before = np.concatenate([[-np.inf], end[:-1]])
    begin = np.maximum(before, 24.0 * np.floor(end / 24.0) + WAKE_H)
    hidden = person.bunched * _wandering(rng, t, 240.0)
    there = np.interp(end, t, hidden)
    amount = (_drifting if person.lasting else _doses)(rng, len(end), person.factors)
    amount *= rng.random(amount.shape) < np.exp(-person.ahead * np.maximum(there, 0.0))[:, None]
    places = [place for place, _ in person.ratios]
    log_ratio = np.zeros(len(t))
    if places:
        exposures = Exposures(begin, end, np.arange(len(end)) % 3, amount[:, places])
        load = loads(exposures, t, (person.kernel,))[:, :, 0]
        log_ratio = (load - load.mean(axis=0)) @ np.array([ratio for _, ratio in person.ratios])
    relative = np.exp(log_ratio + hidden + 0.5 * np.cos(2 * np.pi * (t - 9.5) / 24.0))
    in_spasm = _spells(rng, relative * person.onsets / relative.sum(), person.spell_h)
    shown = in_spasm[np.minimum((end / STEP_H).astype(np.int64), len(t) - 1)]
    if person.rest:
        share = np.array([in_spasm[(t >= a) & (t <= b)].mean() for a, b in zip(begin, end, strict=True)])
        amount *= (1.0 - share)[:, None]
        amount[:, -1] = rng.poisson(3.0 * share)
    return _written(rng, person, Exposures(begin, end, np.arange(len(end)) % 3, amount), shown, there)


def _doses(rng: np.random.Generator, slots: int, factors: int) -> Floats:
    """Return amounts: each factor in one slot in four, half a unit to two."""
    done = rng.random((slots, factors)) < 0.25
    return np.asarray(done * np.exp(0.35 * rng.standard_normal((slots, factors))))


def _drifting(rng: np.random.Generator, slots: int, factors: int) -> Floats:
    """Return amounts from 0 to 10 with a memory of about five days."""
    keep = np.exp(-8 / 120)
    shocks = rng.standard_normal((slots, factors))
    value = np.empty((slots, factors))
    value[0] = shocks[0]
    for i in range(1, slots):
        value[i] = keep * value[i - 1] + np.sqrt(1 - keep**2) * shocks[i]
    return np.clip(np.round(4 + 2 * value), 0, 10)


def _wandering(rng: np.random.Generator, t: Floats, tau_h: float) -> Floats:
    keep = np.exp(-STEP_H / tau_h)
    state = np.empty(len(t))
    value = rng.standard_normal()
    for i, shock in enumerate(rng.standard_normal(len(t))):
        value = keep * value + np.sqrt(1 - keep**2) * shock
        state[i] = value
    return state


def _spells(rng: np.random.Generator, expected: Floats, spell_h: float) -> Bools:
    """Return whether a spasm is on at each step, given the onsets expected in it by who is in none."""
    on = np.zeros(len(expected), dtype=bool)
    begins = rng.random(len(expected)) < -np.expm1(-expected)
    lasts = rng.exponential(spell_h, len(expected))
    until = -1.0
    for i in range(len(expected)):
        if i * STEP_H >= until and begins[i]:
            until = i * STEP_H + lasts[i]
        on[i] = i * STEP_H < until
    return on


def _written(rng: np.random.Generator, person: Person, exposures: Exposures, shown: Bools, there: Floats) -> Lived:
    """Return what is written down: pain wanders on its own and rises by 2.7 points in a spasm."""
    end = exposures.end
    slot = np.arange(0.0, end[-1] + STEP_H, STEP_H)
    pain = 3.5 + np.interp(end, slot, _wandering(rng, slot, 40.0)) + 2.7 * shown + 0.4 * rng.standard_normal(len(end))
    uneasy = rng.random(len(end)) < 0.3 / (1.0 + np.exp(-person.ahead * there))
    kept = rng.random(len(end)) < 0.9
    readings = Readings(end[kept], end[kept] % 24.0, np.clip(np.round(pain[kept]), 0, 10))
    return Lived(Series(readings, exposures), OnsetSeries(intervals(end[kept], shown[kept], uneasy[kept]), exposures))


def intervals(t: Floats, spasm: Bools, uneasy: Bools) -> AtRisk:
    """Return the intervals at risk between readings at `t`, in a spasm or not, uneasy or not."""
    last = np.maximum.accumulate(np.where(spasm, t, -np.inf))
    at = np.flatnonzero(~spasm[:-1] & (np.diff(t) <= 36.0))
    middle = 0.5 * (t[at] + t[at + 1]) % 24.0
    part: Ints = np.searchsorted([4.0, 11.0, 15.5, 20.0], middle, side="right").astype(np.int64) % 4
    return AtRisk(t[at], t[at + 1], part, uneasy[at], t[at] - last[at], spasm[at + 1])
