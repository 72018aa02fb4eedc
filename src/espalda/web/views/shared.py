"""What a shared link shows: the readings of its period, and what the person chose to show beside them."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render

from espalda.web.access import SharedRequest, by_link
from espalda.web.views import diary as own_diary
from espalda.web.views import triggers as own_triggers
from espalda.web.views import walks as own_walks


@by_link
def diary(request: SharedRequest) -> HttpResponse:
    """Show the readings of the link's period, and the level of care that stands where the person shows it."""
    readings = [reading for reading in request.person.readings.all() if request.share.covers(reading.day)]
    return render(request, "shared_diary.html", own_diary.contents(readings, request.GET))


@by_link
def walks(request: SharedRequest) -> HttpResponse:
    """Show the walks of the link's period, a month at a time, where the person shows them."""
    if not request.share.with_walks:
        raise Http404
    shown = own_walks.contents(request.person, request.GET, request.share)
    return render(request, "shared_walks.html", {"view": "walks", **shown})


@by_link
def findings(request: SharedRequest) -> HttpResponse:
    """Show what affects the back, where the person shows it."""
    if not request.share.with_findings:
        raise Http404
    return render(request, "shared_findings.html", own_triggers.contents(request.person))
