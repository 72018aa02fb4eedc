"""Is this urgent? The safety questions, screen by screen, what is kept of them, and whom to call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from espalda import flows
from espalda.triage import Question, Screen, load_rulebook, next_screen
from espalda.web import country, interview, safety
from espalda.web.access import DiaryRequest, gate, keep_in_browser, next_page
from espalda.web.models import Reading
from espalda.web.safety import Answers
from espalda.web.views import answer
from espalda.web.wording import reader_language

_WHY: Final[dict[str, Promise]] = {
    "spasm": _("a spasm so strong that you can't hold yourself upright"),
    "movement": _("that you can neither stand nor walk"),
    "fever": _("fever or chills"),
    "legs": _("something new in your legs"),
}
"""What in a reading brings the safety questions up."""


@gate("GET", "POST", demo_may_post=True)
def ask(request: DiaryRequest) -> HttpResponse:
    """Ask one screen of questions after another until no answer could raise the level; an emergency is said at once.

    In the demonstration the answers are used and not kept.
    """
    if request.method != "POST":
        return _first(request)
    began = interview.began(request.POST)
    if began is None:
        return _first(request, too_old=True)
    answers = interview.sent(request.POST)
    shown = next_screen(answers)
    if shown and flows.assess(answers).level != load_rulebook().levels[0].id:
        return _screen(request, shown, answers, began)
    if request.person.is_demo:
        return answer.page(request, answers, began)
    safety.keep(request.person, answers, began)
    return redirect("safety-answer")


@gate("GET", "POST")
def facts(request: DiaryRequest) -> HttpResponse:
    """Show what is kept of the person, to be corrected."""
    kept = safety.facts(request.person)
    if request.method == "POST":
        corrected = interview.sent(request.POST)
        safety.keep_facts(request.person, {name: corrected[name] for name in kept if name in corrected})
        return redirect(f"{reverse('safety-facts')}?saved=1")
    context = {"questions": interview.answered(kept), "saved": "saved" in request.GET}
    return render(request, "safety_facts.html", context)


@gate("POST", demo_may_post=True, at_the_door=True)
def where(request: DiaryRequest) -> HttpResponse:
    """Keep the country whose number is shown, and stay on the page."""
    code = request.POST.get("country", "")
    if not country.is_choice(code):
        return HttpResponseBadRequest()
    response = redirect(next_page(request, "safety"))
    keep_in_browser(response, country.COOKIE, code)
    return response


def after(reading: Reading, signs: Sequence[str], done: str = "saved") -> HttpResponse:
    """Go on after a reading is kept: to the safety questions where it has signs that bring them up, else to itself.

    The ticks of a reading's form are answers to safety questions and are kept as such. The diary has no column for
    them, so its file says the same before and after. Fever is kept at once: it stands even if the page is closed.
    """
    if not signs:
        return redirect(f"{reverse('reading', args=[reading.pk])}?done={done}")
    if "fever" in signs:
        safety.keep(reading.person, {**safety.facts(reading.person), "fever": True}, _now())
    query = urlencode([("reading", reading.pk), *(("why", sign) for sign in signs)])
    return redirect(f"{reverse('safety')}?{query}")


def _first(request: DiaryRequest, *, too_old: bool = False) -> HttpResponse:
    """Show the first screen. What is kept of the person, and a fever just ticked, are not asked again."""
    kept = safety.facts(request.person)
    answers = dict(kept)
    why = [sign for sign in request.GET.getlist("why") if sign in _WHY]
    if "fever" in why:
        answers["fever"] = True
    shown = next_screen(answers)
    if shown is None:  # an emergency already, as fever is with weak defences
        return redirect("safety-answer")
    number = request.GET.get("reading", "")[:18]
    extra = {
        "first": True,
        "facts": kept,
        "too_old": too_old,
        "why": [_WHY[sign] for sign in why],
        "reading": request.person.readings.filter(pk=number).first() if number.isdecimal() else None,
    }
    return _screen(request, shown, answers, _now(), extra)


def _screen(
    request: DiaryRequest,
    shown: tuple[Screen, tuple[Question, ...]],
    answers: Answers,
    began: datetime,
    extra: dict[str, object] | None = None,
) -> HttpResponse:
    screen, questions = shown
    lang = reader_language()
    context = {
        "heading": screen.heading(lang),
        "questions": interview.to_ask((question.id for question in questions), answers),
        "given": interview.answered(answers),
        "began": int(began.timestamp()),
        "emergency": load_rulebook().levels[0].name(lang),
        "call": country.call(request),
        **(extra or {}),
    }
    return render(request, "safety.html", context)


def _now() -> datetime:
    return timezone.now().replace(microsecond=0)
