"""What stands behind the safety answers: the rules one by one, and what can be behind the spasms."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.http import HttpResponse
from django.shortcuts import render

from espalda.triage import Rule, load_causes, load_rulebook
from espalda.web.access import DiaryRequest, gate
from espalda.web.wording import reader_language


class RuleCard(NamedTuple):
    """A rule as a page shows it; `read` says that its source was read itself, and not quoted by another text."""

    id: str
    reason: str
    questions: tuple[str, ...]
    source: str
    read: bool
    since: date
    note: str


class LevelCard(NamedTuple):
    """A level as a page shows it, with its rules."""

    id: str
    name: str
    now: str
    rules: tuple[RuleCard, ...]


class CauseCard(NamedTuple):
    """A cause as a page shows it, with the safety questions that belong to it."""

    id: str
    name: str
    what: str
    apart: str
    ask: str
    source: str
    questions: tuple[str, ...]


@gate("GET")
def rules(request: DiaryRequest) -> HttpResponse:
    """Show every level, rule and question, with sources, and what the rules leave out."""
    book, lang = load_rulebook(), reader_language()
    levels = [
        LevelCard(
            one.id, one.name(lang), one.now(lang), tuple(_card(rule) for rule in book.rules if rule.level == one.id)
        )
        for one in book.levels
    ]
    screens = [
        (
            screen.heading(lang),
            [(one.text(lang), one.explain(lang)) for one in book.questions if one.screen == screen.id],
        )
        for screen in book.screens
    ]
    context = {
        "levels": levels,
        "screens": screens,
        "left_out": [(one.what(lang), one.why(lang)) for one in book.left_out],
        "question_count": len(book.questions),
    }
    return render(request, "safety_rules.html", context)


@gate("GET")
def causes(request: DiaryRequest) -> HttpResponse:
    """Show what can be behind spasms that keep coming, the same for everyone."""
    book, lang = load_rulebook(), reader_language()
    cards = [
        CauseCard(
            cause.id,
            cause.name(lang),
            cause.what(lang),
            cause.apart(lang),
            cause.ask(lang),
            cause.source,
            tuple(book.question(name).text(lang) for name in cause.safety),
        )
        for cause in load_causes()
    ]
    return render(request, "causes.html", {"causes": cards})


def _card(rule: Rule) -> RuleCard:
    book, lang = load_rulebook(), reader_language()
    return RuleCard(
        id=rule.id,
        reason=rule.reason(lang),
        questions=tuple(book.question(name).text(lang) for name in rule.when),
        source=rule.source,
        read=rule.seen == "S",
        since=rule.since,
        note=rule.note(lang),
    )
