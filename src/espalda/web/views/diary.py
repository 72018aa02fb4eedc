"""The diary: the curve of the pain, and every reading in a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from espalda.web import charts, past
from espalda.web.access import DiaryRequest, gate
from espalda.web.models import Change, Reading

_SPANS: Final = {"30": (30, _("30 days")), "90": (90, _("90 days")), "all": (None, _("All"))}
_DAYS_A_PAGE: Final = 7

DayRows = tuple[date, list[Reading]]

_WITH: Final[dict[str, tuple[Any, Callable[[Reading], bool]]]] = {
    "": (_("Every day"), lambda _reading: True),
    "spasm": (_("Days with a spasm"), lambda reading: bool(reading.spasm)),
    "pain": (_("Days with pain of 7 or more"), lambda reading: (reading.pain or 0) >= 7),
    "note": (_("Days with a note"), lambda reading: bool(reading.note)),
}
"""What days may be asked for: the words, and what one of their readings has."""


@gate("GET")
def show(request: DiaryRequest) -> HttpResponse:
    """Show the last days as a curve and every day, the latest first, as a table."""
    context = contents(request.person.readings.all(), request.GET)
    context["deleted"] = "deleted" in request.GET and Change.objects.filter(person=request.person).exists()
    return render(request, "diary.html", {"view": "days", **context})


def contents(readings: Iterable[Reading], asked: QueryDict) -> dict[str, Any]:
    """Return what a page of these readings shows: the span of the curve and the days of the table asked for."""
    days = past.by_day(readings)
    span, month, having = asked.get("span", ""), asked.get("month", ""), asked.get("with", "")
    span = span if span in _SPANS else "30"
    months = list(dict.fromkeys(day.replace(day=1) for day, _rows in reversed(days)))
    month = month if month in {f"{first:%Y-%m}" for first in months} else ""
    having = having if having in _WITH else ""
    has = _WITH[having][1]
    wanted = [(day, rows) for day, rows in days if (not month or f"{day:%Y-%m}" == month) and any(map(has, rows))]
    page = Paginator(wanted[::-1], _DAYS_A_PAGE).get_page(asked.get("page"))
    prefetch_related_objects([reading for _day, rows in page for reading in rows], "amounts__factor")
    return {
        "spans": [(key, words, key == span) for key, (_length, words) in _SPANS.items()],
        "span": span,
        "curves": charts.curves(list(_last(days, _SPANS[span][0]))) if days else (),
        "page": page,
        "months": [(f"{first:%Y-%m}", first, f"{first:%Y-%m}" == month) for first in months],
        "withs": [(key, words, key == having) for key, (words, _has) in _WITH.items()],
        "filtered": bool(month or having),
        "filter": urlencode({"span": span, "month": month, "with": having}),
    }


def _last(days: Sequence[DayRows], length: int | None) -> Iterable[charts.Day]:
    """Yield the days of the diary's last `length` days, or all of them, as the chart takes them."""
    first = days[-1][0] - timedelta(days=length - 1) if length else days[0][0]
    return (past.summed(day, rows) for day, rows in days if day >= first)
