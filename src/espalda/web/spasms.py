"""The spasm a person is in: the diary itself is its state, and a reading of grade 0 closes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median
from typing import Final, Literal, NamedTuple

import numpy as np
from django.db.models import QuerySet

from espalda.diary import Spasm, find_spasms, make_diary
from espalda.web import store
from espalda.web.models import Person, Reading

CANT_STAND: Final = 4
"""The grade that brings the safety questions up."""
UNSEEN: Final = timedelta(hours=48)
"""Ours: after this long without a grade, an open spasm is asked about."""
_WAKING_H: Final = 7.5
_LOOKED_AT: Final = timedelta(days=14)


def current(person: Person) -> Spasm | None:
    """Return the spasm nothing has closed yet."""
    graded = person.readings.filter(spasm__isnull=False)
    return _last(graded, graded.filter(spasm=0).last())


def closed_by(reading: Reading) -> Spasm | None:
    """Return the spasm that a reading of grade 0 closed."""
    if reading.spasm != 0:
        return None
    graded = reading.person.readings.filter(spasm__isnull=False, time__lte=reading.time)
    return _last(graded, graded.filter(spasm=0, time__lt=reading.time).last())


def _last(graded: QuerySet[Reading], none: Reading | None) -> Spasm | None:
    """Return the last spasm of some readings, of those after `none` where there is one."""
    spells = spasms_of(graded.filter(time__gt=none.time) if none else graded)
    return spells[-1] if spells else None


class Noted(NamedTuple):
    """The reading a grade was written in, and whether that corrected it or saved a new one."""

    reading: Reading
    done: Literal["saved", "corrected"]


def note(person: Person, moment: datetime, grade: float) -> Noted:
    """Write down the grade at a moment, in the reading of that moment where there is one."""
    entry = store.Entry.at(moment, spasm=grade)
    there = person.readings.filter(time=entry.time).first()
    if there is None:
        return Noted(store.record(person, entry), "saved")
    if there.spasm != grade:
        store.correct(there, replace(store.Entry.of(there), spasm=grade))
    return Noted(there, "corrected")


def usual_waking(person: Person, now: datetime) -> datetime:
    """Return the moment the person woke on the day it is: when their first readings of late were, else half past 7."""
    today = person.day_of(now)
    hours: dict[object, float] = {}
    for reading in person.readings.filter(time__gte=now - _LOOKED_AT):
        hours.setdefault(reading.day, reading.local_time.hour + reading.local_time.minute / 60)
    early = [hour for hour in hours.values() if person.day_starts_h <= hour < 12]
    minutes = 5 * round(12 * (median(early) if early else _WAKING_H))
    return datetime(today.year, today.month, today.day, minutes // 60, minutes % 60, tzinfo=now.tzinfo)


def spasms_of(readings: Iterable[Reading]) -> tuple[Spasm, ...]:
    """Return the spasms of some readings, the earliest first."""
    rows = list(readings)
    times = np.array([row.time.replace(tzinfo=None) for row in rows], dtype="datetime64[us]")
    grades = np.array([row.spasm for row in rows], np.float64)
    return find_spasms(make_diary(times, [row.utc_offset_min for row in rows], spasm=grades))
