"""The fields of the forms: how what a reader taps or types becomes a value, and what is said where it can't."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from espalda.diary.model import NOT_TEXT
from espalda.web.moments import Tap, local_now, with_offset
from espalda.web.wording import reader_language
from espalda.words import number

LOCAL: Final = "%Y-%m-%dT%H:%M"
"""How a browser's field for a moment has it."""
_AHEAD: Final = timedelta(minutes=5)


def as_text(value: float) -> str:
    """Return a number as a field holds it, of which the very same number is read."""
    return repr(value).removesuffix(".0")


def as_typed(value: float) -> str:
    """Return a number as a reader types it, with their decimal mark."""
    return as_text(value).replace(".", "," if reader_language() == "es" else ".")


class ScaleField(forms.TypedChoiceField):
    """A number tapped on a row of tiles; nothing tapped is None."""

    def __init__(
        self, choices: Iterable[tuple[str, Any]], coerce: Callable[[str], float] = float, **kwargs: Any
    ) -> None:
        super().__init__(
            choices=choices, coerce=coerce, empty_value=None, widget=forms.RadioSelect, **{"required": False} | kwargs
        )


class AmountField(forms.CharField):
    """An amount with decimal comma or point, within its limits; blank is None, not zero, where it may be blank."""

    def __init__(self, limits: tuple[float, float] = (0.0, math.inf), *, required: bool = False, **kwargs: Any) -> None:
        self.limits = limits
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 6})
        super().__init__(required=required, widget=widget, **kwargs)

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
            raise forms.ValidationError(
                _("Write a number.") if self.required else _("Write a number, or leave it blank.")
            )
        low, high = self.limits
        if not low <= amount <= high:
            limits = {"low": number(reader_language(), low), "high": number(reader_language(), high)}
            if math.isinf(high):
                raise forms.ValidationError(_("It can't be less than %(low)s.") % limits)
            raise forms.ValidationError(_("It must be from %(low)s to %(high)s.") % limits)
        return amount + 0.0


class MomentField(forms.CharField):
    """A local date and time; blank is now, or when the form was tapped, where `tap` tells that.

    Left as it was, it is the moment `kept`, wherever on Earth that was written down.
    """

    tap: Tap | None = None
    kept: datetime | None = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}), **kwargs)

    def clean(self, value: Any) -> datetime:
        """Return the moment with its offset, to the second."""
        text = super().clean(value)
        now = local_now()
        if not text:
            return self.tap.moment if self.tap else now
        if self.kept and text == self.kept.strftime(LOCAL):
            return self.kept
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
        zone = timezone.get_current_timezone()
        moment = with_offset(local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone))
        if self.tap:
            moment = self.tap.corrected(moment)
        if moment > now + _AHEAD:
            raise forms.ValidationError(_("That moment has not come yet."))
        return moment


class NoteField(forms.CharField):
    """Free text; what a diary can't hold, such as the vertical tabs of a word processor, becomes a blank."""

    def clean(self, value: Any) -> str:
        """Return the note with line feeds alone between its lines."""
        return NOT_TEXT.sub(" ", super().clean(value).replace("\r\n", "\n")).strip()
