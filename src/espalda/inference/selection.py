"""Which factors act: group spike-and-slab, averaged over the models and noise levels that matter.

A model is a set of columns, at most one kernel of each factor. Beforehand a factor acts with a probability that is
itself unknown (beta-binomial), through any of its kernels alike. `search` visits the models level by level, keeping
at each those near the best, and sums up all others over a lattice; `enumerate_models` visits all, and is what the
search is held against in tests.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import combinations, product
from math import lgamma
from typing import Final, NamedTuple

import numpy as np

from espalda.inference.evidence import PRIOR_SCALE, Grams, at_points, evidence_of, factor_sets, gains, log_evidence
from espalda.inference.lattice import Chances, defensive, drawn, lattice
from espalda.inference.series import Bools, Floats, Ints

PRIOR_A: Final = 6.0
PRIOR_B: Final = 24.0
"""Beta prior of the probability that a factor acts: one in five, give or take one in fourteen. A wider one lets the
noise of one diary vouch for all its factors at once (`python -m bench.engine.prior`)."""
LARGEST: Final = 10
GREEDY: Final = 4
WINDOW: Final = 11.0
"""Models (and grid points) whose weight is below exp(-WINDOW) of the best one's are left out."""
BEAM: Final = 200
HEAVY: Final = 1000
"""At most so many models are grown at each level, and weighed at every grid point."""
LATTICE: Final = 8000
TEMPER, TEMPER_KERNEL = 0.85, 0.5
"""Models of the lattice that sums up those not visited, and how much less sure its factors and kernels are than what
the columns add beside the best model."""
_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(45)
_RATE: Final = (1.0 + _NODES) / 2.0
"""Gauss-Legendre nodes of the probability that a factor acts, exact for up to sixty factors."""


class Level(NamedTuple):
    """Models of one size: their columns ``(models, size)`` and log weights at each grid point ``(g, models)``."""

    sets: Ints
    log_weight: Floats


class Rest(NamedTuple):
    """The models not visited: the log of their weight, and that share of it where both of two factors act, (k, k)."""

    log_weight: float
    both: Floats


class Models(NamedTuple):
    """The models that matter, by size, with the statistics of the grid points that matter, and all others summed up."""

    statistics: Grams
    levels: list[Level]
    rest: Rest


def peak_of(levels: list[Level]) -> float:
    """Return the largest log weight of any model at any grid point."""
    return max(float(level.log_weight.max(initial=-np.inf)) for level in levels)


def both_act(models: Models, factors: int, kernels: int) -> Floats:
    """Return the probability that both of two factors act, and on the diagonal that one does, ``(k, k)``."""
    peak = max(models.rest.log_weight, peak_of(models.levels))
    left = float(np.exp(models.rest.log_weight - peak))
    total, both = left, left * models.rest.both
    for sets, log_weight in models.levels:
        weight = np.exp(log_weight - peak).sum(axis=0)
        total += float(weight.sum())
        both = both + _by_pair(sets, weight, factors, kernels)
    return np.asarray(both / total)


