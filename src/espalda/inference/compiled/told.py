"""What the models tell of each factor's effect: the twin of the engine's."""

from __future__ import annotations

from typing import Final

import numpy as np

from espalda.inference.compiled.jit import jit
from espalda.inference.compiled.sets import moments, points_last
from espalda.inference.engine import COMPONENTS, LEVELS, NEGLIGIBLE, STEPS, Estimate, Told
from espalda.inference.selection import Models, peak_of
from espalda.inference.series import Floats, Ints

_BINS: Final = 256
_FEW: Final = 24


def told(models: Models, scale: Floats, factors: int, kernels: int) -> list[Told]:
    """Return what the models tell of each factor's effect, if it acts; `scale` is the SD of each column, ``(p,)``."""
    column, weight, shares = [], [], []
    peak = peak_of(models.levels)
    for sets, log_weight in models.levels:
        each = np.exp(log_weight.T - peak)
        by_point = each.sum(axis=0)
        each[:, by_point <= NEGLIGIBLE * by_point.sum()] = 0.0
        total = np.maximum(each.sum(axis=1), 1e-300)
        shares.append(each / total[:, None])
        column.append(sets.ravel())
        weight.append(np.repeat(total, sets.shape[1]))
    columns, weights = np.concatenate(column), np.concatenate(weight)
    rows, end = _heaviest(columns // kernels, weights, factors, COMPONENTS)
    mean, sd = _moments(models, shares, rows)
    through = np.bincount(columns, weights=weights, minlength=factors * kernels).reshape(factors, kernels)
    best = through.argmax(axis=1)
    chosen, weights = columns[rows], weights[rows]
    swing, effect = np.empty((factors, 5)), np.empty((factors, 5))
    _mixtures(end, weights, mean, sd, STEPS, LEVELS, swing)
    # A kernel that reached no reading yet says nothing of the effect of a dose.
    felt = np.where(np.isfinite(scale[chosen]), weights, 0.0)
    _mixtures(end, felt, mean / scale[chosen], sd / scale[chosen], STEPS, LEVELS, effect)
    return [
        Told(Estimate(*one[:4]), Estimate(*other[:4]), other[4], kernel)
        for one, other, kernel in zip(effect.tolist(), swing.tolist(), best.tolist(), strict=True)
    ]


def _moments(models: Models, shares: list[Floats], rows: Ints) -> tuple[Floats, Floats]:
    """Return mean and SD of the coefficients at some rows, which count through the sets' columns, level by level."""
    statistics = points_last(models.statistics)
    mean, variance = np.zeros((2, sum(level.sets.size for level in models.levels)))
    wanted = np.zeros(len(mean), dtype=bool)
    wanted[rows] = True
    first = 0
    for level, share in zip(models.levels, shares, strict=True):
        here = slice(first, first + level.sets.size)
        first += level.sets.size
        some = np.flatnonzero(wanted[here].reshape(level.sets.shape).any(axis=1))
        if len(some):
            at = moments(statistics, level.sets[some], share[some])
            for every, values in zip((mean, variance), at, strict=True):
                every[here].reshape(level.sets.shape)[some] = values
    return mean[rows], np.sqrt(variance[rows])


@jit
def _heaviest(factor: Ints, weight: Floats, factors: int, many: int) -> tuple[Ints, Ints]:
    """Return the rows of each factor's heaviest, at most `many` each, one factor after another, and where each ends."""
    end = np.zeros(factors, np.int64)
    for one in factor:
        end[one] += 1
    end = np.cumsum(end)
    place = end.copy()
    rows = np.empty(len(factor), np.int64)
    for row in range(len(factor) - 1, -1, -1):
        place[factor[row]] -= 1
        rows[place[factor[row]]] = row
    chosen, first, count = np.empty(len(factor), np.int64), 0, 0
    for one in range(factors):
        mine = rows[first : end[one]]
        first = end[one]
        cut = -np.inf
        if len(mine) > many:
            cut = np.partition(weight[mine], len(mine) - many)[len(mine) - many]
        last = count + many
        for row in mine:
            if weight[row] >= cut and count < last:
                chosen[count] = row
                count += 1
        end[one] = count
    return chosen[:count], end


@jit
def _mixtures(end: Ints, weight: Floats, mean: Floats, sd: Floats, steps: Floats, levels: Floats, out: Floats) -> None:
    """Put mean, two quantiles, SD and share above nothing of mixtures of normals into `out`, ``(mixtures, 5)``.

    The normals come one mixture after another, each mixture up to its `end`, and count as points at `steps`.
    """
    many = len(steps)
    first = 0
    for one in range(len(end)):
        last = end[one]
        total, middle, wide, above = 0.0, 0.0, 0.0, 0.0
        for i in range(first, last):
            total += weight[i]
            middle += weight[i] * mean[i]
        middle /= total
        points, share = np.empty((last - first) * many), np.empty((last - first) * many)
        for i in range(first, last):
            here = weight[i] / total
            wide += here * (sd[i] ** 2 + (mean[i] - middle) ** 2)
            for j in range(many):
                point = mean[i] + sd[i] * steps[j]
                points[(i - first) * many + j] = point
                share[(i - first) * many + j] = here / many
                above += here / many if point > 0.0 else 0.0
        first = last
        out[one, 0], out[one, 3], out[one, 4] = middle, np.sqrt(wide), above
        out[one, 1] = _quantile(points.copy(), share.copy(), levels[0])
        out[one, 2] = _quantile(points, share, levels[1])


@jit
def _quantile(points: Floats, weight: Floats, level: float) -> float:
    """Return the least point at and below which at least `level` of the weight lies; both arrays are used up.

    Points are counted into bins; only the bin that holds it is looked into, with bins of its own.
    """
    count = len(points)
    bins = np.empty(_BINS)
    below = 0.0
    while count > _FEW:
        low, high = points[0], points[0]
        for i in range(count):
            low, high = min(low, points[i]), max(high, points[i])
        if not high - low > 1e-300:
            return float(low)
        width = _BINS * (1.0 - 1e-12) / (high - low)
        bins[:] = 0.0
        for i in range(count):
            bins[int((points[i] - low) * width)] += weight[i]
        wanted = 0
        while wanted < _BINS - 1 and below + bins[wanted] < level:
            below += bins[wanted]
            wanted += 1
        kept = 0
        for i in range(count):
            if int((points[i] - low) * width) == wanted:
                points[kept], weight[kept] = points[i], weight[i]
                kept += 1
        count = kept
    order = np.argsort(points[:count])
    for i in order:
        below += weight[i]
        if below >= level:
            return float(points[i])
    return float(points[order[-1]])
