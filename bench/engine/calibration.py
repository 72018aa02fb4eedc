"""Simulation-based calibration: diaries drawn from the engine's own prior, on which its probabilities must be right.

Talts, Betancourt, Simpson, Vehtari & Gelman 2018 (arXiv 1804.06788): over draws from the prior, a posterior
probability of p must come true p of the time, and a 95 % interval must hold 95 % of the truths.
"""

from __future__ import annotations

import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from bench.engine.methods import Floats
from bench.engine.results import RESULTS, append, hash_of, lines, sources
from bench.generators import OuSettings, ou
from espalda.inference import KERNELS, Readings, Series, fit
from espalda.inference.engine import SLABS
from espalda.inference.evidence import PRIOR_SCALE, PRIOR_SHAPE
from espalda.inference.loads import impute, in_shares, loads, standardised
from espalda.inference.selection import PRIOR_A, PRIOR_B
from espalda.inference.whitening import base_columns, noise_grid
from espalda.series import to_series

FACTORS: Final = 8
BINS: Final = (0.0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 1.0)


class Drawn(NamedTuple):
    """One factor of one diary: whether it acts, its effect per SD of load, and what the engine says of it."""

    acts: bool
    effect: float
    probability: float
    low: float
    mean: float
    high: float
    positive: float


def draw(rng: np.random.Generator, days: int, factors: int = FACTORS) -> tuple[Series, Floats]:
    """Return a series drawn from the engine's prior on a diary's own exposures, and each effect per SD of load."""
    diary = ou(rng, days, OuSettings(factors=factors, acting=0, feedback=0.0)).diary
    (t, clock, _), exposures = to_series(diary)
    columns, _ = standardised(loads(impute(in_shares(exposures)[0]), t))
    grid = noise_grid()
    point = rng.integers(len(grid.tau_h))
    variance = PRIOR_SCALE / rng.gamma(PRIOR_SHAPE)
    acts = rng.random(factors) < rng.beta(PRIOR_A, PRIOR_B)
    effect = acts * np.sqrt(variance * rng.choice(SLABS)) * rng.standard_normal(factors)
    through = columns[:, np.arange(factors), rng.integers(len(KERNELS), size=factors)]
    base = base_columns(Readings(t, clock, np.zeros(len(t))))
    level = 5.0 + base[:, 1:] @ (0.3 * rng.standard_normal(base.shape[1] - 1))
    share = grid.noise_share[point]
    state = _memory(rng, t, grid.tau_h[point]) * np.sqrt(1 - share)
    noise = np.sqrt(share) * rng.standard_normal(len(t))
    y = level + through @ effect + np.sqrt(variance) * (state + noise)
    return Series(Readings(t, clock, y), exposures), effect


def _memory(rng: np.random.Generator, t: Floats, tau_h: float) -> Floats:
    cover = np.exp(-np.abs(t[:, None] - t[None, :]) / tau_h) + 1e-9 * np.eye(len(t))
    return np.asarray(np.linalg.cholesky(cover) @ rng.standard_normal(len(t)))


def ask(days: int, seed: int) -> list[Drawn]:
    """Return what the engine says of one drawn diary, factor by factor."""
    series, effect = draw(np.random.default_rng([2, days, seed]), days)
    return [
        Drawn(bool(true), float(true), one.probability, one.swing.low, one.swing.mean, one.swing.high, one.sign)
        for true, one in zip(effect, fit(series).factors, strict=True)
    ]


def drawn(days: int, diaries: int, folder: Path = RESULTS) -> list[Drawn]:
    """Return the answers to so many diaries, those kept from an earlier run of the same code first."""
    code = hash_of([*sources(), Path(__file__), *Path(__file__).parents[1].glob("generators/*.py")])
    path = folder / "calibration.jsonl"
    kept = {said["seed"]: said["drawn"] for said in lines(path) if said["code"] == code and said["days"] == days}
    begun = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    with threadpool_limits(1):
        for seed in range(diaries):
            if seed in kept:
                continue
            kept[seed] = [[float(f"{value:.6g}") for value in one] for one in ask(days, seed)]
            append(path, {"days": days, "seed": seed, "code": code, "drawn": kept[seed]})
            if time.monotonic() - begun > 10:
                begun = time.monotonic()
                print(f"calibration, {days} days: {seed + 1} of {diaries}", file=sys.stderr, flush=True)
    return [Drawn(bool(one[0]), *one[1:]) for seed in range(diaries) for one in kept[seed]]


def reliability(probability: Floats, acts: Floats) -> list[dict[str, float]]:
    """Return, bin by bin of the probabilities, how many, their mean, and how often they came true."""
    out = []
    for low, high in pairwise(BINS):
        inside = (probability >= low) & ((probability < high) | (high == 1.0))
        if inside.any():
            out.append(
                {
                    "low": low,
                    "high": high,
                    "factors": int(inside.sum()),
                    "said": float(probability[inside].mean()),
                    "came": float(acts[inside].mean()),
                }
            )
    return out


def calibrated(answers: list[Drawn]) -> dict[str, float]:
    """Return the figures over drawn diaries.

    A right engine gets a cover of .95, .025 of the truths below and above, and two z within chance: of how many
    factors act beside the probabilities' sum, and of how many effects rise beside theirs.
    """
    true = [one for one in answers if one.acts]
    excess = np.array([one.acts - one.probability for one in answers]).reshape(-1, FACTORS).sum(axis=1)
    positive = np.array([one.positive for one in true])
    rises = np.array([one.effect > 0 for one in true])
    return {
        "factors": len(answers),
        "acting": len(true),
        "cover": float(np.mean([one.low <= one.effect <= one.high for one in true])),
        "below": float(np.mean([one.effect < one.low for one in true])),
        "above": float(np.mean([one.effect > one.high for one in true])),
        "excess_z": float(excess.mean() / (excess.std() / np.sqrt(len(excess)))),
        "sign_z": float((rises.sum() - positive.sum()) / np.sqrt((positive * (1 - positive)).sum())),
    }
