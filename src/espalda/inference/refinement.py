"""How a factor that acts does so, finely: its effect over many more half-lives and delays than the search looks at.

The search needs few kernels, and a true half-life between two of them, or a delay that is neither none nor a day,
makes every effect told through them too small and too sure. For the few factors that act the posterior is taken
once more, given that they act and no others, over a fine dictionary of kernels.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from espalda.inference.evidence import (
    Grams,
    at_points,
    coefficients,
    evidence_of,
    factor_sets,
    gains,
    grams,
    log_evidence,
)
from espalda.inference.lattice import defensive, drawn, lattice
from espalda.inference.loads import Kernel, loads, standardised
from espalda.inference.selection import near_best
from espalda.inference.series import Exposures, Floats, Ints, Readings
from espalda.inference.whitening import Grid, noise_grid, whiten

AT_ONCE_H: Final = (3.0, 4.0, 5.5, 7.5, 10.0, 13.5, 18.0, 24.0, 33.0, 45.0, 60.0, 85.0, 120.0)
DELAYED_H: Final = (7.0, 11.0, 17.0, 27.0)
DELAYS_H: Final = (12.0, 15.0, 18.0, 21.0, 24.0, 27.0, 30.0, 33.0, 36.0, 48.0)
FINE: Final = (
    *(Kernel(half_life, 0.0) for half_life in AT_ONCE_H),
    *(Kernel(half_life, delay) for delay in DELAYS_H for half_life in DELAYED_H),
)
DELAYED: Final = 1 / 3
"""Prior probability of any delay: the share that delayed kernels have in the search."""
LOG_PRIOR: Final = np.log(
    [
        (1 - DELAYED) / len(AT_ONCE_H) if kernel.delay_h == 0 else DELAYED / (len(DELAYS_H) * len(DELAYED_H))
        for kernel in FINE
    ]
)
RARE_H: Final = 14.0
"""Hours between readings from which delays of less than whole days can't be told."""
MOST: Final = 6
"""At most so many factors are looked at finely."""
POINTS: Final = 6
NEAR: Final = 5.0
"""At most so many grid points are kept, whose log evidence is within `NEAR` of the likeliest's."""
ROUNDS: Final = 3
"""Times that each factor's best kernel is looked for beside the others' best."""
DRAWS: Final = 3000
TEMPER: Final = 0.6
"""Combinations of kernels drawn, and how much less sure the draw is than what each kernel adds beside the best."""
LIGHTEST: Final = 1e-6
"""Combinations of less weight, beside the heaviest's, are left out."""


class Through(NamedTuple):
    """What one factor does through each fine kernel, ``(f,)`` each.

    Attributes
    ----------
    weight, mean, variance
        The kernel's posterior weight, and the moments of the effect per standard deviation of load through it.
    scale
        That standard deviation, infinite where the load never varied.
    """

    weight: Floats
    mean: Floats
    variance: Floats
    scale: Floats


def refine(
    readings: Readings, base: Floats, exposures: Exposures, kernels: list[Kernel], slabs: tuple[float, ...]
) -> list[Through]:
    """Return what the exposures' factors, all of which act, do through each fine kernel.

    `exposures` are complete; `kernels` say how each acts as far as is known.
    """
    columns = loads(exposures, readings.t, FINE)
    factors, fine = columns.shape[1:]
    columns, scale = standardised(columns.reshape(len(columns), -1))
    scale = scale.reshape(factors, fine)
    best = np.array([factor * fine + nearest(kernel) for factor, kernel in enumerate(kernels)])
    statistics = _statistics(readings, base, columns, best, slabs)
    prior = np.where(np.isfinite(scale), log_prior(readings.t), -np.inf)
    guide = at_points(statistics, np.array([0]))
    for _ in range(ROUNDS):
        for place in range(factors):
            best[place] = place * fine + np.argmax(_beside(guide, best, place, fine)[0] + prior[place])
    adds = np.stack([_beside(statistics, best, place, fine) for place in range(factors)], axis=1)
    point, sets, log_share = _combinations(*shares(adds + prior, _own(statistics, best)))
    factored = factor_sets(statistics, sets, point)
    log_weight = evidence_of(statistics, factored, point) + prior.ravel()[sets].sum(axis=1) - log_share
    mean, variance = coefficients(statistics, sets, factored)
    return by_kernel(sets, log_weight, mean[0], variance[0], scale)


