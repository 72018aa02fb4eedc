"""Guards, run on the person's own diary: what must find nothing is asked, and the answer is shown.

The same factors moved far in time can't have caused these readings: whatever they seem to explain is coincidence.
What is done after a reading can't have caused it either: where it explains it, pain changes what the person does.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from espalda.inference.engine import FEWEST_READINGS, Fit, Path, fit, fit_columns, found
from espalda.inference.loads import impute, in_shares, loads
from espalda.inference.series import Series
from espalda.inference.whitening import base_columns, independent

SHIFTS: Final = (1 / 3, 2 / 3)
"""Parts of the diary's length that its exposures are moved by, round its end to its beginning."""
SHORTEST_DAYS: Final = 28
PERHAPS: Final = 0.5
"""Probability from which exposures may well go with the readings before them."""
CLEARLY: Final = 1.25
"""How many times what is seen after the exposures must be what is seen before them to stand on its own."""


class Guards(NamedTuple):
    """What the guards found; None where the diary is too short to tell.

    Attributes
    ----------
    shifted
        For each shift, how many of the factors, moved far in time, were found to act.
    future
        Which factors seem to act on the readings before them, by place: those found to, and the outdone.
    outdone
        Which factors likely do, and go with the readings after them in the same direction and not clearly more so:
        that may be no more than what pain makes the person do.
    """

    shifted: tuple[int, ...]
    future: tuple[int, ...]
    outdone: tuple[int, ...] = ()


def guards(series: Series, fitted: Fit, shifts: tuple[float, ...] = SHIFTS, path: Path | None = None) -> Guards | None:
    """Return what far-away and future exposures seem to explain; `fitted` is what the present ones do."""
    readings = series.readings
    days = (readings.t[-1] - readings.t[0]) / 24.0 if len(readings.t) else 0.0
    if days < SHORTEST_DAYS or len(readings.t) < FEWEST_READINGS:
        return None
    far = (fit(moved(series, 24.0 * round(part * days)), path) for part in shifts)
    shifted = tuple(int(found(one.probabilities).sum()) for one in far)
    after = _fit_future(series, fitted, path)
    perhaps = np.flatnonzero(after.probabilities >= PERHAPS).tolist()
    outdone = tuple(j for j in perhaps if _outdone(fitted.factors[j].swing.mean, after.factors[j].swing.mean))
    future = sorted({*np.flatnonzero(found(after.probabilities)).tolist(), *outdone})
    return Guards(shifted, tuple(future), outdone)


def _outdone(swing: float, future: float) -> bool:
    """Return whether a swing is of the same direction as the future's, and not clearly larger."""
    return swing * future > 0 and abs(swing) < CLEARLY * abs(future)


def moved(series: Series, hours: float) -> Series:
    """Return the series with its exposures moved later by `hours`, those past its end put at its beginning."""
    start, end = series.exposures[:2]
    span = 24.0 * np.ceil((end[-1] - start[0]) / 24.0)
    later = end + hours
    wrapped = np.where(later > end[-1], later - span, later)
    order = np.argsort(wrapped, kind="stable")
    wrapped_round = series.exposures._replace(start=wrapped - (end - start), end=wrapped)
    return Series(series.readings, wrapped_round.take(order))


def _fit_future(series: Series, fitted: Fit, path: Path | None = None) -> Fit:
    """Return what the exposures after each reading explain of it, beside those before it that were found to act."""
    readings, exposures = series.readings, impute(in_shares(series.exposures)[0])
    backwards = exposures._replace(start=-exposures.end, end=-exposures.start).take(slice(None, None, -1))
    future = loads(backwards, -readings.t)
    acting = np.flatnonzero(found(fitted.probabilities))
    kernels = tuple(fitted.factors[place].kernel for place in acting)
    past = loads(exposures, readings.t, kernels)[:, acting, np.arange(len(acting))]
    informed = np.array([factor.informed for factor in fitted.factors])
    base = independent(np.hstack([base_columns(readings), past]))
    return fit_columns(readings, future * informed[:, None], base, path)
