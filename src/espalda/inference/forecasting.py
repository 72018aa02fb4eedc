"""The forecast: what the symptom will be at moments to come, as probabilities over 0 to 10.

Readings are first put on the person's own scale: a standard normal cut where their own readings are. There

    score(t) = level + day's curve + slow drift + sum of effect * load(t) + OU state + noise

is Gaussian, and so is what follows from the readings, at each point of a grid over what is not known (time constant,
noise's share, size of the drift). The points are averaged by their evidence. Cut again, the mixture is a forecast that
knows of the floor at 0, of numbers the person never gives, and that a bad day is further from a usual one than a
good day; far ahead it is the person's own record.

The slow drift is held and not drawn on: a line through three months says little of next week and nothing of next
month. It is an Ornstein-Uhlenbeck process too, with a time constant of twelve weeks, that fades back to the level.

Only factors found to act are followed: following the doubtful too, as far as they are likely, forecasts no better.
Their loads to come are what was done and still fades (or has yet to begin), and what the person usually does from
that hour on, judged by days that began like this one.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Final, NamedTuple

import numpy as np

from espalda.inference.engine import FEWEST_READINGS, Fit, found
from espalda.inference.evidence import PRIOR_SCALE, PRIOR_SHAPE
from espalda.inference.loads import Kernel, impute, in_shares, loads
from espalda.inference.series import Exposures, Floats, Ints, Readings, Series
from espalda.inference.whitening import Grid, noise_grid, whiten

TOP: Final = 10
WIDTH: Final = 0.8
"""What the interval holds at least."""
RECENT_DAYS: Final = 180
"""What came before is not used: whoever has changed is another person."""
NOISE_SHARES: Final = (0.02, 0.08, 0.2, 0.4, 0.65, 0.9)
DRIFT_TAU_H: Final = 2000.0
DRIFT_KNOTS_DAYS: Final = (0, 7, 14, 28, 56, 112)
DRIFTS: Final = (0.01, 0.3, 1.0)
"""Prior variances of the slow drift, in units of state and noise together."""
CURVE: Final = 1.0
"""Prior variance of each part of the day's curve, in the same units."""
SLAB: Final = 0.25
"""Prior variance of an effect per SD of load, in the same units: the larger of the engine's."""
OTHERS: Final = 5.0
"""Readings' worth of a rounded normal mixed into the person's own, so that what never was isn't impossible."""
HABIT_DAYS: Final = 56
HABIT_AHEAD_DAYS: Final = 14
"""Beyond so many days what will be done is judged as at that day's same hour."""
HABIT_RIDGE: Final = 20.0
"""Days' worth of doubt that a day begun like others goes on like them."""
LATELY: Final = Kernel(10.0, 0.0)
"""What was done lately, as it tells what will be done next."""
FEWEST_DAYS: Final = 5
_LEAST_WEIGHT: Final = 1e-4
_CURVE_COLUMNS: Final = 4


class Forecast(NamedTuple):
    """The symptom at `h` moments to come.

    Attributes
    ----------
    probability
        Of each whole number from 0 to 10, shape ``(h, 11)``.
    mean
        Expected value, ``(h,)``.
    low, high, inside
        The shortest interval of whole numbers that holds at least 80 %, and what it holds, ``(h,)`` each.
    bad
        Probability of at least `threshold`, ``(h,)``.
    threshold
        The least whole number that no more than a quarter of the person's readings reach.
    """

    probability: Floats
    mean: Floats
    low: Ints
    high: Ints
    inside: Floats
    bad: Floats
    threshold: int


class Scale(NamedTuple):
    """A person's own scale.

    Attributes
    ----------
    cuts
        Where the standard normal is cut between one whole number and the next, increasing, shape ``(10,)``.
    score
        What each number given stands for, the mean of its piece, shape ``(11,)``; 0 where it never was given.
    within
        Variance that is lost inside the pieces.
    """

    cuts: Floats
    score: Floats
    within: float


class Design(NamedTuple):
    """The columns at the readings, and as they will be.

    Attributes
    ----------
    columns, ahead
        At the `n` readings and the `h` moments to come, shapes ``(n, q)`` and ``(h, q)``.
    spread
        Variance of what each column will be, shape ``(h, q)``.
    precision
        Prior precision of each coefficient in units of the scale, at each of `p` alternatives, shape ``(p, q)``; 0 for
        flat.
    """

    columns: Floats
    ahead: Floats
    spread: Floats
    precision: Floats


