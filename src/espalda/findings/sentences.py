"""Each finding, and what the guards found, as a sentence in either language."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from espalda.diary import label
from espalda.words import Language, listing, mark, number, say, say_n

if TYPE_CHECKING:
    from espalda.findings.model import FactorFinding, Findings, SpasmEffect, Verdict

RELEVANT: Final = 0.3
"""NRS points below which an effect makes no meaningful difference: that of a habitual amount done at once, and that
of the ups and downs (one standard deviation) of what piles up in the diary."""
RELEVANT_RATIO: Final = 1.25
"""The same of spasms: a quarter more of them, or as much fewer."""
YES_OR_NO: Final = "0-1"
"""The unit of what either happened or did not."""
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

SPASM_SENTENCES: Final[dict[Verdict, str]] = {
    "aggravates": mark("More spasms with {factor}: about {size} times as many ({low} to {high}) per {amount}, {when}."),
    "eases": mark("Fewer spasms with {factor}: about {size}% fewer ({low} to {high}%) per {amount}, {when}."),
    "possibly_aggravates": mark(
        "Perhaps more spasms with {factor}: about {size} times as many ({low} to {high}) per {amount}, {when}."
    ),
    "possibly_eases": mark(
        "Perhaps fewer spasms with {factor}: about {size}% fewer ({low} to {high}%) per {amount}, {when}."
    ),
}


def finding_sentence(finding: FactorFinding, lang: Language) -> str:
    """Return the finding as one sentence in `lang`."""
    if finding.group:
        return _group_sentence(finding, lang)
    if finding.verdict == "unclear":
        return _unclear_sentence(finding, lang)
    if finding.verdict == "no_difference":
        return _no_difference_sentence(finding, lang)
    if finding.acts_on == "spasms" and finding.spasms:
        return _spasm_sentence(finding, finding.spasms, lang)
    sentence = _effect_sentence(finding, lang)
    if finding.acts_on == "both" and finding.spasms:
        return f"{sentence} {_spasms_too(finding.spasms, lang)}"
    return sentence


def _no_difference_sentence(finding: FactorFinding, lang: Language) -> str:
    """Return that pain hardly changes; what spasms do is another question, which may be open."""
    sentence = say(
        lang,
        "No meaningful difference with {factor}: per {amount}, your pain changes by less than {limit} points.",
        factor=label(finding.name, lang),
        amount=amount_words(finding.effect.per, finding.unit, lang),
        limit=number(lang, RELEVANT),
    )
    if finding.spasms is None or finding.spasms.verdict == "no_difference":
        return sentence
    return say(lang, "{sentence} Whether it has a say in spasms can't be told yet.", sentence=sentence)


def _spasm_sentence(finding: FactorFinding, effect: SpasmEffect, lang: Language) -> str:
    """Return what a factor does to spasms, its pain aside."""
    values = {
        "factor": label(finding.name, lang),
        "amount": amount_words(finding.effect.per, finding.unit, lang),
        "when": _when(finding, lang),
    }
    sentence = say(lang, SPASM_SENTENCES[finding.verdict], **values, **_spasm_sizes(effect, lang))
    if not 1 / RELEVANT_RATIO < effect.mean < RELEVANT_RATIO:
        return sentence
    return say(lang, "{sentence} Little each time, but it adds up.", sentence=sentence)


def _spasms_too(effect: SpasmEffect, lang: Language) -> str:
    """Return what a factor that acts on pain does to spasms as well."""
    if effect.mean > 1:
        return say(
            lang, "More spasms, too: about {size} times as many ({low} to {high}).", **_spasm_sizes(effect, lang)
        )
    return say(lang, "Fewer spasms, too: about {size}% fewer ({low} to {high}%).", **_spasm_sizes(effect, lang))


def _spasm_sizes(effect: SpasmEffect, lang: Language) -> dict[str, str]:
    """Return by how many times spasms come more often, or by how many per cent less."""
    if effect.mean > 1:
        sizes = {"size": effect.mean, "low": max(effect.low, 1.0), "high": effect.high}
        return {key: number(lang, value, fixed=True) for key, value in sizes.items()}
    sizes = {"size": 1 - effect.mean, "low": max(1 - effect.high, 0.0), "high": 1 - effect.low}
    return {key: number(lang, 100 * value, 0) for key, value in sizes.items()}


def amount_words(per: float, unit: str, lang: Language) -> str:
    """Return an amount as a reader says it: "25 min", "2 points more", "3 times"."""
    digits = 0 if per >= 10 else max(2, 1 - math.floor(math.log10(per)))
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
    sentence = say(lang, EFFECT_SENTENCES[finding.verdict], **values)
    if abs(effect.mean) >= RELEVANT:
        return sentence
    return say(lang, "{sentence} Little each time, but it adds up.", sentence=sentence)


def _when(finding: FactorFinding, lang: Language) -> str:
    """Return when an effect is felt: three quarters of it are gone after two half-lives."""
    if finding.delay_h:
        return say(lang, "mostly the day after")
    hours = round(2 * (finding.half_life_h or 0))
    if hours <= 36:
        return say(lang, "mostly in the next {hours} hours", hours=hours)
    return say(lang, "mostly in the next {days} days", days=round(hours / 24))


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
