"""Which points of the noise grid matter."""

from __future__ import annotations

from typing import Final

import numpy as np

from espalda.inference.compiled.columns import Columns, at_slabs
from espalda.inference.compiled.jit import gains, jit, take
from espalda.inference.evidence import PRIOR_SCALE, Grams
from espalda.inference.selection import GREEDY, WINDOW, log_prior, near_best
from espalda.inference.series import Floats, Ints
from espalda.inference.whitening import Grid, noise_grid

MARGIN: Final = 4.0
"""Log units by which a grid point judged by a few columns may be better when judged by all."""
ENDS: Final = (1, 18)
"""Points near either end of the grid, which any diary is judged at: a short memory of pain, and a long one."""
SCREENED: Final = 40_000
"""Numbers (readings by columns) from which judging points by a few columns first saves time."""


def likely(columns: Columns, slabs: tuple[float, ...], factors: int, kernels: int) -> Grams:
    """Return the statistics at the grid points that matter, the likeliest first.

    All columns at all points would be most of the work, and few points matter in a long diary: where it saves time,
    points are first judged by a few columns.
    """
    grid, slab = noise_grid(), np.array(slabs)
    prior = np.array([log_prior(size, factors, kernels) for size in range(min(factors, GREEDY) + 1)])
    if columns.loaded.size > SCREENED:
        one = _screened(columns, grid, slab, prior, kernels)
    else:
        one = columns.at(grid, np.arange(len(grid.tau_h)))
    score = _judged(one, slab, prior, kernels)[0].ravel()
    return at_slabs(one, near_best(score, WINDOW), slab)


def _judged(statistics: Grams, slab: Floats, prior: Floats, kernels: int) -> tuple[Floats, Ints]:
    """Return the log evidence of the best model on a greedy path at each point, ``(slabs, g)``, and the paths."""
    xx, xy, yy, _, constant, shape = statistics
    depth = min(len(prior), xy.shape[1] + 1)
    return _greedy(xx, xy, yy, constant, slab, shape, prior[:depth], kernels)


def _screened(columns: Columns, grid: Grid, slab: Floats, prior: Floats, kernels: int) -> Grams:
    """Return the statistics at the grid points worth all columns, and at `ENDS`.

    Points are judged by the columns that the greedy path takes at those points and at the ones found worth it so far.
    """
    every = np.arange(len(grid.tau_h))
    taken: Ints = np.zeros(0, np.int64)
    done: list[Ints] = []
    found: list[Grams] = []
    new: Ints = np.array(ENDS)
    while len(new):
        done.append(new)
        found.append(columns.at(grid, new))
        taken = np.union1d(taken, _judged(found[-1], slab, prior, kernels)[1])
        score = _judged(columns.at(grid, every, taken), slab, prior, 1)[0].max(axis=0)
        worth = np.flatnonzero(score > score.max() - WINDOW - MARGIN)
        new = np.setdiff1d(worth, np.concatenate(done))
    order = np.argsort(np.concatenate(done))
    xx, xy, yy, slabs, constant = (
        np.concatenate(each)[order] for each in zip(*(one[:5] for one in found), strict=True)
    )
    return Grams(xx, xy, yy, slabs, constant, found[0].shape)


@jit
def _greedy(
    xx: Floats, xy: Floats, yy: Floats, constant: Floats, slabs: Floats, shape: float, prior: Floats, kernels: int
) -> tuple[Floats, Ints]:
    """Return the log evidence of the best model on a greedy path at each point, ``(slabs, g)``, and the paths."""
    points, p = xy.shape
    depth = len(prior) - 1
    score, path = np.empty((len(slabs), points)), np.empty((len(slabs), points, depth), np.int64)
    rows, ids = np.empty((depth, p)), np.arange(depth)
    left, value, gain, work, free = np.empty(p), np.empty(p), np.empty(p), np.empty(p), np.empty(p)
    for which in range(len(slabs)):
        slab = slabs[which]
        for g in range(points):
            value[:] = xy[g]
            free[:] = 0.0
            for j in range(p):
                left[j] = xx[g, j, j] + 1.0 / slab
            rss, log_det = yy[g], 0.0
            best = constant[g] + prior[0] - shape * np.log(PRIOR_SCALE + 0.5 * rss)
            for size in range(depth):
                gains(value, left, rss, slab, shape, gain, work)
                column = int(np.argmax(gain + free))
                path[which, g, size] = column
                log_det += np.log(left[column] * slab)
                own = take(xx[g], rows, ids[:size], column, slab, rows[size], left, value)
                rss = max(rss - own * own, 0.0)
                first = column // kernels * kernels
                free[first : first + kernels] = -np.inf
                here = constant[g] + prior[size + 1] - 0.5 * log_det - shape * np.log(PRIOR_SCALE + 0.5 * rss)
                best = max(best, here)
            score[which, g] = best
    return score, path
