"""The diary looking back: its spasms and episodes, with what came before one, and the last twelve months."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from espalda.diary import compare
from espalda.web import charts_year, past, store
from espalda.web.access import DiaryRequest, gate
from espalda.web.spasms import spasms_of

_A_PAGE: Final = 10
_HEATS: Final = (
    ("blank", _("not recorded")),
    ("none", _("no pain")),
    ("mild", _("1 to 3")),
    ("moderate", _("4 to 6")),
    ("severe", _("7 to 10")),
)
"""How strong the worst pain of a day was, in words."""
_EPOCH: Final = date(1970, 1, 1)


@gate("GET")
def spasms(request: DiaryRequest) -> HttpResponse:
    """Show every spasm and episode, and the day before and the day of one spasm side by side."""
    diary = store.load(request.person)
    spells = past.spells(diary, past.moment_now(request.person))
    chosen = next((one for one in spells.spasms if str(one.number) == request.GET.get("spasm")), None)
    chosen = chosen or next(iter(spells.spasms), None)
    around = compare(diary, chosen.spasm, request.person.day_starts_h) if chosen else None
    day = _EPOCH + timedelta(days=around.day) if around else None
    context = {
        "view": "spasms",
        "spells": spells,
        "page": Paginator(spells.spasms, _A_PAGE).get_page(request.GET.get("page")),
        "chosen": chosen,
        "around": around,
        "day": day,
        "day_before": day and day - timedelta(days=1),
        "readings": len(diary),
    }
    return render(request, "diary_spasms.html", context)


@gate("GET")
def year(request: DiaryRequest) -> HttpResponse:
    """Show the last twelve months, day by day as a picture and month by month as a table."""
    readings = request.person.readings.all()
    days = [past.summed(day, rows) for day, rows in past.by_day(readings)]
    months = past.months(days, spasms_of(readings), request.person, days[-1].day) if days else []
    context = {
        "view": "year",
        "months": [month for month in reversed(months) if month.days],
        "pictures": charts_year.years(months) if months else (),
        "days": len(days),
        "heats": _HEATS,
    }
    return render(request, "diary_year.html", context)
