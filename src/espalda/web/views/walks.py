"""Walks: brought from recordings or written by hand, a month of them by terrain, and what the ground was."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from http import HTTPStatus
from itertools import groupby, zip_longest
from typing import Any, BinaryIO, Final, NamedTuple, cast

from django.conf import settings
from django.http import HttpResponse, HttpResponseBadRequest, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from espalda.terrain import BANDS
from espalda.web import charts, past, store, walk_keeping, walks
from espalda.web.access import DiaryRequest, gate
from espalda.web.charts_walks import UNTOLD, Picture, pictures, stacks
from espalda.web.models import Person, Share, Walk
from espalda.web.once import arrives_once
from espalda.web.walk_forms import GROUNDS, GroundForm, HandForm
from espalda.web.walk_keeping import OTHER, PARTIAL, READ, REFUSED, STATES, Outcome
from espalda.web.wording import BANDS as BAND_WORDS

_LINES: Final = "application/x-ndjson"
_MEGABYTE: Final = 2**20
_HEADINGS: Final = {
    REFUSED: gettext_lazy("Not read"),
    PARTIAL: gettext_lazy("Read only in part"),
    OTHER: gettext_lazy("Kept, but not walks"),
    READ: gettext_lazy("Read"),
}
"""What became of the outings there may be something to say of, the worst first."""
_File = tuple[str, BinaryIO]


class Shown(NamedTuple):
    """A walk on the page: its picture, its ground in words, and whether it is one more recording of another."""

    walk: Walk
    pictures: Sequence[Picture]
    ground: Any
    twice: bool
    is_walk: bool


@gate("GET", "POST")
def show(request: DiaryRequest) -> HttpResponse:
    """Show a month of walks; take recordings in, each walk as soon as it is measured."""
    if request.method != "POST":
        return _page(request)
    files = [(file.name or "", cast(BinaryIO, file.file)) for file in request.FILES.getlist("files")]
    if _LINES in request.headers.get("Accept", ""):
        lines = _lines(request, files, timezone.get_current_timezone(), translation.get_language())
        return cast(HttpResponse, StreamingHttpResponse(lines, content_type=_LINES))
    if not files:
        why = _too_large() if _is_too_large(request) else _("No file was chosen.")
        return _page(request, {"problems": [why]}, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _page(request, _summed(list(_brought(request, files))))


def _brought(request: DiaryRequest, files: Sequence[_File]) -> Iterator[Outcome]:
    """Yield what became of each outing; findings are drawn anew after the last, unless more files are to come."""
    yield from walk_keeping.bring(request.person, files)
    if "more" not in request.POST:
        store.changed(request.person)


def _lines(request: DiaryRequest, files: Sequence[_File], zone: tzinfo, lang: str | None) -> Iterator[str]:
    """Yield a line of JSON for each outing when it is kept, so that the page can show how far it is."""
    with timezone.override(zone), translation.override(lang):
        for one in _brought(request, files):
            yield json.dumps(one._asdict()) + "\n"


def _is_too_large(request: DiaryRequest) -> bool:
    return int(request.META.get("CONTENT_LENGTH") or 0) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE


def _too_large() -> str:
    limit = {"limit": settings.FILE_UPLOAD_MAX_MEMORY_SIZE // _MEGABYTE}
    return _("It is larger than %(limit)d MB, which is the most that is read here at once.") % limit


def _summed(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return how many outings came to what, and what there is to say of some."""
    counts = {state: sum(one.state == state for one in outcomes) for state in STATES}
    counts[READ] += counts[PARTIAL]
    return {"counts": counts, "told": _told(outcomes)}


def _told(outcomes: Sequence[Outcome]) -> list[tuple[str, Any, Any]]:
    """Return each state with its heading and its sentences, each of them once with all the files it is true of."""
    said: dict[str, dict[str, list[str]]] = {state: {} for state in _HEADINGS}
    for one in outcomes:
        if one.sentence and one.state in said:
            said[one.state].setdefault(one.sentence, []).append(one.file)
    return [(state, words, list(said[state].items())) for state, words in _HEADINGS.items()]


