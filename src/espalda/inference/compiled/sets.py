"""Sets of columns weighed at every grid point at once: the points last, so that one instruction serves several."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from espalda.inference.compiled.jit import jit, log
from espalda.inference.evidence import PRIOR_SCALE, Grams
from espalda.inference.series import Floats, Ints


class PointsLast(NamedTuple):
    """The statistics, and their `xx`, ``(p, p, g)``, and `xy`, ``(p, g)``, with the grid points last."""

    grams: Grams
    xx: Floats
    xy: Floats


def points_last(statistics: Grams) -> PointsLast:
    """Return the statistics in the order in which sets are weighed."""
    xx, xy = statistics.xx.transpose(1, 2, 0), statistics.xy.T
    return PointsLast(statistics, np.ascontiguousarray(xx), np.ascontiguousarray(xy))


def weigh(statistics: PointsLast, sets: Ints) -> Floats:
    """Return the log evidence of sets of one size at each grid point, ``(g, sets)``."""
    (_, _, yy, slab, constant, shape), xx, xy = statistics
    out = np.empty((len(sets), len(yy)))
    _weigh(xx, xy, yy, slab, constant, shape, sets, out)
    return out.T


def moments(statistics: PointsLast, sets: Ints, share: Floats) -> tuple[Floats, Floats]:
    """Return the coefficients' means and variances, ``(sets, size)``, the points having a `share` of each set."""
    (_, _, yy, slab, _, shape), xx, xy = statistics
    mean, variance = np.empty(sets.shape), np.empty(sets.shape)
    _moments(xx, xy, yy, slab, shape, sets, share, mean, variance)
    return mean, variance


@jit
def _factor(xx: Floats, xy: Floats, slab: Floats, columns: Ints, known: int, lower: Floats, solved: Floats) -> None:
    """Factor a set at all points, its first `known` columns being done: ``(p, p, g)``, ``(p, g)``, ``(g,)``.

    `lower`, ``(size, size, g)``, gets the inverses of the factor's diagonal on its own: what follows multiplies.
    """
    points = len(slab)
    for i in range(known, len(columns)):
        row = lower[i]
        for j in range(i):
            entry, other = row[j], lower[j]
            for g in range(points):
                entry[g] = xx[columns[i], columns[j], g]
            for m in range(j):
                a, b = row[m], other[m]
                for g in range(points):
                    entry[g] -= a[g] * b[g]
            b = other[j]
            for g in range(points):
                entry[g] *= b[g]
        pivot, own = row[i], solved[i]
        for g in range(points):
            pivot[g] = xx[columns[i], columns[i], g] + 1.0 / slab[g]
            own[g] = xy[columns[i], g]
        for m in range(i):
            a, b = row[m], solved[m]
            for g in range(points):
                pivot[g] -= a[g] * a[g]
                own[g] -= a[g] * b[g]
        for g in range(points):
            pivot[g] = 1.0 / np.sqrt(pivot[g])
            own[g] *= pivot[g]


@jit
def _shared(sets: Ints, s: int) -> int:
    """Return how many of its first columns a set shares with the one before it, its last one left out."""
    known = 0
    while s and known < sets.shape[1] - 1 and sets[s, known] == sets[s - 1, known]:
        known += 1
    return known


@jit
def _weigh(
    xx: Floats, xy: Floats, yy: Floats, slab: Floats, constant: Floats, shape: float, sets: Ints, out: Floats
) -> None:
    """Put the log evidence of sets of one size at each point into `out`, ``(sets, g)``."""
    count, size = sets.shape
    points = len(slab)
    lower, solved = np.empty((size, size, points)), np.empty((size, points))
    det = np.ones(out.shape)
    for s in range(count):
        _factor(xx, xy, slab, sets[s], _shared(sets, s), lower, solved)
        rss, product = out[s], det[s]
        for g in range(points):
            rss[g] = yy[g]
        for i in range(size):
            own, pivot = solved[i], lower[i, i]
            for g in range(points):
                rss[g] -= own[g] * own[g]
                product[g] *= pivot[g] * pivot[g] / slab[g]
        for g in range(points):
            rss[g] = PRIOR_SCALE + 0.5 * max(rss[g], 0.0)
    log(out.reshape(-1))
    log(det.reshape(-1))
    for s in range(count):
        for g in range(points):
            out[s, g] = constant[g] + 0.5 * det[s, g] - shape * out[s, g]


@jit
def invert(lower: Floats, known: int, inverse: Floats) -> None:
    """Put the inverses of factors into `inverse`, ``(size, size, g)``, their first `known` rows being done."""
    size, _, points = lower.shape
    for i in range(known, size):
        for j in range(i):
            entry = inverse[i, j]
            entry[:] = 0.0
            for m in range(j, i):
                a, b = lower[i, m], inverse[m, j]
                for g in range(points):
                    entry[g] -= a[g] * b[g]
            a = lower[i, i]
            for g in range(points):
                entry[g] *= a[g]
        inverse[i, i] = lower[i, i]


@jit
def _spread(yy: Floats, solved: Floats, shape: float, out: Floats) -> None:
    """Put the mean of the readings' variance, given a set's `solved` rows, at each point into `out`, ``(g,)``."""
    out[:] = yy
    for i in range(len(solved)):
        own = solved[i]
        for g in range(len(out)):
            out[g] -= own[g] * own[g]
    for g in range(len(out)):
        out[g] = (PRIOR_SCALE + 0.5 * max(out[g], 0.0)) / (shape - 1.0)


@jit
def _moments(
    xx: Floats,
    xy: Floats,
    yy: Floats,
    slab: Floats,
    shape: float,
    sets: Ints,
    share: Floats,
    mean: Floats,
    variance: Floats,
) -> None:
    """Put the coefficients' moments over the points, which have a `share` of each set, into arrays ``(sets, size)``."""
    count, size = sets.shape
    points = len(slab)
    lower, solved = np.empty((size, size, points)), np.empty((size, points))
    inverse = np.empty((size, size, points))
    scale, here, spread = np.empty(points), np.empty(points), np.empty(points)
    for s in range(count):
        known = _shared(sets, s)
        _factor(xx, xy, slab, sets[s], known, lower, solved)
        invert(lower, known, inverse)
        _spread(yy, solved, shape, scale)
        for j in range(size):
            here[:] = 0.0
            spread[:] = 0.0
            for i in range(j, size):
                a, b = inverse[i, j], solved[i]
                for g in range(points):
                    here[g] += a[g] * b[g]
                    spread[g] += a[g] * a[g]
            middle, wide = 0.0, 0.0
            for g in range(points):
                middle += share[s, g] * here[g]
            for g in range(points):
                wide += share[s, g] * (spread[g] * scale[g] + (here[g] - middle) ** 2)
            mean[s, j], variance[s, j] = middle, wide
