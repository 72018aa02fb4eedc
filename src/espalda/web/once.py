"""Forms that arrive exactly once, however often they are sent, by whatever is interrupted on the way.

A form has an id, made with it or on the phone that kept it. What a form does, and that it has arrived, are one
transaction: an answer that got lost is given again, and nothing is done again, not even where the person has since
corrected or deleted what the form wrote. The script that keeps forms on the phone is answered in data.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import resolve, reverse
from django.utils.crypto import salted_hmac

from espalda.web.access import DiaryRequest, P, View
from espalda.web.models import Person, SentForm

_DATA: Final = "application/json"


def who(person: Person | None) -> str:
    """Return what stands for a person in their browser: other after they erased all; empty where nothing is kept."""
    if person is None or person.is_demo:
        return ""
    return salted_hmac("espalda.who", str(person.pk)).hexdigest()[:16]


def arrives_once(view: View[P]) -> View[P]:
    """Return a view whose form does what it does once. The view redirects once that is done."""

    @wraps(view)
    def answered(request: DiaryRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.POST.get("who") not in (None, who(request.person)):
            return HttpResponse(status=HTTPStatus.CONFLICT)  # kept on this phone by someone else
        response = _once(request, lambda: view(request, *args, **kwargs))
        if _DATA in request.headers.get("Accept", ""):
            return _as_data(response)
        return response.render() if isinstance(response, TemplateResponse) else response

    return answered


def _once(request: DiaryRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
    form_id = _form_id(request)
    if form_id is None:
        return view()
    with transaction.atomic():
        # Whoever sends the same form at the same time waits here, and finds it.
        sent, is_new = SentForm.objects.get_or_create(person=request.person, form_id=form_id)
        if not is_new:
            return redirect(_still(sent))
        response = view()
        if isinstance(response, HttpResponseRedirect):
            sent.went_to = response.url
            sent.save(update_fields=["went_to"])
        else:
            transaction.set_rollback(True)
        return response


def _form_id(request: DiaryRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("form_id", "")) if request.method == "POST" else None
    except ValueError:
        return None


def _still(sent: SentForm) -> str:
    """Return where a form led to; the diary where the reading it led to has been deleted."""
    match = resolve(sent.went_to.partition("?")[0])
    gone = match.url_name == "reading" and not sent.person.readings.filter(pk=match.kwargs["pk"]).exists()
    return reverse("diary") if gone else sent.went_to


def _as_data(response: HttpResponse) -> HttpResponse:
    """Return what a script needs to know: where it leads to, and whether that is questions; or what is wrong."""
    if isinstance(response, HttpResponseRedirect):
        asks = response.url.partition("?")[0] == reverse("safety")
        return JsonResponse({"go": response.url, "asks": asks})
    if isinstance(response, TemplateResponse) and response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
        errors = (response.context_data or {})["form"].errors.get_json_data()
        return JsonResponse({"errors": errors}, status=response.status_code)
    return response.render() if isinstance(response, TemplateResponse) else response