def _page(request: DiaryRequest, more: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    person = request.person
    context = {
        "view": "walks",
        "form": HandForm(person),
        "limit": settings.FILE_UPLOAD_MAX_MEMORY_SIZE // _MEGABYTE,
        "bytes": settings.FILE_UPLOAD_MAX_MEMORY_SIZE,
        "deleted": "deleted" in request.GET and walk_keeping.can_undo(person),
        "saved": "saved" in request.GET,
        "said": request.GET.get("said", ""),
        "blank": _told(()),
        **contents(person, request.GET),
        **(more or {}),
    }
    context["ask"] = context["any"] and person.records_every_walk is None and not person.is_demo
    return TemplateResponse(request, "walks.html", context, status=status)


def contents(person: Person, asked: QueryDict, share: Share | None = None) -> dict[str, Any]:
    """Return what a page shows of the month asked for, else of the last one; of a link, the walks of its days alone."""
    kept = list(person.walks.select_related("person").defer("outline"))
    if share:
        kept = [walk for walk in kept if share.covers(walk.day) and walks.is_walk(walk)]
    by_month = {first: list(rows) for first, rows in groupby(kept, key=lambda walk: walk.day.replace(day=1))}
    months = sorted(by_month)
    if not months:
        return {"any": False}
    month = {f"{first:%Y-%m}": first for first in months}.get(asked.get("month", ""), months[-1])
    place = months.index(month)
    return {
        "any": True,
        "earlier": months[place - 1] if place else None,
        "later": (*months, None)[place + 1],
        **_month(person, month, by_month[month], kept, share),
    }


def _month(
    person: Person, month: date, rows: Sequence[Walk], kept: Sequence[Walk], share: Share | None
) -> dict[str, Any]:
    """Return what the page shows of a month: pain, minutes by terrain, and each walk."""
    counted = {walk.pk for walk in walks.counted(kept)}
    drawn = dict(person.walks.filter(pk__in=[walk.pk for walk in rows]).values_list("pk", "outline"))
    days = (_next(month) - month).days
    pain = _pain(person, month, days, share)
    felt = [day for day in pain if day.high is not None]
    minutes: dict[date, dict[str, float]] = {}
    for walk in rows:
        if walk.pk in counted:
            told = minutes.setdefault(walk.day, {})
            for band, value in zip(BANDS, walk.bands, strict=True) if walk.bands else ((UNTOLD, _moving(walk)),):
                told[band] = told.get(band, 0.0) + value
    total = {band: sum(told.get(band, 0.0) for told in minutes.values()) for band in (*BANDS, UNTOLD)}
    return {
        "month": month,
        "pain": bool(felt),
        "curves": list(zip_longest(charts.curves(pain) if felt else (), stacks(month, days, minutes))),
        "all": [_shown(walk, counted, pictures(drawn[walk.pk] or (), small=True)) for walk in reversed(rows)],
        "walked": sum(walk.pk in counted for walk in rows),
        "sum": sum(total.values()),
        "total": [(band, words, total[band]) for band, words in _named()] if minutes else [],
        "bands": _named(),
        "untold": total[UNTOLD],
        "grounds": GROUNDS.items(),
    }


def _pain(person: Person, month: date, days: int, share: Share | None) -> list[charts.Day]:
    """Return every day of the month as the curve takes it, blank where nothing was recorded or is shared."""
    begin, end = (datetime.combine(day, time(), UTC) for day in (month, _next(month)))
    margin = timedelta(days=2)  # for the time zone, and a day that ends when one sleeps
    around = person.readings.filter(time__gte=begin - margin, time__lt=end + margin).select_related("person")
    by_day = past.by_day(around)
    found = {day: past.summed(day, rows) for day, rows in by_day if share is None or share.covers(day)}
    every = (month + timedelta(days=n) for n in range(days))
    return [found.get(day) or charts.Day.of(day, [], []) for day in every]


def _next(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def _moving(walk: Walk) -> float:
    return walk.minutes if walk.moving_minutes is None else walk.moving_minutes


def _named() -> list[tuple[str, Any]]:
    return [(band, BAND_WORDS[band]) for band in BANDS]


def _shown(walk: Walk, counted: set[int], drawn: Sequence[Picture]) -> Shown:
    is_walk = walks.is_walk(walk)
    return Shown(walk, drawn, GROUNDS.get(walk.ground, ""), is_walk and walk.pk not in counted, is_walk)


@gate("GET", "POST")
@arrives_once
def by_hand(request: DiaryRequest) -> HttpResponse:
    """Keep a walk written by hand."""
    if request.method != "POST":
        return redirect("walks")
    form = HandForm(request.person, request.POST)
    if not form.is_valid():
        return _page(request, {"form": form}, HTTPStatus.UNPROCESSABLE_ENTITY)
    walk = form.walk()
    walk_keeping.add(request.person, walk)
    store.changed(request.person)
    return redirect(f"{reverse('walks')}?saved=1&month={walk.day:%Y-%m}")


@gate("GET", "POST")
@arrives_once
def one(request: DiaryRequest, pk: int) -> HttpResponse:
    """Show a walk; keep what is said of it."""
    walk = get_object_or_404(request.person.walks, pk=pk)
    if request.method == "POST":
        form = GroundForm(request.POST)
        if not form.is_valid():
            return HttpResponseBadRequest()
        walk_keeping.change(walk, **form.told())
        if "list" in request.POST:
            return redirect(f"{reverse('walks')}?month={walk.day:%Y-%m}&said={walk.pk}#walk-{walk.pk}")
        return redirect("walks-one", pk)
    counted = {one.pk for one in walks.counted(request.person.walks.defer("outline"))}
    total = [(*named, value) for named, value in zip(_named(), walk.bands or (), strict=bool(walk.bands))]
    context = {"shown": _shown(walk, counted, pictures(walk.outline or ())), "total": total}
    return render(request, "walk.html", context | {"grounds": GROUNDS.items()})


@gate("POST")
def delete(request: DiaryRequest, pk: int) -> HttpResponse:
    """Delete a walk; the page then offers to put it back."""
    walk = get_object_or_404(request.person.walks, pk=pk)
    walk_keeping.delete(walk)
    return redirect(f"{reverse('walks')}?deleted=1&month={walk.day:%Y-%m}")


@gate("POST")
def undo(request: DiaryRequest) -> HttpResponse:
    """Put back the walk that was deleted last."""
    walk_keeping.undo(request.person)
    return redirect("walks")


@gate("POST")
def every(request: DiaryRequest) -> HttpResponse:
    """Keep whether every walk is recorded."""
    said = request.POST.get("every")
    if said not in ("yes", "no"):
        return HttpResponseBadRequest()
    walk_keeping.say_every(request.person, said == "yes")
    return redirect("walks")
