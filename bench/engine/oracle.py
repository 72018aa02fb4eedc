"""The engine beside exact answers under its own priors: every model enumerated, and NUTS on a dense covariance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from itertools import product
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from bench.engine.calibration import draw
from bench.engine.methods import Floats
from bench.generators import OuSettings, ou
from espalda.inference import KERNELS, Series, fit
from espalda.inference.engine import SLABS
from espalda.inference.evidence import PRIOR_SCALE, PRIOR_SHAPE, Grams, at_points, grams
from espalda.inference.loads import impute, in_shares, loads, standardised
from espalda.inference.selection import Models, both_act, enumerate_models, log_prior, search
from espalda.inference.whitening import base_columns, noise_grid, whiten
from espalda.series import to_series


def enumeration(diaries: int, factors: int) -> dict[str, float]:
    """Return the largest error of an inclusion probability against every model there is.

    The diaries are of 60 days, drawn from the engine's own prior: most of their factors are uncertain, where many
    models share the weight and a search loses most.
    """
    worst = 0.0
    with threadpool_limits(1):
        for seed in range(diaries):
            series, _ = draw(np.random.default_rng([3, seed]), 60, factors)
            columns, base, y = _columns(series)
            flat = columns.reshape(len(y), -1)
            white = whiten(series.readings.t, np.column_stack([base, flat, y]), noise_grid())
            given = grams(white.columns, white.log_det, base.shape[1], SLABS)
            found = np.diagonal(both_act(search(given, factors, len(KERNELS)), factors, len(KERNELS)))
            worst = max(worst, float(np.abs(_inclusion(_every_model(given, factors), factors) - found).max()))
    return {"diaries": diaries, "factors": factors, "error": worst}


def _every_model(given: Grams, factors: int) -> Iterator[Models]:
    """Return every model at a few grid points after another: all at once would not fit in memory."""
    for first in range(0, len(given.xx), 4):
        points = np.arange(first, min(first + 4, len(given.xx)))
        yield enumerate_models(at_points(given, points), factors, len(KERNELS))


def _columns(series: Series) -> tuple[Floats, Floats, Floats]:
    """Return standardised loads ``(n, k, kernels)``, base and centred readings, as the engine makes them."""
    readings, exposures = series
    columns, _ = standardised(loads(impute(in_shares(exposures)[0]), readings.t))
    return columns, base_columns(readings), readings.y - readings.y.mean()


def _inclusion(parts: Iterable[Models], factors: int) -> Floats:
    """Return the probability that each factor acts, of all models of all parts, no model being left out."""
    peaks, weights = [], []
    for models in parts:
        for level in models.levels:
            peak = float(level.log_weight.max(initial=-np.inf))
            weight = np.exp(level.log_weight - peak).sum(axis=0)
            acts = np.zeros(factors + 1)
            acts[-1] = weight.sum()
            for column in level.sets.T:
                np.add.at(acts, column // len(KERNELS), weight)
            peaks.append(peak)
            weights.append(acts)
    total = np.exp(np.array(peaks) - max(peaks)) @ np.array(weights)
    return np.asarray(total[:-1] / total[-1])


def nuts(diaries: int, factors: int = 2, samples: int = 2000) -> dict[str, float]:
    """Return how far the engine is from NUTS (NumPyro) under the same priors.

    NUTS draws the effects and the variance; which factors act, through which kernel, time constant, noise and slab
    are summed over. Covariances are dense and inverted by SciPy: nothing but the priors, the loads and the base
    curves is the engine's.
    """
    apart, wrong = [], 0.0
    for seed in range(diaries):
        rng = np.random.default_rng([4, seed])
        series = to_series(ou(rng, 60, OuSettings(factors=factors, acting=1 + seed % factors)).diary)
        probability, effect = _nuts(series, factors, samples, seed)
        fitted = fit(series).factors
        apart += [one.probability * one.swing.mean - mean for one, mean in zip(fitted, effect, strict=True)]
        wrong = max(wrong, *(float(abs(one.probability - p)) for one, p in zip(fitted, probability, strict=True)))
    return {"diaries": diaries, "rms": float(np.sqrt(np.mean(np.square(apart)))), "probability": wrong}


def _nuts(series: Series, factors: int, samples: int, seed: int) -> tuple[Floats, Floats]:
    """Return each factor's inclusion probability and posterior mean effect per SD of load."""
    jax, numpyro = import_module("jax"), import_module("numpyro")
    jnp, dist = import_module("jax.numpy"), import_module("numpyro.distributions")
    infer = import_module("numpyro.infer")
    jax.config.update("jax_enable_x64", True)
    given = _dense(series, factors)
    xx, xy, yy, constant = (jnp.asarray(one) for one in given[:4])
    member, prior, slab = jnp.asarray(given[4]), jnp.asarray(given[5]), jnp.asarray(given[6])
    half = 0.5 * given[7]

    def weights(z: Any, variance: Any) -> Any:
        """Return the log weight of each grid point, slab and model at these effects, and what they are in SDs."""
        unit = member * z[None, :, None]  # models, factors, kernels
        b = unit.reshape(len(member), -1)
        scale = jnp.sqrt(variance * slab)[None, :, None]
        cross = (b @ xy.T).T[:, None, :] * scale
        square = jnp.einsum("mi,gij,mj->gm", b, xx, b)[:, None, :] * scale**2
        rss = yy[:, None, None] - 2 * cross + square
        return constant[:, None, None] - half * jnp.log(variance) - rss / (2 * variance) + prior[None, None, :]

    def model() -> None:
        variance = numpyro.sample("variance", dist.InverseGamma(PRIOR_SHAPE, PRIOR_SCALE))
        z = numpyro.sample("z", dist.Normal(jnp.zeros(factors), 1.0))
        numpyro.factor("evidence", jax.scipy.special.logsumexp(weights(z, variance)))

    chain = infer.MCMC(infer.NUTS(model), num_warmup=500, num_samples=samples, progress_bar=False)
    chain.run(jax.random.PRNGKey(seed))
    drawn = chain.get_samples()

    def expected(z: Any, variance: Any) -> Any:
        weight = weights(z, variance)
        share = jnp.exp(weight - jax.scipy.special.logsumexp(weight))
        acts = member.sum(axis=2)
        scale = jnp.sqrt(variance * slab)
        return (share.sum(axis=(0, 1)) @ acts, z * jnp.einsum("gsm,mk,s->k", share, acts, scale))

    probability, effect = jax.jit(jax.vmap(expected))(drawn["z"], drawn["variance"])
    return np.asarray(probability.mean(axis=0)), np.asarray(effect.mean(axis=0))


