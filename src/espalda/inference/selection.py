"""Which factors act: group spike-and-slab, averaged over the models and noise levels that matter.

A model is a set of columns, at most one kernel of each factor. Beforehand a factor acts with a probability that is
itself unknown (beta-binomial), through any of its kernels alike. `search` visits the models level by level, keeping
at each those near the best; `enumerate_models` visits all, and is what the search is held against in tests.
"""

from __future__ import annotations

from itertools import combinations, product
from math import lgamma
from typing import Final, NamedTuple

import numpy as np

from espalda.inference.evidence import PRIOR_SCALE, Grams, at_points, factor_sets, gains, log_evidence
from espalda.inference.series import Floats, Ints

PRIOR_A: Final = 1.0
PRIOR_B: Final = 4.0
LARGEST: Final = 10
GREEDY: Final = 4
WINDOW: Final = 11.0
"""Models (and grid points) whose weight is below exp(-WINDOW) of the best one's are left out."""
BEAM: Final = 400
HEAVY: Final = 1000
POINTS: Final = 24
"""At most so many models are grown at each level, weighed at every grid point, and so many grid points kept."""


class Level(NamedTuple):
    """Models of one size: their columns ``(models, size)`` and log weights at each grid point ``(g, models)``."""

    sets: Ints
    log_weight: Floats


class Models(NamedTuple):
    """The models that matter, by size, with the statistics of the grid points that matter.

    `light` holds the many that matter little each, with one log weight a model, over all grid points: ``(1, models)``.
    """

    statistics: Grams
    levels: list[Level]
    light: list[Level]


def log_prior(size: int, factors: int, kernels: int) -> float:
    """Return the log prior of one model with `size` of the `factors`, each through one of its `kernels`."""
    a, b = PRIOR_A, PRIOR_B
    inclusion = lgamma(a + size) + lgamma(b + factors - size) - lgamma(a + b + factors)
    return inclusion - (lgamma(a) + lgamma(b) - lgamma(a + b)) - size * float(np.log(kernels))


def enumerate_models(statistics: Grams, factors: int, kernels: int) -> Models:
    """Return every model: the oracle, for few factors."""
    levels = []
    for size in range(factors + 1):
        every = [
            [factor * kernels + kernel for factor, kernel in zip(chosen, through, strict=True)]
            for chosen in combinations(range(factors), size)
            for through in product(range(kernels), repeat=size)
        ]
        sets = np.array(every, dtype=np.int64).reshape(len(every), size)
        levels.append(Level(sets, _weigh(statistics, sets, factors, kernels)))
    return Models(statistics, levels, [])


def _weigh(statistics: Grams, sets: Ints, factors: int, kernels: int) -> Floats:
    factored = factor_sets(statistics, sets)
    prior = log_prior(sets.shape[1], factors, kernels)
    return log_evidence(statistics, factored.rss, factored.log_det) + prior


def search(statistics: Grams, factors: int, kernels: int) -> Models:
    """Return the models that matter, of columns ordered factor by factor, `kernels` each.

    Level by level at the likeliest grid point: each model near the best so far is grown by each column in turn.
    The heaviest are then weighed at every grid point; the others get what those of their size got, on average.
    """
    statistics = at_points(statistics, _likely_points(statistics, factors, kernels))
    guide = at_points(statistics, np.array([0]))
    frontier = np.zeros((1, 0), dtype=np.int64)
    found = [Level(frontier, _weigh(guide, frontier, factors, kernels))]
    best_set, best = frontier, float(found[0].log_weight[0, 0])
    for _ in range(min(factors, LARGEST)):
        grown, weight = _grow(guide, frontier, factors, kernels, least=best - WINDOW)
        if not len(grown):
            break
        found.append(Level(grown, weight[None]))
        frontier = grown[np.argsort(-weight)[:BEAM]]
        if weight.max() > best:
            best_set, best = frontier[:1], float(weight.max())
    levels, light = _weigh_found(statistics, found, factors, kernels)
    if best_set.shape[1] < factors:
        levels, light = _with_every_factor(statistics, best_set, levels, light, kernels)
    return Models(statistics, levels, light)


def _weigh_found(statistics: Grams, found: list[Level], factors: int, kernels: int) -> tuple[list[Level], list[Level]]:
    every = np.sort(np.concatenate([level.log_weight[0] for level in found]))
    cut = every[-min(HEAVY, len(every))]
    levels, light = [], []
    ratio = 0.0
    for sets, weight in found:
        heavy = weight[0] >= cut
        level = Level(sets[heavy], _weigh(statistics, sets[heavy], factors, kernels))
        levels.append(level)
        if heavy.any():
            ratio = _log_sum(level.log_weight) - _log_sum(weight[0, heavy])
        light.append(Level(sets[~heavy], weight[:, ~heavy] + ratio))
    return levels, light