class Mixture(NamedTuple):
    """Normals at each moment: weights ``(g,)`` adding up to one, means and variances ``(g, h)``."""

    weight: Floats
    mean: Floats
    variance: Floats


def forecast(series: Series, fit: Fit, at: Floats, clock: Floats) -> Forecast | None:
    """Return what the symptom will be `at` so many hours after the last reading, by local hours `clock`.

    `fit` says which factors act, and how. None where there are too few readings.
    """
    readings = recent(series.readings)
    if len(readings.t) < FEWEST_READINGS:
        return None
    given = whole(readings.y)
    scale = own_scale(given)
    own = readings._replace(y=scale.score[given])
    design = _design(Series(own, series.exposures), fit, at, clock)
    ahead = predict(own.t, own.y, design, at, noise_grid(NOISE_SHARES))
    return _cut(scale, ahead, bad_from(given))


def recent(readings: Readings) -> Readings:
    """Return the readings of the last half-year."""
    return readings.take(readings.t >= readings.t[-1:] - 24.0 * RECENT_DAYS)


def whole(y: Floats) -> Ints:
    """Return readings as whole numbers from 0 to 10."""
    return np.asarray(np.clip(np.rint(y), 0, TOP).astype(np.int64))


def bad_from(given: Ints) -> int:
    """Return the least whole number from 1 to 10 that no more than a quarter of the readings reach."""
    reached = (given[:, None] >= np.arange(1, TOP + 1)).mean(axis=0)
    return int(np.argmax(reached <= 0.25)) + 1 if reached[-1] <= 0.25 else TOP


def own_scale(given: Ints) -> Scale:
    """Return the scale on which a person's readings, whole numbers from 0 to 10, are standard normal."""
    counts = np.bincount(given, minlength=TOP + 1).astype(float)
    likely = NormalDist(float(given.mean()), max(float(given.std()), 0.5))
    below = np.array([likely.cdf(k + 0.5) for k in range(TOP)])
    others = np.diff(np.concatenate([[0.0], below, [1.0]]))
    share = (counts + OTHERS * others) / (len(given) + OTHERS)
    standard = NormalDist()
    cuts = np.array([standard.inv_cdf(part) for part in np.cumsum(share)[:-1].clip(1e-9, 1 - 1e-9)])
    density = np.concatenate([[0.0], np.exp(-0.5 * cuts**2) / math.sqrt(2 * math.pi), [0.0]])
    seen = counts > 0
    score = np.where(seen, (density[:-1] - density[1:]) / np.where(seen, share, 1.0), 0.0)
    return Scale(cuts, score, max(1.0 - float(score[given].var()), 0.0))


def _cut(scale: Scale, ahead: Mixture, threshold: int) -> Forecast:
    """Return the forecast that a mixture on the person's own scale is."""
    kept = ahead.weight > _LEAST_WEIGHT * ahead.weight.max()
    weight = ahead.weight[kept] / ahead.weight[kept].sum()
    sd = np.sqrt(ahead.variance[kept] + scale.within)
    below = np.tensordot(weight, _normal_cdf((scale.cuts - ahead.mean[kept, :, None]) / sd[:, :, None]), axes=1)
    edge = np.ones((len(below), 1))
    probability = np.maximum(np.diff(np.hstack([0.0 * edge, below, edge]), axis=1), 0.0)
    low, high, inside = shortest(probability)
    mean = probability @ np.arange(TOP + 1.0)
    return Forecast(probability, mean, low, high, inside, probability[:, threshold:].sum(axis=1), threshold)


def shortest(probability: Floats, width: float = WIDTH) -> tuple[Ints, Ints, Floats]:
    """Return ends and content of the shortest (then fullest) run of numbers that holds at least `width`."""
    moments, numbers = probability.shape
    below = np.hstack([np.zeros((moments, 1)), np.cumsum(probability, axis=1)])
    low, high = np.triu_indices(numbers)
    content = below[:, high + 1] - below[:, low]
    enough = content >= width - 1e-9
    best = np.argmin(np.where(enough, high - low + 1.0 - content, np.inf), axis=1)
    return low[best], high[best], np.minimum(content[np.arange(moments), best], 1.0)


def _normal_cdf(x: Floats) -> Floats:
    flat = (x / math.sqrt(2.0)).ravel().tolist()
    return np.array([0.5 * math.erfc(-value) for value in flat]).reshape(x.shape)


