"""What acting factors do through finer kernels: the twin of `inference.refinement`."""

from __future__ import annotations

import numpy as np

from espalda.inference.compiled.columns import Columns, at_slabs, loads
from espalda.inference.compiled.draws import adding, draw, even, moments_each, weigh_each
from espalda.inference.evidence import Grams, at_points
from espalda.inference.lattice import Chances
from espalda.inference.loads import Kernel, standardised
from espalda.inference.refinement import (
    DRAWS,
    FINE,
    NEAR,
    POINTS,
    ROUNDS,
    Through,
    by_kernel,
    log_prior,
    nearest,
    shares,
)
from espalda.inference.selection import near_best
from espalda.inference.series import Exposures, Floats, Ints, Readings
from espalda.inference.whitening import noise_grid


def refine(
    readings: Readings, base: Floats, exposures: Exposures, kernels: list[Kernel], slabs: tuple[float, ...]
) -> list[Through]:
    """Return what the exposures' factors, all of which act, do through each fine kernel."""
    columns = loads(exposures, readings.t, FINE)
    factors, fine = columns.shape[1:]
    columns, scale = standardised(columns.reshape(len(columns), -1))
    scale = scale.reshape(factors, fine)
    best = np.array([factor * fine + nearest(kernel) for factor, kernel in enumerate(kernels)])
    statistics = _fine(Columns(readings.t, base, columns, readings.y - readings.y.mean()), best, np.array(slabs))
    prior = np.where(np.isfinite(scale), log_prior(readings.t), -np.inf)
    guide = at_points(statistics, np.array([0]))

    def beside(at: Grams, place: int) -> Floats:
        own, adds = adding(at, np.delete(best, place))
        return own[:, None] + adds[:, place * fine : (place + 1) * fine]

    for _ in range(ROUNDS):
        for place in range(factors):
            best[place] = place * fine + np.argmax(beside(guide, place)[0] + prior[place])
    adds = np.stack([beside(statistics, place) for place in range(factors)], axis=1)
    point, sets, log_share = _combinations(*shares(adds + prior, adding(statistics, best)[0]))
    log_weight = weigh_each(statistics, point, sets) + prior.ravel()[sets].sum(axis=1) - log_share
    return by_kernel(sets, log_weight, *moments_each(statistics, point, sets), scale)


def _fine(columns: Columns, start: Ints, slab: Floats) -> Grams:
    """Return the statistics of all columns at the grid points that matter, the likeliest first, judged by `start`."""
    grid = noise_grid()
    every = np.arange(len(grid.tau_h))
    coarse = at_slabs(columns.at(grid, every, start), np.arange(len(every) * len(slab)), slab)
    score = adding(coarse, np.arange(len(start)))[0]
    order = near_best(score, NEAR, POINTS)
    here, again = np.unique(order % len(every), return_inverse=True)
    return at_slabs(columns.at(grid, here), order // len(every) * len(here) + again, slab)


def _combinations(at: Floats, chance: Floats) -> tuple[Ints, Ints, Floats]:
    """Return grid points and sets of a lattice, and the log of what share of it each has; see `shares`."""
    _, factors, fine = chance.shape
    chances = Chances(
        np.cumsum(at),
        np.ones((len(at), 1)),
        np.ones((len(at), 1, factors)),
        np.cumsum(chance, axis=2),
        np.log(np.maximum(chance, np.finfo(float).tiny)),
    )
    place = np.insert(even(DRAWS, factors + 1), 1, 0.0, axis=1)
    drawn = draw(place, np.arange(factors), chances, np.zeros(factors * fine, np.int64))
    return drawn.point, drawn.column, drawn.added + np.log(at)[drawn.point]
