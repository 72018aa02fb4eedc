"""Filters that write a number, a moment, a factor or a grade as the reader would."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from espalda import words
from espalda.diary import label
from espalda.findings import amount_words
from espalda.web.models import Amount
from espalda.web.wording import SPASM, UNITS, reader_language

register = template.Library()


@register.filter
def num(value: float | None, digits: int = 1) -> str:
    """Return a number with the reader's decimal mark; a dash where nothing was recorded."""
    return "–" if value is None else words.number(reader_language(), value, digits)


@register.filter
def signed(value: float) -> str:
    """Return a number with its sign."""
    return words.number(reader_language(), value, 1, signed=True, fixed=True)


@register.filter
def percent(value: float) -> str:
    """Return a probability in per cent, never rounded to certainty."""
    shown = min(max(round(value * 100), 1), 99)
    return f"{shown} %" if reader_language() == "es" else f"{shown}%"


@register.filter
def spasm(grade: float | None) -> str:
    """Return a spasm grade in words."""
    return "–" if grade is None else str(SPASM[int(grade)])


@register.filter
def factor(name: str) -> str:
    """Return what a reader calls a factor, as a heading."""
    return str(capfirst(label(name, reader_language())))


@register.filter
def unit(code: str) -> str:
    """Return a unit in words."""
    return str(UNITS.get(code, code))


@register.filter
def amount(kept: Amount) -> str:
    """Return an amount with its unit."""
    value, code = words.number(reader_language(), kept.value, 3), kept.factor.unit
    if code == "0-1":
        return _("yes") if kept.value else _("no")
    if code == "0-10":
        return _("%(value)s of 10") % {"value": value}
    return f"{value} {_('times') if code == 'n' else code}".strip()


@register.filter
def per(row: Mapping[str, Any]) -> str:
    """Return the amount a finding is told for."""
    return amount_words(row["effect"]["per"], row["unit"] or "", reader_language())


@register.filter
def day(value: date) -> str:
    """Return a day with its weekday."""
    return str(capfirst(date_format(value, r"l j \d\e F" if reader_language() == "es" else "l j F")))


@register.filter
def when(moment: datetime) -> str:
    """Return a moment as day and time, the last two days by name."""
    ago = (timezone.localdate() - moment.date()).days
    if ago == 0:
        return _("today at %(time)s") % {"time": clock(moment)}
    if ago == 1:
        return _("yesterday at %(time)s") % {"time": clock(moment)}
    return stamp(moment)


@register.filter
def stamp(moment: datetime) -> str:
    """Return a moment as day and time, as it is written on paper."""
    return f"{short_date(moment)}, {clock(moment)}"


@register.filter
def short_date(value: datetime | date) -> str:
    """Return a day with its month and year."""
    return date_format(value, "j b Y" if reader_language() == "es" else "j M Y")


@register.filter
def clock(moment: datetime) -> str:
    """Return the time of day."""
    return date_format(moment, "H:i")
