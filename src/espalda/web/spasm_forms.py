"""The forms of a spasm: that one has begun, and that it is over."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from espalda.web import spasms
from espalda.web.fields import MomentField, ScaleField
from espalda.web.models import Person
from espalda.web.moments import local_now, tap
from espalda.web.templatetags.espalda import when as moment_words
from espalda.web.wording import SPASM


class PastForm(forms.Form):
    """When something began or ended: now, a while ago, or at a moment written down."""

    WHEN: Final = (("now", gettext_lazy("Now")), ("hour", gettext_lazy("An hour ago")))
    when = forms.ChoiceField(widget=forms.RadioSelect, initial="now")
    at = MomentField(label=gettext_lazy("At another time"))
    form_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, person: Person, data: QueryDict | None = None) -> None:
        self.person, tapped = person, tap(person, data)
        self.now = tapped.moment if tapped else local_now()
        super().__init__(data, initial={"form_id": uuid.uuid4()})
        self.fields["at"].tap = tapped  # type: ignore[attr-defined]
        self.fields["when"].choices = self._choices()  # type: ignore[attr-defined]

    def _choices(self) -> list[tuple[str, Any]]:
        return [*self.WHEN, ("at", gettext_lazy("At another time"))]

    def clean(self) -> dict[str, Any]:
        """Ask for the moment where none is written."""
        cleaned = super().clean() or {}
        if cleaned.get("when") == "at" and not self.data.get("at"):
            self.add_error("at", _("When? Write the day and the time."))
        return cleaned

    def moment(self) -> datetime:
        """Return the moment chosen."""
        chosen = {"now": self.now, "hour": self.now - timedelta(hours=1), "at": self.cleaned_data["at"]}
        moment: datetime = chosen[self.cleaned_data["when"]]
        return moment


class BeganForm(PastForm):
    """A spasm that has begun: how bad, and since when."""

    spasm = ScaleField(
        [(str(grade), words) for grade, words in enumerate(SPASM) if grade],
        required=True,
        label=gettext_lazy("How bad is it?"),
        error_messages={"required": gettext_lazy("Mark how bad it is.")},
    )

    def __init__(self, person: Person, data: QueryDict | None = None) -> None:
        super().__init__(person, data)
        self.fields["when"].label = _("Since when?")

    def _choices(self) -> list[tuple[str, Any]]:
        choices = super()._choices()
        self.waking = spasms.usual_waking(self.person, self.now)
        if self.waking < self.now:
            words = _("On waking, at %(time)s") % {"time": self.waking.strftime("%H:%M")}
            choices.insert(2, ("waking", words))
        return choices

    def clean(self) -> dict[str, Any]:
        """Refuse an onset before a reading that says there was no spasm."""
        cleaned = super().clean()
        if not self.errors:
            none = self.person.readings.filter(spasm=0, time__gt=self.moment()).first()
            if none:
                said = _("%(when)s you wrote that there was no spasm. Choose a later time, or correct that reading.")
                self.add_error("when", said % {"when": capfirst(moment_words(none.local_time))})
        return cleaned

    def moment(self) -> datetime:
        """Return the moment chosen."""
        return self.waking if self.cleaned_data["when"] == "waking" else super().moment()


class OverForm(PastForm):
    """A spasm that is over, and when it ended."""

    def __init__(self, person: Person, data: QueryDict | None = None) -> None:
        super().__init__(person, data)
        self.fields["when"].label = _("When did it end?")

    def clean(self) -> dict[str, Any]:
        """Refuse an end before a reading that says there still was a spasm."""
        cleaned = super().clean()
        if not self.errors:
            still = self.person.readings.filter(spasm__gt=0, time__gte=self.moment()).last()
            if still:
                said = _("%(when)s you wrote that there was a spasm. Choose a later time, or correct that reading.")
                self.add_error("when", said % {"when": capfirst(moment_words(still.local_time))})
        return cleaned
