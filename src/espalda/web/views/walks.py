"""Walks: brought from recordings or written by hand, a month of them by terrain, and what the ground was."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from http import HTTPStatus
from itertools import groupby, zip_longest
from typing import Any, BinaryIO, Final, NamedTuple, cast

from django.conf import settings
from django.http import HttpResponse, HttpResponseBadRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from espalda.terrain import BANDS
from espalda.web import charts, past, store, walk_keeping, walks
from espalda.web.access import DiaryRequest, gate
from espalda.web.charts_walks import UNTOLD, Picture, pictures, stacks
from espalda.web.models import Person, Walk
from espalda.web.once import arrives_once
from espalda.web.walk_forms import GROUNDS, GroundForm, HandForm
from espalda.web.walk_keeping import KNOWN, PARTIAL, STATES, Outcome
from espalda.web.wording import BANDS as BAND_WORDS

_LINES: Final = "application/x-ndjson"
_MEGABYTE: Final = 2**20
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
    """Return how many outings came to what, and those there is something to say of."""
    counts = {state: sum(one.state == state for one in outcomes) for state in STATES}
    counts[walk_keeping.READ] += counts[PARTIAL]
    return {"counts": counts, "told": [one for one in outcomes if one.sentence and one.state != KNOWN]}


def _page(request: DiaryRequest, more: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    person = request.person
    kept = list(person.walks.select_related("person").defer("outline"))
    by_month = {first: list(rows) for first, rows in groupby(kept, key=lambda walk: walk.day.replace(day=1))}
    asked = {f"{first:%Y-%m}": first for first in by_month}
    months = sorted(by_month)
    month = asked.get(request.GET.get("month", ""), months[-1] if months else None)
    context: dict[str, Any] = {
        "view": "walks",
        "hand": HandForm(),
        "limit": settings.FILE_UPLOAD_MAX_MEMORY_SIZE // _MEGABYTE,
        "bytes": settings.FILE_UPLOAD_MAX_MEMORY_SIZE,
        "any": bool(kept),
        "ask": bool(kept) and person.records_every_walk is None and not person.is_demo,
        "deleted": "deleted" in request.GET and walk_keeping.can_undo(person),
        "saved": "saved" in request.GET,
        "states": STATES,
        **(_month(person, month, by_month[month], kept) if month else {}),
        **(more or {}),
    }
    if month:
        place = months.index(month)
        context |= {"earlier": months[place - 1] if place else None, "later": (*months, None)[place + 1]}
    return TemplateResponse(request, "walks.html", context, status=status)


def _month(person: Person, month: date, rows: Sequence[Walk], kept: Sequence[Walk]) -> dict[str, Any]:
    """Return what the page shows of a month: pain, minutes by terrain, and each walk."""
    counted = {walk.pk for walk in walks.counted(kept)}
    drawn = dict(person.walks.filter(pk__in=[walk.pk for walk in rows]).values_list("pk", "outline"))
    days = (_next(month) - month).days
    pain = _pain(person, month, days)
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
        "total": [(band, words, total[band]) for band, words in _named()] if minutes else [],
        "bands": _named(),
        "untold": total[UNTOLD],
        "grounds": GROUNDS.items(),
    }


def _pain(person: Person, month: date, days: int) -> list[charts.Day]:
    """Return every day of the month as the curve takes it, blank where nothing was recorded."""
    begin, end = (datetime.combine(day, time(), UTC) for day in (month, _next(month)))
    margin = timedelta(days=2)  # for the time zone, and a day that ends when one sleeps
    around = person.readings.filter(time__gte=begin - margin, time__lt=end + margin).select_related("person")
    found = {day: past.summed(day, list(rows)) for day, rows in past.by_day(around)}
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
    form = HandForm(request.POST)
    if not form.is_valid():
        return _page(request, {"hand": form}, HTTPStatus.UNPROCESSABLE_ENTITY)
    walk = form.walk()
    walk_keeping.add(request.person, walk)
    store.changed(request.person)
    return redirect(f"{reverse('walks')}?saved=1&month={walk.day:%Y-%m}")


@gate("GET", "POST")
def one(request: DiaryRequest, pk: int) -> HttpResponse:
    """Show a walk; keep what is said of it."""
    walk = get_object_or_404(request.person.walks, pk=pk)
    if request.method == "POST":
        form = GroundForm(request.POST)
        if not form.is_valid():
            return HttpResponseBadRequest()
        walk_keeping.change(walk, **form.told())
        if "list" in request.POST:
            return redirect(f"{reverse('walks')}?month={walk.day:%Y-%m}#walk-{walk.pk}")
        return redirect("walks-one", pk)
    counted = {one.pk for one in walks.counted(request.person.walks.defer("outline"))}
    minutes = list(zip(_named(), walk.bands, strict=True)) if walk.bands else []
    context = {"shown": _shown(walk, counted, pictures(walk.outline or ())), "bands": _named(), "minutes": minutes}
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
