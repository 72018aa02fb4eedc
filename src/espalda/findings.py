"""From numbers to findings: what each factor does, with its interval, in a sentence. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from espalda.diary import Diary, Factor, days_spanned, label
from espalda.diary.model import Floats
from espalda.inference import FactorFit, Fit, Guards, found
from espalda.words import Language, listing, mark, number, say, say_n

Verdict = Literal["aggravates", "eases", "possibly_aggravates", "possibly_eases", "no_difference", "unclear"]
VERDICTS: Final[tuple[Verdict, ...]] = (
    "aggravates",
    "eases",
    "possibly_aggravates",
    "possibly_eases",
    "no_difference",
    "unclear",
)

RELEVANT: Final = 0.3
"""NRS points below which an effect makes no meaningful difference: that of a habitual amount done at once, and that
of the ups and downs (one standard deviation) of what piles up in the diary."""
POSSIBLE: Final = 0.5
"""Probability of acting from which a factor is called possible."""
SURE_OF_SIGN: Final = 0.95
ALIKE: Final = 0.7
"""Correlation of two factors' loads from which only their sum can be judged."""
LEAST_SHARE: Final = 0.1
SETTLED_SD: Final = RELEVANT / 1.96
"""Standard deviation of an effect at which no meaningful difference could be told from a relevant one."""
LONGEST_WAIT: Final = 365
FEWEST_ZEROS: Final = 0.2
YES_OR_NO: Final = "0-1"
EFFECT_SENTENCES: Final[dict[Verdict, str]] = {
    "aggravates": mark("More pain with {factor}: about {mean} points more ({low} to {high}) per {amount}, {when}."),
    "eases": mark("Less pain with {factor}: about {mean} points less ({low} to {high}) per {amount}, {when}."),
    "possibly_aggravates": mark(
        "Perhaps more pain with {factor}: about {mean} points more ({low} to {high}) per {amount}, {when}."
    ),
    "possibly_eases": mark(
        "Perhaps less pain with {factor}: about {mean} points less ({low} to {high}) per {amount}, {when}."
    ),
}


@dataclass(frozen=True)
class Effect:
    """Change of pain, in NRS points, that `per` units of a factor bring: mean and 95 % interval."""

    mean: float
    low: float
    high: float
    per: float


@dataclass(frozen=True)
class FactorFinding:
    """What the diary says of one factor.

    Attributes
    ----------
    name, unit
        The factor; the unit is empty where its column has none.
    verdict
        One of `VERDICTS`.
    probability
        That it acts at all.
    effect
        What a habitual amount does if it acts.
    half_life_h, delay_h
        How it acts, where it is at least possible that it does; else None.
    group
        The factors, this one among them, that the diary can't tell apart; None where there are none.
    more_days
        Days of diary still wanted, for `unclear`; None where it is another verdict or no length would settle it.
    recorded
        Whether it was recorded, and varied, enough to learn anything from.
    """

    name: str
    unit: str
    verdict: Verdict
    probability: float
    effect: Effect
    half_life_h: float | None
    delay_h: float | None
    group: tuple[str, ...] | None
    more_days: int | None
    recorded: bool

    def sentence(self, lang: Language) -> str:
        """Return the finding as one sentence in `lang`."""
        if self.group:
            return _group_sentence(self, lang)
        if self.verdict == "unclear":
            return _unclear_sentence(self, lang)
        if self.verdict == "no_difference":
            return say(
                lang,
                "No meaningful difference with {factor}: per {amount}, your pain changes by less than {limit} points.",
                factor=label(self.name, lang),
                amount=amount_words(self.effect.per, self.unit, lang),
                limit=number(lang, RELEVANT),
            )
        return _effect_sentence(self, lang)

    def to_dict(self, lang: Language) -> dict[str, Any]:
        """Return the finding as plain data."""
        effect = {key: round(value, 4) for key, value in vars(self.effect).items()}
        return {
            "name": self.name,
            "unit": self.unit or None,
            "verdict": self.verdict,
            "probability": round(self.probability, 4),
            "effect": effect,
            "half_life_h": self.half_life_h,
            "delay_h": self.delay_h,
            "group": list(self.group) if self.group else None,
            "more_days": self.more_days,
            "sentence": self.sentence(lang),
        }


