"""What a phone needs to write without network: the app, its worker, the page; and the moment of a tap, set right."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta
from datetime import timezone as fixed_zone

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.web.conftest import OWN_WORD

from espalda import __version__
from espalda.web import lock, once
from espalda.web.models import Person
from espalda.web.views import offline

BOGOTA = fixed_zone(timedelta(hours=-5))


@pytest.mark.parametrize(("lang", "name"), [("es", "Nueva lectura"), ("en", "New reading")])
def test_the_app_is_installed_in_the_reader_s_language(client: Client, own: Person, lang: str, name: str) -> None:
    response = client.get(f"/manifest.webmanifest?lang={lang}")
    told = response.json()
    assert response["Content-Type"] == "application/manifest+json"
    assert (told["lang"], told["display"], told["scope"]) == (lang, "standalone", "/")
    assert (told["shortcuts"][0]["name"], told["shortcuts"][0]["url"]) == (name, "/")
    assert [(icon["sizes"], icon["purpose"]) for icon in told["icons"]] == [
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    ]
    for icon in told["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/"))


def test_the_worker_serves_every_page_and_changes_with_what_it_keeps(
    client: Client, own: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    response = client.get("/sw.js")
    assert response["Content-Type"] == "text/javascript"
    assert response["Cache-Control"] == "private, no-cache"
    before = response.content.decode()
    assert f'VERSION = "{__version__}-' in before
    for name in re.findall(r'"/static/([^"?]+)"', before):
        assert finders.find(name), name
    offline._worker.cache_clear()
    read = offline._static
    monkeypatch.setattr(offline, "_static", lambda name: read(name) + (b" " if name == "style.css" else b""))
    after = client.get("/sw.js").content.decode()
    offline._worker.cache_clear()
    assert before.splitlines()[0] != after.splitlines()[0]


def test_the_page_to_write_on_has_the_forms_and_nothing_that_was_written(
    client: Client, filled: Person, settings: Settings
) -> None:
    settings.TIME_ZONE = "Europe/Madrid"
    page = client.get("/offline/", headers={"accept-language": "es-ES"}).content.decode()
    for path in ("/", "/spasm/", "/spasm/over/", "/medicines/", "/walks/by-hand/"):
        assert re.search(rf'<form method="post" action="{path}"[^>]*data-keep=', page), path
    assert OWN_WORD in page.lower()  # a factor of their own, to be written down
    assert "Una nota" not in page
    assert "tel:112" in page
    names = re.findall(r' id="([^"]+)"', page)
    assert len(names) == len(set(names))


def test_at_the_door_it_has_no_form(client: Client, filled: Person) -> None:
    lock.change(filled, "tres gatos")
    page = client.get("/offline/").content.decode()
    assert "data-keep" not in page.replace("data-kept", "")
    assert OWN_WORD not in page.lower()
    assert client.get("/sync/").status_code == 401


def test_the_script_is_told_whose_diary_is_open(client: Client, own: Person, demo: Person) -> None:
    told = client.get("/sync/")
    assert told["Cache-Control"] == "no-store"
    assert told.json()["who"] == once.who(own)
    assert abs(told.json()["now_ms"] / 1000 - timezone.now().timestamp()) < 10
    client.cookies["diary"] = "demo"
    assert client.get("/sync/").json()["who"] == ""


def test_each_alarm_is_an_emergency_by_itself() -> None:
    assert len(offline._alarms("es")) == len(offline._alarms("en")) > 3


# The moment of a tap -------------------------------------------------------------------------------------------------


def now() -> datetime:
    return timezone.now().replace(microsecond=0)


def tapped(at: datetime, ahead: timedelta = timedelta(), **fields: str) -> dict[str, str]:
    """Return a form kept on a phone whose clock is so far ahead."""
    moment = (at + ahead).astimezone(BOGOTA).isoformat()
    return {"pain": "4", "form_id": str(uuid.uuid4()), "tapped": moment, "ahead": str(ahead.total_seconds()), **fields}


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(hours=3), timedelta(days=-400)], ids=str)
def test_now_is_when_it_was_tapped_by_the_server_s_clock(client: Client, own: Person, ahead: timedelta) -> None:
    at = now() - timedelta(hours=7)
    assert client.post("/", tapped(at, ahead)).status_code == 302
    kept = own.readings.get()
    assert (kept.time, kept.utc_offset_min) == (at, -300)


def test_clocks_that_differ_by_seconds_are_left_as_they_are(client: Client, own: Person) -> None:
    at = now() - timedelta(hours=1)
    client.post("/", tapped(at, ahead=timedelta(seconds=0)) | {"ahead": "90"})
    assert own.readings.get().time == at


def test_a_clock_that_was_set_meanwhile_makes_no_moment_to_come(client: Client, own: Person) -> None:
    client.post("/", tapped(now() + timedelta(days=2)))
    assert abs(own.readings.get().time - now()) < timedelta(seconds=10)


def test_several_of_the_same_second_are_all_kept_in_order(client: Client, own: Person) -> None:
    at = now() - timedelta(hours=1)
    for pain in "345":
        assert client.post("/", tapped(at, pain=pain)).status_code == 302
    assert [reading.pain for reading in own.readings.all()] == [3, 4, 5]


def test_a_moment_read_off_a_clock_that_is_ahead_is_set_right(
    client: Client, own: Person, no_clock_changes: None
) -> None:
    ahead = timedelta(hours=3)
    written = (now() + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    client.post("/", tapped(now(), ahead, when=written))
    assert abs(own.readings.get().time - (now() - timedelta(hours=1))) < timedelta(minutes=2)
    response = client.post("/", tapped(now(), ahead, when="2999-01-01T10:00"))
    assert response.status_code == 422


def test_an_hour_ago_is_an_hour_before_the_tap(client: Client, own: Person) -> None:
    at = now() - timedelta(hours=7)
    client.post("/spasm/", tapped(at, spasm="2", when="hour"))
    assert own.readings.get().time == at - timedelta(hours=1)


@pytest.mark.parametrize(
    "unreadable",
    [
        {"tapped": ""},
        {"tapped": "yesterday"},
        {"tapped": "2026-03-01T10:00:00"},
        {"tapped": "2026-03-01T10:00:00+23:00"},
        {"tapped": "0001-01-01T00:00:00+14:00"},
        {"tapped": "1969-12-01T00:00:00+00:00"},
        {"ahead": "nan"},
        {"ahead": "1e300"},
        {"ahead": "soon"},
    ],
    ids=str,
)
def test_a_tap_that_can_not_be_read_is_the_moment_it_arrives(
    client: Client, own: Person, unreadable: dict[str, str]
) -> None:
    at = datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert client.post("/", tapped(at) | unreadable).status_code == 302
    assert abs(own.readings.get().time - now()) < timedelta(seconds=10)
