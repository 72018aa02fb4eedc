"""Words the pages share: spasm grades, units and verdicts, each said in one place."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from espalda.words import Language, as_language

SPASM: Final[tuple[Promise, ...]] = (
    _("No spasm"),
    _("It is a nuisance"),
    _("It limits how I move"),
    _("I can't sit, stand or walk comfortably"),
    _("I can't hold myself upright"),
)
"""The spasm grades 0 to 4, each by what the body can still do."""

UNITS: Final[dict[str, Promise]] = {
    "min": _("minutes"),
    "h": _("hours"),
    "n": _("times"),
    "mg": _("mg"),
    "0-10": _("0 to 10"),
    "0-1": _("0 no, 1 yes"),
}
"""The units a reader is asked in; any other unit is shown as it is written."""

GROUPS: Final[dict[str, Promise]] = {
    "walks": _("Walking"),
    "postures": _("Postures"),
    "loads": _("Loads and effort"),
    "exercise": _("Exercise"),
    "treatment": _("Treatment"),
    "medicine": _("Medicine"),
    "sleep_mood": _("Sleep and mood"),
    "other": _("Other things"),
}
"""The groups of the factors the program knows."""

VERDICTS: Final[dict[str, Promise]] = {
    "aggravates": _("Makes it worse"),
    "eases": _("Eases it"),
    "possibly_aggravates": _("May make it worse"),
    "possibly_eases": _("May ease it"),
    "no_difference": _("Makes no difference that matters"),
    "unclear": _("Can't tell yet"),
}
"""What can be said of a factor, in the order a page says it."""


def reader_language() -> Language:
    """Return the language of the page being written."""
    return as_language(get_language())
