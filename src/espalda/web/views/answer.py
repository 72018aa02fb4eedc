"""The level of care the safety answers lead to: why, what to do, whom to call; and setting it aside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from espalda import flows
from espalda.triage import Rule, load_rulebook
from espalda.web import country, interview, safety
from espalda.web.access import DiaryRequest, gate
from espalda.web.models import TriageAnswers
from espalda.web.safety import Answers
from espalda.web.wording import reader_language

_REASONS: Final[dict[str, Promise]] = {
    "seen": _("A doctor has seen me"),
    "mistake": _("I answered by mistake"),
}
"""The reasons to set a level aside that take one tap; any other is written."""


class Why(NamedTuple):
    """A reason for the level: the questions answered yes it rests on, and the rules that give it."""

    reason: str
    questions: tuple[str, ...]
    rules: tuple[str, ...]


@gate("GET")
def show(request: DiaryRequest) -> HttpResponse:
    """Show the level of care the last answers lead to."""
    given = safety.last(request.person)
    if given is None:
        return redirect("safety")
    return page(request, safety.known(given.answers), given.answered_at, given)


@gate("POST")
def set_aside(request: DiaryRequest) -> HttpResponse:
    """Set aside the level that stands, with the reason tapped or written."""
    tapped = request.POST.get("because", "")
    because = tapped if tapped in _REASONS else request.POST.get("words", "").strip()
    if because and safety.standing(request.person):
        safety.set_aside(request.person, because)
    return redirect("safety-answer")


def page(
    request: DiaryRequest, answers: Answers, answered_at: datetime, given: TriageAnswers | None = None
) -> HttpResponse:
    """Return the page of an answer: once the answers have aged it shows them and asks again, and corrects nothing."""
    context = _verdict(answers) | {
        "answered_at": timezone.localtime(answered_at),
        "began": int(answered_at.timestamp()),
        "old": timezone.now() - answered_at >= safety.FRESH,
        "call": country.call(request),
        **_aside(given),
    }
    context["text"] = render_to_string("safety_answer.txt", context).strip()
    return render(request, "safety_answer.html", context)


def _verdict(answers: Answers) -> dict[str, Any]:
    """Return what the rules say of the answers, in the reader's words, and the first screen still open."""
    book, lang = load_rulebook(), reader_language()
    verdict = flows.assess(answers)
    level = book.level(verdict.level)
    still_open = [book.question(name) for name in verdict.ask]
    first = [question for question in still_open if question.screen == still_open[0].screen]
    said = interview.answered({name: answer for name, answer in answers.items() if book.question(name) not in first})
    return {
        "level": level.id,
        "name": level.name(lang),
        "now": level.now(lang),
        "watch": re.split(r"(?<=\.) ", level.watch(lang)),
        "emergency": book.levels[0].name(lang),
        "could_be": book.level(verdict.could_be).name(lang) if verdict.could_be != verdict.level else "",
        "whys": _whys(book.rule(name) for name in verdict.because),
        "heading": next(
            (screen.heading(lang) for screen in book.screens if first and screen.id == first[0].screen), ""
        ),
        "questions": interview.to_ask((question.id for question in first), answers),
        "given": said,
        "said_yes": [one.text for one in said if one.answer == "yes"],
        "said_no": [one.text for one in said if one.answer == "no"],
        "left_open": [question.text(lang) for question in still_open],
    }


def _whys(rules: Iterable[Rule]) -> list[Why]:
    """Return the reasons of the rules, each once."""
    book, lang = load_rulebook(), reader_language()
    whys: dict[str, Why] = {}
    for rule in rules:
        reason = rule.reason(lang)
        before = whys.get(reason, Why(reason, (), ()))
        asked = (book.question(name).text(lang) for name in rule.when)
        questions = tuple(dict.fromkeys((*before.questions, *asked)))
        whys[reason] = Why(reason, questions, (*before.rules, rule.id))
    return list(whys.values())


def _aside(given: TriageAnswers | None) -> dict[str, Any]:
    """Return when and why the level was set aside, where it was."""
    if given is None or given.set_aside_at is None:
        return {}
    because = given.set_aside_because
    return {"aside_at": timezone.localtime(given.set_aside_at), "aside_because": _REASONS.get(because, because)}