def log_prior(t: Floats) -> Floats:
    """Return the log prior of each fine kernel, ``(f,)``; none for those that readings at `t` are too rare to see.

    Between readings a day apart anything may peak and be gone, and its peak be as high as you like.
    """
    gap = float(np.median(np.diff(t)))
    seen = [kernel.half_life_h >= gap / 4 and (gap <= RARE_H or kernel.delay_h % 24 == 0) for kernel in FINE]
    return np.where(seen, LOG_PRIOR, -np.inf)


def nearest(kernel: Kernel) -> int:
    """Return the place of the fine kernel most like one."""
    away = [abs(one.delay_h - kernel.delay_h) + abs(np.log(one.half_life_h / kernel.half_life_h)) for one in FINE]
    return int(np.argmin(away))


def _statistics(readings: Readings, base: Floats, columns: Floats, start: Ints, slabs: tuple[float, ...]) -> Grams:
    """Return the statistics of all columns at the grid points that matter, the likeliest first, judged by `start`."""
    grid = noise_grid()
    y = (readings.y - readings.y.mean())[:, None]
    white = whiten(readings.t, np.hstack([base, columns[:, start], y]), grid)
    coarse = grams(white.columns, white.log_det, base.shape[1], slabs)
    score = _own(coarse, np.arange(len(start)))
    order = near_best(score, NEAR, POINTS)
    here, again = np.unique(order % len(grid.tau_h), return_inverse=True)
    white = whiten(readings.t, np.hstack([base, columns, y]), Grid(grid.tau_h[here], grid.noise_share[here]))
    every = grams(white.columns, white.log_det, base.shape[1], slabs)
    return at_points(every, order // len(grid.tau_h) * len(here) + again)


def _own(statistics: Grams, one: Ints) -> Floats:
    """Return the log evidence of one set at each grid point."""
    factored = factor_sets(statistics, one[None])
    return log_evidence(statistics, factored.rss, factored.log_det)[:, 0]


def _beside(statistics: Grams, best: Ints, place: int, fine: int) -> Floats:
    """Return the log evidence of a set with each kernel in one factor's place, ``(g, fine)``."""
    without = np.delete(best, place)[None]
    rss, log_det = gains(statistics, without, factor_sets(statistics, without))
    return log_evidence(statistics, rss, log_det)[:, 0, place * fine : (place + 1) * fine]


def shares(beside: Floats, own: Floats) -> tuple[Floats, Floats]:
    """Return how often each grid point is to be drawn, ``(g,)``, and each factor's kernels there, ``(g, k, f)``.

    A kernel about as it weighs beside the others' best, whose log that is; a point about as the best of all weigh,
    whose log is `own`.
    """
    log_weight = TEMPER * beside
    chance = np.exp(log_weight - log_weight.max(axis=2, keepdims=True))
    return defensive(np.exp(own - own.max())), chance / chance.sum(axis=2, keepdims=True)


def _combinations(at: Floats, chance: Floats) -> tuple[Ints, Ints, Floats]:
    """Return grid points and sets of a lattice, and the log of what share of it each has; see `shares`."""
    _, factors, fine = chance.shape
    place = lattice(DRAWS, factors + 1)
    point = drawn(np.cumsum(at)[None], place[:, :1])[:, 0]
    kernel = drawn(np.cumsum(chance, axis=2)[point], place[:, 1:, None])[:, :, 0]
    log_share = np.log(at[point]) + np.log(chance[point[:, None], np.arange(factors), kernel]).sum(axis=1)
    return point, np.arange(factors) * fine + kernel, log_share


def by_kernel(sets: Ints, log_weight: Floats, mean: Floats, variance: Floats, scale: Floats) -> list[Through]:
    """Return draws brought together, factor by factor and kernel by kernel.

    Their log weights, ``(m,)``, and each factor's column, mean and variance, ``(m, k)``; `scale` is ``(k, f)``.
    """
    weight = np.exp(log_weight - log_weight.max())
    keep = weight > LIGHTEST
    return [
        _through(sets[keep, j] - j * len(FINE), weight[keep], mean[keep, j], variance[keep, j], one)
        for j, one in enumerate(scale)
    ]


def _through(kernel: Ints, weight: Floats, mean: Floats, variance: Floats, scale: Floats) -> Through:
    """Return a factor's draws brought together kernel by kernel."""
    count = len(FINE)
    total = np.bincount(kernel, weight, count)
    safe = np.maximum(total, np.finfo(float).tiny)
    middle = np.bincount(kernel, weight * mean, count) / safe
    spread = np.bincount(kernel, weight * (variance + (mean - middle[kernel]) ** 2), count) / safe
    return Through(total / total.sum(), middle, spread, scale)
