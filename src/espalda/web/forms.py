"""The forms: what a reader may write down, and how it is checked before anything is kept."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from datetime import timezone as fixed_zone
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from espalda.web import doses
from espalda.web.amounts_form import AmountsForm
from espalda.web.fields import LOCAL, MomentField, NoteField, ScaleField, as_text
from espalda.web.models import Person, Reading
from espalda.web.moments import tap
from espalda.web.spasms import CANT_STAND
from espalda.web.store import ABILITIES, SCALES, Entry
from espalda.web.wording import ABILITY, ABLE, PLACES, SPASM, reader_language
from espalda.words import number

_NEW: Final = timedelta(days=14)
"""How long what reached a leg counts as new: the two weeks of the NHS community page on the spine's emergencies."""


class DayForm(forms.Form):
    """The hour at which a person's day ends and the next begins."""

    starts = forms.TypedChoiceField(
        choices=[(half / 2, f"{half // 2:02d}:{half % 2 * 30:02d}") for half in range(25)],
        coerce=float,
        label=gettext_lazy("My day ends at"),
    )


class AbilityField(ScaleField):
    """What can be done of one movement, on a line of three."""

    def __init__(self, name: str) -> None:
        super().__init__([(str(able), words) for able, words in ABLE.items()], coerce=int, label=ABILITY[name])


class ReadingForm(forms.Form):
    """A reading, new or corrected: how the back is, and what was done since the reading before."""

    pain = ScaleField([(str(n), str(n)) for n in range(11)], label=gettext_lazy("Pain now"))
    spasm = ScaleField([(str(grade), words) for grade, words in enumerate(SPASM)], label=gettext_lazy("Spasm now"))
    stiffness = ScaleField([(str(n), str(n)) for n in range(11)], label=gettext_lazy("Stiffness now"))
    places = forms.MultipleChoiceField(
        required=False,
        choices=list(PLACES.items()),
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Where it hurts"),
    )
    bend, sit, stand, walk = (AbilityField(name) for name in ABILITIES)
    when = MomentField(label=gettext_lazy("When"))
    fever = forms.BooleanField(required=False, label=gettext_lazy("Fever or chills"))
    legs = forms.BooleanField(
        required=False, label=gettext_lazy("Something new in my legs: pain, tingling or weakness")
    )
    note = NoteField(required=False, widget=forms.Textarea({"rows": 3}), label=gettext_lazy("Note"))
    form_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    over = forms.BooleanField(required=False, label=gettext_lazy("I have taken it: save it"))

    def __init__(self, person: Person, data: QueryDict | None = None, reading: Reading | None = None) -> None:
        self.person, self.reading = person, reading
        super().__init__(data, initial={"form_id": uuid.uuid4()} | (_initial(reading) if reading else {}))
        self.fields["when"].tap = tap(person, data)  # type: ignore[attr-defined]
        self.did = AmountsForm(person, data, reading)
        self.overs: list[doses.Over] = []
        if reading:
            zone = fixed_zone(timedelta(minutes=reading.utc_offset_min))
            self.fields["when"].kept = reading.time.astimezone(zone)  # type: ignore[attr-defined]
            self._offer_what_is_kept(reading)

    def abilities(self) -> Iterator[forms.BoundField]:
        """Yield the field of each movement."""
        for name in ABILITIES:
            yield self[name]

    def clean(self) -> dict[str, Any]:
        """Check what no field can check alone."""
        cleaned = super().clean() or {}
        self.errors.update(self.did.errors)
        if not self.errors:
            entry = self.entry()
            felt = any(getattr(entry, name) is not None for name in (*SCALES, *ABILITIES))
            if not (felt or entry.places or entry.note or entry.amounts):
                raise forms.ValidationError(_("Nothing is marked yet. One tap is enough: how much does it hurt?"))
            there = self.person.readings.filter(time=entry.time).first()
            if there and there != self.reading:
                self.add_error("when", _("There is a reading at that moment already."))
            if not cleaned["over"]:
                self._look_for_too_much(entry)
        return cleaned

    def entry(self) -> Entry:
        """Return what was written down."""
        said = {name: self.cleaned_data[name] for name in (*SCALES, *ABILITIES, "places", "note")}
        return Entry.at(self.cleaned_data["when"], amounts=self.did.amounts(), **said)

    def signs(self) -> list[str]:
        """Return what in it brings the safety questions up."""
        cleaned = self.cleaned_data
        found = {
            "spasm": cleaned["spasm"] == CANT_STAND,
            "movement": cleaned["stand"] == 0 and cleaned["walk"] == 0,
            "fever": cleaned["fever"],
            "legs": cleaned["legs"] or self._is_new_in_a_leg(),
        }
        return [sign for sign, there in found.items() if there]

    def _is_new_in_a_leg(self) -> bool:
        """Return whether a leg is marked that no reading of the two weeks before has marked."""
        legs = {place for place in self.cleaned_data["places"] if place.endswith("leg")}
        if not legs:
            return False
        moment = self.cleaned_data["when"]
        before = self.person.readings.filter(time__gte=moment - _NEW, time__lt=moment).values_list("places", flat=True)
        return not legs <= {place for places in before for place in places}

    def _offer_what_is_kept(self, reading: Reading) -> None:
        """Offer a tile for a value between two tiles, which a file may bring, and one for "not recorded"."""
        for name in (*SCALES, *ABILITIES):
            field, value = self.fields[name], getattr(reading, name)
            choices = list(field.choices)  # type: ignore[attr-defined]
            if value is not None and value % 1:
                choices.append((as_text(value), number(reader_language(), value, 3)))
                choices.sort(key=lambda choice: float(choice[0]))
            field.choices = [*choices, ("", _("Not recorded"))]  # type: ignore[attr-defined]

    def _look_for_too_much(self, entry: Entry) -> None:
        """Warn before saving that a medicine goes over the most in a day; what came late has been taken already."""
        if not doses.is_late(self.fields["when"].tap):  # type: ignore[attr-defined]
            self.overs = doses.over(self.person, entry.amounts, entry.time, self.reading)
            for one in self.overs:
                self.add_error("over", doses.warning(one))


def _initial(reading: Reading) -> dict[str, Any]:
    """Return what a reading says as its form would hold it."""
    initial = {name: getattr(reading, name) for name in (*SCALES, *ABILITIES)}
    shown = {name: "" if value is None else as_text(value) for name, value in initial.items()}
    kept = {"when": reading.local_time.strftime(LOCAL), "note": reading.note, "places": reading.places}
    return {**shown, **kept}
