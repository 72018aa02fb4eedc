"""What can be behind back spasms that keep coming: sourced, in both languages, as questions for the doctor.

Nothing here is worked out from a person's answers: the entries are the same for everyone, and none is a label.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from espalda.triage.rulebook import SEEN, RulebookError, load_rulebook
from espalda.words import Language

_CAUSES: Final = Path(__file__).with_name("causes.toml")


@dataclass(frozen=True)
class Cause:
    """Something that can be behind the spasms: what it is, what tells it apart, and what to ask the doctor.

    `safety` holds the safety questions that belong to it, by id; empty where none does. `seen` is as in `Rule`.
    """

    id: str
    name_es: str
    name_en: str
    what_es: str
    what_en: str
    apart_es: str
    apart_en: str
    ask_es: str
    ask_en: str
    source: str
    seen: Literal["S", "2"]
    since: date
    safety: tuple[str, ...] = ()

    def name(self, lang: Language) -> str:
        """Return its name in `lang`."""
        return self.name_es if lang == "es" else self.name_en

    def what(self, lang: Language) -> str:
        """Return what it is, in `lang`."""
        return self.what_es if lang == "es" else self.what_en

    def apart(self, lang: Language) -> str:
        """Return what tells it apart, in `lang`."""
        return self.apart_es if lang == "es" else self.apart_en

    def ask(self, lang: Language) -> str:
        """Return the question to take to the doctor, in `lang`."""
        return self.ask_es if lang == "es" else self.ask_en


@cache
def load_causes() -> tuple[Cause, ...]:
    """Return the causes this package ships with, checked, in reading order; RulebookError if they must not be used."""
    return read_causes(_CAUSES.read_text(encoding="utf-8"))


def read_causes(text: str) -> tuple[Cause, ...]:
    """Return the causes written in TOML as `text`, checked.

    RulebookError, naming the entry, where a key is missing, empty, unknown or of the wrong kind, an id is repeated,
    or a safety question is not asked.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulebookError(f"not TOML: {error}") from error
    entries = data.get("cause")
    if set(data) != {"cause"} or not isinstance(entries, list):
        raise RulebookError("causes: only [[cause]], and at least one")
    for place, entry in enumerate(entries, start=1):
        _check(f"cause {entry.get('id') or place}", entry)
    causes = tuple(Cause(**{**entry, "safety": tuple(entry.get("safety", ()))}) for entry in entries)
    if len({cause.id for cause in causes}) < len(causes):
        raise RulebookError("causes: an id is repeated")
    return causes


def _check(name: str, entry: Mapping[str, Any]) -> None:
    """Refuse an entry with a key missing, empty, unknown or of the wrong kind."""
    keys = {field.name for field in fields(Cause)}
    for key in sorted(keys - {"safety"} - entry.keys()):
        raise RulebookError(f"{name}: {key} is missing")
    for key, value in entry.items():
        kind = {"since": date, "safety": list}.get(key, str)
        if key not in keys:
            raise RulebookError(f"{name}: unknown key {key!r}")
        if not isinstance(value, kind):
            raise RulebookError(f"{name}: {key} is not a {kind.__name__}")
        if not (value.strip() if isinstance(value, str) else value):
            raise RulebookError(f"{name}: {key} is empty")
    if entry["seen"] not in SEEN:
        raise RulebookError(f"{name}: seen is {entry['seen']!r}, not one of {', '.join(SEEN)}")
    for asked in sorted(set(entry.get("safety", ())) - {question.id for question in load_rulebook().questions}):
        raise RulebookError(f"{name}: unknown question {asked!r}")
