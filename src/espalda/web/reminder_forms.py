"""What a person fills in about their reminders: times, quiet hours, and the ways they come."""

from __future__ import annotations

from datetime import time
from typing import Any, Final
from urllib.parse import urlsplit

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from espalda.web import outgoing, push
from espalda.web.models import Person

_MOST_TIMES: Final = 12


class ClockField(forms.TimeField):
    """A time of day, to the minute."""

    def __init__(self, label: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        super().__init__(label=label, widget=widget, input_formats=["%H:%M", "%H:%M:%S"])

    def clean(self, value: Any) -> time:
        """Return the time without its seconds."""
        at: time = super().clean(value)
        return at.replace(second=0)


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

    def clean_at(self) -> time:
        """Check that there are not too many."""
        at: time = self.cleaned_data["at"]
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
            return outgoing.web_address(self.cleaned_data["address"])
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
            url = urlsplit(outgoing.web_address(told.get("endpoint", "")))
        except ValueError:
            url = urlsplit("")
        if url.scheme != "https" or not push.are_keys(told.get("p256dh", ""), told.get("auth", "")):
            raise forms.ValidationError(_("This browser gave no address that notices can be sent to."))
        return told
