"""What a diary says, factor by factor: numbers that know their sentence and their plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from espalda.findings import sentences
from espalda.findings.ahead import PainForecast, Spasms, rounded
from espalda.findings.example import Example
from espalda.inference import Guards
from espalda.words import Language

ActsOn = Literal["pain", "spasms", "both"]
Verdict = Literal["aggravates", "eases", "possibly_aggravates", "possibly_eases", "no_difference", "unclear"]
VERDICTS: Final[tuple[Verdict, ...]] = (
    "aggravates",
    "eases",
    "possibly_aggravates",
    "possibly_eases",
    "no_difference",
    "unclear",
)


@dataclass(frozen=True)
class Effect:
    """Change of pain, in NRS points, that `per` units of a factor bring: mean and 95 % interval."""

    mean: float
    low: float
    high: float
    per: float


@dataclass(frozen=True)
class SpasmEffect:
    """What a habitual amount does to the chance that a spasm begins.

    Attributes
    ----------
    mean, low, high
        Hazard ratio, and its 95 % interval, if it acts on spasms.
    probability
        That it acts on them, the spasms alone asked.
    verdict
        One of `VERDICTS`, of spasms.
    """

    mean: float
    low: float
    high: float
    probability: float
    verdict: Verdict


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
    acts_on
        What the verdict is about, where it says that the factor acts, or may: pain, spasms or both.
    spasms
        What it does to spasms; None where they say nothing of it.
    example
        A recent walk with much of it, where it is a kind of ground that acts, or may; else None.
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
    acts_on: ActsOn | None = None
    spasms: SpasmEffect | None = None
    example: Example | None = None

    def sentence(self, lang: Language) -> str:
        """Return the finding as one sentence in `lang`."""
        return sentences.finding_sentence(self, lang)

    def to_dict(self, lang: Language) -> dict[str, Any]:
        """Return the finding as plain data."""
        effect = {**rounded(vars(self.effect)), "per": self.effect.per}
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
            "acts_on": self.acts_on,
            "spasms": self.spasms and rounded(vars(self.spasms)),
            "sentence": self.sentence(lang),
            "example": self.example and self.example.to_dict(lang),
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
    spasms
        How often spasms come, and the chance of the next one; None where they were hardly watched.
    forecast
        Pain in the next parts of the day; None unless forecasts did well enough on the diary so far.
    """

    readings: int
    days: int
    first: str | None
    last: str | None
    factors: tuple[FactorFinding, ...]
    guards: Guards | None
    reacting: tuple[str, ...]
    spasms: Spasms | None = None
    forecast: PainForecast | None = None

    def to_dict(self, lang: Language = "es") -> dict[str, Any]:
        """Return the findings as plain data, of the shape of ``findings.schema.json``."""
        return {
            "schema": 1,
            "diary": {"readings": self.readings, "days": self.days, "from": self.first, "to": self.last},
            "factors": [factor.to_dict(lang) for factor in self.factors],
            "guards": {
                "shifted": self.guards and {"tried": len(self.guards.shifted), "found": sum(self.guards.shifted)},
                "future": self.guards and {"found": list(self.reacting)},
                "sentences": sentences.guard_sentences(self, lang),
            },
            "spasms": self.spasms and self.spasms.to_dict(lang),
            "forecast": self.forecast and self.forecast.to_dict(lang),
        }
