"""Which diary is open, and in which language."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.views.i18n import set_language

from espalda.web.access import COOKIE, DiaryRequest, gate, keep_in_browser
from espalda.web.models import Person


@gate("POST", demo_may_post=True, at_the_door=True)
def diary(request: DiaryRequest) -> HttpResponse:
    """Open one's own diary or the demonstration, at its first page."""
    kind = request.POST.get("diary")
    if kind not in Person.Kind.values:
        return HttpResponseBadRequest()
    response = redirect("home")
    keep_in_browser(response, COOKIE, kind)
    return response


@gate("POST", demo_may_post=True, at_the_door=True)
def language(request: DiaryRequest) -> HttpResponse:
    """Change the language and stay on the page."""
    return set_language(request)
