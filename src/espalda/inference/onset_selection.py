"""Which factors act on the hazard of an onset: the selection made for pain, with the onsets' own likelihood.

The models and their prior are those of `selection`. The search runs on a quadratic about the best model found so
far, where a set of columns costs next to nothing; the heaviest models are then weighed again by Laplace's
approximation about their own modes, and the many light ones share what that changed.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from espalda.inference.evidence import factor_sets, gains
from espalda.inference.hazard import Modes, Problem, Surrogate, guess, modes, surrogate
from espalda.inference.selection import WINDOW, heavier, heavy_from, log_prior, log_sum
from espalda.inference.series import Bools, Floats, Ints

LARGEST: Final = 6
"""Most factors of one model: a diary has some tens of onsets, seldom more."""
BEAM: Final = 120
HEAVY: Final = 250
"""At most so many models are grown at each level, and so many weighed about their own modes."""
AT_ONCE: Final = 32
"""Models whose modes are looked for together: what fits a processor's cache is quickest."""


class Weighed(NamedTuple):
    """Models of one size: their columns ``(models, size)``, log weights ``(models,)``, and modes where sought."""

    sets: Ints
    log_weight: Floats
    modes: Modes | None


def empty_model(problem: Problem) -> Modes:
    """Return the mode of the model that holds the base alone."""
    start = problem.mean[None, : problem.bases].copy()
    return modes(problem, np.zeros((1, 0), dtype=np.int64), start)


def weigh(problem: Problem, sets: Ints, start: Floats, factors: int, kernels: int) -> Weighed:
    """Return sets of one size weighed about their own modes."""
    parts = [
        modes(problem, sets[row : row + AT_ONCE], start[row : row + AT_ONCE]) for row in range(0, len(sets), AT_ONCE)
    ]
    at = Modes(*map(np.concatenate, zip(*parts, strict=True)))
    bonus = log_prior(sets.shape[1], factors, kernels)
    return Weighed(sets, at.log_evidence + bonus, at)


def search(problem: Problem, factors: int, kernels: int) -> list[Weighed]:
    """Return the models that matter, heavy and light, of candidates ordered factor by factor, `kernels` each."""
    at = empty_model(problem)
    quadratic = surrogate(problem, at.log_hazard[0])
    levels = grow(quadratic, factors, kernels)
    best = _heaviest(levels)
    if best.size:
        again = surrogate(problem, modes(problem, best, guess(problem, quadratic, best)).log_hazard[0])
        quadratic, levels = again, grow(again, factors, kernels)
    return _weigh_again(problem, quadratic, levels, factors, kernels)


def grow(quadratic: Surrogate, factors: int, kernels: int) -> list[Weighed]:
    """Return the models near the heaviest by the quadratic, level by level."""
    frontier = np.zeros((1, 0), dtype=np.int64)
    weight = np.array([log_prior(0, factors, kernels)])
    levels = [Weighed(frontier, weight, None)]
    best = float(weight[0])
    for _ in range(min(factors, LARGEST)):
        sets, weight = _grown(quadratic, frontier, factors, kernels, best - WINDOW)
        if not len(sets):
            break
        levels.append(Weighed(sets, weight, None))
        best = max(best, float(weight.max()))
        frontier = sets[np.argsort(-weight, kind="stable")[:BEAM]]
    return levels


def _grown(
    quadratic: Surrogate, frontier: Ints, factors: int, kernels: int, least: float = -np.inf
) -> tuple[Ints, Floats]:
    """Return each distinct set one column larger than one of the frontier, and its log weight, as `heavier` does."""
    grams, bonus = quadratic.grams, quadratic.bonus
    rss, log_det = gains(grams, frontier, factor_sets(grams, frontier))
    weight = 0.5 * (grams.yy[0] - rss[0] - log_det[0]) + bonus[frontier].sum(axis=1)[:, None] + bonus
    weight += log_prior(frontier.shape[1] + 1, factors, kernels)
    return heavier(frontier, weight, kernels, least)


def _heaviest(levels: list[Weighed]) -> Ints:
    """Return the heaviest model's columns, shape ``(1, size)``."""
    level = max(levels, key=lambda one: float(one.log_weight.max()))
    return level.sets[[int(np.argmax(level.log_weight))]]


def _with_every_factor(quadratic: Surrogate, levels: list[Weighed], factors: int, kernels: int) -> list[Weighed]:
    """Return the levels with each factor beside the heaviest model in them, so that every one's effect can be told."""
    best = _heaviest(levels)
    size = best.shape[1]
    if size == factors:
        return levels
    sets, weight = _grown(quadratic, best, factors, kernels)
    if len(levels) > size + 1:
        there = levels[size + 1]
        apart = ~_holds(there.sets, best)
        sets = np.concatenate([there.sets[apart], sets])
        weight = np.concatenate([there.log_weight[apart], weight])
    return [*levels[: size + 1], Weighed(sets, weight, None), *levels[size + 2 :]]


def _holds(sets: Ints, best: Ints) -> Bools:
    """Return which sets are the best one and one column more."""
    inside = np.isin(sets, best).sum(axis=1) == best.shape[1]
    return np.asarray(inside & (sets.shape[1] == best.shape[1] + 1))


def _weigh_again(
    problem: Problem, quadratic: Surrogate, levels: list[Weighed], factors: int, kernels: int
) -> list[Weighed]:
    """Return the models with the heaviest, and each factor beside the very heaviest, weighed about their modes."""
    levels = _with_every_factor(quadratic, levels, factors, kernels)
    best = _heaviest(levels)
    cut = heavy_from(np.concatenate([level.log_weight for level in levels]), HEAVY)
    out = []
    change = 0.0  # set by the empty model, which is always among the heavy ones
    for sets, weight, _ in levels:
        heavy = (weight >= cut) | _holds(sets, best) | (sets.shape[1] == 0)
        if heavy.any():
            chosen = sets[heavy]
            out.append(weigh(problem, chosen, guess(problem, quadratic, chosen), factors, kernels))
            # The quadratic's constant is common to all: what the heavy ones change by, the light ones do.
            change = float(log_sum(out[-1].log_weight) - log_sum(weight[heavy]))
        out.append(Weighed(sets[~heavy], weight[~heavy] + change, None))
    return out
