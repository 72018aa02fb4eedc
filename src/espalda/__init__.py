"""Espalda: is it urgent, what sets your back off, and what eases it, from your own diary on your own machine."""

from espalda.diary import Diary, DiaryError, Factor, read_diary, write_diary
from espalda.findings import Effect, FactorFinding, Findings
from espalda.flows import assess, explain
from espalda.triage import AnswerError, Verdict

__all__ = [
    "AnswerError",
    "Diary",
    "DiaryError",
    "Effect",
    "Factor",
    "FactorFinding",
    "Findings",
    "Verdict",
    "assess",
    "explain",
    "read_diary",
    "write_diary",
]
__version__ = "0.2.0"
