"""The forms: what a reader may write down, and how it is checked before anything is kept."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from datetime import timezone as fixed_zone
from itertools import groupby
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from espalda.diary import Factor, known_factors, label, make_diary
from espalda.diary.model import NOT_TEXT
from espalda.web.models import Person, Reading
from espalda.web.store import Entry
from espalda.web.wording import GROUPS, SPASM, UNITS, reader_language
from espalda.words import number

USUAL: Final = (
    "sleep",
    "sitting",
    "standing",
    "driving",
    "walk_flat",
    "walk_uphill",
    "walk_downhill",
    "lifting",
    "bending",
    "stress",
)
"""The known factors a first form shows; the rest are in its list."""

_CANT_STAND: Final = 4
_LOCAL: Final = "%Y-%m-%dT%H:%M"
_AHEAD: Final = timedelta(minutes=5)


class ScaleField(forms.TypedChoiceField):
    """A number tapped on a row of tiles; nothing tapped is None."""

    def __init__(self, choices: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(
            choices=choices, coerce=float, empty_value=None, required=False, widget=forms.RadioSelect, **kwargs
        )


class AmountField(forms.CharField):
    """An amount with decimal comma or point, within the limits of its factor; blank is None, not zero."""

    def __init__(self, limits: tuple[float, float] = (0.0, math.inf), **kwargs: Any) -> None:
        self.limits = limits
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 6})
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(self, value: Any) -> float | None:
        """Return the amount; a sentence says what it must be where it can't be one."""
        text = super().clean(value).strip().replace(",", ".")
        if not text:
            return None
        try:
            amount = float(text)
        except ValueError:
            amount = math.nan
        if not math.isfinite(amount):
            raise forms.ValidationError(_("Write a number, or leave it blank."))
        low, high = self.limits
        if not low <= amount <= high:
            limits = {"low": number(reader_language(), low), "high": number(reader_language(), high)}
            if math.isinf(high):
                raise forms.ValidationError(_("It can't be less than %(low)s.") % limits)
            raise forms.ValidationError(_("It must be from %(low)s to %(high)s.") % limits)
        return amount + 0.0


class MomentField(forms.CharField):
    """A local date and time; blank is now."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}), **kwargs)

    def clean(self, value: Any) -> datetime:
        """Return the moment with its offset, to the second."""
        text = super().clean(value)
        now = timezone.localtime(timezone=timezone.get_default_timezone()).replace(microsecond=0)
        if not text:
            return now
        unreadable = forms.ValidationError(_("That date and time can't be read."))
        try:
            local = datetime.fromisoformat(text).replace(microsecond=0)
        except ValueError:
            raise unreadable from None
        if local.year < 1970:
            raise unreadable
        if local.year > now.year + 1:
            raise forms.ValidationError(_("That moment has not come yet."))
        # By way of UTC: an hour the clock skipped becomes one that existed.
        moment = local.replace(tzinfo=now.tzinfo).astimezone(UTC).astimezone(now.tzinfo)
        if moment > now + _AHEAD:
            raise forms.ValidationError(_("That moment has not come yet."))
        return moment


class NoteField(forms.CharField):
    """Free text; what a diary can't hold, such as the vertical tabs of a word processor, becomes a blank."""

    def clean(self, value: Any) -> str:
        """Return the note with line feeds alone between its lines."""
        return NOT_TEXT.sub(" ", super().clean(value).replace("\r\n", "\n")).strip()


