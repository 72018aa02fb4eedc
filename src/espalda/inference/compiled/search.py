"""Which models matter: the twin of `selection.search`.

Where that factors each model anew, here each takes its last column into what its parent has worked out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from espalda.inference.compiled.columns import Columns
from espalda.inference.compiled.draws import unseen
from espalda.inference.compiled.jit import gains, jit, take
from espalda.inference.compiled.points import likely
from espalda.inference.compiled.rest import rest
from espalda.inference.compiled.sets import points_last, weigh
from espalda.inference.evidence import PRIOR_SCALE, Grams
from espalda.inference.selection import BEAM, HEAVY, LARGEST, WINDOW, Level, Models, codes, heavy_from, log_prior
from espalda.inference.series import Floats, Ints


def search(t: Floats, base: Floats, loaded: Floats, y: Floats, slabs: tuple[float, ...], factors: int) -> Models:
    """Return the models that matter of columns ordered factor by factor, from readings `y` of mean zero."""
    kernels = loaded.shape[1] // factors
    statistics = likely(Columns(t, base, loaded, y), slabs, factors, kernels)
    prior = np.array([log_prior(size, factors, kernels) for size in range(min(factors, LARGEST + 1) + 1)])
    numbers = codes(loaded.shape[1])
    best_set, sets = _heavy(_visit(statistics, prior, kernels, numbers))
    if best_set.shape[1] < factors:
        sets = _with_every_factor(best_set, sets, kernels, numbers)
    here = points_last(statistics)
    levels = [Level(one, weigh(here, one) + prior[one.shape[1]]) for one in sets]
    return Models(statistics, levels, rest(statistics, best_set, levels, kernels, numbers))


class _Grown(NamedTuple):
    """The models of one size: those they grew from, ``(parents, size - 1)``, which, by what column, log weight."""

    sets: Ints
    parent: Ints
    column: Ints
    weight: Floats


def _visit(statistics: Grams, prior: Floats, kernels: int, codes: Ints) -> list[_Grown]:
    """Return the models near the best, by size, visited level by level at the likeliest grid point."""
    xx, slab, shape = np.ascontiguousarray(statistics.xx[0]), float(statistics.slab[0]), statistics.shape
    p, constant = len(xx), float(statistics.constant[0])
    factors = p // kernels
    deepest = min(factors, LARGEST)
    rows, used = np.empty((deepest * BEAM, p)), 0
    sets, ids, keys = np.zeros((1, 0), np.int64), np.zeros((1, 0), np.int64), np.zeros(1, np.int64)
    left, value = (np.diagonal(xx) + 1.0 / slab)[None], statistics.xy[:1].copy()
    rss, log_det = statistics.yy[:1].copy(), np.zeros(1)
    best = constant + float(prior[0]) - shape * float(np.log(PRIOR_SCALE + 0.5 * rss[0]))
    found = [_Grown(sets, np.zeros(1, np.int64), np.zeros(1, np.int64), np.array([best]))]
    weight = np.empty((BEAM, p))
    parent, column, grown = np.empty(BEAM * p, np.int64), np.empty(BEAM * p, np.int64), np.empty(BEAM * p)
    table = np.empty(1 << (2 * BEAM * p - 1).bit_length(), np.int64)
    for size in range(1, deepest + 1):
        here = weight[: len(sets)]
        most = _grow(xx, slab, shape, kernels, sets, rows, ids, left, value, rss, log_det, here)
        level = constant + float(prior[size])
        least = max(best - level, most) - WINDOW
        places = 1 << (2 * here.size).bit_length()
        count = _distinct(here, least, keys, codes, table[:places], parent, column, grown)
        if not count:
            break
        this = _Grown(sets, parent[:count].copy(), column[:count].copy(), grown[:count] + level)
        found.append(this)
        best = max(best, most + level)
        chosen = _heaviest(this.weight, BEAM)
        before, last = this.parent[chosen], this.column[chosen]
        sets, keys = np.column_stack([sets[before], last]), keys[before] + codes[last]
        ids, used = np.column_stack([ids[before], np.arange(used, used + len(last))]), used + len(last)
        left, value, rss, log_det = left[before], value[before], rss[before], log_det[before]
    return found


@jit
def _grow(
    xx: Floats,
    slab: float,
    shape: float,
    kernels: int,
    sets: Ints,
    rows: Floats,
    ids: Ints,
    left: Floats,
    value: Floats,
    rss: Floats,
    log_det: Floats,
    weight: Floats,
) -> float:
    """Take the last column into each set, and weigh it with each further one: `weight`, ``(sets, p)``; the largest.

    Where a set comes, `left`, `value`, `rss` and `log_det` are those of the set without its last column.
    """
    work = np.empty(weight.shape[1])
    most = -np.inf
    for f in range(len(sets)):
        size = sets.shape[1]
        if size:
            column, last = sets[f, size - 1], ids[f, size - 1]
            log_det[f] += np.log(left[f, column] * slab)
            own = take(xx, rows, ids[f, : size - 1], column, slab, rows[last], left[f], value[f])
            rss[f] = max(rss[f] - own * own, 0.0)
        gains(value[f], left[f], rss[f], slab, shape, weight[f], work)
        for column in sets[f]:
            first = column // kernels * kernels
            weight[f, first : first + kernels] = -np.inf
        own = -0.5 * log_det[f]
        for j in range(weight.shape[1]):
            weight[f, j] += own
            most = max(most, weight[f, j])
    return most


@jit
def _distinct(
    weight: Floats, least: float, keys: Ints, drawn: Ints, table: Ints, parent: Ints, column: Ints, grown: Floats
) -> int:
    """List each distinct grown set heavier than `least` once: its parent, column and log weight; return how many.

    A set is known by its key plus the number drawn for the column. `table` holds those seen: a power of two of
    places, 0 where free.
    """
    table[:] = 0
    last = len(table) - 1
    count = 0
    for f in range(weight.shape[0]):
        for j in range(weight.shape[1]):
            if weight[f, j] > least:
                key = keys[f] + drawn[j]
                place = key & last
                while table[place] != 0 and table[place] != key:
                    place = (place + 1) & last
                if table[place] == 0:
                    table[place] = key
                    parent[count], column[count], grown[count] = f, j, weight[f, j]
                    count += 1
    return count


def _heaviest(weight: Floats, many: int) -> Ints:
    """Return the places of the largest weights."""
    return np.flatnonzero(weight >= heavy_from(weight, many))[:many]


def _heavy(found: list[_Grown]) -> tuple[Ints, list[Ints]]:
    """Return the best set, ``(1, size)``, and the heaviest ones by size."""
    cut = heavy_from(np.concatenate([one.weight for one in found]), HEAVY)
    best = max(found, key=lambda one: float(one.weight.max()))
    place = int(np.argmax(best.weight))
    sets = [found[0].sets[: int(found[0].weight[0] >= cut)]]
    for one in found[1:]:
        heavy = np.flatnonzero(one.weight >= cut)
        sets.append(np.column_stack([one.sets[one.parent[heavy]], one.column[heavy]]))
    if best is found[0]:
        return best.sets, sets
    return np.append(best.sets[best.parent[place]], best.column[place])[None], sets


def _with_every_factor(best_set: Ints, sets: list[Ints], kernels: int, codes: Ints) -> list[Ints]:
    """Return the sets with each factor beside the best one in them, so that every one's effect can be told."""
    size, every = best_set.shape[1], np.arange(len(codes))
    column = every[~np.isin(every // kernels, best_set[0] // kernels)]
    beside = np.column_stack([np.repeat(best_set, len(column), axis=0), column])
    if len(sets) == size + 1:
        return [*sets, beside]
    new = unseen(codes[beside].sum(axis=1), codes[sets[size + 1]].sum(axis=1))
    return [*sets[: size + 1], np.concatenate([sets[size + 1], beside[new]]), *sets[size + 2 :]]
