"""The first page: how the back is today, the spasm one is in, and the last days."""

from __future__ import annotations

from django.http import HttpResponse
from django.template.response import TemplateResponse

from espalda.web import country, doses, outlook, spasms, store, today
from espalda.web.access import DiaryRequest, gate
from espalda.web.forms import ReadingForm
from espalda.web.once import arrives_once
from espalda.web.spasm_forms import OverForm
from espalda.web.views import safety


@gate("GET", "POST")
@arrives_once
def home(request: DiaryRequest) -> HttpResponse:
    """Ask for a reading, and keep it."""
    form = ReadingForm(request.person, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        kept = store.record(request.person, form.entry())
        return safety.after(kept, form.signs())
    day = today.shown(request.person)
    spasm = None if request.person.is_demo else spasms.current(request.person)
    context = {
        "form": form,
        "today": day,
        "spasm": spasm,
        "outlook": None if spasm else outlook.in_short(request.person),
        "lasted": spasm and spasm.hours(day.now),
        "unseen": spasm and day.now - spasm.seen > spasms.UNSEEN,
        "over": OverForm(request.person) if spasm else None,
        "doses": [] if request.person.is_demo else doses.shown(request.person, form.did.all),
        "call": country.call(request),
    }
    return TemplateResponse(request, "home.html", context, status=422 if form.errors else 200)
