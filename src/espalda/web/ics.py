"""The reminders as a calendar file (RFC 5545), which a phone's own calendar rings by, with nothing else running."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.utils.crypto import salted_hmac
from icalendar import Alarm, Calendar, Event

from espalda.web import schedule
from espalda.web.models import Person, Reminder
from espalda.web.reminders import message

_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LASTS: Final = timedelta(minutes=5)


def calendar(person: Person, now: datetime) -> bytes | None:
    """Return the person's reminders, on their clock, but for those in their quiet hours; None where that is none.

    A reminder keeps its UID, so that a file brought in again replaces what came before.
    """
    events = list(_events(person, person.reminders.all(), now))
    if not events:
        return None
    made = Calendar()
    made.add("prodid", "-//Espalda//Reminders//")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    for event in events:
        made.add_component(event)
    made.add_missing_timezones()
    written: bytes = made.to_ical()
    return written


def _events(person: Person, reminders: Iterable[Reminder], now: datetime) -> Iterable[Event]:
    zone, text = person.zone, message(person).text
    today = now.astimezone(zone).date()
    week = [today + timedelta(days=n) for n in range(7)]
    for one in reminders:
        days = [day for day in week if schedule.is_on(one.days, day)]
        if not days or schedule.is_quiet(one.at, person.quiet_from, person.quiet_to):
            continue
        event = Event()
        event.add("uid", salted_hmac("espalda.reminder", f"{person.pk} {one.at:%H:%M:%S}").hexdigest())
        event.add("dtstamp", now)
        event.add("sequence", int(now.timestamp()) // 60)
        event.add("summary", text)
        event.add("dtstart", datetime.combine(days[0], one.at, zone))
        event.add("duration", _LASTS)
        event.add("transp", "TRANSPARENT")
        event.add("rrule", {"freq": "weekly", "byday": [_DAYS[n] for n in sorted(day.weekday() for day in days)]})
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", text)
        alarm.add("trigger", timedelta())
        event.add_component(alarm)
        yield event
