"""When a reminder is due, on the person's own clock: nothing here knows of the database or of the hour it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

LATE: Final = timedelta(hours=3)
"""Ours: a machine that slept reminds so much later at most; then the moment has passed."""

EVERY_DAY: Final = 127


def due(at: time, days: int, zone: tzinfo, since: datetime, now: datetime) -> datetime | None:
    """Return the last moment after `since` and not after `now` at which a reminder rings; None without one, or if late.

    `days` are bits, Monday first. A time the clock skips in spring rings as if it had not been put forward yet, one
    that comes twice in autumn rings the first time: as a calendar does (RFC 5545, 3.3.5).
    """
    today = now.astimezone(zone).date()
    for day in (today, today - timedelta(days=1)):
        moment = datetime.combine(day, at, zone).astimezone(UTC)
        if is_on(days, day) and since < moment <= now and now - moment <= LATE:
            return moment
    return None


def is_on(days: int, day: date) -> bool:
    """Return whether the day's bit is set."""
    return bool(days >> day.weekday() & 1)


def is_quiet(clock: time, start: time | None, end: time | None) -> bool:
    """Return whether a time of day is within the quiet hours, of which the first minute is one and the last is not."""
    if start is None or end is None:
        return False
    return start <= clock < end if start <= end else clock >= start or clock < end
