"""What a person says of a walk: the ground of one that was recorded, or all of one that was not."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, timedelta
from typing import Final

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from espalda.web.fields import AmountField
from espalda.web.models import Person, Walk
from espalda.web.spasm_forms import PastForm
from espalda.web.walks import ON_FOOT

GROUNDS: Final[dict[str, Promise]] = {
    "paved": gettext_lazy("Paved"),
    "gravel": gettext_lazy("Track, gravel"),
    "rough": gettext_lazy("Rough, roots"),
    "soft": gettext_lazy("Sand, snow, mud"),
    "stairs": gettext_lazy("Stairs"),
}
"""What may be underfoot, as `espalda.diary.Ground` calls it."""

SHAPES: Final[dict[str, Promise]] = {
    "flat": gettext_lazy("Flat"),
    "rolling": gettext_lazy("Up and down a little"),
    "hilly": gettext_lazy("Hilly"),
    "up": gettext_lazy("Mostly uphill"),
    "down": gettext_lazy("Mostly downhill"),
}
SHARES: Final = {
    "flat": (0.0, 0.0, 1.0, 0.0, 0.0),
    "rolling": (0.0, 0.15, 0.7, 0.15, 0.0),
    "hilly": (0.15, 0.15, 0.4, 0.15, 0.15),
    "up": (0.0, 0.0, 0.4, 0.4, 0.2),
    "down": (0.2, 0.4, 0.4, 0.0, 0.0),
}
"""The part of a walk of each shape in each of `espalda.terrain.BANDS`; an estimate, and it is said to be one.

The first three are rounded from 23 walks recorded with a barometer (12 flat, 2 rolling, 9 hilly: under 16 m of climb
and descent in a kilometre, under 40, more); the last two are ours.
"""
_MOST_MIN: Final = 24 * 60.0


class GroundForm(forms.Form):
    """What a tap says of a walk: what was underfoot, whether only partly, whether it was a walk. Any may be absent."""

    ground = forms.ChoiceField(choices=[("", ""), *GROUNDS.items()], required=False)
    partly = forms.ChoiceField(choices=[("0", ""), ("1", "")], required=False)
    kind = forms.ChoiceField(choices=[("foot", ""), ("other", "")], required=False)

    def told(self) -> dict[str, str | bool]:
        """Return what was said, and nothing of what was not."""
        told = {name: self.cleaned_data[name] for name in self.fields if name in self.data}
        return told | ({"partly": told["partly"] == "1"} if "partly" in told else {})


class HandForm(PastForm):
    """A walk without a device: how long it was, what it was like, and when it ended."""

    minutes = AmountField(
        (1.0, _MOST_MIN),
        label=gettext_lazy("Minutes"),
        required=True,
        error_messages={"required": gettext_lazy("How many minutes was it?")},
    )
    shape = forms.ChoiceField(
        choices=list(SHAPES.items()), required=False, widget=forms.RadioSelect, label=gettext_lazy("It was")
    )
    ground = forms.ChoiceField(
        choices=list(GROUNDS.items()), required=False, widget=forms.RadioSelect, label=gettext_lazy("The ground")
    )

    def __init__(self, person: Person, data: QueryDict | None = None) -> None:
        super().__init__(person, data)
        self.fields["when"].label = _("When did it end?")

    def walk(self) -> Walk:
        """Return what was written down, its minutes shared out as such a walk is; without a shape they are not."""
        cleaned = self.cleaned_data
        minutes, shape, ended = cleaned["minutes"], cleaned["shape"], self.moment()
        return Walk(
            digest=hashlib.sha256(uuid.uuid4().bytes).hexdigest(),
            start=(ended - timedelta(minutes=minutes)).astimezone(UTC),
            end=ended.astimezone(UTC),
            utc_offset_min=(ended.utcoffset() or timedelta()) // timedelta(minutes=1),
            kind=ON_FOOT[0],
            quality="by_hand",
            method=0,
            minutes=minutes,
            moving_minutes=minutes,
            bands=[round(minutes * share, 1) for share in SHARES[shape]] if shape else None,
            ground=cleaned["ground"],
        )
