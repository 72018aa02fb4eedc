"""Medicines: a dose in one tap, how long ago the last one was, and how much of it in the last 24 hours."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from espalda.web import country, doses
from espalda.web.access import DiaryRequest, gate
from espalda.web.dose_form import DoseForm
from espalda.web.once import arrives_once


@gate("GET", "POST")
@arrives_once
def show(request: DiaryRequest) -> HttpResponse:
    """Show the person's medicines, and keep a dose as a moment of the diary."""
    form = DoseForm(request.person, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        one = form.medicines[form.cleaned_data["medicine"]]
        done = "corrected" if request.person.readings.filter(time=form.moment()).exists() else "saved"
        kept = doses.note(request.person, one.factor, form.cleaned_data["amount"], form.moment())
        return redirect(f"{reverse('reading', args=[kept.pk])}?done={done}")
    context = {
        "form": form,
        "doses": doses.shown(request.person, form.all),
        "call": country.call(request),
    }
    return TemplateResponse(request, "doses.html", context, status=422 if form.errors else 200)
