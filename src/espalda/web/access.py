"""The one gate: every view starts here, and learns here whose diary it may touch.

A reader has two diaries, their own and the demonstration's, and a cookie says which one is open. The demonstration can
be looked at and never written to. On a machine of one's own the reader needs no account, and may lock their diary with
a passphrase; on a server of several people each signs in. Who has neither signed in nor unlocked stands at the door:
no person, and no view but those that show nothing of anybody. A shared link opens its own few pages, read-only.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from espalda.web import lock, shares, throttle
from espalda.web.models import Person, Share

COOKIE: Final = "diary"
_YEAR_S: Final = 60 * 60 * 24 * 365
_NOBODY: Final = {"share": True, "person": None}
"""What has a page show nothing of the diary that happens to be open in the browser."""

P = ParamSpec("P")


class DiaryRequest(HttpRequest):
    """A request that has passed the gate: `person` is the only one whose rows it may touch."""

    person: Person


class SharedRequest(DiaryRequest):
    """A request that came by a shared link, which says what of the person's diary it may show."""

    share: Share


View = Callable[Concatenate[DiaryRequest, P], HttpResponse]
Gated = Callable[Concatenate[HttpRequest, P], HttpResponse]


def chosen_person(request: HttpRequest) -> Person | None:
    """Return the person whose diary is open; None at the door.

    The cookie opens the demonstration, which is invented and so never locked, else it is the reader's own.
    """
    user = request.user if settings.ACCOUNTS else None
    if isinstance(user, AnonymousUser):
        return None
    if request.COOKIES.get(COOKIE) == Person.Kind.DEMO:
        return Person.objects.get_or_create(kind=Person.Kind.DEMO, user=None)[0]
    own = Person.objects.get_or_create(user=user, kind=Person.Kind.OWN)[0]
    return None if lock.is_closed(request, own) else own


def gate(*methods: str, demo_may_post: bool = False, at_the_door: bool = False) -> Callable[[View[P]], Gated[P]]:
    """Return the decorator of a view that answers to `methods`.

    GET brings HEAD with it; any other method gets 405. A POST to the demonstration gets 403 and a page that says why,
    except where `demo_may_post` because the view stores nothing of it. A view `at_the_door` shows nothing of anybody
    and answers everybody; any other asks first to sign in or to unlock. Times are the person's own.
    """
    allowed = [*methods, "HEAD"] if "GET" in methods else list(methods)

    def decorate(view: View[P]) -> Gated[P]:
        @wraps(view)
        def gated(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            person = chosen_person(request)
            if person is None:
                return view(cast(DiaryRequest, request), *args, **kwargs) if at_the_door else _closed(request)
            entered = cast(DiaryRequest, request)
            entered.person = person
            if request.method == "POST" and person.is_demo and not demo_may_post:
                return render(request, "403.html", status=403)
            with timezone.override(person.zone):
                return view(entered, *args, **kwargs)

        gated.gated = True  # type: ignore[attr-defined]
        return gated

    return decorate


def by_link(view: Callable[[SharedRequest], HttpResponse]) -> Callable[[HttpRequest, str], HttpResponse]:
    """Return the gate of a page that a shared link opens: GET alone, in the language asked for, and every visit noted.

    Nothing is stored in the browser, no address it leaves for learns the link, and no search engine keeps the page.
    """

    @wraps(view)
    def gated(request: HttpRequest, token: str) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        lang = request.GET.get("lang")
        with translation.override(lang if lang in dict(settings.LANGUAGES) else translation.get_language()):
            response = _shared(cast(SharedRequest, request), token)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Cache-Control"] = "private, no-store"
        return response

    def _shared(request: SharedRequest, token: str) -> HttpResponse:
        caller = request.META.get("REMOTE_ADDR", "")
        if throttle.is_spent("link", caller):
            return render(request, "shared_gone.html", {**_NOBODY, "throttled": True}, status=429)
        share = shares.find(token)
        if share is None or share.ended:
            throttle.count("link", caller)
            return render(request, "shared_gone.html", {**_NOBODY, "ended": share}, status=410 if share else 404)
        request.person, request.share = share.person, share
        with timezone.override(share.person.zone):
            response = view(request)
        if request.method == "GET" and response.status_code == 200:
            shares.note_visit(share, (request.resolver_match and request.resolver_match.url_name) or "")
        return response

    gated.gated = True  # type: ignore[attr-defined]
    return gated


def next_page(request: HttpRequest, otherwise: str = "home") -> str:
    """Return the page of this site that `next` asks for; the page called `otherwise` where it asks for none."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    here = url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure())
    return asked if here else reverse(otherwise)


def keep_in_browser(response: HttpResponse, name: str, value: str) -> None:
    """Have the browser that gets `response` keep, for a year, what its reader chose and no diary holds."""
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(name, value, max_age=_YEAR_S, httponly=True, samesite="Lax", secure=secure)


def without_token(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - as Django calls it
    """Answer a form whose token is wrong: signing in changes it, so one of our own pages may be older than that.

    What such a page sent is given back to be sent again. A form of another site gets nothing: a browser always says
    where a form comes from.
    """
    if request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}":
        return render(request, "closed.html", {"fields": _fields(request)}, status=403)
    return render(request, "403_csrf.html", status=403)


def _closed(request: HttpRequest) -> HttpResponse:
    """Send a reader at the door to the page that lets them in; what they sent is given back to be sent again."""
    page = reverse("account_login" if settings.ACCOUNTS else "unlock")
    if request.method == "POST":
        return render(request, "closed.html", {"page": page, "fields": _fields(request)}, status=401)
    return redirect(f"{page}?{urlencode({'next': request.get_full_path()})}")


def _fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what a form sent, but for its token."""
    return [(name, value) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken" for value in values]
