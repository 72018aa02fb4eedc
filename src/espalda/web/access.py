"""The one gate: every view starts here, and learns here whose diary it may touch.

On a machine of one's own there are two diaries, the reader's and the demonstration's, and a cookie says which one is
open. The demonstration can be looked at and never written to.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec, cast

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from espalda.web.models import Person

COOKIE: Final = "diary"
P = ParamSpec("P")


class DiaryRequest(HttpRequest):
    """A request that has passed the gate: `person` is the only one whose rows it may touch."""

    person: Person


View = Callable[Concatenate[DiaryRequest, P], HttpResponse]
Gated = Callable[Concatenate[HttpRequest, P], HttpResponse]


def chosen_person(request: HttpRequest) -> Person:
    """Return the person whose diary is open: the reader's own, unless the cookie says the demonstration."""
    demo = request.COOKIES.get(COOKIE) == Person.Kind.DEMO
    return Person.objects.get_or_create(kind=Person.Kind.DEMO if demo else Person.Kind.OWN)[0]


def gate(*methods: str, demo_may_post: bool = False) -> Callable[[View[P]], Gated[P]]:
    """Return the decorator of a view that answers to `methods`.

    GET brings HEAD with it; any other method gets 405. A POST to the demonstration gets 403 and a page that says why,
    except where `demo_may_post` because the view stores nothing of it.
    """
    allowed = [*methods, "HEAD"] if "GET" in methods else list(methods)

    def decorate(view: View[P]) -> Gated[P]:
        @wraps(view)
        def gated(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            entered = cast(DiaryRequest, request)
            entered.person = chosen_person(request)
            if request.method == "POST" and entered.person.is_demo and not demo_may_post:
                return render(request, "403.html", status=403)
            return view(entered, *args, **kwargs)

        gated.gated = True  # type: ignore[attr-defined]
        return gated

    return decorate
