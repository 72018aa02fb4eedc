"""From numbers to findings: what each factor does, with its interval, in a sentence. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from espalda.words import Language

Verdict = Literal["aggravates", "eases", "possibly_aggravates", "possibly_eases", "no_difference", "unclear"]


@dataclass(frozen=True)
class Effect:
    """Change of pain, in NRS points, that `per` units of a factor bring: mean and 95 % interval."""

    mean: float
    low: float
    high: float
    per: float


@dataclass(frozen=True)
class FactorFinding:
    """What the diary says of one factor."""

    name: str
    unit: str
    verdict: Verdict
    probability: float
    effect: Effect
    half_life_h: float | None
    delay_h: float | None
    group: tuple[str, ...] | None
    more_days: int | None

    def sentence(self, lang: Language) -> str:
        """Return the finding as one sentence in `lang`."""
        raise NotImplementedError


@dataclass(frozen=True)
class Findings:
    """All a diary says about what sets the back off and what eases it."""

    factors: tuple[FactorFinding, ...]

    def to_dict(self, lang: Language = "es") -> dict[str, Any]:
        """Return the findings as plain data, the shape of ``findings.schema.json``."""
        raise NotImplementedError