def predict(t: Floats, y: Floats, design: Design, at: Floats, grid: Grid) -> Mixture:
    """Return what follows for moments `at` hours after the last of `t`, at each point of grid × alternatives.

    The points of the result run through the grid once for each alternative. Each is the joint Gaussian of readings
    and moments conditioned on the readings, the scale integrated out (its variance is that of the t it is).
    """
    taus, which = np.unique(grid.tau_h, return_inverse=True)
    q, share = design.columns.shape[1], 1.0 - grid.noise_share
    # What the last moment's state has in common with each reading's, whitened, is the filter's weight of each.
    fade = np.exp(-(t[-1] - t)[:, None] / taus)
    white = whiten(t, np.column_stack([design.columns, y, fade]), grid)
    rest = white.columns[:, :, : q + 1]
    weigh = share[:, None] * np.take_along_axis(white.columns[:, :, q + 1 :], which[:, None, None], axis=2)[:, :, 0]
    inner = np.matmul(rest.transpose(0, 2, 1), rest)
    state = np.matmul(weigh[:, None, :], rest)[:, 0]
    left = np.exp(-at / grid.tau_h[:, None])
    alone = share[:, None] * -np.expm1(-2.0 * at / grid.tau_h[:, None]) + grid.noise_share[:, None]
    alone = alone + left**2 * (share - (weigh**2).sum(axis=1))[:, None]
    parts = [
        _conditioned(inner, state, white.log_det, left, alone, design._replace(precision=precision), len(t))
        for precision in design.precision
    ]
    evidence, mean, variance = (np.concatenate(column) for column in zip(*parts, strict=True))
    weight = np.exp(evidence - evidence.max())
    return Mixture(weight / weight.sum(), mean, variance)


def _conditioned(
    inner: Floats, state: Floats, log_det: Floats, left: Floats, alone: Floats, design: Design, n: int
) -> tuple[Floats, Floats, Floats]:
    """Return log evidence ``(g,)``, mean and variance ``(g, h)`` for one alternative's precisions, ``(q,)``.

    `inner` and `state` are the whitened columns' and readings' products with each other and with the state's weights;
    `left` of that state at each moment, `alone` the variance were all coefficients known.
    """
    precision, proper = design.precision, design.precision > 0
    matrix = inner[:, :-1, :-1] + np.diag(precision)
    inverse = np.linalg.inv(matrix)
    coefficient = np.matmul(inverse, inner[:, :-1, -1:])[:, :, 0]
    rss = np.maximum(inner[:, -1, -1] - (coefficient * inner[:, :-1, -1]).sum(axis=1), 0.0)
    shape = PRIOR_SHAPE + 0.5 * (n - int((~proper).sum()))
    evidence = -0.5 * (log_det + np.linalg.slogdet(matrix)[1] - np.log(precision[proper]).sum())
    evidence -= shape * np.log(PRIOR_SCALE + 0.5 * rss)
    row = design.ahead - left[:, :, None] * state[:, None, :-1]
    mean = np.matmul(row, coefficient[:, :, None])[:, :, 0] + left * state[:, -1:]
    variance = alone + (np.matmul(row, inverse) * row).sum(axis=2)
    scale = (PRIOR_SCALE + 0.5 * rss) / (shape - 1.0)
    return evidence, mean, variance * scale[:, None] + coefficient**2 @ design.spread.T


def _design(series: Series, fit: Fit, at: Floats, clock: Floats) -> Design:
    """Return level, day's curve, slow drift and the loads of the factors found to act."""
    readings = series.readings
    moments = readings.t[-1] + at
    drift = _drift(readings.t, np.concatenate([readings.t, moments]))
    hours = np.concatenate([readings.clock, clock])
    base = np.column_stack([np.ones(len(hours)), _curve(hours), drift])
    columns, ahead, spread = _followed(series, fit, moments)
    n, factors = columns.shape
    one = np.concatenate([[0.0], np.full(_CURVE_COLUMNS, 1 / CURVE)])
    precision = [
        np.concatenate([one, np.full(drift.shape[1], 1 / size), np.full(factors, 1 / SLAB)]) for size in DRIFTS
    ]
    still = np.zeros((len(at), base.shape[1]))
    return Design(
        np.hstack([base[:n], columns]), np.hstack([base[n:], ahead]), np.hstack([still, spread]), np.array(precision)
    )


def _curve(clock: Floats) -> Floats:
    """Return two harmonics of the day, ``(n, 4)``."""
    angle = 2 * np.pi * clock / 24.0
    return np.column_stack([np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)])


