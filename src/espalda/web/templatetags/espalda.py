"""Filters that write a number, a moment, a factor or a grade as the reader would."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from espalda import words
from espalda.diary import heading
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
    return heading(name, reader_language())


@register.filter
def unit(code: str) -> str:
    """Return a unit in words."""
    return str(UNITS.get(code, code))


@register.filter
def amount(kept: Amount) -> str:
    """Return an amount with its unit."""
    return measure(kept.value, kept.factor.unit)


@register.filter
def measure(value: float, code: str) -> str:
    """Return so much of a unit."""
    written = words.number(reader_language(), value, 3)
    if code == "0-1":
        return _("yes") if value else _("no")
    if code == "0-10":
        return _("%(value)s of 10") % {"value": written}
    return f"{written} {_('times') if code == 'n' else code}".strip()


@register.filter
def per(row: Mapping[str, Any]) -> str:
    """Return the amount a finding is told for."""
    return amount_words(row["effect"]["per"], row["unit"] or "", reader_language())


@register.filter
def day(value: date) -> str:
    """Return a day with its weekday."""
    return str(capfirst(date_format(value, r"l j \d\e F" if reader_language() == "es" else "l j F")))


@register.filter
def month(value: date) -> str:
    """Return a month with its year."""
    return str(capfirst(date_format(value, r"F \d\e Y" if reader_language() == "es" else "F Y")))


@register.simple_tag
def form_id() -> str:
    """Return the id of a form, by which it is known when it arrives twice."""
    return str(uuid4())


@register.filter
def letter(value: date) -> str:
    """Return the first letters of a day of the week."""
    return str(capfirst(date_format(value, "D")))[:2]


@register.filter(expects_localtime=True)
def when(moment: datetime) -> str:
    """Return a moment as day and time, the last two days by name."""
    ago = (timezone.localdate() - moment.date()).days
    if ago == 0:
        return _("today at %(time)s") % {"time": clock(moment)}
    if ago == 1:
        return _("yesterday at %(time)s") % {"time": clock(moment)}
    return stamp(moment)


@register.filter(expects_localtime=True)
def since(moment: datetime) -> str:
    """Return since when something lasts: the time alone, if it is of today."""
    if moment.date() == timezone.localdate():
        return _("since %(time)s") % {"time": clock(moment)}
    return _("since %(moment)s") % {"moment": when(moment)}


@register.filter
def lasting(hours: float) -> str:
    """Return a duration in words: minutes below an hour, hours for two days, then days."""
    if hours < 1:
        return _("%(n)s min") % {"n": round(60 * hours)}
    if hours < 48:
        return _("%(n)s h") % {"n": round(hours)}
    return ngettext("%(n)s day", "%(n)s days", round(hours / 24)) % {"n": round(hours / 24)}


@register.filter
def minutes(value: float) -> str:
    """Return minutes as hours and minutes, which no line parts."""
    hours, rest = divmod(round(value), 60)
    return "\xa0".join([f"{hours}\xa0h"] * bool(hours) + [f"{rest}\xa0min"] * (rest > 0 or not hours))


@register.filter
def heat(pain: float | None) -> str:
    """Return the colour a pain is drawn in: four steps for the eye alone, which say nothing clinical."""
    if not pain:
        return "none"
    return "mild" if pain < 4 else "moderate" if pain < 7 else "severe"


@register.filter(expects_localtime=True)
def stamp(moment: datetime) -> str:
    """Return a moment as day and time, as it is written on paper."""
    return f"{short_date(moment)}, {clock(moment)}"


@register.filter(expects_localtime=True)
def short_date(value: datetime | date) -> str:
    """Return a day with its month and year."""
    return date_format(value, "j b Y" if reader_language() == "es" else "j M Y")


@register.filter
def clock(moment: datetime) -> str:
    """Return the time of day."""
    return date_format(moment, "H:i")
