"""One reading: what was kept, correcting it, deleting it and putting it back."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from espalda.web import store
from espalda.web.access import DiaryRequest, gate
from espalda.web.forms import ReadingForm
from espalda.web.views import safety


@gate("GET")
def saved(request: DiaryRequest, pk: int) -> HttpResponse:
    """Show what was kept."""
    return render(request, "reading.html", {"reading": get_object_or_404(request.person.readings, pk=pk)})


@gate("GET", "POST")
def edit(request: DiaryRequest, pk: int) -> HttpResponse:
    """Show a reading to be corrected, and keep the correction."""
    reading = get_object_or_404(request.person.readings, pk=pk)
    if request.person.is_demo:
        return redirect("reading", pk)
    form = ReadingForm(request.person, request.POST if request.method == "POST" else None, reading)
    if form.is_bound and form.is_valid():
        store.correct(reading, form.entry())
        return safety.after(reading, form.signs())
    context = {"form": form, "reading": reading}
    return render(request, "reading_edit.html", context, status=422 if form.errors else 200)


@gate("POST")
def delete(request: DiaryRequest, pk: int) -> HttpResponse:
    """Delete a reading; the diary then offers to put it back."""
    store.delete(get_object_or_404(request.person.readings, pk=pk))
    return redirect(f"{reverse('diary')}?deleted=1")


@gate("POST")
def undo(request: DiaryRequest) -> HttpResponse:
    """Take the last change back."""
    try:
        store.undo(request.person)
    except store.ClashError as clash:
        return render(request, "sorry.html", {"why": clash}, status=409)
    return redirect("diary")
