"""The rulebook: levels of care, questions and rules, read from ``rules.toml`` and checked before use.

A rule is a list of questions, all of them answered yes: no negation, no score, no count. A rulebook with a
rule that lacks its source, how the source was seen, its date in force or its reason in either language does
not load.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from espalda.words import Language

_RULES: Final = Path(__file__).with_name("rules.toml")

SEEN: Final = ("S", "2")
"""How a source was seen: ``S``, read in a stored copy of it; ``2``, read in another text that quotes it."""


class RulebookError(ValueError):
    """A rulebook that must not be used; the text names the entry and what is wrong with it."""


@dataclass(frozen=True)
class Level:
    """A level of care: its name, what to do now, and what to watch for that would change it."""

    id: str
    es: str
    en: str
    now_es: str
    now_en: str
    watch_es: str
    watch_en: str

    def name(self, lang: Language) -> str:
        """Return the level's name in `lang`."""
        return self.es if lang == "es" else self.en

    def now(self, lang: Language) -> str:
        """Return what to do now, in `lang`."""
        return self.now_es if lang == "es" else self.now_en

    def watch(self, lang: Language) -> str:
        """Return what to watch for, in `lang`."""
        return self.watch_es if lang == "es" else self.watch_en


@dataclass(frozen=True)
class Screen:
    """A group of questions shown together, under one heading and with one "none of these"."""

    id: str
    es: str
    en: str

    def heading(self, lang: Language) -> str:
        """Return the heading in `lang`."""
        return self.es if lang == "es" else self.en


@dataclass(frozen=True)
class Question:
    """A yes-or-no question in a patient's words; `keep` marks a fact that is asked once and kept."""

    id: str
    screen: str
    es: str
    en: str
    explain_es: str = ""
    explain_en: str = ""
    keep: bool = False

    def text(self, lang: Language) -> str:
        """Return the question in `lang`."""
        return self.es if lang == "es" else self.en

    def explain(self, lang: Language) -> str:
        """Return what its words mean, in `lang`; empty where nothing needs explaining."""
        return self.explain_es if lang == "es" else self.explain_en


@dataclass(frozen=True)
class Rule:
    """A rule: when every question in `when` is answered yes, the level is `level` or more urgent.

    `es` and `en` are the reason given to the person; `seen` is one of `SEEN`; `since` is the date in force;
    the notes say what had to be decided where sources disagree or are silent.
    """

    id: str
    level: str
    when: tuple[str, ...]
    source: str
    seen: Literal["S", "2"]
    since: date
    es: str
    en: str
    note_es: str = ""
    note_en: str = ""

    def reason(self, lang: Language) -> str:
        """Return the reason given to the person, in `lang`."""
        return self.es if lang == "es" else self.en

    def note(self, lang: Language) -> str:
        """Return what had to be decided, in `lang`; empty where the source decides."""
        return self.note_es if lang == "es" else self.note_en


@dataclass(frozen=True)
class LeftOut:
    """Something the rules do not cover, and why."""

    what_es: str
    what_en: str
    why_es: str
    why_en: str

    def what(self, lang: Language) -> str:
        """Return what is left out, in `lang`."""
        return self.what_es if lang == "es" else self.what_en

    def why(self, lang: Language) -> str:
        """Return why it is left out, in `lang`."""
        return self.why_es if lang == "es" else self.why_en


@dataclass(frozen=True)
class Rulebook:
    """Levels from the most urgent down, screens and questions in asking order, rules, what is left out."""

    levels: tuple[Level, ...]
    screens: tuple[Screen, ...]
    questions: tuple[Question, ...]
    rules: tuple[Rule, ...]
    left_out: tuple[LeftOut, ...] = ()

    def level(self, name: str) -> Level:
        """Return the level with that id; KeyError where there is none."""
        return {level.id: level for level in self.levels}[name]

    def question(self, name: str) -> Question:
        """Return the question with that id; KeyError where there is none."""
        return {question.id: question for question in self.questions}[name]

    def rule(self, name: str) -> Rule:
        """Return the rule with that id; KeyError where there is none."""
        return {rule.id: rule for rule in self.rules}[name]

    def urgency(self, level: str) -> int:
        """Return how urgent the level with that id is: 0 for the least urgent, one more for each step up."""
        return [known.id for known in reversed(self.levels)].index(level)

    def to_dict(self) -> dict[str, Any]:
        """Return the whole rulebook as plain lists and strings, ready for JSON."""
        return {
            "levels": [asdict(level) for level in self.levels],
            "screens": [asdict(screen) for screen in self.screens],
            "questions": [asdict(question) for question in self.questions],
            "rules": [
                {**asdict(rule), "when": list(rule.when), "since": rule.since.isoformat()} for rule in self.rules
            ],
            "left_out": [asdict(entry) for entry in self.left_out],
        }


@cache
def load_rulebook() -> Rulebook:
    """Return the rulebook this package ships with, checked; RulebookError if it must not be used."""
    return read_rulebook(_RULES.read_text(encoding="utf-8"))