class ReadingForm(forms.Form):
    """A reading, new or corrected: how the back is, and what was done since the reading before."""

    pain = ScaleField([(str(n), str(n)) for n in range(11)], label=gettext_lazy("Pain now"))
    spasm = ScaleField([(str(grade), words) for grade, words in enumerate(SPASM)], label=gettext_lazy("Spasm now"))
    stiffness = ScaleField([(str(n), str(n)) for n in range(11)], label=gettext_lazy("Stiffness now"))
    when = MomentField(label=gettext_lazy("When"))
    fever = forms.BooleanField(required=False, label=gettext_lazy("Fever or chills"))
    legs = forms.BooleanField(
        required=False, label=gettext_lazy("Something new in my legs: pain, tingling or weakness")
    )
    note = NoteField(required=False, widget=forms.Textarea({"rows": 3}), label=gettext_lazy("Note"))
    listed_name = forms.ChoiceField(required=False, label=gettext_lazy("Something else from the list"))
    listed_amount = AmountField(label=gettext_lazy("How much of it"))
    own_name = forms.CharField(required=False, max_length=80, label=gettext_lazy("Or in your own words"))
    own_unit = forms.ChoiceField(required=False, choices=list(UNITS.items()), label=gettext_lazy("Counted in"))
    own_amount = AmountField(label=gettext_lazy("How much of it"))
    form_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, person: Person, data: QueryDict | None = None, reading: Reading | None = None) -> None:
        self.person, self.reading = person, reading
        super().__init__(data, initial=_initial(reading) if reading else {"form_id": uuid.uuid4()})
        self.own = {factor.name: Factor(factor.name, factor.unit) for factor in person.factors.all()}
        known = {factor.name: factor.factor for factor in known_factors()}
        self.factors = list(({name: known[name] for name in USUAL} | self.own).values())
        self.factors.sort(key=lambda factor: factor.name not in self.own)
        for factor in self.factors:
            name = capfirst(label(factor.name, reader_language()))
            self.fields[_field(factor)] = AmountField(factor.limits, label=name)
        shown = {factor.name for factor in self.factors}
        self.listed = {name: factor for name, factor in known.items() if name not in shown}
        self.fields["listed_name"].choices = [("", "–"), *_grouped(self.listed)]  # type: ignore[attr-defined]
        if reading:
            self._offer_what_is_kept(reading)

    def amounts(self) -> Iterator[tuple[forms.BoundField, str]]:
        """Yield the field and unit of each factor asked about, the person's own first."""
        for factor in self.factors:
            yield self[_field(factor)], factor.unit

    def clean(self) -> dict[str, Any]:
        """Check what no field can check alone."""
        cleaned = super().clean() or {}
        self._check_listed(cleaned)
        self._check_own(cleaned)
        if not self.errors:
            entry = self.entry()
            recorded = (entry.pain, entry.spasm, entry.stiffness)
            if all(part is None for part in recorded) and not entry.note and not entry.amounts:
                raise forms.ValidationError(_("Nothing is marked yet. One tap is enough: how much does it hurt?"))
            there = self.person.readings.filter(time=entry.time).first()
            sent_twice = there and there.form_id and there.form_id == cleaned["form_id"]
            if there and there != self.reading and not sent_twice:
                self.add_error("when", _("There is a reading at that moment already."))
        return cleaned

    def entry(self) -> Entry:
        """Return what was written down."""
        cleaned = self.cleaned_data
        amounts = {factor: cleaned[_field(factor)] for factor in self.factors}
        if cleaned["listed_name"]:
            amounts[self.listed[cleaned["listed_name"]]] = cleaned["listed_amount"]
        if cleaned["own_name"]:
            amounts[self._own_factor()] = cleaned["own_amount"]
        moment = self._moment()
        return Entry(
            time=moment.astimezone(UTC),
            utc_offset_min=(moment.utcoffset() or timedelta()) // timedelta(minutes=1),
            pain=cleaned["pain"],
            stiffness=cleaned["stiffness"],
            spasm=cleaned["spasm"],
            note=cleaned["note"],
            amounts={factor: amount for factor, amount in amounts.items() if amount is not None},
        )

    def signs(self) -> list[str]:
        """Return what in it brings the safety questions up."""
        found = {
            "spasm": self.cleaned_data["spasm"] == _CANT_STAND,
            "fever": self.cleaned_data["fever"],
            "legs": self.cleaned_data["legs"],
        }
        return [sign for sign, there in found.items() if there]

    def _moment(self) -> datetime:
        """Return the moment, which is the very same one when its field was left as it was."""
        if self.reading and self.data.get("when") == self.reading.local_time.strftime(_LOCAL):
            zone = fixed_zone(timedelta(minutes=self.reading.utc_offset_min))
            return self.reading.time.astimezone(zone)
        moment: datetime = self.cleaned_data["when"]
        return moment

    def _offer_what_is_kept(self, reading: Reading) -> None:
        """Offer a tile for a value between two tiles, which a file may bring, and one for "not recorded"."""
        for name in ("pain", "stiffness", "spasm"):
            field, value = self.fields[name], getattr(reading, name)
            choices = list(field.choices)  # type: ignore[attr-defined]
            if value is not None and value % 1:
                choices.append((_text(value), number(reader_language(), value, 3)))
                choices.sort(key=lambda choice: float(choice[0]))
            field.choices = [*choices, ("", _("Not recorded"))]  # type: ignore[attr-defined]

    def _own_factor(self) -> Factor:
        return Factor(" ".join(self.cleaned_data["own_name"].split()), self.cleaned_data["own_unit"])

    def _check_listed(self, cleaned: dict[str, Any]) -> None:
        if not {"listed_name", "listed_amount"} <= cleaned.keys():
            return
        name, amount = cleaned["listed_name"], cleaned["listed_amount"]
        if name and amount is None:
            self.add_error("listed_amount", _("How much? Write 0 if there was none."))
        elif amount is not None and not name:
            self.add_error("listed_name", _("Of what?"))
        elif name:
            self._check_limits(self.listed[name], amount, "listed_amount")

    def _check_own(self, cleaned: dict[str, Any]) -> None:
        if not {"own_name", "own_unit", "own_amount"} <= cleaned.keys():
            return
        amount = cleaned["own_amount"]
        if not cleaned["own_name"]:
            if amount is not None:
                self.add_error("own_name", _("Of what?"))
            return
        factor = self._own_factor()
        if factor.name in self.listed or _field(factor) in self.fields:
            self.add_error("own_name", _("That one is in the list already."))
        elif amount is None:
            self.add_error("own_amount", _("How much? Write 0 if there was none."))
        else:
            self._check_limits(factor, amount, "own_amount")
        try:
            make_diary([], [], factors=[factor])
        except ValueError:
            self.add_error("own_name", _("That can't be used as a name. Try other words."))

    def _check_limits(self, factor: Factor, amount: float, field: str) -> None:
        try:
            AmountField(factor.limits).clean(_text(amount))
        except forms.ValidationError as error:
            self.add_error(field, error)


def _field(factor: Factor) -> str:
    return f"amount:{factor.name}"


def _text(value: float) -> str:
    return repr(value).removesuffix(".0")


def _initial(reading: Reading) -> dict[str, str]:
    """Return what a reading says as its form would hold it."""
    initial = {name: getattr(reading, name) for name in ("pain", "stiffness", "spasm")}
    shown = {name: "" if value is None else _text(value) for name, value in initial.items()}
    point = "," if reader_language() == "es" else "."
    amounts = {
        f"amount:{amount.factor.name}": _text(amount.value).replace(".", point)
        for amount in reading.amounts.select_related("factor")
    }
    return {**shown, "when": reading.local_time.strftime(_LOCAL), "note": reading.note, **amounts}


def _grouped(factors: Mapping[str, Factor]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield the known factors of `factors` under the name of their group."""
    lang = reader_language()
    for group, members in groupby(known_factors(), key=lambda known: known.group):
        choices = [(known.name, capfirst(known.label(lang))) for known in members if known.name in factors]
        if choices:
            yield str(GROUPS.get(group, group)), choices
