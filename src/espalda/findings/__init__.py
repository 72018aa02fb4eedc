"""From numbers to findings: what each factor does, with its interval, in a sentence. Pure."""

from espalda.findings.ahead import PainForecast, Spasms, draw_forecast, draw_spasms
from espalda.findings.draw import draw_findings, habitual_amount
from espalda.findings.model import VERDICTS, Effect, FactorFinding, Findings, SpasmEffect, Verdict
from espalda.findings.sentences import RELEVANT, amount_words, guard_sentences

__all__ = [
    "RELEVANT",
    "VERDICTS",
    "Effect",
    "FactorFinding",
    "Findings",
    "PainForecast",
    "SpasmEffect",
    "Spasms",
    "Verdict",
    "amount_words",
    "draw_findings",
    "draw_forecast",
    "draw_spasms",
    "guard_sentences",
    "habitual_amount",
]
