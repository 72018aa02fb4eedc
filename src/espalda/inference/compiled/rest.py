"""The models not visited, summed up over a lattice: the twin of `selection`'s."""

from __future__ import annotations

import numpy as np

from espalda.inference.compiled.draws import adding, draw, even, unseen, weigh_each
from espalda.inference.evidence import Grams
from espalda.inference.selection import LATTICE, Level, Rest, importance, point_share, summed_up, tempered
from espalda.inference.series import Ints


def rest(statistics: Grams, best_set: Ints, levels: list[Level], kernels: int, codes: Ints) -> Rest:
    """Return all models but those of the levels; `codes` are the columns' numbers, ``(p,)``."""
    share = point_share(levels)
    adds = tempered(lambda one: adding(statistics, one)[1], best_set[0], kernels)
    chances, total, order = importance(adds, share)
    drawn = draw(even(LATTICE, len(order) + 2), order, chances, codes)
    fresh = unseen(drawn.key, np.concatenate([codes[level.sets].sum(axis=1) for level in levels]))
    point, column = drawn.point[fresh], drawn.column[fresh]
    log_weight = weigh_each(statistics, point, column)
    log_weight += (total - np.log(share))[point] - drawn.added[fresh] - np.log(LATTICE)
    return summed_up(log_weight, column < len(codes))
