"""How well a set of columns explains the readings: the marginal likelihood, for many sets at once.

Readings y ~ N(base + X b, s2 V), b ~ N(0, s2 v I) per standard deviation of load, base flat, s2 ~ inverse gamma.
Everything is read from Gram matrices of the whitened columns with the base projected out, one per grid point.
Sets of one size are scored together by an unrolled Cholesky factorisation over arrays: for the small sets that
matter this beats calling LAPACK once a set by far.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from espalda.inference.series import Floats, Ints

PRIOR_SHAPE: Final = 2.0
PRIOR_SCALE: Final = 1.0
"""Inverse gamma prior of the variance: worth four readings with variance one NRS point squared."""


class Grams(NamedTuple):
    """Sufficient statistics at each of `g` points of the (tau, noise, slab) grid, `p` columns.

    Attributes
    ----------
    xx, xy, yy
        Inner products of the whitened, projected columns: shapes ``(g, p, p)``, ``(g, p)``, ``(g,)``.
    slab
        Prior variance of a coefficient in units of the readings' variance, shape ``(g,)``.
    constant
        What the log evidence of every set at a point has in common, shape ``(g,)``.
    shape
        Shape of the variance's posterior, the same everywhere.
    """

    xx: Floats
    xy: Floats
    yy: Floats
    slab: Floats
    constant: Floats
    shape: float


def grams(whitened: Floats, log_det: Floats, bases: int, slabs: tuple[float, ...]) -> Grams:
    """Return the statistics of whitened columns ordered ``[base | X | y]``, shape ``(g, n, bases + p + 1)``.

    The grid of the result is the given one, repeated for each prior slab variance.
    """
    inner = np.matmul(whitened.transpose(0, 2, 1), whitened)
    base, rest = slice(None, bases), slice(bases, None)
    factor = np.linalg.cholesky(inner[:, base, base])
    half = np.linalg.solve(factor, inner[:, base, rest])
    projected = inner[:, rest, rest] - np.matmul(half.transpose(0, 2, 1), half)
    base_log_det = 2.0 * np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)
    shape = PRIOR_SHAPE + 0.5 * (whitened.shape[1] - bases)
    many = len(slabs)
    return Grams(
        xx=np.tile(projected[:, :-1, :-1], (many, 1, 1)),
        xy=np.tile(projected[:, :-1, -1], (many, 1)),
        yy=np.tile(np.maximum(projected[:, -1, -1], 0.0), many),
        slab=np.repeat(slabs, len(log_det)),
        constant=np.tile(-0.5 * (log_det + base_log_det), many),
        shape=shape,
    )


def at_points(statistics: Grams, points: Ints) -> Grams:
    """Return the statistics of some grid points alone."""
    xx, xy, yy, slab, constant, shape = statistics
    return Grams(xx[points], xy[points], yy[points], slab[points], constant[points], shape)


def log_evidence(statistics: Grams, rss: Floats, log_det: Floats) -> Floats:
    """Return the log marginal likelihood from penalised residual sums and log determinants, ``(g, …)`` both."""
    constant = statistics.constant.reshape(-1, *[1] * (rss.ndim - 1))
    return np.asarray(constant - 0.5 * log_det - statistics.shape * np.log(PRIOR_SCALE + 0.5 * rss))


class Factored(NamedTuple):
    """Sets of one size, factored at each grid point.

    Attributes
    ----------
    lower
        Rows of the Cholesky factor of ``xx + I / slab``, each entry an array ``(g, sets)``.
    solved
        ``lower^-1 xy``, one array ``(g, sets)`` a row.
    rss, log_det
        Penalised residual sum of squares and log determinant of ``I + slab xx``, shape ``(g, sets)``.
    """

    lower: list[list[Floats]]
    solved: list[Floats]
    rss: Floats
    log_det: Floats


def factor_sets(statistics: Grams, sets: Ints, points: Ints | None = None) -> Factored:
    """Factor the sets of columns, shape ``(sets, size)``, at every grid point, or each at its own of `points`."""
    xx, xy = statistics.xx, statistics.xy
    here = np.arange(len(xx))[:, None] if points is None else points[None]
    slab = statistics.slab[here]
    count, size = sets.shape
    lower: list[list[Floats]] = []
    solved: list[Floats] = []
    rss = np.repeat(statistics.yy[here], count if points is None else 1, axis=1)
    log_det = np.zeros(rss.shape)
    for i in range(size):
        row: list[Floats] = []
        for j in range(i + 1):
            entry = xx[here, sets[:, i], sets[:, j]]
            for m in range(j):
                entry = entry - row[m] * lower[j][m] if j < i else entry - row[m] * row[m]
            row.append(entry / lower[j][j] if j < i else np.sqrt(entry + 1.0 / slab))
        lower.append(row)
        value = xy[here, sets[:, i]]
        for m in range(i):
            value = value - row[m] * solved[m]
        value = value / row[i]
        solved.append(value)
        rss = rss - value * value
        log_det = log_det + 2.0 * np.log(row[i]) + np.log(slab)
    return Factored(lower, solved, np.maximum(rss, 0.0), log_det)


def evidence_of(statistics: Grams, factored: Factored, points: Ints) -> Floats:
    """Return the log marginal likelihood of sets factored each at its own grid point, ``(sets,)``."""
    rss, log_det = factored.rss[0], factored.log_det[0]
    fit = statistics.shape * np.log(PRIOR_SCALE + 0.5 * rss)
    return np.asarray(statistics.constant[points] - 0.5 * log_det - fit)


def coefficients(statistics: Grams, sets: Ints, factored: Factored) -> tuple[Floats, Floats]:
    """Return posterior mean and variance of each coefficient, shapes ``(g, sets, size)``.

    One grid point alone, ``g = 1``, where the sets were factored each at its own.
    """
    size = sets.shape[1]
    shape = (*factored.rss.shape, size)
    mean, variance = np.empty(shape), np.zeros(shape)
    lower = factored.lower
    inverse: list[list[Floats]] = []  # rows of lower^-1
    for i in range(size):
        row = []
        for j in range(i):
            entry = sum((lower[i][m] * inverse[m][j] for m in range(j, i)), start=np.zeros(shape[:2]))
            row.append(-entry / lower[i][i])
        row.append(1.0 / lower[i][i])
        inverse.append(row)
    for j in range(size):
        mean[..., j] = sum((inverse[i][j] * factored.solved[i] for i in range(j, size)), start=np.zeros(shape[:2]))
        variance[..., j] = sum((inverse[i][j] ** 2 for i in range(j, size)), start=np.zeros(shape[:2]))
    scale = (PRIOR_SCALE + 0.5 * factored.rss) / (statistics.shape - 1.0)
    return mean, variance * scale[..., None]


def gains(statistics: Grams, sets: Ints, factored: Factored) -> tuple[Floats, Floats]:
    """Return residual sums and log determinants of each set with each further column, ``(g, sets, p)`` both."""
    xx, xy, slab = statistics.xx, statistics.xy, statistics.slab[:, None, None]
    left = np.diagonal(xx, axis1=1, axis2=2)[:, None, :] + 1.0 / slab
    value = np.broadcast_to(xy[:, None, :], (len(xx), len(sets), xx.shape[2]))
    rows: list[Floats] = []
    for i in range(sets.shape[1]):
        row = xx[:, sets[:, i], :]
        for m in range(i):
            row = row - factored.lower[i][m][..., None] * rows[m]
        row = row / factored.lower[i][i][..., None]
        rows.append(row)
        left = left - row * row
        value = value - row * factored.solved[i][..., None]
    left = np.maximum(left, 1.0 / slab)
    rss = np.maximum(factored.rss[..., None] - value * value / left, 0.0)
    return rss, factored.log_det[..., None] + np.log(left) + np.log(slab)