def _by_pair(sets: Ints, weight: Floats, factors: int, kernels: int) -> Floats:
    """Return the weight of the sets that hold both of two factors, ``(k, k)``."""
    member = np.zeros((len(sets), factors))
    np.put_along_axis(member, sets // kernels, 1.0, axis=1)
    return np.asarray(member.T @ (weight[:, None] * member))


def log_rate_weight() -> Floats:
    """Return the log of what each node of the probability that a factor acts weighs, by its prior."""
    a, b = PRIOR_A, PRIOR_B
    density = (a - 1.0) * np.log(_RATE) + (b - 1.0) * np.log1p(-_RATE) - (lgamma(a) + lgamma(b) - lgamma(a + b))
    return np.asarray(np.log(_NODE_WEIGHTS / 2.0) + density)


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
    return Models(statistics, levels, Rest(-np.inf, np.zeros((factors, factors))))


def _weigh(statistics: Grams, sets: Ints, factors: int, kernels: int) -> Floats:
    factored = factor_sets(statistics, sets)
    prior = log_prior(sets.shape[1], factors, kernels)
    return log_evidence(statistics, factored.rss, factored.log_det) + prior


def search(statistics: Grams, factors: int, kernels: int) -> Models:
    """Return the models that matter, of columns ordered factor by factor, `kernels` each.

    Level by level at the likeliest grid point: each model near the best so far is grown by each column in turn.
    The heaviest are then weighed at every grid point, and all others summed up: each matters little, but where much
    is uncertain they outweigh those visited.
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
    cut = heavy_from(np.concatenate([level.log_weight[0] for level in found]), HEAVY)
    heavy = [sets[weight[0] >= cut] for sets, weight in found]
    levels = [Level(sets, _weigh(statistics, sets, factors, kernels)) for sets in heavy]
    if best_set.shape[1] < factors:
        levels = _with_every_factor(statistics, best_set, levels, kernels)
    return Models(statistics, levels, _rest(statistics, best_set, levels, factors, kernels))


def _with_every_factor(statistics: Grams, best_set: Ints, levels: list[Level], kernels: int) -> list[Level]:
    """Return the levels with each factor beside the best model in them, so that every one's effect can be told."""
    p = statistics.xx.shape[2]
    size = best_set.shape[1]
    column = np.arange(p)[~np.isin(np.arange(p) // kernels, best_set[0] // kernels)]
    beside = np.sort(np.column_stack([np.repeat(best_set, len(column), axis=0), column]), axis=1)
    if len(levels) == size + 1:
        return [*levels, Level(beside, _weigh(statistics, beside, p // kernels, kernels))]
    here = levels[size + 1]
    beside = beside[~np.isin(_key(beside, p), _key(here.sets, p))]
    weight = _weigh(statistics, beside, p // kernels, kernels)
    levels[size + 1] = Level(np.concatenate([here.sets, beside]), np.hstack([here.log_weight, weight]))
    return levels


def _rest(statistics: Grams, best_set: Ints, levels: list[Level], factors: int, kernels: int) -> Rest:
    """Return all models but those of the levels, summed by importance over a lattice (quasi-Monte Carlo).

    The importance is what the models would weigh if each column added what it adds beside the best model: factors
    are then independent, given the probability that one acts.
    """
    adds = tempered(lambda one: _adding(statistics, one), best_set[0], kernels)
    chosen = _chosen(adds, point_share(levels))
    numbers = np.append(codes(factors * kernels), 0)
    visited = np.concatenate([numbers[sets].sum(axis=1) for sets, _ in levels])
    fresh = ~np.isin(numbers[chosen.column].sum(axis=1), visited)
    point, column, log_share = chosen.point[fresh], chosen.column[fresh], chosen.log_share[fresh]
    acts = column < factors * kernels
    size = acts.sum(axis=1)
    log_weight = np.full(len(point), -np.inf)
    for many in np.unique(size):
        rows = np.flatnonzero(size == many)
        sets = np.sort(column[rows], axis=1)[:, :many]
        log_weight[rows] = evidence_of(statistics, factor_sets(statistics, sets, point[rows]), point[rows]) + log_prior(
            int(many), factors, kernels
        )
    return summed_up(log_weight - (log_share + np.log(len(chosen.point))), acts)


def summed_up(log_weight: Floats, acts: Bools) -> Rest:
    """Return models as one: of their log weights, ``(m,)``, and which factors act in them, ``(m, k)``."""
    if not len(log_weight):
        return Rest(-np.inf, np.zeros((acts.shape[1], acts.shape[1])))
    peak = float(log_weight.max())
    weight, member = np.exp(log_weight - peak), acts.astype(np.float64)
    total = float(weight.sum())
    return Rest(peak + float(np.log(total)), np.asarray(member.T @ (weight[:, None] * member)) / total)


class _Chosen(NamedTuple):
    """Models of a lattice: grid point ``(m,)``, column of each factor, one past the last for none, ``(m, k)``.

    And the log of the share of the lattice that each such model has at that point, ``(m,)``.
    """

    point: Ints
    column: Ints
    log_share: Floats


def importance(adds: Floats, share: Floats) -> tuple[Chances, Floats, Ints]:
    """Return what models are drawn by, to come as often as they would weigh if each column always added the same.

    That is what each column `adds`, ``(g, k, kernels)``, and each grid point's `share`, ``(g,)``. Beside it the log of
    what all models would so weigh at each point, ``(g,)``, and each factor's rank, the likeliest first, ``(k,)``.
    """
    factors = adds.shape[1]
    most = adds.max(axis=2, keepdims=True)
    through = np.exp(adds - most)
    odds = (most[:, :, 0] + np.log(through.mean(axis=2)))[:, None, :] + (np.log(_RATE) - np.log1p(-_RATE))[:, None]
    log_weight = np.logaddexp(odds, 0.0).sum(axis=2) + factors * np.log1p(-_RATE) + log_rate_weight()
    total = log_sum(log_weight)
    chances = Chances(
        np.cumsum(share),
        np.cumsum(np.exp(log_weight - total[:, None]), axis=1),
        1.0 / (1.0 + np.exp(-odds)),
        np.cumsum(through / through.sum(axis=2, keepdims=True), axis=2),
        adds,
    )
    return chances, total, np.argsort(np.argsort(-odds[:, 0].sum(axis=0), kind="stable"))


def _chosen(adds: Floats, share: Floats) -> _Chosen:
    """Return models as often as they would weigh if each column always added the same, ``(g, k, kernels)``."""
    _, factors, kernels = adds.shape
    chances, total, order = importance(adds, share)
    place = lattice(LATTICE, factors + 2)
    place[:, 2:] = place[:, 2 + order]  # whatever order the factors come in
    point = drawn(chances.point[None], place[:, :1])[:, 0]
    rate = drawn(chances.rate[point], place[:, 1:2])[:, 0]
    chance = chances.acts[point, rate]
    acts = place[:, 2:] < chance
    kernel = drawn(chances.kernel[point], np.where(acts, place[:, 2:] / chance, 0.0)[:, :, None])[:, :, 0]
    column = np.where(acts, np.arange(factors) * kernels + kernel, factors * kernels)
    added = np.where(acts, np.take_along_axis(adds[point], kernel[:, :, None], axis=2)[:, :, 0], 0.0).sum(axis=1)
    prior = np.array([log_prior(size, factors, kernels) for size in range(factors + 1)])
    return _Chosen(point, column, np.log(share)[point] - total[point] + added + prior[acts.sum(axis=1)])


def point_share(levels: list[Level]) -> Floats:
    """Return about how much each grid point weighs among the models visited, ``(g,)``; see `defensive`."""
    peak = peak_of(levels)
    return defensive(np.asarray(sum(np.exp(level.log_weight - peak).sum(axis=1) for level in levels)))


def tempered(adding: Callable[[Ints], Floats], best: Ints, kernels: int) -> Floats:
    """Return what each column adds to the log evidence beside the best model without its factor, ``(g, k, kernels)``.

    `adding` tells what each adds beside some columns, ``(g, p)``. Tempered: beside other models than the best, the
    columns differ less.
    """
    adds = adding(best)
    for place, column in enumerate(best):
        factor = slice(column // kernels * kernels, (column // kernels + 1) * kernels)
        adds[:, factor] = adding(np.delete(best, place))[:, factor]
    adds = adds.reshape(len(adds), -1, kernels)
    most = adds.max(axis=2, keepdims=True)
    return np.asarray(TEMPER * most + TEMPER_KERNEL * (adds - most))


def _adding(statistics: Grams, one: Ints) -> Floats:
    """Return what each further column adds to the log evidence of one set, ``(g, p)``."""
    factored = factor_sets(statistics, one[None])
    own = log_evidence(statistics, factored.rss, factored.log_det)
    return log_evidence(statistics, *gains(statistics, one[None], factored))[:, 0] - own


def log_sum(log_weight: Floats) -> Floats:
    """Return the log of the sum of the weights along the last axis."""
    peak = log_weight.max(axis=-1, keepdims=True)
    return np.asarray(peak[..., 0] + np.log(np.exp(log_weight - peak).sum(axis=-1)))


def _key(sets: Ints, p: int) -> Ints:
    """Return one number for each set: the sum, wrapping round, of its columns' `codes`.

    Among a million sets two that differ share a number with a chance of one in ten million.
    """
    return np.asarray(codes(p)[sets].sum(axis=1))


@cache
def codes(p: int) -> Ints:
    """Return a 63-bit number drawn for each of `p` columns, always the same."""
    return np.random.default_rng(0).integers(2**63 - 1, size=p)


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
    return near_best(score, WINDOW)


def near_best(log_weight: Floats, window: float, many: int | None = None) -> Ints:
    """Return the places of the log weights within the window of the largest, that first; at most so many."""
    order = np.argsort(-log_weight)[:many]
    return np.asarray(order[log_weight[order] > log_weight[order[0]] - window])


def heavy_from(log_weight: Floats, many: int) -> float:
    """Return the least log weight of the `many` largest."""
    many = min(many, len(log_weight))
    return float(np.partition(log_weight, -many)[-many])


def _gain(statistics: Grams, rss: Floats, xy: Floats, left: Floats) -> Floats:
    """Return how much each further column adds to the log evidence, ``(g, p)``."""
    fit = np.log1p(0.5 * (rss[:, None] - xy * xy / left) / PRIOR_SCALE)
    return np.asarray(-0.5 * np.log(left * statistics.slab[:, None]) - statistics.shape * fit)


def _grow(guide: Grams, frontier: Ints, factors: int, kernels: int, least: float = -np.inf) -> tuple[Ints, Floats]:
    """Return each distinct set one column larger than a set of the frontier, and its log weight, as `heavier` does."""
    rss, log_det = gains(guide, frontier, factor_sets(guide, frontier))
    weight = log_evidence(guide, rss, log_det)[0] + log_prior(frontier.shape[1] + 1, factors, kernels)
    return heavier(frontier, weight, kernels, least)


def heavier(frontier: Ints, weight: Floats, kernels: int, least: float = -np.inf) -> tuple[Ints, Floats]:
    """Return each distinct set one column larger than a set of the frontier, and its log weight.

    `weight` is that of each set with each column, ``(sets, p)``. Those lighter than `least`, or than the heaviest of
    them by more than the window where `least` is given, are left out.
    """
    factors = weight.shape[1] // kernels
    taken = np.zeros((len(frontier), factors), dtype=bool)
    np.put_along_axis(taken, frontier // kernels, values=True, axis=1)
    weight = np.where(np.repeat(taken, kernels, axis=1), -np.inf, weight)
    if least > -np.inf:
        least = max(least, float(weight.max()) - WINDOW)
    parent, column = np.nonzero(weight > least)
    grown = np.sort(np.column_stack([frontier[parent], column]), axis=1)
    _, first = np.unique(_key(grown, weight.shape[1]), return_index=True)
    return grown[first], weight[parent, column][first]
