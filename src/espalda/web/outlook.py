"""What may come, as the findings tell it: the chance of the next spasm, and pain in the next parts of the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.utils import timezone

from espalda.web import charts, store
from espalda.web.models import Person
from espalda.web.wording import STRETCHES, reader_language

_A_WEEK_H: Final = 168.0


class Outlook(NamedTuple):
    """What may come: the findings' entries, each None or empty where the diary can't tell."""

    spasms: Mapping[str, Any] | None
    stretches: Sequence[tuple[str, Mapping[str, Any]]]
    forecast: Mapping[str, Any] | None
    parts: Sequence[Mapping[str, Any]]

    @property
    def chances(self) -> tuple[charts.Chances, ...]:
        """The chart of the stretches."""
        return charts.chances(self.stretches) if self.stretches else ()

    @property
    def curves(self) -> tuple[charts.Ahead, ...]:
        """The chart of the parts of the day."""
        return charts.ahead(self.parts) if self.parts else ()


def shown(found: Mapping[str, Any], *, past_too: bool) -> Outlook:
    """Return what the findings tell of the time from now on; in a diary that has ended, of the days after it."""
    spasms, forecast = found.get("spasms"), found.get("forecast")
    parts = [
        {**part, "moment": moment}
        for part in (forecast["parts"] if forecast else ())
        if (moment := datetime.fromisoformat(part["time"])) > timezone.now() or past_too
    ]
    stretches = [(str(STRETCHES[one["hours"]]), one) for one in (spasms["chance"] if spasms else ())]
    return Outlook(spasms, stretches, forecast if parts else None, parts)


def in_short(person: Person) -> dict[str, Any] | None:
    """Return the chance of a spasm within a week and the next part's pain, drawn last; None where neither is known."""
    kept = store.last_findings(person, reader_language())
    if kept is None:
        return None
    whole = shown(kept.found, past_too=person.is_demo)
    week = next((one for _words, one in whole.stretches if one["hours"] == _A_WEEK_H), None)
    return {"week": week, "next": next(iter(whole.parts), None)} if week or whole.parts else None
