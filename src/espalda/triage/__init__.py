"""Is this urgent? Four levels of care from yes-or-no answers, by rules that are data with their sources."""

from espalda.triage.emergency import emergency_number
from espalda.triage.evaluate import AnswerError, Verdict, assess
from espalda.triage.rulebook import (
    Level,
    Question,
    Rule,
    Rulebook,
    RulebookError,
    Screen,
    load_rulebook,
)

__all__ = [
    "AnswerError",
    "Level",
    "Question",
    "Rule",
    "Rulebook",
    "RulebookError",
    "Screen",
    "Verdict",
    "assess",
    "emergency_number",
    "load_rulebook",
]
