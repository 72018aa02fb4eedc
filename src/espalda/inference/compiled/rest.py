"""The models not visited, summed up over a lattice: the twin of `selection`'s."""

from __future__ import annotations

import numpy as np

from espalda.inference.compiled.draws import Chances, adding, draw, even, unseen, weigh_each
from espalda.inference.evidence import Grams
from espalda.inference.selection import (
    _LOG_RATE_WEIGHT,
    _RATE,
    LATTICE,
    TEMPER,
    TEMPER_KERNEL,
    Level,
    Rest,
    _log_sum,
    _point_share,
)
from espalda.inference.series import Floats, Ints


def rest(statistics: Grams, best_set: Ints, levels: list[Level], kernels: int, codes: Ints) -> Rest:
    """Return all models but those of the levels; `codes` are the columns' numbers, ``(p,)``."""
    p = len(codes)
    factors = p // kernels
    adds = _added(statistics, best_set[0], kernels)
    share = _point_share(levels)
    most = adds.max(axis=2, keepdims=True)
    through = np.exp(adds - most)
    odds = (most[:, :, 0] + np.log(through.mean(axis=2)))[:, None, :] + (np.log(_RATE) - np.log1p(-_RATE))[:, None]
    rate = np.logaddexp(odds, 0.0).sum(axis=2) + factors * np.log1p(-_RATE) + _LOG_RATE_WEIGHT
    total = _log_sum(rate)
    chances = Chances(
        np.cumsum(share),
        np.cumsum(np.exp(rate - total[:, None]), axis=1),
        1.0 / (1.0 + np.exp(-odds)),
        np.cumsum(through / through.sum(axis=2, keepdims=True), axis=2),
        adds,
    )
    order = np.argsort(np.argsort(-odds[:, 0].sum(axis=0), kind="stable"))
    drawn = draw(even(LATTICE, factors + 2), order, chances, codes)
    fresh = unseen(drawn.key, np.concatenate([codes[level.sets].sum(axis=1) for level in levels]))
    if not fresh.any():
        return Rest(-np.inf, np.zeros((factors, factors)))
    point, column = drawn.point[fresh], drawn.column[fresh]
    log_weight = weigh_each(statistics, point, column)
    log_weight += (total - np.log(share))[point] - drawn.added[fresh] - np.log(LATTICE)
    peak = float(log_weight.max())
    weight = np.exp(log_weight - peak)
    acts = (column < p).astype(np.float64)
    return Rest(peak + float(np.log(weight.sum())), acts.T @ (weight[:, None] * acts) / weight.sum())


def _added(statistics: Grams, best_set: Ints, kernels: int) -> Floats:
    """Return what each column adds beside the best model without its factor, tempered, ``(g, k, kernels)``."""
    adds = adding(statistics, best_set)[1]
    for place, column in enumerate(best_set):
        factor = slice(column // kernels * kernels, (column // kernels + 1) * kernels)
        adds[:, factor] = adding(statistics, np.delete(best_set, place))[1][:, factor]
    adds = adds.reshape(len(adds), -1, kernels)
    most = adds.max(axis=2, keepdims=True)
    return np.asarray(TEMPER * most + TEMPER_KERNEL * (adds - most))
