"""What sets it off and what eases it, as the findings say it."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render

from espalda.web import charts, outlook, store
from espalda.web.access import DiaryRequest, gate
from espalda.web.models import Person
from espalda.web.templatetags.espalda import factor
from espalda.web.wording import VERDICTS, reader_language

_FIRST_ANSWERS_DAYS: Final = 30
_WAIT_S: Final = 2
_MOST_TIMES: Final = 5


@gate("GET")
def show(request: DiaryRequest) -> HttpResponse:
    """Show each factor's effect with its interval, in a chart, in sentences and in a table."""
    context = contents(request.person)
    response = render(request, "triggers.html", context)
    asked = int(again) if (again := request.GET.get("again", "0")[:4]).isdecimal() else _MOST_TIMES
    if context["updating"] and asked < _MOST_TIMES:
        # The page asks again by itself, without a script; not for ever, should the work fail.
        response["Refresh"] = f"{_WAIT_S}; url=?again={asked + 1}"
    return response


def contents(person: Person) -> dict[str, Any]:
    """Return what a page of the person's findings shows."""
    found, fresh = store.findings(person, reader_language())
    groups = _grouped(found["factors"])
    early = found["diary"]["days"] < _FIRST_ANSWERS_DAYS
    return {
        "found": found,
        "updating": not fresh,
        "outlook": outlook.shown(found, past_too=person.is_demo),
        "spasms_told": any(row.get("spasms") for row in found["factors"]),
        "early": early,
        # Numbers that could be anything are noise: while nothing at all can be told, the sentences are enough.
        "numbers": not early or any(verdict != "unclear" for verdict, _heading, _rows in groups),
        "groups": groups,
        "forests": charts.forests(_on_pain(groups), factor),
    }


def _on_pain(groups: list[tuple[str, str, list[dict[str, Any]]]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return headings and factors without those whose verdict is about spasms alone: the chart is of pain."""
    kept = [(heading, [row for row in rows if row.get("acts_on") != "spasms"]) for _verdict, heading, rows in groups]
    return [(heading, rows) for heading, rows in kept if rows]


def _grouped(factors: list[dict[str, Any]]) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Return verdict, heading and factors, the likeliest first, of each verdict there is."""
    groups = []
    for verdict, heading in VERDICTS.items():
        rows = [row for row in factors if row["verdict"] == verdict]
        if rows:
            groups.append((verdict, str(heading), sorted(rows, key=lambda row: -row["probability"])))
    return groups