@dataclass(frozen=True)
class Findings:
    """All a diary says about what sets the back off and what eases it.

    Attributes
    ----------
    readings, days
        Moments with pain, stiffness or spasm recorded; days from the first to the last row.
    first, last
        The first and last row's moment, ISO 8601 local time with offset; None for an empty diary.
    factors
        One finding for each factor, the clearest first.
    guards
        What the guards found; None where the diary is too short for them.
    reacting
        Factors that the person seems to do more or less of after a bad reading.
    """

    readings: int
    days: int
    first: str | None
    last: str | None
    factors: tuple[FactorFinding, ...]
    guards: Guards | None
    reacting: tuple[str, ...]

    def to_dict(self, lang: Language = "es") -> dict[str, Any]:
        """Return the findings as plain data, of the shape of ``findings.schema.json``."""
        return {
            "schema": 1,
            "diary": {"readings": self.readings, "days": self.days, "from": self.first, "to": self.last},
            "factors": [factor.to_dict(lang) for factor in self.factors],
            "guards": {
                "shifted": self.guards and {"tried": len(self.guards.shifted), "found": sum(self.guards.shifted)},
                "future": self.guards and {"found": list(self.reacting)},
                "sentences": guard_sentences(self, lang),
            },
        }


def draw_findings(diary: Diary, fit: Fit, guards: Guards | None) -> Findings:
    """Return what a diary's fit and guards say, factor by factor."""
    days = days_spanned(diary)
    habitual = [habitual_amount(diary.amounts[:, j], factor) for j, factor in enumerate(diary.factors)]
    declared = _verdicts(fit, np.array(habitual))
    groups = _groups(diary.factors, fit, declared)
    factors = [
        _finding(factor, one, per, verdict, group, days)
        for factor, one, per, verdict, group in zip(diary.factors, fit.factors, habitual, declared, groups, strict=True)
    ]
    factors.sort(key=lambda one: (VERDICTS.index(one.verdict) // 2, -one.probability))
    moments = [_iso(diary, row) for row in (0, -1)] if len(diary) else [None, None]
    return Findings(
        readings=int(diary.is_reading.sum()),
        days=days,
        first=moments[0],
        last=moments[1],
        factors=tuple(factors),
        guards=guards,
        reacting=tuple(diary.factors[place].name for place in guards.future) if guards else (),
    )


def habitual_amount(amounts: Floats, factor: Factor) -> float:
    """Return the amount effects are told for: the person's usual one, or their usual swing.

    For what is done now and then, the median where done; for what is always there (sleep) and for scales, the
    distance between the quartiles. Two significant digits; 1 where nothing was recorded.
    """
    if factor.unit == YES_OR_NO:
        return 1.0
    known = amounts[~np.isnan(amounts)]
    done = known[known != 0]
    if not len(done):
        return 1.0
    usual = float(np.median(done))
    if np.isfinite(factor.limits[1]) or np.mean(known == 0) < FEWEST_ZEROS:
        low, high = np.quantile(known, [0.25, 0.75])
        usual = float(high - low) or float(known.std()) or usual
    return float(f"{usual:.2g}")


def _verdicts(fit: Fit, habitual: Floats) -> list[Verdict]:
    declared = found(fit.probabilities)
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
    if is_found and max(abs(effect.mean) * per, abs(swing.mean)) >= RELEVANT:
        return "aggravates" if worse else "eases"
    if factor.probability >= POSSIBLE and max(factor.sign, 1 - factor.sign) >= SURE_OF_SIGN:
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
    for place in np.flatnonzero(tied.any(axis=0)):
        verdicts[place] = _possible(fit, tied, int(place))
    return [
        tuple(factors[j].name for j in range(k) if j == place or tied[place, j]) if tied[place].any() else None
        for place in range(k)
    ]


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
    members = np.append(np.flatnonzero(tied[place]), place)
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
    )


def _more_days(sd: float, days: int) -> int | None:
    """Return how many more days like those so far bring the effect's error down to where it settles the matter."""
    wanted = days * (sd / SETTLED_SD) ** 2 - days
    if wanted > LONGEST_WAIT:
        return None
    return max(7, int(np.ceil(wanted / 7.0)) * 7)


def _iso(diary: Diary, row: int) -> str:
    offset = int(diary.utc_offset_min[row])
    sign = "-" if offset < 0 else "+"
    local = np.datetime_as_string(diary.local_time[row], unit="m")
    return f"{local}{sign}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"


def amount_words(per: float, unit: str, lang: Language) -> str:
    """Return an amount as a reader says it: "25 min", "2 points more", "3 times"."""
    digits = 0 if per >= 10 else 2
    if unit in {"n", YES_OR_NO}:
        whole = number(lang, per, digits)
        return say(lang, "time") if per == 1 else say(lang, "{times} times", times=whole)
    if "-" in unit and unit[:1].isdigit():
        return say(lang, "{points} more on the {scale} scale", points=number(lang, per, digits), scale=unit)
    return f"{number(lang, per, digits)} {unit}".strip()


def _effect_sentence(finding: FactorFinding, lang: Language) -> str:
    effect = finding.effect
    sizes = sorted((abs(effect.low), abs(effect.high)))
    if effect.low * effect.high < 0:
        sizes[0] = 0.0
    values = {
        "factor": label(finding.name, lang),
        "amount": amount_words(effect.per, finding.unit, lang),
        "mean": number(lang, abs(effect.mean), fixed=True),
        "low": number(lang, sizes[0], fixed=True),
        "high": number(lang, sizes[1], fixed=True),
        "when": _when(finding, lang),
    }
    return say(lang, EFFECT_SENTENCES[finding.verdict], **values)


def _when(finding: FactorFinding, lang: Language) -> str:
    """Return when an effect is felt: three quarters of it are gone after two half-lives."""
    if finding.delay_h:
        return say(lang, "mostly the day after")
    hours = round(2 * (finding.half_life_h or 0))
    if hours <= 36:
        return say(lang, "mostly in the next {hours} hours", hours=hours)
    return say_n(lang, "mostly in the next day", "mostly in the next {n} days", round(hours / 24))


def _group_sentence(finding: FactorFinding, lang: Language) -> str:
    names = listing(lang, [label(name, lang) for name in finding.group or ()], conjunction="or")
    if finding.verdict == "possibly_aggravates":
        return say(
            lang,
            "More pain with one of these, which always come together in your diary: {factors}.",
            factors=names,
        )
    return say(
        lang,
        "Less pain with one of these, which always come together in your diary: {factors}.",
        factors=names,
    )


def _unclear_sentence(finding: FactorFinding, lang: Language) -> str:
    factor = label(finding.name, lang)
    if not finding.recorded:
        return say(lang, "Can't tell yet about {factor}: it is hardly recorded, or always the same.", factor=factor)
    if finding.more_days is None:
        return say(
            lang,
            "Can't tell about {factor}: not even another year of diary like this one would settle it.",
            factor=factor,
        )
    return say(
        lang,
        "Can't tell yet about {factor}: about {days} more days of diary would settle it.",
        factor=factor,
        days=finding.more_days,
    )


def guard_sentences(findings: Findings, lang: Language) -> list[str]:
    """Return what the guards say of how far the findings can be trusted."""
    if findings.guards is None:
        return [say(lang, "The checks on your own diary begin at four weeks.")]
    shifted = sum(findings.guards.shifted)
    sentences = [
        say(lang, "With your activities moved weeks away from your pain nothing was found, as it should be.")
        if not shifted
        else say_n(
            lang,
            "With your activities moved weeks away from your pain {n} was still found: take these findings with care.",
            "With your activities moved weeks away from your pain {n} were still found: take these findings with care.",
            shifted,
        )
    ]
    if findings.reacting:
        names = listing(lang, [label(name, lang) for name in findings.reacting])
        sentences.append(
            say(
                lang,
                "How your back is seems to change what you do later: {factors}. Part of what is found about them "
                "may be that.",
                factors=names,
            )
        )
    return sentences
