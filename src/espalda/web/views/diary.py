"""The diary: the curve of the pain, and every reading in a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from espalda.web import charts
from espalda.web.access import DiaryRequest, gate
from espalda.web.models import Change, Reading

_SPANS: Final = {"30": (30, _("30 days")), "90": (90, _("90 days")), "all": (None, _("All"))}
_DAYS_A_PAGE: Final = 7

DayRows = tuple[date, list[Reading]]


@gate("GET")
def show(request: DiaryRequest) -> HttpResponse:
    """Show the last days as a curve and every day, the latest first, as a table."""
    readings = request.person.readings.all()
    days = [(day, list(rows)) for day, rows in groupby(readings, key=lambda reading: reading.day)]
    asked = request.GET.get("span", "")
    span = asked if asked in _SPANS else "30"
    page = Paginator(days[::-1], _DAYS_A_PAGE).get_page(request.GET.get("page"))
    prefetch_related_objects([reading for _day, rows in page for reading in rows], "amounts__factor")
    context = {
        "spans": [(key, words, key == span) for key, (_length, words) in _SPANS.items()],
        "span": span,
        "curves": charts.curves(list(_last(days, _SPANS[span][0]))) if days else (),
        "page": page,
        "deleted": "deleted" in request.GET and Change.objects.filter(person=request.person).exists(),
    }
    return render(request, "diary.html", context)


def _last(days: Sequence[DayRows], length: int | None) -> Iterable[charts.Day]:
    """Yield the days of the diary's last `length` days, or all of them, as the chart takes them."""
    first = days[-1][0] - timedelta(days=length - 1) if length else days[0][0]
    for day, rows in days:
        if day >= first:
            pain = [reading.pain for reading in rows if reading.pain is not None]
            spasm = [reading.spasm for reading in rows if reading.spasm is not None]
            yield charts.Day.of(day, pain, spasm)
