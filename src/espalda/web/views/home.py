"""The first page, which asks how the back is today."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from espalda.web import store
from espalda.web.access import DiaryRequest, gate
from espalda.web.forms import ReadingForm

_CANT_STAND = 4


@gate("GET", "POST")
def home(request: DiaryRequest) -> HttpResponse:
    """Ask for a reading, and keep it."""
    form = ReadingForm(request.person, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        kept = store.record(request.person, form.entry(), form.cleaned_data["form_id"])
        if kept.spasm == _CANT_STAND:
            return redirect(f"{reverse('safety')}?reading={kept.pk}")
        return redirect("reading", kept.pk)
    context = {"form": form, "last": request.person.readings.last()}
    return render(request, "home.html", context, status=422 if form.errors else 200)
