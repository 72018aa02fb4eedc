"""What a tracker or a statistician would use instead, each given the same diaries."""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import pearsonr
from statsmodels.tsa.statespace.sarimax import SARIMAX

from bench.generators import Simulated
from espalda.diary import person_day
from espalda.findings import draw_findings
from espalda.inference import Kernel, fit, guards
from espalda.inference.loads import impute, loads
from espalda.series import to_series

Floats = NDArray[np.float64]


class Answer(NamedTuple):
    """What a method says of each factor, ``(k,)`` each: how sure, whether declared, the effect's sign, its interval.

    The interval, in points per unit done at once, is NaN where the method has none of that meaning.
    """

    score: Floats
    declared: NDArray[np.bool_]
    sign: Floats
    low: Floats
    high: Floats


def espalda(simulated: Simulated) -> Answer:
    """Return the verdicts of this program, guards included."""
    diary = simulated.diary
    series = to_series(diary)
    fitted = fit(series)
    findings = {one.name: one for one in draw_findings(diary, fitted, guards(series, fitted)).factors}
    ordered = [findings[factor.name] for factor in diary.factors]
    return Answer(
        score=np.array([one.probability for one in ordered]),
        declared=np.array([one.verdict in {"aggravates", "eases"} for one in ordered]),
        sign=np.sign([one.effect.mean for one in ordered]),
        low=np.array([one.effect.low / one.effect.per for one in ordered]),
        high=np.array([one.effect.high / one.effect.per for one in ordered]),
    )


def pearson(simulated: Simulated) -> Answer:
    """Return same-day correlations of a day's mean pain and a day's amounts, declared where p < .05."""
    diary = simulated.diary
    day = person_day(diary)
    seen = ~np.isnan(diary.pain)
    days = np.unique(day[seen])
    pain = np.array([diary.pain[(day == one) & seen].mean() for one in days])
    amounts = np.array([diary.amounts[day == one].sum(axis=0) for one in days])
    results = [pearsonr(column, pain) for column in amounts.T]
    p = np.array([result.pvalue for result in results])
    return _answer(p, np.array([result.statistic for result in results]), p < 0.05)


def sarimax(simulated: Simulated) -> Answer:
    """Return SARIMAX(1,0,0) with measurement error on the regular three slots a day, declared by BH at 5 %.

    Its regressors are each factor's load with a half-life of 24 h and two harmonics of the day; missing readings
    are left to its Kalman filter.
    """
    diary = simulated.diary
    series = to_series(diary)
    t = series.exposures.end[-len(diary) :]
    load = loads(impute(series.exposures), t, (Kernel(24, 0),))[:, :, 0]
    load = (load - load.mean(axis=0)) / load.std(axis=0)
    angle = 2 * np.pi * diary.local_time.astype("datetime64[m]").astype(np.int64) % 1440 / 1440
    day = np.column_stack([np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = SARIMAX(diary.pain, np.column_stack([load, day]), order=(1, 0, 0), trend="c", measurement_error=True)
        result = model.fit(disp=False, maxiter=200)
    k = load.shape[1]
    names = model.param_names
    at = [names.index(f"x{j + 1}") for j in range(k)]
    p, effect = np.asarray(result.pvalues)[at], np.asarray(result.params)[at]
    return _answer(p, effect, _benjamini_hochberg(np.nan_to_num(p, nan=1.0), 0.05))


def _answer(p: Floats, effect: Floats, declared: NDArray[np.bool_]) -> Answer:
    nothing = np.full(len(p), np.nan)
    return Answer(-np.nan_to_num(p, nan=1.0), declared, np.sign(effect), nothing, nothing)


def _benjamini_hochberg(p: Floats, rate: float) -> NDArray[np.bool_]:
    order = np.argsort(p)
    within = p[order] <= rate * np.arange(1, len(p) + 1) / len(p)
    declared = np.zeros(len(p), dtype=bool)
    declared[order[: (np.flatnonzero(within)[-1] + 1) if within.any() else 0]] = True
    return declared
