"""From a fit to findings: the verdict on each factor, what can't be told apart, and the days still wanted."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any, Final

import numpy as np

from espalda.diary import Diary, Factor, days_spanned, in_rows, is_walked
from espalda.diary.model import Floats
from espalda.findings.ahead import PainForecast, Spasms, moment_text
from espalda.findings.example import example_of
from espalda.findings.model import VERDICTS, Effect, FactorFinding, Findings, Verdict
from espalda.findings.sentences import RELEVANT, YES_OR_NO
from espalda.findings.spasm_effect import declared_of_pain, judged, spasm_effects, with_spasms
from espalda.inference import FactorFit, Fit, Guards, OnsetFit

POSSIBLE: Final = 0.5
"""Probability of acting from which a factor is called possible."""
SURE_OF_SIGN: Final = 0.95
ALIKE: Final = 0.7
"""Correlation of two factors' loads from which only their sum can be judged."""
OF_ONE_WALK: Final = 0.5
"""Correlation of the loads of two grounds from which a merely possible effect against the other's is not told."""
OPPOSITE: Final[tuple[tuple[Verdict, Verdict], ...]] = (
    ("possibly_aggravates", "eases"),
    ("possibly_aggravates", "possibly_eases"),
    ("possibly_eases", "aggravates"),
    ("possibly_eases", "possibly_aggravates"),
)
LEAST_SHARE: Final = 0.1
SETTLED_SD: Final = RELEVANT / 1.96
"""Standard deviation of an effect at which no meaningful difference could be told from a relevant one."""
LONGEST_WAIT: Final = 365
FEWEST_ZEROS: Final = 0.2
FEWEST_CHANGES: Final = 12
"""Changes of pain from one reading to the next below which nothing is declared: one flare is no repeated proof."""


