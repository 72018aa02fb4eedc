"""How a diary is kept: rounded to favourite digits, repeated, mis-recalled, left out when it hurts, or in gaps."""

from __future__ import annotations

import numpy as np

from bench.generators.people import Bools, Floats, Life, Simulated, act, choose, keep, live, missed, pain_of, told

DIGITS = np.array([0.0, 2.0, 5.0, 8.0, 10.0])


def digit_preference(rng: np.random.Generator, days: int) -> Simulated:
    """Return a diary of which six readings in ten are told as 0, 2, 5, 8 or 10, whichever is nearest.

    Heaping coarsens what is observed (Heitjan & Rubin 1990, Journal of the American Statistical Association 85:304).
    """
    life = live(rng, days)
    felt, truth = act(rng, life, choose(rng, life))
    pain = pain_of(rng, life.t, felt)
    heaped = DIGITS[np.argmin(np.abs(pain[:, None] - DIGITS), axis=1)]
    said = np.where(rng.random(len(pain)) < 0.6, heaped, told(pain))
    return Simulated(keep(life, np.where(missed(rng, pain), np.nan, said)), truth)


def sticky(rng: np.random.Generator, days: int) -> Simulated:
    """Return a diary that mostly repeats the last number until pain has moved by more than 1.5 points.

    Long strings of one answer mark careless answering (Curran 2016, Journal of Experimental Social Psychology 66:4).
    """
    life = live(rng, days)
    felt, truth = act(rng, life, choose(rng, life))
    pain = pain_of(rng, life.t, felt)
    blank = missed(rng, pain)
    said = told(pain)
    last = said[0]
    for i in np.flatnonzero(~blank):
        if abs(pain[i] - last) <= 1.5 and rng.random() < 0.75:
            said[i] = last
        last = said[i]
    return Simulated(keep(life, np.where(blank, np.nan, said)), truth)


def floor_effect(rng: np.random.Generator, days: int) -> Simulated:
    """Return a diary of someone mostly free of pain: about four readings in ten are 0, where effects can't be seen.

    What lies below the scale's end is censored (Tobin 1958, Econometrica 26:24).
    """
    life = live(rng, days)
    felt, truth = act(rng, life, choose(rng, life))
    pain = pain_of(rng, life.t, felt) - 3.0
    return Simulated(keep(life, np.where(missed(rng, pain), np.nan, told(pain))), truth)


def outliers(rng: np.random.Generator, days: int) -> Simulated:
    """Return a diary of which one reading in twenty-five is any number at all: a slip of the finger.

    Gross errors beside ordinary ones are the contamination of robust statistics (Tukey 1960, Contributions to
    Probability and Statistics, 448).
    """
    life = live(rng, days)
    felt, truth = act(rng, life, choose(rng, life))
    pain = pain_of(rng, life.t, felt)
    slipped = rng.random(len(pain)) < 0.04
    said = np.where(slipped, rng.integers(0, 11, len(pain)), told(pain))
    return Simulated(keep(life, np.where(missed(rng, pain), np.nan, said)), truth)


def blank_amounts(rng: np.random.Generator, days: int) -> Simulated:
    """Return a diary with three amounts in ten left blank, each factor by itself: a blank is not a zero.

    Missing completely at random in Rubin's terms (Rubin 1976, Biometrika 63:581).
    """
    life = live(rng, days)
    felt, truth = act(rng, life, choose(rng, life))
    pain = pain_of(rng, life.t, felt)
    said = np.where(rng.random(life.amount.shape) < 0.3, np.nan, life.amount)
    return Simulated(keep(life, np.where(missed(rng, pain), np.nan, told(pain)), amount=said), truth)


def misrecalled_exposure(rng: np.random.Generator, days: int) -> Simulated:
    """Return a diary whose amounts are wrong: a factor of 1.5 either way, one in seven forgotten, one in ten late.

    Self-reported activity differs from measured in both directions (Prince et al. 2008, International Journal of
    Behavioral Nutrition and Physical Activity 5:56).
    """
    life = live(rng, days)
    felt, truth = act(rng, life, choose(rng, life))
    pain = pain_of(rng, life.t, felt)
    most = np.where(np.equal(life.kinds, 2), 10.0, np.inf)[:, None]
    said = np.minimum(np.round(life.amount * np.exp(0.4 * rng.standard_normal(life.amount.shape))), most)
    said[rng.random(said.shape) < 0.15] = 0.0
    late = rng.random(said.shape) < 0.1
    late[:, -1] = False
    put_off = np.where(late, said, 0.0)
    said = np.minimum(np.where(late, 0.0, said) + np.roll(put_off, 1, axis=1), most)
    return Simulated(keep(life, np.where(missed(rng, pain), np.nan, told(pain)), amount=said), truth)


def missing_not_at_random(rng: np.random.Generator, days: int) -> Simulated:
    """Return a diary that stops when it hurts: whole rows are missing, amounts and all, often for days on end.

    What is missing depends on what was not seen (Rubin 1976, Biometrika 63:581).
    """
    life = live(rng, days)
    felt, truth = act(rng, life, choose(rng, life))
    pain = pain_of(rng, life.t, felt)
    rows = np.ones(len(pain), dtype=bool)
    stopped = False
    for i, now in enumerate(pain - pain.mean()):
        stop = 0.75 + 0.1 * np.tanh(now) if stopped else 1 / (1 + np.exp(2.8 - 1.2 * now))
        stopped = bool(rng.random() < stop)
        rows[i] = not stopped
    return Simulated(keep(life, told(pain), rows=rows), truth)


def rows_carried(rng: np.random.Generator, days: int) -> Simulated:
    """Return a diary with three rows in ten left out, their amounts told with the day's next row, as its format says.

    What is done after a day's last row is told nowhere; a scale is told as it is, not added up.
    """
    life = live(rng, days)
    felt, truth = act(rng, life, choose(rng, life))
    pain = pain_of(rng, life.t, felt)
    rows = ~missed(rng, pain, 0.3)
    return Simulated(keep(life, told(pain), amount=_carried(life, rows), rows=rows), truth)


def rows_lost(rng: np.random.Generator, days: int) -> Simulated:
    """Return a diary with three rows in ten left out, amounts and all: the next row tells only its own."""
    life = live(rng, days)
    felt, truth = act(rng, life, choose(rng, life))
    pain = pain_of(rng, life.t, felt)
    return Simulated(keep(life, told(pain), rows=~missed(rng, pain, 0.3)), truth)


def _carried(life: Life, rows: Bools) -> Floats:
    amount = life.amount.copy()
    adds_up = np.not_equal(life.kinds, 2)
    for i in np.flatnonzero(~rows):
        if i % 3 < 2:
            amount[adds_up, i + 1] += amount[adds_up, i]
    return amount
