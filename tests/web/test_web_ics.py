"""The calendar file, read back: the times of the person's clock, with their alarms, each under a name that stays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from icalendar import Calendar, Timezone

from espalda.web import ics
from espalda.web.models import Person

NOW = datetime(2026, 3, 3, 7, tzinfo=UTC)


@pytest.fixture
def person(own: Person) -> Person:
    own.time_zone = "Europe/Madrid"
    own.save()
    own.reminders.create(at=time(8), days=127)
    own.reminders.create(at=time(21, 30), days=0b0010001)
    return own


def events(person: Person, now: datetime = NOW) -> list[Any]:
    made = ics.calendar(person, now)
    assert made
    return list(Calendar.from_ical(made).walk("VEVENT"))


def test_the_times_and_days_come_back(person: Person) -> None:
    first, second = events(person)
    assert first["DTSTART"].dt == datetime(2026, 3, 3, 8, tzinfo=ZoneInfo("Europe/Madrid"))
    assert first["RRULE"]["FREQ"] == ["WEEKLY"]
    assert first["RRULE"]["BYDAY"] == ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
    # A Tuesday: the first that is a Monday or a Friday.
    assert second["DTSTART"].dt == datetime(2026, 3, 6, 21, 30, tzinfo=ZoneInfo("Europe/Madrid"))
    assert second["RRULE"]["BYDAY"] == ["MO", "FR"]


def test_each_rings_at_its_moment_and_says_only_that_it_is_time(person: Person) -> None:
    for event in events(person):
        (alarm,) = event.walk("VALARM")
        assert (alarm["ACTION"], alarm["TRIGGER"].dt) == ("DISPLAY", timedelta())
        assert alarm["DESCRIPTION"] == event["SUMMARY"] == "Hora de una lectura"
        assert "DESCRIPTION" not in event


def test_the_zone_is_told_with_its_changes_of_clock(person: Person) -> None:
    (zone,) = Calendar.from_ical(ics.calendar(person, NOW) or b"").walk("VTIMEZONE")
    assert isinstance(zone, Timezone)
    assert zone["TZID"] == "Europe/Madrid"
    read = zone.to_tz()
    for day, offset in ((date(2026, 3, 28), 1), (date(2026, 3, 30), 2), (date(2026, 11, 1), 1)):
        moment = datetime.combine(day, time(8), read)
        assert moment.utcoffset() == timedelta(hours=offset)


def test_a_file_brought_in_again_replaces_the_one_before(person: Person) -> None:
    before = {event["UID"]: event["SEQUENCE"] for event in events(person)}
    person.reminders.filter(at=time(8)).update(days=1)
    after = {event["UID"]: event["SEQUENCE"] for event in events(person, NOW + timedelta(hours=1))}
    assert len(before) == 2
    assert before.keys() == after.keys()
    assert all(after[uid] > before[uid] for uid in before)


def test_two_people_with_the_same_time_have_different_ones(person: Person, demo: Person) -> None:
    demo.reminders.create(at=time(8), days=127)
    assert not {event["UID"] for event in events(person)} & {event["UID"] for event in events(demo)}


def test_what_is_in_the_quiet_hours_stays_out(person: Person) -> None:
    person.quiet_from, person.quiet_to = time(21), time(7)
    assert [event["DTSTART"].dt.time() for event in events(person)] == [time(8)]
    person.quiet_to = time(9)
    assert ics.calendar(person, NOW) is None


def test_it_is_downloaded_as_a_calendar(client: Client, person: Person) -> None:
    answer = client.get("/settings/reminders/espalda.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    assert 'filename="espalda.ics"' in answer["Content-Disposition"]
    assert answer.content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))


def test_without_times_there_is_no_file(client: Client, own: Person) -> None:
    assert client.get("/settings/reminders/espalda.ics").status_code == 404
