"""Readings that follow each other are not independent: an exact-time Ornstein-Uhlenbeck state and noise.

Pain is taken as base curve + loads + OU state (time constant tau) + noise, the two variances adding up to one
(times an unknown scale). A scalar Kalman filter turns correlated columns into independent ones at any elapsed
times; here it runs for a whole grid of (tau, noise share) at once.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from espalda.inference.series import Floats, Readings

TAUS_H: Final = (8.0, 20.0, 40.0, 80.0, 160.0)
NOISE_SHARES: Final = (0.08, 0.2, 0.4, 0.65)
FEWEST_DAYS_FOR_A_WEEK: Final = (28, 28, 56)
"""Days from which each harmonic of the week is told: of two months, all that a week of seven days may do."""
HOURS_IN_A_WEEK: Final = 168.0


class Grid(NamedTuple):
    """The `g` points of the noise model: time constant in hours and noise's share of the variance."""

    tau_h: Floats
    noise_share: Floats


def noise_grid(noise_shares: tuple[float, ...] = NOISE_SHARES) -> Grid:
    """Return every pair of the time constants and noise shares considered, all equally likely beforehand."""
    tau, share = np.meshgrid(TAUS_H, noise_shares, indexing="ij")
    return Grid(tau.ravel(), share.ravel())


def base_columns(readings: Readings) -> Floats:
    """Return the columns every model holds: level, slow trend, week and part-of-day curve, shape ``(n, q)``.

    The week is a Fourier series of two harmonics from four weeks on, of three from eight: what is done on Saturdays is
    not to answer for what Saturdays are like anyway. The day's curve is one as well: two harmonics, or one where the
    readings fall in fewer than three parts of the day, or none where they all come at one hour. The trend bends about
    once in two months.
    """
    t, clock, _ = readings
    span = max(float(t[-1] - t[0]), 1.0)
    where = (t - t[0]) / span
    days = span / 24.0
    columns = [np.ones_like(t), where - 0.5]
    columns += [np.cos(np.pi * bend * where) for bend in range(2, 2 + int(min(days // 60, 6)))]
    angle = 2 * np.pi * clock / 24.0
    turn = 2 * np.pi * t / HOURS_IN_A_WEEK
    for harmonic, fewest in enumerate(FEWEST_DAYS_FOR_A_WEEK, start=1):
        if days >= fewest:
            columns += [np.cos(harmonic * turn), np.sin(harmonic * turn)]
    hours = len(np.unique(clock // 4))
    for harmonic in range(1, min(hours, 3)):
        columns += [np.cos(harmonic * angle), np.sin(harmonic * angle)]
    return independent(np.column_stack(columns))


def independent(columns: Floats) -> Floats:
    """Return an orthonormal basis of the columns, leaving out directions the readings can't tell apart."""
    left, size, _ = np.linalg.svd(columns, full_matrices=False)
    return np.asarray(left[:, size > 1e-6 * size[0]] * np.sqrt(len(columns)))


class Whitened(NamedTuple):
    """The columns made independent at each grid point, shape ``(g, n, c)``, and the log determinants, ``(g,)``."""

    columns: Floats
    log_det: Floats


def whiten(t: Floats, columns: Floats, grid: Grid) -> Whitened:
    """Whiten `columns`, shape ``(n, c)``, of moments `t` in hours at each point of the grid."""
    n, c = columns.shape
    tau, noise = grid.tau_h[:, None], grid.noise_share[:, None]
    state = 1.0 - noise
    keep = np.exp(-np.diff(t, prepend=t[0])[:, None, None] / tau)
    out = np.empty((len(tau), n, c))
    variance, mean = state, np.zeros((len(tau), c))
    log_det = np.zeros(len(tau))
    for i in range(n):
        if i:
            a = keep[i]
            mean *= a
            variance = a * a * variance + state * (1.0 - a * a)
        total = variance + noise
        gain = variance / total
        surprise = columns[i] - mean
        out[:, i] = surprise / np.sqrt(total)
        mean += gain * surprise
        variance = variance * (1.0 - gain)
        log_det += np.log(total[:, 0])
    return Whitened(out, log_det)