def _with_every_factor(
    statistics: Grams, best_set: Ints, levels: list[Level], light: list[Level], kernels: int
) -> tuple[list[Level], list[Level]]:
    """Return the levels with each factor beside the best model in them, so that every one's effect can be told."""
    p = statistics.xx.shape[2]
    size = best_set.shape[1]
    column = np.arange(p)[~np.isin(np.arange(p) // kernels, best_set[0] // kernels)]
    beside = np.sort(np.column_stack([np.repeat(best_set, len(column), axis=0), column]), axis=1)
    known = _key(levels[size + 1].sets, p) if len(levels) > size + 1 else np.zeros(0, dtype=np.int64)
    beside = beside[~np.isin(_key(beside, p), known)]
    weight = _weigh(statistics, beside, p // kernels, kernels)
    if len(levels) == size + 1:
        return [*levels, Level(beside, weight)], light
    here, rest = levels[size + 1], light[size + 1]
    levels[size + 1] = Level(np.concatenate([here.sets, beside]), np.hstack([here.log_weight, weight]))
    apart = ~np.isin(_key(rest.sets, p), _key(beside, p))
    light[size + 1] = Level(rest.sets[apart], rest.log_weight[:, apart])
    return levels, light


def _key(sets: Ints, p: int) -> Ints:
    """Return one number for each set: the sum, wrapping round, of a 63-bit number drawn for each of the `p` columns.

    Among a million sets two that differ share a number with a chance of one in ten million.
    """
    drawn = np.random.default_rng(0).integers(2**63 - 1, size=p)
    return np.asarray(drawn[sets].sum(axis=1))


def _log_sum(log_weight: Floats) -> float:
    peak = float(log_weight.max())
    return peak + float(np.log(np.exp(log_weight - peak).sum()))


def _likely_points(statistics: Grams, factors: int, kernels: int) -> Ints:
    """Return the grid points that matter, the likeliest first, judged by the best of a greedy path at each."""
    xx, xy, slab = statistics.xx, statistics.xy.copy(), statistics.slab[:, None]
    here = np.arange(len(xx))
    left = np.diagonal(xx, axis1=1, axis2=2) + 1.0 / slab
    rss, log_det = statistics.yy.copy(), np.zeros(len(xx))
    score = log_evidence(statistics, rss, log_det) + log_prior(0, factors, kernels)
    free = np.ones(xy.shape, dtype=bool)
    rows: list[Floats] = []
    for size in range(1, min(factors, GREEDY) + 1):
        gain = np.where(free, _gain(statistics, rss, xy, left), -np.inf)
        column = np.argmax(gain, axis=1)
        row = xx[here, column]
        for other in rows:
            row = row - other[here, column][:, None] * other
        row = row / np.sqrt(left[here, column])[:, None]
        value = xy[here, column] / np.sqrt(left[here, column])
        log_det = log_det + np.log(left[here, column] * statistics.slab)
        rows.append(row)
        xy, left = xy - row * value[:, None], np.maximum(left - row * row, 1.0 / slab)
        rss = np.maximum(rss - value * value, 0.0)
        free &= np.arange(xy.shape[1]) // kernels != (column // kernels)[:, None]
        score = np.maximum(score, log_evidence(statistics, rss, log_det) + log_prior(size, factors, kernels))
    order = np.argsort(-score)[:POINTS]
    return np.asarray(order[score[order] > score[order[0]] - WINDOW])


def _gain(statistics: Grams, rss: Floats, xy: Floats, left: Floats) -> Floats:
    """Return how much each further column adds to the log evidence, ``(g, p)``."""
    fit = np.log1p(0.5 * (rss[:, None] - xy * xy / left) / PRIOR_SCALE)
    return np.asarray(-0.5 * np.log(left * statistics.slab[:, None]) - statistics.shape * fit)


def _grow(guide: Grams, frontier: Ints, factors: int, kernels: int, least: float = -np.inf) -> tuple[Ints, Floats]:
    """Return each distinct set one column larger than a set of the frontier, and its log weight.

    Those lighter than `least`, or than the heaviest of them by more than the window where `least` is given, are
    left out.
    """
    rss, log_det = gains(guide, frontier, factor_sets(guide, frontier))
    weight = log_evidence(guide, rss, log_det)[0] + log_prior(frontier.shape[1] + 1, factors, kernels)
    taken = np.zeros((len(frontier), factors), dtype=bool)
    np.put_along_axis(taken, frontier // kernels, values=True, axis=1)
    weight = np.where(np.repeat(taken, kernels, axis=1), -np.inf, weight)
    if least > -np.inf:
        least = max(least, float(weight.max()) - WINDOW)
    parent, column = np.nonzero(weight > least)
    grown = np.sort(np.column_stack([frontier[parent], column]), axis=1)
    _, first = np.unique(_key(grown, weight.shape[1]), return_index=True)
    return grown[first], weight[parent, column][first]
