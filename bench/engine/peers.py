"""What a tracker or a statistician would use instead, each given the same diaries.

Their libraries are imported when they are first asked: this module loads without them.
"""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Final

import numpy as np

from bench.engine.methods import Answer, Bools, Floats
from espalda.diary import Diary, person_day

HALF_LIFE_H: Final = 24.0
RATE: Final = 0.05
WEEK: Final = 21
"""Readings in a week, three a day."""


def pearson(diary: Diary) -> Answer:
    """Return same-day correlations of a day's mean pain and a day's amounts, declared where p < .05."""
    stats = import_module("scipy.stats")
    day = person_day(diary)
    seen = ~np.isnan(diary.pain)
    days, where = np.unique(day, return_inverse=True)
    readings = np.bincount(where[seen], minlength=len(days))
    some = readings > 0
    pain = np.bincount(where[seen], diary.pain[seen], len(days))[some] / readings[some]
    amounts = np.stack([np.bincount(where, np.nan_to_num(one), len(days)) for one in diary.amounts.T], axis=1)[some]
    amounts, pain = amounts - amounts.mean(axis=0), pain - pain.mean()
    size = np.linalg.norm(amounts, axis=0) * np.linalg.norm(pain)
    r = np.clip(amounts.T @ pain / np.where(size > 0, size, np.inf), -1 + 1e-12, 1 - 1e-12)
    p = 2 * stats.t.sf(np.abs(r) * np.sqrt((len(pain) - 2) / (1 - r * r)), len(pain) - 2)
    return _answer(p, r, p < RATE)


