"""Is this urgent? Four levels of care from yes-or-no answers, by rules that are data with their sources."""

from espalda.triage.causes import Cause, load_causes
from espalda.triage.emergency import Country, emergency_number, emergency_numbers, poison_line
from espalda.triage.evaluate import AnswerError, Verdict, assess
from espalda.triage.interview import kept, next_screen
from espalda.triage.rulebook import (
    LeftOut,
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
    "Cause",
    "Country",
    "LeftOut",
    "Level",
    "Question",
    "Rule",
    "Rulebook",
    "RulebookError",
    "Screen",
    "Verdict",
    "assess",
    "emergency_number",
    "emergency_numbers",
    "kept",
    "load_causes",
    "load_rulebook",
    "next_screen",
    "poison_line",
]
