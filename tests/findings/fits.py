"""Fits made by hand, and a diary whose habitual amount is ten minutes of everything."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from espalda.diary import Diary, Factor, make_diary
from espalda.findings import FactorFinding, draw_findings
from espalda.inference import KERNELS, FactorFit, Fit, Kernel
from espalda.inference.engine import Estimate

PER = 10.0
UNSURE = Estimate(0.0, -0.5, 0.5, 0.25)


def points(mean: float, low: float, high: float, sd: float | None = None) -> Estimate:
    """An effect in points per habitual amount, told per unit as fits are."""
    spread = (high - low) / 4 if sd is None else sd
    return Estimate(mean / PER, low / PER, high / PER, spread / PER)


def factor_fit(
    probability: float,
    effect: Estimate,
    *,
    swing: Estimate | None = None,
    sign: float | None = None,
    kernel: Kernel = KERNELS[1],
    informed: bool = True,
) -> FactorFit:
    """What is known of one factor; what its doses add up to is as large as one of them, and its sign sure."""
    piled = Estimate(*(PER * value for value in effect)) if swing is None else swing
    return FactorFit(probability, effect, piled, float(effect.mean > 0) if sign is None else sign, kernel, informed)


def fitted(
    *factors: FactorFit,
    together: Mapping[tuple[int, int], float] | None = None,
    correlation: Mapping[tuple[int, int], float] | None = None,
) -> Fit:
    """A fit of these factors: independent of each other but for the pairs named."""
    p = np.array([factor.probability for factor in factors])
    either = p[:, None] + p - p[:, None] * p
    np.fill_diagonal(either, p)
    alike = np.eye(len(factors))
    for matrix, pairs in ((either, together), (alike, correlation)):
        for (a, b), value in (pairs or {}).items():
            matrix[a, b] = matrix[b, a] = value
    return Fit(factors, either, alike)


def diary_of(factors: int, days: int = 60) -> Diary:
    """One row a day, every factor done every other day, ten minutes of it, and pain that goes up and down."""
    time = np.datetime64("2026-03-01T07:00", "us") + np.arange(days).astype("timedelta64[D]")
    return make_diary(
        time,
        60,
        pain=4.0 + np.arange(days) % 2,
        factors=[Factor(f"factor_{place}", "min") for place in range(factors)],
        amounts=np.tile(PER * (np.arange(days) % 2)[:, None], factors),
    )


def found_in(fit: Fit, days: int = 60) -> list[FactorFinding]:
    """What is drawn from a fit, in the order of its factors."""
    drawn = draw_findings(diary_of(len(fit.factors), days), fit, None).factors
    return sorted(drawn, key=lambda finding: finding.name)
