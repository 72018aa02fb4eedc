"""Guards, run on the person's own diary: what must find nothing is asked, and the answer is shown.

The same factors moved far in time can't have caused these readings: whatever they seem to explain is coincidence.
What is done after a reading can't have caused it either: where it explains it, pain changes what the person does.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from espalda.inference.engine import FEWEST_READINGS, Fit, fit, fit_columns, found
from espalda.inference.loads import KERNELS, impute, in_shares, loads
from espalda.inference.series import Exposures, Series
from espalda.inference.whitening import base_columns, independent

SHIFTS: Final = (1 / 3, 2 / 3)
"""Parts of the diary's length that its exposures are moved by, round its end to its beginning."""
SHORTEST_DAYS: Final = 28


class Guards(NamedTuple):
    """What the guards found; None where the diary is too short to tell.

    Attributes
    ----------
    shifted
        For each shift, how many of the factors, moved far in time, were found to act.
    future
        Which factors seem to act on the readings before them, by place.
    """

    shifted: tuple[int, ...]
    future: tuple[int, ...]


def guards(series: Series, fitted: Fit) -> Guards | None:
    """Return what far-away and future exposures seem to explain; `fitted` is what the present ones do."""
    readings = series.readings
    days = (readings.t[-1] - readings.t[0]) / 24.0 if len(readings.t) else 0.0
    if days < SHORTEST_DAYS or len(readings.t) < FEWEST_READINGS:
        return None
    shifted = tuple(int(found(fit(moved(series, 24.0 * round(part * days))).probabilities).sum()) for part in SHIFTS)
    return Guards(shifted, tuple(np.flatnonzero(found(_fit_future(series, fitted).probabilities)).tolist()))


def moved(series: Series, hours: float) -> Series:
    """Return the series with its exposures moved later by `hours`, those past its end put at its beginning."""
    start, end, part, amount = series.exposures
    span = 24.0 * np.ceil((end[-1] - start[0]) / 24.0)
    later = end + hours
    wrapped = np.where(later > end[-1], later - span, later)
    order = np.argsort(wrapped, kind="stable")
    exposures = Exposures((wrapped - (end - start))[order], wrapped[order], part[order], amount[order])
    return Series(series.readings, exposures)


def _fit_future(series: Series, fitted: Fit) -> Fit:
    """Return what the exposures after each reading explain of it, beside those before it that were found to act."""
    readings, exposures = series.readings, impute(in_shares(series.exposures)[0])
    start, end, part, amount = exposures
    backwards = Exposures(-end[::-1], -start[::-1], part[::-1], amount[::-1])
    future = loads(backwards, -readings.t)
    acting = np.flatnonzero(found(fitted.probabilities))
    through = [KERNELS.index(fitted.factors[place].kernel) for place in acting]
    past = loads(exposures, readings.t)[:, acting, through]
    informed = np.array([factor.informed for factor in fitted.factors])
    return fit_columns(readings, future * informed[:, None], independent(np.hstack([base_columns(readings), past])))