def draw_findings(
    diary: Diary,
    fit: Fit,
    guards: Guards | None,
    onsets: OnsetFit | None = None,
    spasms: Spasms | None = None,
    forecast: PainForecast | None = None,
) -> Findings:
    """Return what a diary's fits and guards say, factor by factor, with what may come."""
    days = days_spanned(diary)
    habitual = [habitual_amount(done, factor) for done, factor in zip(_done(diary).T, diary.factors, strict=True)]
    declared = _verdicts(fit, np.array(habitual), _doubted(diary, guards), onsets)
    _take_back(diary, fit, declared)
    groups = _groups(diary.factors, fit, declared)
    acts = judged(fit.probabilities, onsets)
    fits = [one._replace(probability=float(p)) for one, p in zip(fit.factors, acts, strict=True)]
    factors = [
        _finding(factor, one, per, verdict, group, days)
        for factor, one, per, verdict, group in zip(diary.factors, fits, habitual, declared, groups, strict=True)
    ]
    if onsets:
        effects = spasm_effects(onsets, acts, habitual)
        factors = [with_spasms(*each) for each in zip(factors, effects, onsets.factors, strict=True)]
    factors = [
        replace(one, example=example_of(diary, factor)) if one.acts_on and not one.group else one
        for one, factor in zip(factors, diary.factors, strict=True)
    ]
    factors.sort(key=lambda one: (VERDICTS.index(one.verdict) // 2, -one.probability))
    moments = [moment_text(diary, row) for row in (0, -1)] if len(diary) else [None, None]
    return Findings(
        readings=int(diary.is_reading.sum()),
        days=days,
        first=moments[0],
        last=moments[1],
        factors=tuple(factors),
        guards=guards,
        reacting=tuple(diary.factors[place].name for place in guards.future) if guards else (),
        spasms=spasms,
        forecast=forecast,
    )


def _done(diary: Diary) -> Floats:
    """Return the amounts of each row with the walks recorded; where those tell of a factor, a blank is no habit."""
    amounts = in_rows(diary).amounts
    walked = [bool(len(diary.walks.start)) and is_walked(factor) for factor in diary.factors]
    return np.where(np.array(walked, dtype=bool) & np.isnan(amounts), 0.0, amounts)


def habitual_amount(amounts: Floats, factor: Factor) -> float:
    """Return the amount effects are told for: the person's usual one, or their usual swing.

    For what is done now and then, the median where done; for what is always there (sleep) and for scales, the
    distance between the quartiles. Two significant digits; 1 where nothing was recorded.
    """
    if factor.unit == YES_OR_NO:
        return 1.0
    known = amounts[~np.isnan(amounts)]
    largest = float(known.max(initial=0.0))
    if not largest:
        return 1.0
    known = known / largest  # so that no amount is too large to add up
    done = known[known != 0]
    usual = float(np.median(done))
    if np.isfinite(factor.limits[1]) or np.mean(known == 0) < FEWEST_ZEROS:
        low, high = np.quantile(known, [0.25, 0.75])
        usual = float(high - low) or float(np.ptp(known) and known.std()) or usual
    return float(f"{usual * largest:.2g}")


def _doubted(diary: Diary, guards: Guards | None) -> list[int]:
    """Return the places of factors that are not declared however sure the fit is."""
    pain = diary.pain[~np.isnan(diary.pain)]
    if np.count_nonzero(np.diff(pain)) < FEWEST_CHANGES:
        return list(range(len(diary.factors)))
    return list(guards.outdone) if guards else []


def _verdicts(fit: Fit, habitual: Floats, doubted: list[int], onsets: OnsetFit | None) -> list[Verdict]:
    probabilities = fit.probabilities
    probabilities[doubted] = 0.0
    declared = declared_of_pain(probabilities, onsets)
    return [
        _verdict(factor, float(per), bool(is_found))
        for factor, per, is_found in zip(fit.factors, habitual, declared, strict=True)
    ]


def _verdict(factor: FactorFit, per: float, is_found: bool) -> Verdict:
    """Return what can be said of a factor, given its habitual amount and whether it is declared to act.

    Small doses that pile up matter as much as large ones: either may make the difference.
    """
    effect, swing = factor.effect, factor.swing
    worse = effect.mean > 0
    largest = max(abs(effect.low) * per, abs(effect.high) * per, abs(swing.low), abs(swing.high))
    if factor.informed and largest < RELEVANT:
        return "no_difference"
    if max(abs(effect.mean) * per, abs(swing.mean)) < RELEVANT:
        return "unclear"
    sure_of_sign = max(factor.sign, 1 - factor.sign) >= SURE_OF_SIGN
    if is_found and sure_of_sign:
        return "aggravates" if worse else "eases"
    if factor.probability >= POSSIBLE and sure_of_sign:
        return "possibly_aggravates" if worse else "possibly_eases"
    return "unclear"


def _groups(factors: tuple[Factor, ...], fit: Fit, verdicts: list[Verdict]) -> list[tuple[str, ...] | None]:
    """Return each factor's group, and step back from verdicts on its members that only the group deserves.

    Two factors whose loads go together form one where either surely acts but neither can be named, or where both
    were named with effects that cancel: of such a pair only the sum is known.
    """
    k = len(factors)
    tied = np.zeros((k, k), dtype=bool)
    for a in range(k):
        for b in range(a + 1, k):
            tied[a, b] = tied[b, a] = _can_not_tell(fit, verdicts, a, b)
    for _ in range(k.bit_length()):  # who goes with one of a group goes with all of it
        tied |= tied @ tied
    np.fill_diagonal(tied, val=False)
    for place in np.flatnonzero(tied.any(axis=0)):
        verdicts[place] = _possible(fit, tied, int(place))
    return [
        tuple(factors[j].name for j in range(k) if j == place or tied[place, j]) if tied[place].any() else None
        for place in range(k)
    ]


def _take_back(diary: Diary, fit: Fit, verdicts: list[Verdict]) -> None:
    """Take back what is only possible of a ground where a likelier one of the same walks does the opposite.

    What is wrong in the effect of the one is made up for by the other's.
    """
    walked = [j for j, factor in enumerate(diary.factors) if len(diary.walks.start) and is_walked(factor)]
    for a, b in permutations(walked, 2):
        opposite = fit.correlation[a, b] >= OF_ONE_WALK and (verdicts[a], verdicts[b]) in OPPOSITE
        if opposite and fit.factors[a].probability <= fit.factors[b].probability:
            verdicts[a] = "unclear"


def _can_not_tell(fit: Fit, verdicts: list[Verdict], a: int, b: int) -> bool:
    correlation = fit.correlation[a, b]
    one, other = fit.factors[a], fit.factors[b]
    if abs(correlation) < ALIKE or min(one.probability, other.probability) < LEAST_SHARE:
        return False
    named = [verdicts[place] in {"aggravates", "eases"} for place in (a, b)]
    if all(named):
        return bool(one.effect.mean * other.effect.mean * correlation < 0)
    return not any(named) and bool(fit.together[a, b] >= 1 - 0.05)


def _possible(fit: Fit, tied: np.ndarray[Any, np.dtype[np.bool_]], place: int) -> Verdict:
    """Return the verdict of a group's member: that of its likeliest member, signs of the correlations heeded."""
    members = np.flatnonzero(tied[place] | (np.arange(len(tied)) == place))
    lead = int(members[np.argmax(fit.probabilities[members])])
    worse = fit.factors[lead].effect.mean * (1.0 if lead == place else fit.correlation[place, lead]) > 0
    return "possibly_aggravates" if worse else "possibly_eases"


def _finding(
    factor: Factor, fit: FactorFit, per: float, verdict: Verdict, group: tuple[str, ...] | None, days: int
) -> FactorFinding:
    acts = verdict not in {"no_difference", "unclear"}
    mean, low, high = (float(np.clip(value * per, -10, 10)) for value in fit.effect[:3])
    return FactorFinding(
        name=factor.name,
        unit=factor.unit,
        verdict=verdict,
        probability=fit.probability,
        effect=Effect(mean, low, high, per),
        half_life_h=fit.kernel.half_life_h if acts else None,
        delay_h=fit.kernel.delay_h if acts else None,
        group=group,
        more_days=_more_days(max(fit.effect.sd * per, fit.swing.sd), days)
        if verdict == "unclear" and fit.informed
        else None,
        recorded=fit.informed,
        acts_on="pain" if acts else None,
    )


def _more_days(sd: float, days: int) -> int | None:
    """Return how many more days like those so far bring the effect's error down to where it settles the matter."""
    wanted = days * (sd / SETTLED_SD) ** 2 - days
    if wanted > LONGEST_WAIT:
        return None
    return max(7, int(np.ceil(wanted / 7.0)) * 7)
