"""A spasm: that one has begun, and that it is over."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from espalda.web import spasms
from espalda.web.access import DiaryRequest, gate
from espalda.web.once import arrives_once
from espalda.web.spasm_forms import BeganForm, OverForm
from espalda.web.views import safety


@gate("GET", "POST")
@arrives_once
def began(request: DiaryRequest) -> HttpResponse:
    """Ask how bad a spasm is and since when, and keep it as a reading of that moment."""
    form = BeganForm(request.person, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        grade = form.cleaned_data["spasm"]
        kept = spasms.note(request.person, form.moment(), grade)
        return safety.after(kept.reading, ["spasm"] if grade == spasms.CANT_STAND else [], kept.done)
    return TemplateResponse(request, "spasm_began.html", {"form": form}, status=422 if form.errors else 200)


@gate("GET", "POST")
@arrives_once
def over(request: DiaryRequest) -> HttpResponse:
    """Close the spasm the person is in, now or at an earlier moment; without one there is nothing to ask."""
    form = OverForm(request.person, request.POST if request.method == "POST" else None)
    spasm = spasms.current(request.person)
    if spasm is None and not form.is_bound:
        return redirect("home")
    if form.is_bound and form.is_valid():
        kept = spasms.note(request.person, form.moment(), 0.0)
        return safety.after(kept.reading, [], kept.done)
    context = {"form": form, "spasm": spasm}
    return TemplateResponse(request, "spasm_over.html", context, status=422 if form.errors else 200)
