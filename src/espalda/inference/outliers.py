"""Readings that nothing before them leads to expect: a slip of the finger, or a day of its own.

They are drawn in to where they would be rare and no further, so that a few do not outweigh all others (Huber 1964,
Annals of Mathematical Statistics 35:73; in a filter, Masreliez and Martin 1977, IEEE Transactions on Automatic Control
22:361).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from espalda.inference.series import Floats, Readings
from espalda.inference.whitening import Grid, Whitened, noise_grid, whiten

FAR: Final = 3.5
"""Standard deviations from what the readings before it lead to expect that a reading is at most taken to be."""
MAD: Final = 1.4826
"""Standard deviations of a normal for one median absolute deviation of it."""
LEAST: Final = 0.5
"""Share of the standard deviation that the typical one is at least: who repeats one number has a deviation of none."""


class _Memory(NamedTuple):
    """How pain remembers: time constant in hours, noise's share of the variance, and the standard deviation."""

    tau_h: float
    noise_share: float
    sd: float


Whiten = Callable[[Floats, Floats, Grid], Whitened]


def drawn_in(readings: Readings, explained: Floats, whiten: Whiten = whiten) -> Readings:
    """Return the readings, those drawn in that are `FAR` from what is expected; the same object where none is.

    `explained` holds what every model holds and the loads that act, ``(n, q)``.
    """
    y = readings.y - readings.y.mean()
    left = y - explained @ np.linalg.lstsq(explained, y, rcond=None)[0]
    drawn = _filtered(readings.t, left, _memory(readings.t, left, whiten))
    return (
        readings
        if drawn is left
        else readings._replace(y=np.where(drawn == left, readings.y, readings.y + drawn - left))
    )


def _memory(t: Floats, left: Floats, whiten: Whiten) -> _Memory:
    """Return the likeliest memory of what is left of pain, judged as if nothing were further out than `FAR`."""
    grid = noise_grid()
    white = whiten(t, left[:, None], grid)
    apart = np.abs(white.columns[:, :, 0])
    sd = np.maximum(MAD * np.median(apart, axis=1), LEAST * np.sqrt(np.mean(apart**2, axis=1)))
    sd = np.maximum(sd, np.finfo(float).tiny)
    squares = np.minimum(apart / sd[:, None], FAR) ** 2
    best = int(np.argmax(-0.5 * white.log_det - len(t) * np.log(sd) - 0.5 * squares.sum(axis=1)))
    return _Memory(float(grid.tau_h[best]), float(grid.noise_share[best]), float(sd[best]))


def _filtered(t: Floats, left: Floats, memory: _Memory) -> Floats:
    """Return what is left of pain with its outliers drawn in, each as it comes; the same array where there is none."""
    state = 1.0 - memory.noise_share
    keep = np.exp(-np.diff(t, prepend=t[0]) / memory.tau_h)
    drawn = left
    mean, variance = 0.0, state
    for i, value in enumerate(left.tolist()):
        if i:
            mean *= keep[i]
            variance = keep[i] ** 2 * variance + state * (1.0 - keep[i] ** 2)
        total = variance + memory.noise_share
        most = FAR * memory.sd * total**0.5
        surprise = value - mean
        if abs(surprise) > most:
            surprise = most if surprise > 0 else -most
            drawn = left.copy() if drawn is left else drawn
            drawn[i] = mean + surprise
        gain = variance / total
        mean += gain * surprise
        variance *= 1.0 - gain
    return drawn
