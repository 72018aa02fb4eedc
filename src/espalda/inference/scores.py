"""How good forecasts are: proper scores, calibration, plain rivals, and a trial on the person's own diary."""

from __future__ import annotations

from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from espalda.inference.engine import FEWEST_READINGS, Fit, fit
from espalda.inference.forecasting import TOP, Forecast, forecast, recent, whole
from espalda.inference.onset import CHANCE_HOURS, AtRisk, chance, fit_onset_columns
from espalda.inference.series import Bools, Floats, Ints, Readings, Series

HORIZONS_H: Final = (12.0, 36.0, 84.0)
"""Ends of the stretches scored apart: later the same day, the next day, two or three days ahead."""
STRETCHES: Final = ((0.0, HORIZONS_H[0]), *pairwise(HORIZONS_H))
ORIGINS: Final = 24
FEWEST_ORIGINS: Final = 8
MARGIN: Final = 0.5
"""Standard errors that the gain on a rival must exceed."""
PAIRS: Final = 20
CLOCK_NEAR_H: Final = 3.0
CLOCK_FEWEST: Final = 10
FEWEST_PAST: Final = 8
MOST_PAST: Final = 60
"""Least and most chances of a spasm tried on the diary's past."""
WATCHED: Final = 0.75
"""Share of a stretch, up to the spasm where one came, that must have been watched for it to count."""


def crps(probability: Floats, y: Floats) -> Floats:
    """Return the continuous ranked probability score of forecasts over 0 to 10, ``(n, 11)``, of readings ``(n,)``.

    In points; the absolute error where a forecast is one number (Gneiting & Raftery 2007, JASA 102).
    """
    below = np.cumsum(probability, axis=1)[:, :-1]
    return np.asarray(((below - (whole(y)[:, None] <= np.arange(TOP))) ** 2).sum(axis=1))


def pit(probability: Floats, y: Floats, bins: int = 10) -> Floats:
    """Return the histogram of the probability integral transform, shape ``(bins,)``, flat where calibrated.

    Adds up to one. Each reading is spread over the range its number spans (Czado, Gneiting & Held 2009, Biometrics 65).
    """
    below = np.hstack([np.zeros((len(y), 1)), np.cumsum(probability, axis=1)])
    row, given = np.arange(len(y)), whole(y)
    low, high = below[row, given, None], below[row, given + 1, None]
    edges = np.linspace(0.0, 1.0, bins + 1)
    share = np.clip((edges - low) / np.maximum(high - low, 1e-12), 0.0, 1.0)
    share[:, -1] = 1.0
    return np.asarray(np.diff(share, axis=1).mean(axis=0))


def persistence(readings: Readings, at: Floats) -> Floats:
    """Return the last reading with the person's own changes over as many hours as a forecast, ``(h, 11)``."""
    given, t = whole(readings.y), readings.t
    first, second = np.triu_indices(len(t), 1)
    gap, change = t[second] - t[first], given[second] - given[first]
    out = np.empty((len(at), TOP + 1))
    for row, hours in enumerate(at):
        off = np.abs(gap - hours)
        near = off <= max(3.0, 0.1 * hours)
        if near.sum() < PAIRS:
            near = off <= np.partition(off, min(PAIRS, len(off)) - 1)[min(PAIRS, len(off)) - 1]
        out[row] = _frequencies(np.clip(given[-1] + change[near], 0, TOP))
    return out


def average(readings: Readings, clock: Floats) -> Floats:
    """Return the person's own readings near those hours of the day as a forecast, ``(h, 11)``."""
    given = whole(readings.y)
    out = np.empty((len(clock), TOP + 1))
    for row, hour in enumerate(clock):
        near = np.abs((readings.clock - hour + 12) % 24 - 12) <= CLOCK_NEAR_H
        out[row] = _frequencies(given[near] if near.sum() >= CLOCK_FEWEST else given)
    return out


def _frequencies(given: Ints) -> Floats:
    return np.bincount(given, minlength=TOP + 1) / len(given)


class Trial(NamedTuple):
    """Forecasts from one reading for the `h` that followed it.

    Attributes
    ----------
    at
        Hours from the one to the others, ``(h,)``.
    ours, persistence, average
        The scores of the forecast and of its rivals, ``(h,)`` each.
    inside, claimed
        Whether the interval held the reading, and the probability that it would, ``(h,)`` each.
    probability, y
        The forecast ``(h, 11)`` and what came ``(h,)``.
    """

    at: Floats
    ours: Floats
    persistence: Floats
    average: Floats
    inside: Bools
    claimed: Floats
    probability: Floats
    y: Floats


class Score(NamedTuple):
    """How forecasts did so many hours ahead: mean CRPS in points of ours and its rivals', and the interval.

    Attributes
    ----------
    hours
        The longest time ahead.
    moments
        Readings scored.
    ours, persistence, average
        Mean CRPS, in points.
    inside, claimed
        Share of readings the interval held, and the share it should have held.
    """

    hours: float
    moments: int
    ours: float
    persistence: float
    average: float
    inside: float
    claimed: float


class Backtest(NamedTuple):
    """How the forecast would have done on this diary so far.

    Attributes
    ----------
    scores
        By horizon; those nothing could be scored at left out.
    pit
        Histogram of the probability integral transform, ``(10,)``.
    worth_showing
        Whether it beats both rivals by more than chance could easily bring.
    """

    scores: tuple[Score, ...]
    pit: Floats
    worth_showing: bool


