"""What sets it off and what eases it, as the findings say it."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render

from espalda.web import charts, store
from espalda.web.access import DiaryRequest, gate
from espalda.web.templatetags.espalda import factor
from espalda.web.wording import VERDICTS, reader_language

_FIRST_ANSWERS_DAYS: Final = 30


@gate("GET")
def show(request: DiaryRequest) -> HttpResponse:
    """Show each factor's effect with its interval, in a chart, in sentences and in a table."""
    found = store.findings(request.person, reader_language())
    groups = _grouped(found["factors"])
    early = found["diary"]["days"] < _FIRST_ANSWERS_DAYS
    context = {
        "found": found,
        "early": early,
        # Numbers that could be anything are noise: while nothing at all can be told, the sentences are enough.
        "numbers": not early or any(verdict != "unclear" for verdict, _heading, _rows in groups),
        "groups": groups,
        "forests": charts.forests([(heading, rows) for _verdict, heading, rows in groups], factor),
    }
    return render(request, "triggers.html", context)


def _grouped(factors: list[dict[str, Any]]) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Return verdict, heading and factors, the likeliest first, of each verdict there is."""
    groups = []
    for verdict, heading in VERDICTS.items():
        rows = [row for row in factors if row["verdict"] == verdict]
        if rows:
            groups.append((verdict, str(heading), sorted(rows, key=lambda row: -row["probability"])))
    return groups
