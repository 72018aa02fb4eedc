"""Medicines as they are taken: the last dose, the sum of a day, and what would go over the most in a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db.models import Max
from django.utils.translation import gettext as _

from espalda import diary as diaries
from espalda.web import factors, store
from espalda.web.factors import Asked
from espalda.web.models import Amount, Person, Reading
from espalda.web.moments import Tap, local_now
from espalda.web.templatetags.espalda import measure

DAY: Final = timedelta(hours=24)

_WAITED: Final = timedelta(minutes=2)

Dose = tuple[datetime, float]


class Taken(NamedTuple):
    """A medicine of a person: when they last took it, how many hours ago, and the sum of the last 24 hours.

    An amount written down for a stretch of time counts at its end, the latest it can have been taken.
    """

    asked: Asked
    at: datetime | None
    hours: float
    in_a_day: float

    @property
    def is_over(self) -> bool:
        """Whether the last 24 hours are over the most in a day."""
        return self.asked.daily_max is not None and self.in_a_day > self.asked.daily_max


class Over(NamedTuple):
    """A medicine of which some 24 hours hold, or would hold, more than the most in a day."""

    asked: Asked
    total: float


def shown(person: Person, all_asked: Iterable[Asked]) -> list[Taken]:
    """Return the medicines of a person's diary that they have not hidden, each with its last dose."""
    medicines = [one for one in all_asked if one.is_medicine and one.kept and not one.hidden]
    now, names = local_now(), [one.name for one in medicines]
    kept = Amount.objects.filter(reading__person=person, factor__name__in=names, value__gt=0)
    last = dict(kept.values_list("factor__name").annotate(Max("reading__time")))
    lately = _doses(person, names, now - DAY, now + DAY)
    return [_taken(one, now, last.get(one.name), lately[one.name]) for one in medicines]


def _taken(one: Asked, now: datetime, at: datetime | None, lately: Sequence[Dose]) -> Taken:
    hours = (now - at) / timedelta(hours=1) if at else 0.0
    return Taken(one, at, max(hours, 0.0), sum(amount for _moment, amount in lately))


def over(
    person: Person, amounts: Mapping[diaries.Factor, float], moment: datetime, besides: Reading | None = None
) -> list[Over]:
    """Return the medicines of which these amounts, at that moment, make some 24 hours hold more than the most in a day.

    `besides` is the reading they stand for, which is being corrected. Every 24 hours that hold the moment count, those
    after it too: a dose may be written down late.
    """
    given = {factor: amount for factor, amount in amounts.items() if amount > 0}
    known = {one.factor: one for one in map(factors.of_known, diaries.known_factors()) if one.factor in given}
    known |= {one.factor: one for one in factors.asked(person)} if given else {}
    limited = [one for factor in given if (one := known.get(factor)) and one.daily_max is not None]
    doses = _doses(person, [one.name for one in limited], moment - DAY, moment + DAY, besides)
    totals = [most_in_a_day([*doses[one.name], (moment, given[one.factor])], moment) for one in limited]
    return [Over(one, total) for one, total in zip(limited, totals, strict=True) if total > (one.daily_max or 0.0)]


def most_in_a_day(doses: Sequence[Dose], moment: datetime) -> float:
    """Return the largest sum of the doses of any 24 hours that hold the moment; a day apart is no longer within."""
    ends = [at for at, _amount in doses if moment <= at < moment + DAY]
    return max((sum(amount for at, amount in doses if end - DAY < at <= end) for end in ends), default=0.0)


def _doses(
    person: Person, names: Sequence[str], after: datetime, before: datetime, besides: Reading | None = None
) -> dict[str, list[Dose]]:
    """Return the doses of some medicines between two moments, by name."""
    kept = Amount.objects.filter(
        reading__person=person, factor__name__in=names, reading__time__gt=after, reading__time__lt=before
    )
    if besides:
        kept = kept.exclude(reading=besides)
    found: dict[str, list[Dose]] = {name: [] for name in names}
    for name, at, amount in kept.values_list("factor__name", "reading__time", "value"):
        found[name].append((at, amount))
    return found


def warning(one: Over) -> str:
    """Return what goes over the most in a day, in words."""
    unit = one.asked.factor.unit
    said = _("%(what)s: with this, %(total)s in 24 hours. The daily maximum is %(most)s.")
    most = measure(one.asked.daily_max or 0.0, unit)
    return said % {"what": one.asked.label, "total": measure(one.total, unit), "most": most}


def is_late(tapped: Tap | None) -> bool:
    """Return whether a form waited on a phone: what it says has happened, and is kept without asking again."""
    return tapped is not None and local_now() - tapped.moment > _WAITED


def note(person: Person, factor: diaries.Factor, amount: float, moment: datetime) -> Reading:
    """Write down a dose at a moment, beside what the reading of that moment says where there is one."""
    entry = store.Entry.at(moment, amounts={factor: amount})
    there = person.readings.filter(time=entry.time).first()
    if there is None:
        return store.record(person, entry)
    kept = store.Entry.of(there)
    both = {**kept.amounts, factor: kept.amounts.get(factor, 0.0) + amount}
    store.correct(there, replace(kept, amounts=both))
    return there


def of_reading(reading: Reading) -> list[Over]:
    """Return the medicines in a reading of which the 24 hours around it hold more than the most in a day."""
    return over(reading.person, store.Entry.of(reading).amounts, reading.time, reading)
