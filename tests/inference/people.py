"""People whose truth is known, as plain numbers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from espalda.inference import Exposures, Kernel, Readings, Series
from espalda.inference.engine import SLABS, Path
from espalda.inference.evidence import Grams, grams
from espalda.inference.loads import impute, loads
from espalda.inference.selection import Models
from espalda.inference.series import Floats
from espalda.inference.whitening import base_columns, noise_grid, whiten

Effects = Mapping[int, tuple[float, Kernel]]
"""What some factors do, by place: points per unit done at once, and how."""

CLOCK_H = (8.0, 14.5, 21.0)


def moments(rng: np.random.Generator, days: int) -> Floats:
    """Three moments a day, each within half an hour of its usual one."""
    return np.asarray((24.0 * np.arange(days)[:, None] + CLOCK_H + rng.uniform(-0.5, 0.5, (days, 3))).ravel())


def wandering(rng: np.random.Generator, t: Floats, tau_h: float = 40.0, sd: float = 0.8) -> Floats:
    """A wandering state (Ornstein-Uhlenbeck) at the moments `t`."""
    keep = np.exp(-np.diff(t, prepend=-np.inf) / tau_h)
    step = sd * np.sqrt(1 - keep**2) * rng.standard_normal(len(t))
    state = np.zeros(len(t))
    for i in range(len(t)):
        state[i] = keep[i] * state[i - 1] + step[i]
    return state


def exposed(end: Floats, amount: Floats) -> Exposures:
    """Exposures from each moment's before to it, the night's left out."""
    start = np.maximum(np.concatenate([[-np.inf], end[:-1]]), end - 7.0)
    return Exposures(start, end, np.arange(len(end)) % len(CLOCK_H), amount)


def person(seed: int, *, days: int = 60, factors: int = 3, effects: Effects | None = None) -> Series:
    """A person with three readings a day who does each of some factors now and then, a few times."""
    rng = np.random.default_rng(seed)
    end = moments(rng, days)
    exposures = exposed(end, rng.poisson(0.6, (len(end), factors)).astype(float))
    pain = 4.0 + 0.5 * np.cos(2 * np.pi * end / 24.0) + wandering(rng, end) + 0.4 * rng.standard_normal(len(end))
    for place, (points, kernel) in (effects or {}).items():
        pain += points * loads(exposures, end, (kernel,))[:, place, 0]
    return Series(Readings(end, end % 24.0, pain), exposures)


def with_amounts(series: Series, amount: Floats) -> Series:
    """The same readings, with other amounts done."""
    return Series(series.readings, series.exposures._replace(amount=amount))


def standardised(series: Series) -> Floats:
    """Every factor's load through every kernel, in its standard deviations: ``(n, k * kernels)``."""
    column = loads(impute(series.exposures), series.readings.t).reshape(len(series.readings.t), -1)
    return np.asarray((column - column.mean(axis=0)) / column.std(axis=0))


def statistics(series: Series) -> Grams:
    """What the search is given for this person, at every point of the grid."""
    readings = series.readings
    base = base_columns(readings)
    white = whiten(readings.t, np.column_stack([base, standardised(series), readings.y]), noise_grid())
    return grams(white.columns, white.log_det, base.shape[1], SLABS)


def searched(series: Series, path: Path) -> Models:
    """The models that matter of this person, on one of the paths."""
    readings = series.readings
    factors = series.exposures.amount.shape[1]
    y = readings.y - readings.y.mean()
    return path.search(readings.t, base_columns(readings), standardised(series), y, SLABS, factors)