def ols_hac(diary: Diary) -> Answer:
    """Return least squares on every factor's load and the part of the day, Newey-West errors over a week, BH at 5 %."""
    api = import_module("statsmodels.api")
    load, spread, day = _design(diary)
    seen = ~np.isnan(diary.pain)
    columns = np.column_stack([load, day, np.ones(len(diary))])[seen]
    lags = min(WEEK, int(seen.sum()) // 4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = api.OLS(diary.pain[seen], columns).fit(cov_type="HAC", cov_kwds={"maxlags": lags})
    k = load.shape[1]
    return _regression(result.params[:k], result.bse[:k], result.pvalues[:k], spread)


def lasso(diary: Diary) -> Answer:
    """Return LassoCV on the same columns, five folds of consecutive readings, declared where the weight is not 0."""
    linear = import_module("sklearn.linear_model")
    load, spread, day = _design(diary)
    seen = ~np.isnan(diary.pain)
    columns = np.column_stack([load, day])[seen]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        weight = linear.LassoCV(cv=5, max_iter=5000).fit(columns, diary.pain[seen]).coef_[: load.shape[1]]
    nothing = np.full(len(weight), np.nan)
    none = np.zeros(len(weight), dtype=bool)
    return Answer(np.abs(weight), weight != 0, np.sign(weight), nothing, nothing, weight / spread, none)


def sarimax(diary: Diary) -> Answer:
    """Return SARIMAX(1,0,0) with measurement error on the regular slots of the day, declared by BH at 5 %.

    The same columns as least squares; missing readings are left to its Kalman filter.
    """
    model_of = import_module("statsmodels.tsa.statespace.sarimax").SARIMAX
    load, spread, day = _design(diary)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = model_of(diary.pain, np.column_stack([load, day]), order=(1, 0, 0), trend="c", measurement_error=True)
        result = model.fit(disp=False, maxiter=200)
    at = [model.param_names.index(f"x{j + 1}") for j in range(load.shape[1])]
    return _regression(
        np.asarray(result.params)[at], np.asarray(result.bse)[at], np.asarray(result.pvalues)[at], spread
    )


def horseshoe(diary: Diary) -> Answer:
    """Return NUTS under a horseshoe prior (NumPyro): loads, part of the day, an exponential covariance and noise.

    Declared where the 95 % interval leaves out 0 (Carvalho, Polson & Scott 2010, Biometrika 97:465). One chain, 300
    steps of warm-up and 300 kept.
    """
    jax, numpyro = import_module("jax"), import_module("numpyro")
    np_, dist, infer = (
        import_module("jax.numpy"),
        import_module("numpyro.distributions"),
        import_module("numpyro.infer"),
    )
    load, spread, day = _design(diary)
    seen = ~np.isnan(diary.pain)
    base, x, y = np.column_stack([day, np.ones(len(diary))])[seen], load[seen], diary.pain[seen]
    t = (diary.time[seen] - diary.time[0]).astype(np.int64) / 3.6e9
    apart = np.abs(t[:, None] - t[None, :])
    k, q = x.shape[1], base.shape[1]

    def model() -> None:
        reach = numpyro.sample("reach", dist.HalfCauchy(0.3))
        local = numpyro.sample("local", dist.HalfCauchy(np_.ones(k)))
        b = numpyro.deterministic("b", reach * local * numpyro.sample("z", dist.Normal(np_.zeros(k), 1.0)))
        level = numpyro.sample("level", dist.Normal(np_.zeros(q), 5.0))
        tau = numpyro.sample("tau", dist.LogNormal(np.log(36.0), 1.0))
        sd, noise = (numpyro.sample(name, dist.HalfNormal(2.0)) for name in ("sd", "noise"))
        cover = sd**2 * np_.exp(-apart / tau) + (noise**2 + 1e-4) * np_.eye(len(y))
        numpyro.sample("y", dist.MultivariateNormal(base @ level + x @ b, cover), obs=y)

    chain = infer.MCMC(infer.NUTS(model), num_warmup=300, num_samples=300, progress_bar=False)
    chain.run(jax.random.PRNGKey(0))
    b = np.asarray(chain.get_samples()["b"])
    low, high = np.quantile(b, [0.025, 0.975], axis=0)
    mean = b.mean(axis=0)
    sure = np.maximum((b > 0).mean(axis=0), (b < 0).mean(axis=0)) + 1e-6 * np.abs(mean)
    none = np.zeros(k, dtype=bool)
    return Answer(sure, (low > 0) | (high < 0), np.sign(mean), low / spread, high / spread, mean / spread, none)


def _design(diary: Diary) -> tuple[Floats, Floats, Floats]:
    """Return each factor's load at each row in its standard deviations, those deviations, and the part of the day.

    A load fades by half in a day; an amount is taken as done in the middle of the time since the row before it, or
    of the hour before a day's first; a blank is the factor's mean. The part of the day is two harmonics.
    """
    t = (diary.time - diary.time[0]).astype(np.int64) / 3.6e9
    first = np.diff(person_day(diary), prepend=-1) > 0
    done = t - 0.5 * np.where(first, 1.0, np.diff(t, prepend=t[0] - 1.0))
    known = np.nan_to_num(diary.amounts)
    count = (~np.isnan(diary.amounts)).sum(axis=0)
    amounts = np.where(np.isnan(diary.amounts), known.sum(axis=0) / np.maximum(count, 1), known)
    since = t[:, None] - done[None, :]
    load = np.where(since >= 0, np.exp2(-np.maximum(since, 0.0) / HALF_LIFE_H), 0.0) @ amounts
    spread = load.std(axis=0)
    spread[spread < 1e-9] = np.inf
    hour = diary.local_time.astype("datetime64[m]").astype(np.int64) % 1440 / 60.0
    parts = min(max(len(np.unique(hour // 4)) - 1, 0), 2)
    waves = [wave(m * 2 * np.pi * hour / 24) for m in range(1, parts + 1) for wave in (np.cos, np.sin)]
    return (load - load.mean(axis=0)) / spread, spread, np.array(waves).reshape(len(waves), len(t)).T


def _regression(effect: Floats, error: Floats, p: Floats, spread: Floats) -> Answer:
    effect, error, p = np.asarray(effect), np.asarray(error), np.nan_to_num(np.asarray(p), nan=1.0)
    error = np.nan_to_num(error, nan=np.inf)
    none = np.zeros(len(p), dtype=bool)
    low, high = (effect - 1.96 * error) / spread, (effect + 1.96 * error) / spread
    return Answer(-p, _benjamini_hochberg(p, RATE), np.sign(effect), low, high, effect / spread, none)


def _answer(p: Floats, effect: Floats, declared: Bools) -> Answer:
    nothing = np.full(len(p), np.nan)
    none = np.zeros(len(p), dtype=bool)
    return Answer(-np.nan_to_num(p, nan=1.0), declared, np.sign(effect), nothing, nothing, nothing, none)


def _benjamini_hochberg(p: Floats, rate: float) -> Bools:
    order = np.argsort(p)
    within = p[order] <= rate * np.arange(1, len(p) + 1) / len(p)
    declared = np.zeros(len(p), dtype=bool)
    declared[order[: (np.flatnonzero(within)[-1] + 1) if within.any() else 0]] = True
    return declared
