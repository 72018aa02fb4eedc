"""Is this urgent? The safety questions, screen by screen, and the level of care they lead to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from espalda import flows
from espalda.triage import Question, Rulebook, load_rulebook
from espalda.web.access import DiaryRequest, gate
from espalda.web.models import Person, TriageAnswers
from espalda.web.wording import reader_language

_FIELD: Final = "q:"
_ANSWERS: Final[Mapping[str, bool]] = {"yes": True, "no": False}

Answers = dict[str, bool]


class Asked(NamedTuple):
    """A question as a page shows it; `answer` is "yes", "no" or empty."""

    id: str
    field: str
    text: str
    explain: str
    answer: str


@gate("GET", "POST", demo_may_post=True)
def ask(request: DiaryRequest) -> HttpResponse:
    """Ask one screen of questions after another until no answer could raise the level; an emergency is said at once.

    In the demonstration the answers are used and not kept.
    """
    book = load_rulebook()
    if request.method != "POST":
        return _screen(request, book, book.screens[0].id, _facts(request.person, book))
    answers = _answered(request.POST, book)
    verdict = flows.assess(answers)
    following = _following(request.POST.get("screen", ""), verdict.ask, book)
    if following and verdict.level != book.levels[0].id:
        return _screen(request, book, following, answers)
    if request.person.is_demo:
        return _verdict(request, book, answers, timezone.now())
    TriageAnswers.objects.update_or_create(
        person=request.person, defaults={"answers": answers, "answered_at": timezone.now()}
    )
    return redirect("safety-answer")


@gate("GET")
def answer(request: DiaryRequest) -> HttpResponse:
    """Show the level of care the last answers lead to."""
    book = load_rulebook()
    kept = TriageAnswers.objects.filter(person=request.person).first()
    if kept is None:
        return redirect("safety")
    return _verdict(request, book, _known(kept.answers, book.questions), kept.answered_at)


def _answered(sent: QueryDict, book: Rulebook) -> Answers:
    """Return the answers sent. "None of these" is a no to what its screen asked, and never undoes a yes."""
    said = {question.id: str(sent.get(_FIELD + question.id)) for question in book.questions}
    answers = {name: _ANSWERS[word] for name, word in said.items() if word in _ANSWERS}
    if sent.get("rest") == "no":
        left_open = set(sent.getlist("asked")) - set(answers)
        answers |= {name: False for name in left_open if said.get(name) != "unsure"}
    return _known(answers, book.questions)


def _known(answers: Mapping[str, bool], questions: Iterable[Question]) -> Answers:
    """Return the answers to questions that are still asked."""
    return {question.id: answers[question.id] for question in questions if question.id in answers}


def _facts(person: Person, book: Rulebook) -> Answers:
    """Return what the person has said of themselves that is asked once and kept."""
    kept = TriageAnswers.objects.filter(person=person).first()
    return _known(kept.answers if kept else {}, (question for question in book.questions if question.keep))


def _following(screen: str, wanted: Iterable[str], book: Rulebook) -> str | None:
    """Return the next screen that asks something still wanted; None when there is none."""
    names = [known.id for known in book.screens]
    later = names[names.index(screen) + 1 :] if screen in names else []
    asking = {book.question(name).screen for name in wanted}
    return next((name for name in later if name in asking), None)


def _screen(request: DiaryRequest, book: Rulebook, screen: str, answers: Answers) -> HttpResponse:
    wanted = flows.assess(answers).ask
    questions = [question for question in book.questions if question.screen == screen and question.id in wanted]
    number = request.GET.get("reading", "")
    context = {
        "screen": screen,
        "heading": next(known for known in book.screens if known.id == screen).heading(reader_language()),
        "first": screen == book.screens[0].id,
        "questions": _asked(questions, {}),
        "given": _asked((book.question(name) for name in answers), answers),
        "reading": request.person.readings.filter(pk=number).first() if number.isdecimal() else None,
    }
    return render(request, "safety.html", context)


def _asked(questions: Iterable[Question], answers: Answers) -> list[Asked]:
    lang = reader_language()
    words = {None: "", True: "yes", False: "no"}
    return [
        Asked(one.id, _FIELD + one.id, one.text(lang), one.explain(lang), words[answers.get(one.id)])
        for one in questions
    ]


def _verdict(request: DiaryRequest, book: Rulebook, answers: Answers, answered_at: datetime) -> HttpResponse:
    lang = reader_language()
    verdict = flows.assess(answers)
    level = book.level(verdict.level)
    context = {
        "level": level.id,
        "name": level.name(lang),
        "now": level.now(lang),
        "watch": level.watch(lang),
        "could_be": book.level(verdict.could_be).name(lang) if verdict.could_be != verdict.level else "",
        "reasons": [book.rule(name).reason(lang) for name in verdict.because],
        "questions": _asked((book.question(name) for name in verdict.ask), {}),
        "given": _asked((book.question(name) for name in answers), answers),
        "last_screen": book.screens[-1].id,
        "answered_at": timezone.localtime(answered_at),
    }
    return render(request, "safety_answer.html", context)