def _drift(t: Floats, at: Floats) -> Floats:
    """Return columns whose independent standard normal coefficients make the drift `at` any moments.

    An Ornstein-Uhlenbeck process known by its values at a few knots, the closer together the more recent.
    """
    back = 24.0 * np.array(DRIFT_KNOTS_DAYS)
    knots = t[-1] - back[back <= max(float(t[-1] - t[0]), 0.0)]
    factor = np.linalg.cholesky(np.exp(-np.abs(knots[:, None] - knots) / DRIFT_TAU_H))
    return np.asarray(np.linalg.solve(factor, np.exp(-np.abs(knots[:, None] - at) / DRIFT_TAU_H)).T)


def _followed(series: Series, fit: Fit, moments: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the loads of the factors found to act, in their standard deviations: columns, ahead and spread."""
    readings, exposures = series
    informed = np.array([factor.informed for factor in fit.factors], dtype=bool)
    acting = np.flatnonzero(found(fit.probabilities) & informed)
    nothing = np.zeros((len(moments), 0))
    if not len(acting):
        return np.zeros((len(readings.t), 0)), nothing, nothing
    shares = impute(in_shares(exposures)[0])
    shares = shares._replace(amount=shares.amount[:, acting])
    kernels = tuple(fit.factors[place].kernel for place in acting)
    own = np.arange(len(acting))
    column, carried = np.split(
        loads(shares, np.concatenate([readings.t, moments]), kernels)[:, own, own], [len(readings.t)]
    )
    to_come = [loads_to_come(shares, place, kernel, readings, moments) for place, kernel in enumerate(kernels)]
    expected, spread = (np.column_stack(each) for each in zip(*to_come, strict=True))
    middle, size = column.mean(axis=0), column.std(axis=0)
    told = size > 1e-9
    size = np.where(told, size, 1.0)
    parts = (column - middle) / size, (carried + expected - middle) / size, spread / size**2
    return parts[0][:, told], parts[1][:, told], parts[2][:, told]


def loads_to_come(
    exposures: Exposures, place: int, kernel: Kernel, readings: Readings, moments: Floats
) -> tuple[Floats, Floats]:
    """Return mean and variance of the load at `moments` of what will be done after the last exposure known.

    Each past day, from the same hour on, tells what was done and would weigh by then. Their average is moved by
    how much of the factor there was just before and how the symptom was, as far as that told what was done next.
    """
    one = exposures._replace(amount=exposures.amount[:, [place]])
    last, first = float(one.end[-1]), float(one.start[0])
    known = (last - first) / 24.0
    ahead = moments - last
    furthest = min(HABIT_AHEAD_DAYS, known / 2)
    ahead = ahead - 24.0 * np.ceil(np.maximum(ahead / 24.0 - furthest, 0.0))
    days = np.arange(math.ceil(max(float(ahead.max(initial=0.0)) / 24.0, 1.0)), min(int(known), HABIT_DAYS) + 1)
    if len(days) < FEWEST_DAYS:
        return np.zeros(len(moments)), np.zeros(len(moments))
    opened = last - 24.0 * np.concatenate([[0], days])
    since = ahead - kernel.delay_h
    felt = (opened[1:, None] + since).ravel()
    load = loads(one, np.concatenate([opened, felt]), (Kernel(kernel.half_life_h, 0.0), LATELY))[:, 0]
    before, load_then = load[1 : len(opened), :1], load[len(opened) :, 0].reshape(len(days), -1)
    new = np.where(since > 0, load_then - before * np.exp2(-np.maximum(since, 0.0) / kernel.half_life_h), 0.0)
    seen = np.maximum(np.searchsorted(readings.t, opened + 1e-6, side="right") - 1, 0)
    like = np.column_stack([load[: len(opened), 1], readings.y[seen]])
    return _like_today(like, new)


def _like_today(like: Floats, new: Floats) -> tuple[Floats, Floats]:
    """Return mean and variance for the first row of `like` by ridge regression of `new`, ``(d, h)``, on the others."""
    middle, size = like[1:].mean(axis=0), like[1:].std(axis=0)
    like = np.clip((like - middle) / np.where(size > 1e-9, size, np.inf), -2.5, 2.5)
    today, days = like[0], like[1:]
    usual = new.mean(axis=0)
    slope = np.linalg.solve(days.T @ days + HABIT_RIDGE * np.eye(days.shape[1]), days.T @ (new - usual))
    return usual + today @ slope, (new - usual - days @ slope).var(axis=0)
