"""From numbers to findings: what each factor does, with its interval, in a sentence. Pure."""

from espalda.findings.draw import draw_findings, habitual_amount
from espalda.findings.model import VERDICTS, Effect, FactorFinding, Findings, Verdict
from espalda.findings.sentences import RELEVANT, amount_words, guard_sentences

__all__ = [
    "RELEVANT",
    "VERDICTS",
    "Effect",
    "FactorFinding",
    "Findings",
    "Verdict",
    "amount_words",
    "draw_findings",
    "guard_sentences",
    "habitual_amount",
]
