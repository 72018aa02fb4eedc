"""The time zone of a person's days."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render

from espalda.web.access import DiaryRequest, gate
from espalda.web.zones import ZoneForm


@gate("GET", "POST")
def show(request: DiaryRequest) -> HttpResponse:
    """Show the time zone, and keep another; what is recorded already stays as it was."""
    sent = request.POST if request.method == "POST" else None
    form = ZoneForm(sent, initial={"time_zone": request.person.time_zone})
    if form.is_bound and form.is_valid():
        request.person.time_zone = form.cleaned_data["time_zone"]
        request.person.save(update_fields=["time_zone"])
        return redirect(f"{request.path}?saved=1")
    context = {"form": form, "saved": "saved" in request.GET}
    return render(request, "zone.html", context, status=422 if form.errors else 200)
