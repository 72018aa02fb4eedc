"""Which diary is open, and in which language."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.views.i18n import set_language

from espalda.web.access import COOKIE, DiaryRequest, gate
from espalda.web.models import Person

_YEAR_S = 60 * 60 * 24 * 365


@gate("POST", demo_may_post=True, at_the_door=True)
def diary(request: DiaryRequest) -> HttpResponse:
    """Open one's own diary or the demonstration, at its first page."""
    kind = request.POST.get("diary")
    if kind not in Person.Kind.values:
        return HttpResponseBadRequest()
    response = redirect("home")
    response.set_cookie(COOKIE, kind, max_age=_YEAR_S, httponly=True, samesite="Lax")
    return response


@gate("POST", demo_may_post=True, at_the_door=True)
def language(request: DiaryRequest) -> HttpResponse:
    """Change the language and stay on the page."""
    return set_language(request)
