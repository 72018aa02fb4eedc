"""Models each at a grid point of its own, drawn from a lattice, and what they weigh.

They are worked through in blocks of models of one size, so that one instruction serves several.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

import numpy as np

from espalda.inference.compiled.jit import gains, jit, log, take
from espalda.inference.compiled.sets import invert
from espalda.inference.evidence import PRIOR_SCALE, Grams
from espalda.inference.lattice import Chances, lattice
from espalda.inference.series import Bools, Floats, Ints

_BLOCK: Final = 64
"""Models that one instruction after another is done for: enough to fill its lanes, few enough to stay near."""

even = cache(lattice)
"""The lattice's points, made once."""


class Drawn(NamedTuple):
    """Models drawn: grid point, column of each factor or one past the last, ``(m, k)``, sums of `adds` and of codes."""

    point: Ints
    column: Ints
    added: Floats
    key: Ints


def draw(place: Floats, order: Ints, chances: Chances, codes: Ints) -> Drawn:
    """Return a model for each place of a lattice, ``(m, 2 + k)``, factors taking its further dimensions in `order`."""
    many, factors = len(place), chances.kernel.shape[1]
    drawn = Drawn(
        np.empty(many, np.int64), np.empty((many, factors), np.int64), np.empty(many), np.empty(many, np.int64)
    )
    _choose(place, order, *chances, codes, *drawn)
    return drawn


def unseen(key: Ints, known: Ints) -> Bools:
    """Return which keys are not among the known ones."""
    return _fresh(key, known, np.empty(1 << (2 * len(known)).bit_length(), np.int64))


def weigh_each(statistics: Grams, point: Ints, column: Ints) -> Floats:
    """Return the log evidence of sets, each at its own point, ``(m,)``; `column` as in `Drawn`."""
    xx, xy, yy, slab, constant, shape = statistics
    out = np.empty(len(point))
    _weigh_each(xx, xy, yy, slab, shape, point, column, xy.shape[1], out)
    return out + constant[point]


def moments_each(statistics: Grams, point: Ints, column: Ints) -> tuple[Floats, Floats]:
    """Return the coefficients' means and variances of sets of one size, each at its own point, ``(m, size)``."""
    xx, xy, yy, slab, _, shape = statistics
    mean, variance = np.empty(column.shape), np.empty(column.shape)
    _moments_each(xx, xy, yy, slab, shape, point, column, mean, variance)
    return mean, variance


def adding(statistics: Grams, one: Ints) -> tuple[Floats, Floats]:
    """Return the log evidence of one set, ``(g,)``, and what each further column adds to it, ``(g, p)``."""
    xx, xy, yy, slab, constant, shape = statistics
    own, adds = np.empty(len(yy)), np.empty(xy.shape)
    _added(xx, xy, yy, slab, shape, one, own, adds)
    return own + constant, adds


@jit
def _added(
    xx: Floats, xy: Floats, yy: Floats, slab: Floats, shape: float, one: Ints, own: Floats, adds: Floats
) -> None:
    """Put what each further column adds to the log evidence of one set into `adds`, ``(g, p)``.

    And the set's own, but for what all sets at a point have in common, into `own`, ``(g,)``.
    """
    points, p = adds.shape
    rows, ids = np.empty((len(one), p)), np.arange(len(one))
    left, value, work = np.empty(p), np.empty(p), np.empty(p)
    for g in range(points):
        value[:] = xy[g]
        for j in range(p):
            left[j] = xx[g, j, j] + 1.0 / slab[g]
        rss, log_det = yy[g], 0.0
        for i in range(len(one)):
            log_det += np.log(left[one[i]] * slab[g])
            mine = take(xx[g], rows, ids[:i], one[i], slab[g], rows[i], left, value)
            rss = max(rss - mine * mine, 0.0)
        without = shape * np.log(PRIOR_SCALE + 0.5 * rss)
        own[g] = -0.5 * log_det - without
        gains(value, left, rss, slab[g], shape, adds[g], work)
        for j in range(p):
            adds[g, j] += without


@jit
def _part(cumulative: Floats, place: float) -> int:
    """Return which part a place between 0 and 1 falls in, given where each part ends."""
    part = 0
    while part < len(cumulative) - 1 and place > cumulative[part]:
        part += 1
    return part


@jit
def _choose(
    place: Floats,
    order: Ints,
    points: Floats,
    rates: Floats,
    acts: Floats,
    split: Floats,
    adds: Floats,
    codes: Ints,
    point: Ints,
    column: Ints,
    added: Floats,
    key: Ints,
) -> None:
    """Fill the arrays of `Drawn` by `Chances`."""
    _, factors, kernels = split.shape
    for i in range(len(place)):
        g = _part(points, place[i, 0])
        rate = _part(rates[g], place[i, 1])
        point[i], added[i], key[i] = g, 0.0, 0
        for j in range(factors):
            column[i, j] = factors * kernels
            here = place[i, 2 + order[j]]
            if here < acts[g, rate, j]:
                kernel = _part(split[g, j], here / acts[g, rate, j])
                column[i, j] = j * kernels + kernel
                added[i] += adds[g, j, kernel]
                key[i] += codes[j * kernels + kernel]


