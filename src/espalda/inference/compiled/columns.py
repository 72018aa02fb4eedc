"""Columns of one person: carry-over, whitening, and the statistics with the base taken out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from espalda.inference.compiled.jit import jit
from espalda.inference.evidence import PRIOR_SHAPE, Grams
from espalda.inference.loads import KERNELS, Kernel
from espalda.inference.series import Exposures, Floats, Ints
from espalda.inference.whitening import Grid, Whitened


def loads(exposures: Exposures, at: Floats, kernels: tuple[Kernel, ...] = KERNELS) -> Floats:
    """Return the load of each factor through each kernel at the moments `at`, shape ``(len(at), k, kernels)``."""
    start, end, amount = exposures.start, exposures.end, exposures.amount
    out = np.zeros((len(at), amount.shape[1], len(kernels)))
    if len(end):
        rates = np.log(2.0) / np.array([kernel.half_life_h for kernel in kernels])
        delays = np.array([float(kernel.delay_h) for kernel in kernels])
        _loads(start, end, np.ascontiguousarray(amount), at, rates, delays, out)
    return out


@jit
def _loads(start: Floats, end: Floats, amount: Floats, at: Floats, rates: Floats, delays: Floats, out: Floats) -> None:
    """Put the load of each factor through each kernel at the moments `at` into `out`, ``(len(at), k, kernels)``."""
    m, k = amount.shape
    carried = np.empty((m, k))
    for kernel in range(len(rates)):
        rate = rates[kernel]
        for i in range(m):
            hours = end[i] - start[i]
            spread = -np.expm1(-rate * hours) / (rate * hours)
            fade = np.exp(rate * (end[i - 1] - end[i])) if i else 0.0
            for j in range(k):
                before = carried[i - 1, j] * fade if i else 0.0
                carried[i, j] = before + spread * amount[i, j]
        for i in range(len(at)):
            moment = at[i] - delays[kernel]
            ended = np.searchsorted(end, moment, side="right")
            if ended:
                fade = np.exp(rate * (end[ended - 1] - moment))
                for j in range(k):
                    out[i, j, kernel] = carried[ended - 1, j] * fade
            if ended < m and moment > start[ended]:
                hours = moment - start[ended]
                share = -np.expm1(-rate * hours) / (rate * (end[ended] - start[ended]))
                for j in range(k):
                    out[i, j, kernel] += share * amount[ended, j]


def whiten(t: Floats, columns: Floats, grid: Grid) -> Whitened:
    """Whiten `columns`, shape ``(n, c)``, of moments `t` in hours at each point of the grid."""
    out = np.empty((len(grid.tau_h), *columns.shape))
    log_det = np.zeros(len(grid.tau_h))
    _whiten(t, np.ascontiguousarray(columns), grid.tau_h, grid.noise_share, out, log_det)
    return Whitened(out, log_det)


@jit
def _whiten(t: Floats, columns: Floats, tau_h: Floats, noise_share: Floats, out: Floats, log_det: Floats) -> None:
    """Put the columns, ``(n, c)``, whitened at each grid point into `out`, ``(g, n, c)``, add up the determinants."""
    n, c = columns.shape
    mean = np.empty(c)
    for g in range(len(tau_h)):
        noise = noise_share[g]
        state = 1.0 - noise
        variance, keep = state, 0.0
        mean[:] = 0.0
        for i in range(n):
            if i:
                keep = np.exp((t[i - 1] - t[i]) / tau_h[g])
                variance = keep * keep * variance + state * (1.0 - keep * keep)
            total = variance + noise
            gain = variance / total
            scale = 1.0 / np.sqrt(total)
            for j in range(c):
                expected = keep * mean[j]
                surprise = columns[i, j] - expected
                out[g, i, j] = surprise * scale
                mean[j] = expected + gain * surprise
            variance *= 1.0 - gain
            log_det[g] += np.log(total)


class Columns(NamedTuple):
    """What is whitened: moments, base, loads and readings."""

    t: Floats
    base: Floats
    loaded: Floats
    y: Floats

    def at(self, grid: Grid, points: Ints, of: Ints | slice = slice(None)) -> Grams:
        """Return the statistics of some of the loads at some grid points, their slab left open."""
        some = Grid(grid.tau_h[points], grid.noise_share[points])
        white = whiten(self.t, np.column_stack([self.base, self.loaded[:, of], self.y]), some)
        g, n, c = white.columns.shape
        bases, p = self.base.shape[1], c - 1 - self.base.shape[1]
        xx, xy, yy, base_log_det = np.empty((g, p, p)), np.empty((g, p)), np.empty(g), np.zeros(g)
        inner = np.matmul(white.columns.transpose(0, 2, 1), white.columns)
        _project(inner, bases, xx, xy, yy, base_log_det)
        constant = -0.5 * (white.log_det + base_log_det)
        return Grams(xx, xy, yy, np.full(g, np.nan), constant, PRIOR_SHAPE + 0.5 * (n - bases))


def at_slabs(statistics: Grams, points: Ints, slab: Floats) -> Grams:
    """Return the statistics at some points of the grid repeated for each prior variance."""
    xx, xy, yy, _, constant, shape = statistics
    place = points % len(yy)
    return Grams(xx[place], xy[place], yy[place], slab[points // len(yy)], constant[place], shape)


@jit
def _project(inner: Floats, bases: int, xx: Floats, xy: Floats, yy: Floats, base_log_det: Floats) -> None:
    """Take the base out of the inner products of ``[base | X | y]``, ``(g, c, c)``, into the arrays of `Grams`."""
    for g in range(len(inner)):
        whole = inner[g]
        for b in range(bases):
            pivot = whole[b]
            base_log_det[g] += np.log(pivot[b])
            for i in range(b + 1, len(whole)):
                row = whole[i]
                share = row[b] / pivot[b]
                for j in range(len(row)):
                    row[j] -= share * pivot[j]
        p = xy.shape[1]
        xx[g] = whole[bases : bases + p, bases : bases + p]
        xy[g] = whole[bases : bases + p, bases + p]
        yy[g] = max(whole[bases + p, bases + p], 0.0)
