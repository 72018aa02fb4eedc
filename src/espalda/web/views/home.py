"""The first page, which asks how the back is today."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from espalda.web import country, store
from espalda.web.access import DiaryRequest, gate
from espalda.web.forms import ReadingForm
from espalda.web.views import safety


@gate("GET", "POST")
def home(request: DiaryRequest) -> HttpResponse:
    """Ask for a reading, and keep it."""
    form = ReadingForm(request.person, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        kept = store.record(request.person, form.entry(), form.cleaned_data["form_id"])
        return safety.after(kept, form.signs())
    context = {"form": form, "last": request.person.readings.last(), "call": country.call(request)}
    return render(request, "home.html", context, status=422 if form.errors else 200)
