"""Reminders: at what times, when never, and by which ways; nothing is sent by a way before the person chooses it."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from espalda.web import ics, push, reminders, schedule, throttle, values
from espalda.web.access import DiaryRequest, gate
from espalda.web.models import Person, PushSubscription, Reminder
from espalda.web.wording import reader_language

_MOST_TIMES: Final = 12
_MOST_BROWSERS: Final = 10


class ClockField(forms.TimeField):
    """A time of day, to the minute."""

    def __init__(self, label: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        super().__init__(label=label, widget=widget, input_formats=["%H:%M", "%H:%M:%S"])

    def clean(self, value: Any) -> Any:
        """Return the time without its seconds."""
        return super().clean(value).replace(second=0)


class TimeForm(forms.Form):
    """A time at which to be reminded, and on which days."""

    at = ClockField(gettext_lazy("At"))
    days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("On"),
        choices=[(str(n), WEEKDAYS_ABBR[n]) for n in range(7)],
        coerce=int,
        initial=[str(n) for n in range(7)],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose a day at least.")},
    )

    def __init__(self, person: Person, *args: Any) -> None:
        self.person = person
        super().__init__(*args)

    def clean_at(self) -> Any:
        """Check that there are not too many."""
        at = self.cleaned_data["at"]
        if self.person.reminders.exclude(at=at).count() >= _MOST_TIMES:
            raise forms.ValidationError(_("There are %(n)d already. Remove one first.") % {"n": _MOST_TIMES})
        return at

    def save(self) -> None:
        """Keep it; a time that is there gets the days chosen now."""
        days = sum(1 << day for day in self.cleaned_data["days"])
        self.person.reminders.update_or_create(
            at=self.cleaned_data["at"], defaults={"days": days, "sent_at": timezone.now()}
        )


class QuietForm(forms.Form):
    """From when until when no reminder comes."""

    quiet_from = ClockField(gettext_lazy("From"))
    quiet_to = ClockField(gettext_lazy("Until"))


class WebhookForm(forms.Form):
    """The address that gets the notice."""

    address = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=200,
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://"}),
    )

    def clean_address(self) -> str:
        """Check that it is one of the web."""
        try:
            return _web_address(self.cleaned_data["address"])
        except ValueError:
            raise forms.ValidationError(_("Write a whole address, with https:// or http:// in front.")) from None


class BrowserForm(forms.Form):
    """What a browser tells of itself when it asks for notices."""

    endpoint = forms.CharField(max_length=1000)
    p256dh = forms.CharField(max_length=200)
    auth = forms.CharField(max_length=100)

    def clean(self) -> dict[str, Any]:
        """Check that it is a secure address, and keys."""
        told = super().clean() or {}
        try:
            url = urlsplit(_web_address(told.get("endpoint", "")))
        except ValueError:
            url = urlsplit("")
        if url.scheme != "https" or not push.are_keys(told.get("p256dh", ""), told.get("auth", "")):
            raise forms.ValidationError(_("This browser gave no address that notices can be sent to."))
        return told


def _web_address(text: str) -> str:
    """Return an address of the web, without a name and password in it; ValueError where it is none."""
    url = urlsplit(text)
    if url.port == 0 or "@" in url.netloc or url.scheme not in ("http", "https") or not url.hostname:
        raise ValueError
    return text


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
    return _page(request, 200, tried=[(one, _words(one)) for one in reminders.send([request.person])])


@gate("GET")
def calendar(request: DiaryRequest) -> HttpResponse:
    """Give the times as a calendar file."""
    response = HttpResponse(ics.calendar(request.person, timezone.now()), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="espalda.ics"'
    return response


def _saved(request: DiaryRequest) -> HttpResponse:
    """Remember the language reminders were set in, and show the page again."""
    Person.objects.filter(pk=request.person.pk).update(language=reader_language())
    return redirect("/settings/reminders/?saved=1")


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
        "zone": reminders.zone_of(person),
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
