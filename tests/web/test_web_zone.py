"""Each person's own clock."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from espalda.web.models import Person


@pytest.fixture(autouse=True)
def in_madrid(settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Madrid"


def test_a_chosen_zone_is_kept_and_written_by(client: Client, own: Person) -> None:
    assert client.post("/settings/time-zone/", {"time_zone": "America/Bogota"}).status_code == 302
    client.post("/", {"pain": "4", "when": "2026-03-01T08:00"})
    assert own.readings.get().time == datetime(2026, 3, 1, 13, tzinfo=ZoneInfo("UTC"))
    assert own.readings.get().utc_offset_min == -300


def test_without_one_it_is_the_machines(client: Client, own: Person) -> None:
    client.post("/", {"pain": "4", "when": "2026-03-01T08:00"})
    assert own.readings.get().utc_offset_min == 60


def test_the_clock_of_one_request_is_not_left_for_the_next(client: Client, own: Person) -> None:
    Person.objects.update(time_zone="America/Bogota")
    client.get("/")
    assert timezone.get_current_timezone_name() == "Europe/Madrid"


def test_a_file_without_offsets_is_read_by_it(client: Client, own: Person) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    Person.objects.update(time_zone="America/Bogota")
    client.post("/file/", {"diary": SimpleUploadedFile("d.csv", b"time,pain\n2026-03-01T08:00,3\n")})
    assert own.readings.get().utc_offset_min == -300


def test_no_other_zone_is_taken(client: Client, own: Person) -> None:
    for wrong in ("Europe/Atlantis", "../etc/passwd", "localtime"):
        assert client.post("/settings/time-zone/", {"time_zone": wrong}).status_code == 422
    own.refresh_from_db()
    assert own.time_zone == ""


def test_the_emergency_number_is_that_of_the_persons_zone(client: Client, own: Person) -> None:
    Person.objects.update(time_zone="America/New_York")
    assert 'href="tel:911"' in client.get("/safety/").content.decode()
