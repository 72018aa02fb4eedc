"""One reading: what was kept, correcting it, deleting it and putting it back."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse

from espalda.web import country, doses, spasms, store
from espalda.web.access import DiaryRequest, gate
from espalda.web.forms import ReadingForm
from espalda.web.models import Change
from espalda.web.once import arrives_once
from espalda.web.store import ABILITIES
from espalda.web.views import safety
from espalda.web.wording import ABILITY, ABLE, PLACES


@gate("GET")
def saved(request: DiaryRequest, pk: int) -> HttpResponse:
    """Show what was kept, and how to take it back where it was just done."""
    reading = get_object_or_404(request.person.readings.prefetch_related("amounts__factor"), pk=pk)
    done, closed = request.GET.get("done"), spasms.closed_by(reading)
    context = {
        "reading": reading,
        "done": done if done in ("saved", "corrected", "undone") and not request.person.is_demo else "",
        "can_undo": Change.objects.filter(person=request.person, time=reading.time).exists(),
        "places": [PLACES[place] for place in PLACES if place in reading.places],
        "abilities": [(ABILITY[name], ABLE[able]) for name in ABILITIES if (able := getattr(reading, name)) in ABLE],
        "dose_alone": reading.amounts.exists() and not reading.has_felt,
        "overs": [] if request.person.is_demo else doses.of_reading(reading),
        "call": country.call(request),
        "closed": closed,
        "lasted": closed and closed.hours(reading.time),
    }
    return render(request, "reading.html", context)


@gate("GET", "POST")
@arrives_once
def edit(request: DiaryRequest, pk: int) -> HttpResponse:
    """Show a reading to be corrected, and keep the correction."""
    reading = get_object_or_404(request.person.readings, pk=pk)
    if request.person.is_demo:
        return redirect("reading", pk)
    form = ReadingForm(request.person, request.POST if request.method == "POST" else None, reading)
    if form.is_bound and form.is_valid():
        store.correct(reading, form.entry())
        return safety.after(reading, form.signs(), "corrected")
    context = {"form": form, "reading": reading, "call": country.call(request)}
    return TemplateResponse(request, "reading_edit.html", context, status=422 if form.errors else 200)


@gate("POST")
def delete(request: DiaryRequest, pk: int) -> HttpResponse:
    """Delete a reading; the diary then offers to put it back."""
    store.delete(get_object_or_404(request.person.readings, pk=pk))
    return redirect(f"{reverse('diary')}?deleted=1")


@gate("POST")
def undo(request: DiaryRequest) -> HttpResponse:
    """Take the last change back, and show the reading it concerned."""
    try:
        reading = store.undo(request.person)
    except store.ClashError as clash:
        return render(request, "sorry.html", {"why": clash}, status=409)
    return redirect(f"{reverse('reading', args=[reading.pk])}?done=undone" if reading else "diary")
