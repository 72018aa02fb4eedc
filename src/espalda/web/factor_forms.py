"""The forms of what a person keeps of a factor: whether it is asked for, how much is usual, and the most in a day."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from espalda.diary import Factor
from espalda.web import factors
from espalda.web.factors import Asked
from espalda.web.fields import AmountField, as_typed
from espalda.web.models import Person
from espalda.web.wording import GROUPS, UNITS


class NewFactorForm(forms.Form):
    """A factor in the reader's own words."""

    name = forms.CharField(max_length=80, label=gettext_lazy("What it is called"))
    unit = forms.ChoiceField(choices=list(UNITS.items()), label=gettext_lazy("Counted in"))
    group = forms.ChoiceField(choices=list(GROUPS.items()), initial=factors.OTHER, label=gettext_lazy("It belongs to"))

    def __init__(self, person: Person, data: QueryDict | None = None) -> None:
        self.person = person
        super().__init__(data)

    def factor(self) -> Factor:
        """Return the factor written down."""
        return Factor(" ".join(self.cleaned_data["name"].split()), self.cleaned_data["unit"])

    def clean(self) -> dict[str, Any]:
        """Refuse a name the diary has, or can't have."""
        cleaned = super().clean() or {}
        if not self.errors and (wrong := factors.wrong_name(self.factor(), factors.asked(self.person))):
            self.add_error("name", wrong)
        return cleaned


class FactorForm(forms.Form):
    """What a person chose of a factor."""

    shown = forms.BooleanField(required=False, label=gettext_lazy("Ask me about it"))
    habitual = AmountField(label=gettext_lazy("My usual amount"))
    group = forms.ChoiceField(choices=list(GROUPS.items()), label=gettext_lazy("It belongs to"))
    daily_max = AmountField(label=gettext_lazy("The most in 24 hours"))

    def __init__(self, one: Asked, data: QueryDict | None = None) -> None:
        self.one = one
        initial = {
            "shown": not one.hidden,
            "habitual": _typed(one.chosen),
            "group": one.group,
            "daily_max": _typed(one.own_max),
        }
        super().__init__(data, initial=initial)
        self.fields["habitual"].limits = one.factor.limits  # type: ignore[attr-defined]
        if one.known:
            del self.fields["group"]
        if not one.is_medicine:
            del self.fields["daily_max"]
        if one.factor.unit == "0-1":
            del self.fields["habitual"]

    def clean(self) -> dict[str, Any]:
        """Refuse amounts of 0: none is another tap, and a maximum of none is not to take it."""
        cleaned = super().clean() or {}
        for name in ("habitual", "daily_max"):
            if cleaned.get(name) == 0:
                self.add_error(name, _("Write a number over 0, or leave it blank."))
        return cleaned

    def chosen(self) -> dict[str, Any]:
        """Return what was chosen, as the diary keeps it."""
        names = [name for name in self.fields if name != "shown"]
        return {"hidden": not self.cleaned_data["shown"]} | {name: self.cleaned_data[name] for name in names}


def _typed(value: float | None) -> str:
    return "" if value is None else as_typed(value)
