"""The part of a reading's form that asks what was done: how much of each factor since the reading before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple

from django import forms
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from espalda.diary import Factor
from espalda.web import factors
from espalda.web.factors import Asked
from espalda.web.fields import AmountField, as_text, as_typed
from espalda.web.models import Person, Reading
from espalda.web.moments import local_now
from espalda.web.templatetags.espalda import measure
from espalda.web.wording import UNITS

BLANK: Final = ""
"""Not recorded, which is not none."""
NONE: Final = "0"
TYPED: Final = "typed"


class DidField(forms.ChoiceField):
    """How much there was, in one tap: not recorded, none, as usual, or the amount typed beside it.

    What a tap on "as usual" sends is the amount itself: a form may arrive after that has changed.
    """

    def __init__(self, one: Asked, *, typed: bool) -> None:
        self.limits = one.factor.limits
        self.has_amount = typed or one.factor.unit != "0-1"
        choices = [*_choices(one), (TYPED, _("Other"))] if self.has_amount else list(_choices(one))
        super().__init__(required=False, widget=forms.RadioSelect, choices=choices, label=one.label)

    def valid_value(self, value: Any) -> bool:
        """Return whether it is one of the choices, or an amount of the factor."""
        if super().valid_value(value):
            return True
        try:
            return AmountField(self.limits).clean(value) is not None
        except forms.ValidationError:
            return False


class Row(NamedTuple):
    """A factor asked for, with the fields of its tap and of its amount, and whether an amount can be typed at all."""

    asked: Asked
    did: forms.BoundField
    amount: forms.BoundField
    has_amount: bool


class AmountsForm(forms.Form):
    """What was done: amounts of the factors asked for, of one from the list, and of one in the reader's own words."""

    listed_name = forms.ChoiceField(required=False, label=gettext_lazy("Something else from the list"))
    listed_amount = AmountField(label=gettext_lazy("How much of it"))
    own_name = forms.CharField(required=False, max_length=80, label=gettext_lazy("Or in your own words"))
    own_unit = forms.ChoiceField(required=False, choices=list(UNITS.items()), label=gettext_lazy("Counted in"))
    own_amount = AmountField(label=gettext_lazy("How much of it"))

    def __init__(self, person: Person, data: QueryDict | None = None, reading: Reading | None = None) -> None:
        there = reading.amounts.select_related("factor") if reading else ()
        kept = {amount.factor.name: amount.value for amount in there}
        self.all = factors.asked(person)
        self.asked = [one for one in self.all if not one.hidden or one.name in kept or _amount(one) in (data or ())]
        self.first = factors.first_shown(self.all)
        self.listed = factors.unlisted(self.all)
        self.since = _since(person, reading)
        super().__init__(data, initial=self._initial(kept))
        for one in self.asked:
            # Half a yes, which a file may bring, is an amount of its own.
            self.fields[_did(one)] = DidField(one, typed=self.initial.get(_did(one)) == TYPED)
            amount = AmountField(one.factor.limits)
            amount.widget.attrs["aria-label"] = _("%(what)s: amount") % {"what": one.label}
            self.fields[_amount(one)] = amount
        self.fields["listed_name"].choices = [("", "–"), *factors.grouped_choices(self.listed)]  # type: ignore[attr-defined]

    def shown_first(self) -> list[Row]:
        """Return the factors shown at once."""
        return self._rows(lambda one: one.name in self.first)

    def shown_on_request(self) -> list[Row]:
        """Return the other ones."""
        return self._rows(lambda one: one.name not in self.first)

    @property
    def more_is_open(self) -> bool:
        """Whether something is written or wrong in what is shown on request."""
        rest = [name for row in self.shown_on_request() for name in (row.did.name, row.amount.name)]
        extra = [name for name in self.fields if name.startswith(("listed_", "own_"))]
        return any(name in self.errors for name in (*rest, *extra)) or any(self[name].value() for name in rest)

    def clean(self) -> dict[str, Any]:
        """Check what no field can check alone."""
        cleaned = super().clean() or {}
        for one in self.asked:
            self._check_typed(one)
        self._check_listed(cleaned)
        self._check_own(cleaned)
        return cleaned

    def amounts(self) -> dict[Factor, float]:
        """Return the amounts written down."""
        cleaned = self.cleaned_data
        amounts = {one.factor: self._value(one) for one in self.asked}
        if cleaned["listed_name"]:
            amounts[self.listed[cleaned["listed_name"]].factor] = cleaned["listed_amount"]
        if cleaned["own_name"]:
            amounts[self._own_factor()] = cleaned["own_amount"]
        return {factor: amount for factor, amount in amounts.items() if amount is not None}

    def _rows(self, wanted: Callable[[Asked], bool]) -> list[Row]:
        return [
            Row(one, self[_did(one)], self[_amount(one)], self.fields[_did(one)].has_amount)  # type: ignore[attr-defined]
            for one in self.asked
            if wanted(one)
        ]

    def _initial(self, kept: dict[str, float]) -> dict[str, str]:
        """Return the amounts kept as the form would hold them."""
        initial = {}
        for one in self.asked:
            if one.name in kept:
                value = as_text(kept[one.name])
                taps = {choice for choice, _words in _choices(one)}
                initial[_did(one)] = value if value in taps else TYPED
                initial[_amount(one)] = as_typed(kept[one.name])
        return initial

    def _is_typed(self, one: Asked) -> bool:
        """Return whether the amount typed counts: the tap says so, or none was made and something was typed anew."""
        did = self.data.get(_did(one))
        return did in (None, TYPED) or (
            did == BLANK and self[_amount(one)].value() != self.initial.get(_amount(one), "")
        )

    def _value(self, one: Asked) -> float | None:
        typed: float | None = self.cleaned_data.get(_amount(one))
        if self._is_typed(one):
            return typed
        did = self.cleaned_data[_did(one)]
        return float(did) if did else None

    def _check_typed(self, one: Asked) -> None:
        """Ask for the amount where a tap says there is one; one that does not count can't be wrong."""
        if not self._is_typed(one):
            self.errors.pop(_amount(one), None)
        elif self.data.get(_did(one)) == TYPED and not self[_amount(one)].value():
            self.add_error(_amount(one), _("How much? Write 0 if there was none."))

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
            self._check_limits(self.listed[name].factor, amount, "listed_amount")

    def _check_own(self, cleaned: dict[str, Any]) -> None:
        if not {"own_name", "own_unit", "own_amount"} <= cleaned.keys():
            return
        amount = cleaned["own_amount"]
        if not cleaned["own_name"]:
            if amount is not None:
                self.add_error("own_name", _("Of what?"))
            return
        factor = self._own_factor()
        if wrong := factors.wrong_name(factor, self.all):
            self.add_error("own_name", wrong)
        elif amount is None:
            self.add_error("own_amount", _("How much? Write 0 if there was none."))
        else:
            self._check_limits(factor, amount, "own_amount")

    def _check_limits(self, factor: Factor, amount: float, field: str) -> None:
        try:
            AmountField(factor.limits).clean(as_text(amount))
        except forms.ValidationError as error:
            self.add_error(field, error)


def _choices(one: Asked) -> Iterator[tuple[str, Any]]:
    """Yield what one tap can say of a factor by itself."""
    low, high = one.factor.limits
    yes_or_no = one.factor.unit == "0-1"
    yield BLANK, _("Not recorded")
    if low == 0:
        yield NONE, _("No") if yes_or_no else _("None")
    if yes_or_no:
        yield "1", _("Yes")
    elif one.habitual and low <= one.habitual <= high:
        yield (
            as_text(one.habitual),
            format_html("<small>{}</small> {}", _("As usual"), measure(one.habitual, one.factor.unit)),
        )


def _since(person: Person, reading: Reading | None) -> datetime | None:
    """Return the moment, by the person's clock, from which what was done is asked; None: since they got up that day."""
    now = local_now()
    day = reading.day if reading else person.day_of(now)
    before = person.readings.filter(time__lt=reading.time if reading else now).last()
    return before.local_time if before and before.day == day else None


def _did(one: Asked) -> str:
    return f"did:{one.name}"


def _amount(one: Asked) -> str:
    return f"amount:{one.name}"
