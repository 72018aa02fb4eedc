"""The time zones a person may choose, and the field that offers them."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from typing import Any, Final
from zoneinfo import available_timezones

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REGIONS: Final[dict[str, Promise]] = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific"),
}
"""The parts of the world that the names of time zones begin with."""


@cache
def _choices() -> list[tuple[Any, Any]]:
    """Return the machine's zone and those under their part of the world, each by the place it is named after."""
    names = sorted(name for name in available_timezones() if name.split("/")[0] in REGIONS and "/" in name)
    return [
        ("", _("The one of this server")),
        *(
            (REGIONS[region], [(name, name.split("/", 1)[1].replace("_", " ")) for name in group])
            for region, group in groupby(names, key=lambda name: name.split("/")[0])
        ),
    ]


class ZoneField(forms.ChoiceField):
    """A time zone by its name in the IANA database; blank is the machine's."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=_choices, required=False, label=_("Time zone"), **kwargs)


class ZoneForm(forms.Form):
    """The time zone alone."""

    time_zone = ZoneField()
