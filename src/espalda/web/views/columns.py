"""A file another program wrote: its reader says what each column is and looks before anything is kept."""

from __future__ import annotations

import hashlib
from datetime import datetime, time
from typing import Any, Final, NamedTuple, cast

import numpy as np
from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from espalda import flows
from espalda.diary import Diary, DiaryError, Layout, Sheet, label
from espalda.diary.dates import Order
from espalda.diary.sheet import Role
from espalda.web import incoming, store
from espalda.web.access import DiaryRequest, gate
from espalda.web.views.file import page
from espalda.web.wording import reader_language

_ROWS: Final = 5
_SAMPLES: Final = 3
_ROLES: Final[tuple[tuple[Role, Promise], ...]] = (
    ("time", _("date, or date and hour")),
    ("hour", _("hour of the day")),
    ("pain", _("pain, 0 to 10")),
    ("stiffness", _("stiffness, 0 to 10")),
    ("spasm", _("spasm, 0 to 4")),
    ("factor", _("something I did or took")),
    ("note", _("a note")),
    ("", _("leave it out")),
)


class Row(NamedTuple):
    """A moment that would be kept: when, its numbers, None where blank, and its note."""

    moment: datetime
    numbers: list[float | None]
    note: str


class Preview(NamedTuple):
    """What would be kept: how many moments, from when to when, and the first of them under their titles."""

    moments: int
    first: datetime
    last: datetime
    titles: list[str]
    rows: list[Row]


class ColumnsForm(forms.Form):
    """What each column of a sheet is, and how its dates are written."""

    order = forms.ChoiceField(
        choices=[("dmy", _("day, month, year")), ("mdy", _("month, day, year"))], label=_("Dates are written")
    )
    hour = forms.TimeField(
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"), label=_("A day without hour goes to")
    )

    def __init__(self, sheet: Sheet, data: QueryDict | None = None) -> None:
        guessed = sheet.layout
        initial = {"order": guessed.order, "hour": guessed.hour}
        super().__init__(data, initial=initial)
        self.sheet = sheet
        for position, (title, role) in enumerate(zip(sheet.titles, guessed.roles, strict=True)):
            self.fields[f"role:{position}"] = forms.ChoiceField(
                choices=_ROLES, required=False, initial=role, label=title or "–"
            )

    def layout(self) -> Layout:
        """Return what was chosen, or guessed where nothing was yet; ValueError where it can't be read."""
        if not self.is_bound:
            return self.sheet.layout
        if not self.is_valid():
            raise ValueError(self.errors)
        roles = tuple(self.cleaned_data[f"role:{position}"] for position in range(len(self.sheet.titles)))
        hour: time = self.cleaned_data["hour"]
        return Layout(cast(tuple[Role, ...], roles), cast(Order, self.cleaned_data["order"]), f"{hour:%H:%M}")

    def columns(self) -> list[tuple[forms.BoundField, str]]:
        """Return the field of each column and what its first cells hold."""
        found = []
        for position in range(len(self.sheet.titles)):
            samples = list(dict.fromkeys(self.sheet.column(position)))[:_SAMPLES]
            found.append((self[f"role:{position}"], " · ".join(sample[:40] for sample in samples)))
        return found


@gate("GET", "POST")
def show(request: DiaryRequest) -> HttpResponse:
    """Show what each column is taken for and what would be kept; keep it when that is what was seen."""
    sent = incoming.waiting(request.person)
    sheet = flows.read_foreign(sent.data, sent.name) if sent else None
    if sent is None or sheet is None:
        return redirect("file")
    if request.POST.get("do") == "stop":
        incoming.drop(request.person)
        return redirect("file")
    lang = reader_language()
    form = ColumnsForm(sheet, request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "name": sent.name, "sheet": sheet}
    try:
        layout = form.layout()
        read = flows.lay_out(sheet, layout, timezone.get_current_timezone_name(), sent.name)
        seen = hashlib.sha256(repr(layout).encode() + sent.data).hexdigest()
        notices = [notice.sentence(lang) for notice in read.notices]
        if request.POST.get("do") == "keep" and request.POST.get("seen") == seen:
            merged = store.merge(request.person, read.diary)
            incoming.drop(request.person)
            return page(request, {"merged": merged, "notices": notices})
        context |= {"preview": _preview(read.diary), "notices": notices, "seen": seen}
    except DiaryError as error:
        context["problems"] = error.sentences(lang)
    except store.ClashError as error:
        context["problems"] = [str(error)]
    except ValueError:
        context["problems"] = []
    status = 422 if "problems" in context and request.method == "POST" else 200
    return render(request, "file_columns.html", context, status=status)


def _preview(diary: Diary) -> Preview | None:
    """Return what a diary holds, and its first rows without the columns that are blank in all of it."""
    if not len(diary):
        return None
    lang = reader_language()
    scales = [(_("Pain"), diary.pain), (_("Stiffness"), diary.stiffness), (_("Spasm"), diary.spasm)]
    factors = [
        (capfirst(label(factor.name, lang)) + (f" [{factor.unit}]" if factor.unit else ""), diary.amounts[:, j])
        for j, factor in enumerate(diary.factors)
    ]
    used = [(title, values) for title, values in (*scales, *factors) if not np.isnan(values).all()]
    moments = diary.local_time.astype("datetime64[s]").tolist()
    rows = [
        Row(moment, [None if np.isnan(values[i]) else float(values[i]) for _title, values in used], diary.notes[i])
        for i, moment in enumerate(moments[:_ROWS])
    ]
    return Preview(len(diary), moments[0], moments[-1], [str(title) for title, _values in used], rows)
