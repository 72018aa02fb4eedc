"""The safety questions as a page shows them, and the answers it sends back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

from django.http import QueryDict
from django.utils import timezone

from espalda import flows
from espalda.triage import load_rulebook
from espalda.web.safety import FRESH, Answers
from espalda.web.wording import reader_language

_FIELD: Final = "q:"
_WORDS: Final[Mapping[bool | None, str]] = {True: "yes", False: "no", None: "open"}


class Asked(NamedTuple):
    """A question on a page; `answer` is "yes", "no", "open" or empty, and `decides` says that yes is an emergency."""

    id: str
    field: str
    text: str
    explain: str
    answer: str = ""
    decides: bool = False


def to_ask(names: Iterable[str], answers: Answers) -> list[Asked]:
    """Return questions to be answered, after the answers so far."""
    emergency = load_rulebook().levels[0].id
    return [_asked(name)._replace(decides=flows.assess({**answers, name: True}).level == emergency) for name in names]


def answered(answers: Answers) -> list[Asked]:
    """Return questions with the answers they have."""
    return [_asked(name)._replace(answer=_WORDS[answer]) for name, answer in answers.items()]


def _asked(name: str) -> Asked:
    question, lang = load_rulebook().question(name), reader_language()
    return Asked(name, _FIELD + name, question.text(lang), question.explain(lang))


def sent(data: QueryDict) -> Answers:
    """Return the answers a page sends. What it asked and was left unmarked is a no only where its button said so."""
    answers: Answers = {}
    unmarked = False if data.get("rest") == "no" else None
    on_page = set(data.getlist("asked"))
    for question in load_rulebook().questions:
        said = data.getlist(_FIELD + question.id)
        answer = next((answer for answer, word in _WORDS.items() if word in said), unmarked)
        if said or question.id in on_page:
            answers[question.id] = answer
    return answers


def began(data: QueryDict) -> datetime | None:
    """Return when the first of the answers sent was given; None where it isn't said, or too long ago to be still so.

    A page left open on a phone for days would otherwise send its old answers as today's.
    """
    seconds = data.get("began", "")
    if not (seconds.isdecimal() and seconds.isascii() and len(seconds) < 12):
        return None
    moment = datetime.fromtimestamp(int(seconds), UTC)
    return moment if timezone.now() - FRESH < moment <= timezone.now() else None