def backtest(series: Series) -> Backtest | None:
    """Return how forecasts from up to 24 readings of the diary's last half did, each knowing what came before alone.

    None where the diary is too short to say.
    """
    tried = trials(series, _origins(series.readings.t))
    if len(tried) < FEWEST_ORIGINS:
        return None
    joined = Trial(*(np.concatenate(column) for column in zip(*tried, strict=True)))
    scores = []
    for start, end in STRETCHES:
        here = (joined.at > start) & (joined.at <= end)
        if here.any():
            middle = (float(column[here].mean()) for column in joined[1:6])
            scores.append(Score(end, int(here.sum()), *middle))
    gains = np.array([_gains(trial) for trial in tried])
    return Backtest(tuple(scores), pit(joined.probability, joined.y), bool(_beaten(gains).all()))


def _gains(trial: Trial) -> list[float]:
    """Return the gain on each rival of forecasts from one reading, every stretch ahead weighing alike."""
    here = [(trial.at > start) & (trial.at <= end) for start, end in STRETCHES]
    rivals = trial.persistence, trial.average
    return [float(np.mean([(rival - trial.ours)[one].mean() for one in here if one.any()])) for rival in rivals]


def _beaten(gains: Floats) -> Bools:
    """Return for each rival whether gains on it, ``(trials, 2)``, are more than chance could easily bring.

    Neighbouring trials look at the same days: the error is that of their pairs.
    """
    pairs = gains[: len(gains) // 2 * 2].reshape(-1, 2, gains.shape[1]).mean(axis=1)
    error = pairs.std(axis=0, ddof=1) / len(pairs) ** 0.5
    return np.asarray(gains.mean(axis=0) > np.maximum(MARGIN * error, 1e-9))


def _origins(t: Floats) -> Ints:
    """Return places of up to `ORIGINS` readings, evenly apart in time over the last half."""
    if len(t) < 2 * FEWEST_READINGS:
        return np.zeros(0, dtype=np.int64)
    moments = np.linspace(t[len(t) // 2], t[-1], ORIGINS, endpoint=False)
    return np.unique(np.searchsorted(t, moments, side="right") - 1)


def trials(series: Series, origins: Ints) -> list[Trial]:
    """Return forecasts from each of the readings `origins`, in order.

    Which factors act is judged once, by what came before the first of them: that takes longest and changes slowly.
    How much they do, and all else, is judged anew each time.
    """
    done: list[Trial] = []
    readings = series.readings
    if not len(origins):
        return done
    fitted = fit(until(series, readings.t[origins[0]]))
    for origin in origins:
        now = readings.t[origin]
        before = until(series, now)
        coming = (readings.t > now) & (readings.t <= now + HORIZONS_H[-1])
        at, clock, y = readings.t[coming] - now, readings.clock[coming], readings.y[coming]
        ours = forecast(before, fitted, at, clock) if len(at) else None
        if ours is None:
            continue
        known = recent(before.readings)
        rivals = crps(persistence(known, at), y), crps(average(known, clock), y)
        inside = (ours.low <= whole(y)) & (whole(y) <= ours.high)
        done.append(Trial(at, crps(ours.probability, y), *rivals, inside, ours.inside, ours.probability, y))
    return done


def proven_forecast(series: Series, fitted: Fit, at: Floats, clock: Floats) -> tuple[Forecast, Backtest] | None:
    """Return the forecast and how it did on the person's own past; None where that is no reason to show it."""
    tried = backtest(series) if len(at) else None
    ahead = forecast(series, fitted, at, clock) if tried and tried.worth_showing else None
    return (ahead, tried) if ahead and tried else None


class OnsetPast(NamedTuple):
    """What became of chances of a spasm said on the person's own past: how many, their mean, the share that came."""

    moments: int
    said: float
    happened: float


def onset_pasts(at_risk: AtRisk) -> tuple[OnsetPast | None, ...]:
    """Return what became of the chances told for each of `CHANCE_HOURS`."""
    return tuple(onset_past(at_risk, hours) for hours in CHANCE_HOURS)


def onset_past(at_risk: AtRisk, hours: float) -> OnsetPast | None:
    """Return what the chance of a spasm within `hours` would have been in the last half of the diary, and what came.

    Each is said knowing what came before alone, stretches do not overlap, and those hardly watched are left out.
    None where there are too few to say anything.
    """
    start, end, event = at_risk.start, at_risk.end, at_risk.event
    if len(start) < FEWEST_PAST:
        return None
    first = np.median(start)
    count = int((end[-1] - first - hours) / max(hours, 24.0)) + 1
    moments = first + (end[-1] - first - hours) * np.linspace(0.0, 1.0, max(min(count, MOST_PAST), 0))
    said, came = [], []
    for place in np.unique(np.searchsorted(start, moments[moments <= start[-1]])):
        now = start[place]
        onset = end[(end > now) & event]
        until_h = min(now + hours, float(onset[0]) if len(onset) else np.inf)
        watched = np.maximum(np.minimum(end, until_h) - np.maximum(start, now), 0.0).sum()
        if now + hours > end[-1] or watched < WATCHED * (until_h - now):
            continue
        before = AtRisk(*(column[end <= now] for column in at_risk))
        said.append(chance(fit_onset_columns(before, np.zeros((len(before.start), 0, 1))), hours).mean)
        came.append(bool(len(onset)) and onset[0] <= now + hours)
    if len(said) < FEWEST_PAST:
        return None
    return OnsetPast(len(said), float(np.mean(said)), float(np.mean(came)))


def until(series: Series, moment: float) -> Series:
    """Return what was known at a moment: the readings and exposures that end by then."""
    readings, exposures = series
    return Series(readings.take(readings.t <= moment), exposures.take(exposures.end <= moment))
