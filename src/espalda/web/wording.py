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

PLACES: Final[dict[str, Promise]] = {
    "upper": _("Upper back"),
    "left": _("Left side"),
    "middle": _("Middle"),
    "right": _("Right side"),
    "left_buttock": _("Left buttock"),
    "right_buttock": _("Right buttock"),
    "left_leg": _("Left leg"),
    "right_leg": _("Right leg"),
}
"""The parts of the back figure, seen from behind, from top to bottom and left to right."""

ABILITY: Final[dict[str, Promise]] = {
    "bend": _("Bend down"),
    "sit": _("Sit"),
    "stand": _("Stand"),
    "walk": _("Walk"),
}
"""The movements a reading asks about."""

ABLE: Final[dict[int, Promise]] = {2: _("As usual"), 1: _("With trouble"), 0: _("I can't")}
"""How far a movement can be made, the best first."""

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

BANDS: Final[dict[str, Promise]] = {
    "steep_down": _("Steep downhill"),
    "down": _("Downhill"),
    "flat": _("Flat"),
    "up": _("Uphill"),
    "steep_up": _("Steep uphill"),
}
"""The bands of `espalda.terrain.BANDS`."""

STRETCHES: Final[dict[float, Promise]] = {24.0: _("24 hours"), 168.0: _("7 days"), 720.0: _("30 days")}
"""The stretches of time, in hours, that the chance of a spasm is told for."""

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