@jit
def _fresh(keys: Ints, known: Ints, table: Ints) -> Bools:
    """Return which of the keys are not among the known ones; `table` is a power of two of places.

    A place with 0 is free, so the empty set, whose key that is, is looked for by itself.
    """
    last = len(table) - 1
    table[:] = 0
    empty = False
    for key in known:
        empty = empty or key == 0
        place = key & last
        while table[place] != 0 and table[place] != key:
            place = (place + 1) & last
        table[place] = key
    out = np.empty(len(keys), np.bool_)
    for i in range(len(keys)):
        place = keys[i] & last
        while table[place] != 0 and table[place] != keys[i]:
            place = (place + 1) & last
        out[i] = table[place] != keys[i] if keys[i] else not empty
    return out


@jit
def _factor(xx: Floats, xy: Floats, slab: Floats, point: Ints, columns: Ints, lower: Floats, solved: Floats) -> None:
    """Factor a block of sets of one size, ``(size, block)``, each at its own point; the diagonals' inverses."""
    size, count = columns.shape
    for i in range(size):
        row, ours = lower[i], columns[i]
        for j in range(i + 1):
            entry, other, theirs = row[j], lower[j], columns[j]
            for s in range(count):
                entry[s] = xx[point[s], ours[s], theirs[s]]
            for m in range(j):
                a, b = row[m], other[m]
                for s in range(count):
                    entry[s] -= a[s] * b[s]
            if j < i:
                b = other[j]
                for s in range(count):
                    entry[s] *= b[s]
        pivot, own = row[i], solved[i]
        for s in range(count):
            pivot[s] = 1.0 / np.sqrt(pivot[s] + 1.0 / slab[point[s]])
            own[s] = xy[point[s], ours[s]]
        for m in range(i):
            a, b = row[m], solved[m]
            for s in range(count):
                own[s] -= a[s] * b[s]
        for s in range(count):
            own[s] *= pivot[s]


@jit
def _weigh_each(
    xx: Floats, xy: Floats, yy: Floats, slab: Floats, shape: float, point: Ints, column: Ints, none: int, out: Floats
) -> None:
    """Put the log evidence of sets, each at its own point, into `out`, ``(m,)``, but for what is common to a point.

    `column`, ``(m, k)``, holds a column for each factor, or `none`.
    """
    many, factors = column.shape
    size = np.zeros(many, np.int64)
    end = np.zeros(factors + 2, np.int64)
    for i in range(many):
        for j in range(factors):
            size[i] += column[i, j] != none
        end[size[i] + 1] += 1
    end = np.cumsum(end)
    order, at = np.empty(many, np.int64), end.copy()
    for i in range(many):
        order[at[size[i]]] = i
        at[size[i]] += 1
    det = np.ones(many)
    lower, solved = np.empty((factors, factors, _BLOCK)), np.empty((factors, _BLOCK))
    columns, here = np.empty((factors, _BLOCK), np.int64), np.empty(_BLOCK, np.int64)
    for this in range(factors + 1):
        for first in range(end[this], end[this + 1], _BLOCK):
            rows = order[first : min(first + _BLOCK, end[this + 1])]
            count = len(rows)
            for s in range(count):
                here[s] = point[rows[s]]
                place = 0
                for j in range(factors):
                    if column[rows[s], j] != none:
                        columns[place, s] = column[rows[s], j]
                        place += 1
            if this:
                _factor(xx, xy, slab, here[:count], columns[:this, :count], lower, solved)
            for s in range(count):
                rss, product = yy[here[s]], 1.0
                for i in range(this):
                    rss -= solved[i, s] * solved[i, s]
                    product *= lower[i, i, s] * lower[i, i, s] / slab[here[s]]
                out[rows[s]] = PRIOR_SCALE + 0.5 * max(rss, 0.0)
                det[rows[s]] = product
    log(out)
    log(det)
    for i in range(many):
        out[i] = 0.5 * det[i] - shape * out[i]


@jit
def _moments_each(
    xx: Floats,
    xy: Floats,
    yy: Floats,
    slab: Floats,
    shape: float,
    point: Ints,
    column: Ints,
    mean: Floats,
    variance: Floats,
) -> None:
    """Put the moments of the coefficients of sets of one size, each at its own point, into arrays ``(m, size)``."""
    many, size = column.shape
    lower, solved = np.zeros((size, size, _BLOCK)), np.empty((size, _BLOCK))
    inverse = np.empty((size, size, _BLOCK))
    columns = np.empty((size, _BLOCK), np.int64)
    for first in range(0, many, _BLOCK):
        here = point[first : first + _BLOCK]
        count = len(here)
        columns[:, :count] = column[first : first + _BLOCK].T
        _factor(xx, xy, slab, here, columns[:, :count], lower, solved)
        invert(lower, 0, inverse)
        for s in range(count):
            rss = yy[here[s]]
            for i in range(size):
                rss -= solved[i, s] * solved[i, s]
            scale = (PRIOR_SCALE + 0.5 * max(rss, 0.0)) / (shape - 1.0)
            for j in range(size):
                middle, wide = 0.0, 0.0
                for i in range(j, size):
                    middle += inverse[i, j, s] * solved[i, s]
                    wide += inverse[i, j, s] * inverse[i, j, s]
                mean[first + s, j], variance[first + s, j] = middle, wide * scale
