"""The form of a dose: which medicine, how much of it, and when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from espalda.web import doses, factors
from espalda.web.fields import AmountField
from espalda.web.models import Person
from espalda.web.spasm_forms import PastForm


class DoseForm(PastForm):
    """A medicine taken now, a while ago or at a moment written down; it warns before the most in a day is passed."""

    medicine = forms.ChoiceField(label=gettext_lazy("Which medicine"))
    amount = AmountField(label=gettext_lazy("How much"))
    over = forms.BooleanField(required=False, label=gettext_lazy("I have taken it: save it"))

    def __init__(self, person: Person, data: QueryDict | None = None) -> None:
        super().__init__(person, data)
        self.all = factors.asked(person)
        listed = map(factors.of_known, factors.unlisted(self.all).values())
        self.medicines = {one.name: one for one in (*self.all, *listed) if one.is_medicine}
        shown = [one for one in self.medicines.values() if not one.hidden]
        self.fields["when"].label = _("When did you take it?")
        self.fields["medicine"].choices = [  # type: ignore[attr-defined]
            (one.name, f"{one.label} ({one.factor.unit})" if one.factor.unit else one.label) for one in shown
        ]
        self.overs: list[doses.Over] = []

    def clean(self) -> dict[str, Any]:
        """Check the amount, and warn of what would go over the most in a day."""
        cleaned = super().clean()
        if not cleaned.get("amount") and "amount" not in self.errors:
            self.add_error("amount", _("How much? Write a number over 0."))
        if not self.errors and not cleaned["over"] and not doses.is_late(self.fields["at"].tap):  # type: ignore[attr-defined]
            one = self.medicines[cleaned["medicine"]]
            self.overs = doses.over(self.person, {one.factor: cleaned["amount"]}, self.moment())
            for over in self.overs:
                self.add_error("over", doses.warning(over))
        return cleaned