def _dense(series: Series, factors: int) -> tuple[Any, ...]:
    """Return inner products with the base projected out at each grid point, the models, their priors, and the rest."""
    linalg = import_module("scipy.linalg")
    columns, base, y = _columns(series)
    flat = columns.reshape(len(y), -1)
    t, grid = series.readings.t, noise_grid()
    xx, xy, yy, constant = [], [], [], []
    for tau, share in zip(grid.tau_h, grid.noise_share, strict=True):
        cover = (1 - share) * np.exp(-np.abs(t[:, None] - t[None, :]) / tau) + share * np.eye(len(t))
        lower = linalg.cholesky(cover, lower=True)
        white = linalg.solve_triangular(lower, np.column_stack([base, flat, y]), lower=True)
        q = base.shape[1]
        left, triangle = np.linalg.qr(white[:, :q])
        rest = white[:, q:] - left @ (left.T @ white[:, q:])
        inner = rest.T @ rest
        xx.append(inner[:-1, :-1])
        xy.append(inner[:-1, -1])
        yy.append(inner[-1, -1])
        constant.append(-np.log(np.diag(lower)).sum() - np.log(np.abs(np.diag(triangle))).sum())
    kernels = len(KERNELS)
    models = list(product(range(kernels + 1), repeat=factors))
    member = np.zeros((len(models), factors, kernels))
    for place, through in enumerate(models):
        for factor, kernel in enumerate(through):
            if kernel:
                member[place, factor, kernel - 1] = 1.0
    prior = np.array([log_prior(sum(kernel > 0 for kernel in through), factors, kernels) for through in models])
    degrees = len(y) - base.shape[1]
    return np.array(xx), np.array(xy), np.array(yy), np.array(constant), member, prior, np.array(SLABS), degrees