def read_rulebook(text: str) -> Rulebook:
    """Return the rulebook written in TOML as `text`, checked.

    RulebookError, naming the entry, where a key is missing, empty, unknown or of the wrong kind, an id is
    repeated, a level, screen or question is not declared, or a question serves no rule.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulebookError(f"not TOML: {error}") from error
    for table in data:
        if table not in _KEYS:
            raise RulebookError(f"unknown table {table!r}")
    for table in _KEYS:
        for place, entry in enumerate(_entries(data, table), start=1):
            _check_entry(table, place, entry)
    book = Rulebook(
        levels=tuple(Level(**entry) for entry in _entries(data, "level")),
        screens=tuple(Screen(**entry) for entry in _entries(data, "screen")),
        questions=tuple(Question(**entry) for entry in _entries(data, "question")),
        rules=tuple(Rule(**{**entry, "when": tuple(entry["when"])}) for entry in _entries(data, "rule")),
        left_out=tuple(LeftOut(**entry) for entry in _entries(data, "left_out")),
    )
    _check_ids(book)
    _check_references(book)
    return book


_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "level": ("id", "es", "en", "now_es", "now_en", "watch_es", "watch_en"),
    "screen": ("id", "es", "en"),
    "question": ("id", "screen", "es", "en"),
    "rule": ("id", "level", "when", "source", "seen", "since", "es", "en"),
    "left_out": ("what_es", "what_en", "why_es", "why_en"),
}
_OPTIONAL_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "question": ("explain_es", "explain_en", "keep"),
    "rule": ("note_es", "note_en"),
}
_KINDS: Final[Mapping[str, type]] = {"when": list, "since": date, "keep": bool}


def _entries(data: Mapping[str, Any], table: str) -> list[dict[str, Any]]:
    """Return the entries of a table, which TOML writes ``[[table]]``; none where it is absent."""
    entries = data.get(table, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise RulebookError(f"{table}: not written [[{table}]]")
    return entries


def _check_entry(table: str, place: int, entry: Mapping[str, Any]) -> None:
    """Refuse an entry with a key missing, empty, unknown or of the wrong kind."""
    name = f"{table} {entry.get('id') or place}"
    for key in _KEYS[table]:
        if key not in entry:
            raise RulebookError(f"{name}: {key} is missing")
    for key, value in entry.items():
        kind = _KINDS.get(key, str)
        if key not in _KEYS[table] + _OPTIONAL_KEYS.get(table, ()):
            raise RulebookError(f"{name}: unknown key {key!r}")
        if not isinstance(value, kind):
            raise RulebookError(f"{name}: {key} is not a {kind.__name__}")
        if not (value.strip() if isinstance(value, str) else value or kind is bool):
            raise RulebookError(f"{name}: {key} is empty")
    for text in ("explain", "note"):
        if (f"{text}_es" in entry) != (f"{text}_en" in entry):
            raise RulebookError(f"{name}: {text} in one language only")
    if table == "rule" and entry["seen"] not in SEEN:
        raise RulebookError(f"{name}: seen is {entry['seen']!r}, not one of {', '.join(SEEN)}")


def _check_ids(book: Rulebook) -> None:
    """Refuse a kind of entry with none in it, or with two of the same id."""
    ids = {
        "level": [level.id for level in book.levels],
        "screen": [screen.id for screen in book.screens],
        "question": [question.id for question in book.questions],
        "rule": [rule.id for rule in book.rules],
    }
    for kind, names in ids.items():
        if not names:
            raise RulebookError(f"{kind}: there is none")
        for name, times in Counter(names).items():
            if times > 1:
                raise RulebookError(f"{kind} {name}: declared {times} times")


def _check_references(book: Rulebook) -> None:
    """Refuse a name that is not declared, a repeated condition, and a question that serves no rule."""
    levels = [level.id for level in book.levels]
    screens = [screen.id for screen in book.screens]
    questions = [question.id for question in book.questions]
    for rule in book.rules:
        if rule.level not in levels:
            raise RulebookError(f"rule {rule.id}: unknown level {rule.level!r}")
        if rule.level == levels[-1]:
            raise RulebookError(f"rule {rule.id}: {rule.level} is the level of no rule")
        for asked in rule.when:
            if asked not in questions:
                raise RulebookError(f"rule {rule.id}: unknown question {asked!r}")
        if len(set(rule.when)) < len(rule.when):
            raise RulebookError(f"rule {rule.id}: a question is repeated")
    used = {asked for rule in book.rules for asked in rule.when}
    for question in book.questions:
        if question.screen not in screens:
            raise RulebookError(f"question {question.id}: unknown screen {question.screen!r}")
        if question.id not in used:
            raise RulebookError(f"question {question.id}: no rule uses it")
    order = [screens.index(question.screen) for question in book.questions]
    if order != sorted(order):
        raise RulebookError("question: not in the order of their screens")
