"""Reminders: at what times, when never, and by which ways; nothing is sent by a way before the person chooses it."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from espalda.web import ics, push, reminders, schedule, throttle
from espalda.web.access import DiaryRequest, gate
from espalda.web.models import Person, PushSubscription, Reminder
from espalda.web.reminder_forms import BrowserForm, QuietForm, TimeForm, WebhookForm
from espalda.web.wording import reader_language

_MOST_BROWSERS: Final = 10


@gate("GET", "POST")
def show(request: DiaryRequest) -> HttpResponse:
    """Show what is set, and add a time."""
    form = TimeForm(request.person, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        form.save()
        return _saved(request)
    return _page(request, form=form)


@gate("POST")
def remove(request: DiaryRequest, pk: int) -> HttpResponse:
    """Take a time off."""
    get_object_or_404(request.person.reminders, pk=pk).delete()
    return _saved(request)


@gate("POST")
def quiet(request: DiaryRequest) -> HttpResponse:
    """Keep the quiet hours, or that there are none."""
    form = QuietForm(request.POST)
    if "none" in request.POST:
        Person.objects.filter(pk=request.person.pk).update(quiet_from=None, quiet_to=None)
    elif form.is_valid():
        Person.objects.filter(pk=request.person.pk).update(**form.cleaned_data)
    else:
        return _page(request, quiet=form)
    return _saved(request)


@gate("POST")
def webhook(request: DiaryRequest) -> HttpResponse:
    """Keep the address, or that there is none."""
    form = WebhookForm(request.POST)
    if "none" not in request.POST and not form.is_valid():
        return _page(request, webhook=form)
    request.person.webhook = "" if "none" in request.POST else form.cleaned_data["address"]
    request.person.save(update_fields=["webhook"])
    return _saved(request)


@gate("POST")
def device(request: DiaryRequest) -> HttpResponse:
    """Keep the browser that asks for notices; the oldest of too many goes."""
    form = BrowserForm(request.POST)
    if not form.is_valid():
        return _page(request, browser=form)
    told = form.cleaned_data
    PushSubscription.objects.update_or_create(endpoint=told["endpoint"], defaults={**told, "person": request.person})
    kept = request.person.push_subscriptions.order_by("-created_at", "-pk")[:_MOST_BROWSERS]
    request.person.push_subscriptions.exclude(pk__in=[one.pk for one in kept]).delete()
    return _saved(request)


@gate("POST")
def forget(request: DiaryRequest, pk: int) -> HttpResponse:
    """Send no more to a browser."""
    get_object_or_404(request.person.push_subscriptions, pk=pk).delete()
    return _saved(request)


@gate("POST")
def test(request: DiaryRequest) -> HttpResponse:
    """Send the notice now by every way there is, and say what became of it."""
    who = str(request.person.pk)
    if throttle.is_spent("notice", who):
        return _page(request, 429, tried=[], spent=True)
    throttle.count("notice", who)
    outcomes = reminders.send([request.person])
    all_arrived = all(one.arrived for one in outcomes)
    return _page(request, 200, tried=[(one, _words(one)) for one in outcomes], all_arrived=all_arrived)


@gate("GET")
def calendar(request: DiaryRequest) -> HttpResponse:
    """Give the times as a calendar file."""
    made = ics.calendar(request.person, timezone.now())
    if made is None:
        raise Http404
    response = HttpResponse(made, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="espalda.ics"'
    return response


def _saved(request: DiaryRequest) -> HttpResponse:
    """Remember the language reminders were set in, and show the page again."""
    Person.objects.filter(pk=request.person.pk).update(language=reader_language())
    return redirect(f"{reverse('reminders')}?saved=1")


def _page(request: DiaryRequest, status: int = 0, **context: Any) -> HttpResponse:
    person = request.person
    now = {"quiet_from": person.quiet_from, "quiet_to": person.quiet_to}
    bound = [form for form in context.values() if isinstance(form, forms.Form) and form.errors]
    context = {
        "form": TimeForm(person),
        "quiet": QuietForm(initial=now),
        "webhook": WebhookForm(initial={"address": person.webhook}),
        "times": [(one, _days(one), _is_quiet(one)) for one in person.reminders.all()],
        "browsers": [(one, urlsplit(one.endpoint).hostname) for one in person.push_subscriptions.order_by("pk")],
        "saved": "saved" in request.GET,
        "zone": person.zone,
        "key": "" if person.is_demo else push.public_key(),
        **context,
    }
    return render(request, "reminders.html", context, status=status or (422 if bound else 200))


def _days(reminder: Reminder) -> str:
    """Return the days of a reminder, in words."""
    days = [n for n in range(7) if reminder.days >> n & 1]
    if reminder.days == schedule.EVERY_DAY:
        return _("Every day")
    return str(WEEKDAYS[days[0]]) if len(days) == 1 else ", ".join(str(WEEKDAYS_ABBR[n]) for n in days)


def _is_quiet(reminder: Reminder) -> bool:
    person = reminder.person
    return schedule.is_quiet(reminder.at, person.quiet_from, person.quiet_to)


def _words(outcome: reminders.Outcome) -> str:
    """Return what became of a notice, and what to do where it did not arrive."""
    if outcome.private:
        return _("This server sends nothing to addresses of its own network.")
    if outcome.status is None:
        return _("Nothing answered there. Look at the address, and whether it can be reached from this server.")
    if outcome.arrived:
        return _("Sent.")
    if 300 <= outcome.status < 400:
        return _("It answered that it has moved. Write the address it has now.")
    return _("It was refused, with code %(code)d.") % {"code": outcome.status}
