"""What a factor does to spasms, beside what it does to pain, and the verdict on both together."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np

from espalda.diary.model import Floats
from espalda.findings.model import VERDICTS, FactorFinding, SpasmEffect, Verdict
from espalda.findings.sentences import RELEVANT_RATIO
from espalda.inference import FactorFit, OnsetFit, found, joined
from espalda.inference.engine import FALSE_DISCOVERY_RATE
from espalda.inference.onset import WIDEST
from espalda.inference.series import Bools

LIKELY: Final = 0.8
"""Probability that either fit must give alone for anything to be said of what it fits: what is sure of pain lends
spasms, which are few, no room for error, nor they pain."""
SURE_OF_SIGN: Final = 0.95
_LEAST: Final = math.log(RELEVANT_RATIO)


def judged(pain: Floats, spasms: OnsetFit | None) -> Floats:
    """Return the probability of each factor that it acts: on pain, or on either where there were spasms enough."""
    return joined(pain, spasms.probabilities) if spasms and spasms.enough else pain


def declared_of_pain(pain: Floats, spasms: OnsetFit | None) -> Bools:
    """Return which factors to declare for the sake of pain: those it finds, or nearly so, and spasms agree."""
    return np.asarray(found(judged(pain, spasms)) & (found(pain) | (pain >= LIKELY)))


def spasm_effects(spasms: OnsetFit, acts: Floats, habitual: list[float]) -> list[SpasmEffect | None]:
    """Return what a habitual amount of each factor does to spasms; None where they say nothing of it.

    `acts` is the probability that it acts on anything at all. With too few spasms nothing is said but the numbers.
    """
    sure = acts if spasms.enough else np.zeros(len(acts))
    return [
        _effect(one, per, float(each)) if one.informed else None
        for one, per, each in zip(spasms.factors, habitual, sure, strict=True)
    ]


def _effect(factor: FactorFit, per: float, acts: float) -> SpasmEffect:
    mean, low, high = (float(np.exp(np.clip(value * per, -WIDEST, WIDEST))) for value in factor.effect[:3])
    return SpasmEffect(mean, low, high, factor.probability, _verdict(factor, per, acts))


def _verdict(factor: FactorFit, per: float, acts: float) -> Verdict:
    """Return what can be said of a factor and spasms, each declared on its own."""
    effect, swing = factor.effect, factor.swing
    if max(abs(effect.low) * per, abs(effect.high) * per, abs(swing.low), abs(swing.high)) < _LEAST:
        return "no_difference"
    if max(abs(effect.mean) * per, abs(swing.mean)) < _LEAST or min(acts, factor.probability) < LIKELY:
        return "unclear"
    worse = effect.mean > 0
    if acts >= 1 - FALSE_DISCOVERY_RATE:
        return "aggravates" if worse else "eases"
    if max(factor.sign, 1 - factor.sign) >= SURE_OF_SIGN:
        return "possibly_aggravates" if worse else "possibly_eases"
    return "unclear"


def with_spasms(finding: FactorFinding, effect: SpasmEffect | None, fit: FactorFit) -> FactorFinding:
    """Return a finding on pain with what the factor, of this fit, does to spasms: the surer of the two is told.

    A group stays one: its members' pain can't be told apart, and spasms are too few to do it.
    """
    finding = replace(finding, spasms=effect)
    if effect is None or finding.group or _strength(effect.verdict) < max(_strength(finding.verdict), 1):
        return finding
    if _strength(effect.verdict) == _strength(finding.verdict):
        return replace(finding, acts_on="both")
    return replace(
        finding,
        verdict=effect.verdict,
        acts_on="spasms",
        half_life_h=fit.kernel.half_life_h,
        delay_h=fit.kernel.delay_h,
        more_days=None,
    )


def _strength(verdict: Verdict) -> int:
    """Return 2 for what is declared, 1 for what is possible, 0 for the others."""
    return max(2 - VERDICTS.index(verdict) // 2, 0)
