"""The lock of the diary on a machine of one's own: closed until the passphrase is given, and honest on what it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.web.conftest import DEMO_WORD, OWN_WORD

from espalda.web import lock
from espalda.web.models import Person
from espalda.web.urls import urlpatterns

PHRASE = "tres gatos verdes"
DOOR = {"unlock", "switch", "language", "safety-country", "shared", "shared-findings", "shared-walks"}
DOOR |= {"manifest", "worker", "offline"}


@pytest.fixture(autouse=True)
def nothing_counted(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def locked(filled: Person) -> Person:
    lock.change(filled, PHRASE)
    return filled


def unlock(client: Client, phrase: str = PHRASE, **more: str) -> Any:
    return client.post(reverse("unlock"), {"passphrase": phrase, **more})


@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda pattern: pattern.name)
def test_a_locked_diary_opens_no_page_but_the_door(client: Client, locked: Person, pattern: URLPattern) -> None:
    reading = locked.readings.first()
    assert reading
    given = {"pk": reading.pk, "token": "x"}
    address = reverse(pattern.name or "", kwargs={name: given[name] for name in pattern.pattern.converters})
    for response in (client.get(address), client.post(address, {"pain": "3"})):
        assert OWN_WORD not in response.content.decode().lower()
        if pattern.name not in DOOR:
            assert response.status_code in (302, 401, 405)
    assert locked.readings.count() == 20


def test_the_passphrase_is_asked_once_and_leads_where_one_was_going(client: Client, locked: Person) -> None:
    assert client.get("/diary/?span=90").headers["Location"] == "/unlock/?next=%2Fdiary%2F%3Fspan%3D90"
    assert unlock(client, next="/diary/?span=90").headers["Location"] == "/diary/?span=90"
    assert OWN_WORD in client.get("/diary/").content.decode().lower()
    kept = client.cookies["unlocked"]
    assert kept["httponly"]
    assert kept["samesite"] == "Lax"
    assert kept["max-age"] == ""  # it ends with the browser
    assert unlock(client, next="https://evil.example/").headers["Location"] == "/"


def test_a_wrong_passphrase_opens_nothing(client: Client, locked: Person) -> None:
    for wrong in ("", "tres gatos", PHRASE.upper(), f" {PHRASE}", "x" * 500):
        assert unlock(client, wrong).status_code == 422
        cache.clear()
    assert client.get("/").status_code == 302


def test_guessing_is_stopped(client: Client, locked: Person) -> None:
    for _guess in range(5):
        unlock(client, "no es esta")
    assert "Espera cinco minutos" in unlock(client).content.decode()
    assert client.get("/").status_code == 302


def test_a_cookie_of_ones_own_making_opens_nothing(client: Client, locked: Person) -> None:
    for made in ("yes", "yes:1:2", ""):
        client.cookies["unlocked"] = made
        assert client.get("/").status_code == 302


def test_lock_now_closes_this_browser(client: Client, locked: Person) -> None:
    unlock(client)
    assert 'action="/lock/"' in client.get("/").content.decode()
    assert client.post("/lock/").headers["Location"] == "/unlock/"
    assert client.get("/").status_code == 302


def test_a_browser_that_never_ends_its_session_is_asked_again_after_a_day(
    client: Client, locked: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlock(client)
    later = (timezone.now() + timedelta(days=1)).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert client.get("/").status_code == 302


def test_setting_changing_and_removing_it(client: Client, filled: Person) -> None:
    assert client.get("/").status_code == 200
    assert client.post("/settings/lock/", {"new": PHRASE, "again": PHRASE}).status_code == 302
    assert client.get("/").status_code == 200  # who set it is not asked at once
    other = Client()
    assert other.get("/").status_code == 302
    unlock(other)
    changed = {"current": PHRASE, "new": "otra clave", "again": "otra clave"}
    assert client.post("/settings/lock/", changed).status_code == 302
    assert other.get("/").status_code == 302
    assert client.post("/settings/lock/", {"current": PHRASE, "remove": "yes"}).status_code == 422
    assert client.post("/settings/lock/", {"current": "otra clave", "remove": "yes"}).status_code == 302
    assert other.get("/").status_code == 200


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"new": "corta", "again": "corta"}, "seis caracteres o más"),
        ({"new": PHRASE, "again": "otra cosa"}, "Las dos no son iguales."),
        ({}, "obligatorio"),
    ],
)
def test_what_is_wrong_with_a_new_one_is_said(client: Client, own: Person, sent: dict[str, str], said: str) -> None:
    response = client.post("/settings/lock/", sent)
    assert response.status_code == 422
    assert said in response.content.decode()
    own.refresh_from_db()
    assert own.passphrase == ""


def test_it_is_kept_hashed(own: Person) -> None:
    lock.change(own, PHRASE)
    own.refresh_from_db()
    assert PHRASE not in own.passphrase


def test_the_page_says_what_it_does_not_protect_from(client: Client, own: Person) -> None:
    assert "No cifra nada." in client.get("/settings/lock/").content.decode()


def test_what_was_written_when_it_locked_is_given_back(client: Client, locked: Person) -> None:
    sent = {"pain": "4", "note": "anoche"}
    page = client.post("/", sent)
    assert page.status_code == 401
    assert '<input type="hidden" name="note" value="anoche">' in page.content.decode()
    unlock(client)
    assert client.post("/", sent).status_code == 302


def test_the_door_has_help_for_an_emergency_and_the_example(
    client: Client, locked: Person, demo: Person, settings: Settings
) -> None:
    settings.TIME_ZONE = "Europe/Madrid"
    page = client.get("/unlock/", headers={"accept-language": "es-ES"}).content.decode()
    assert 'href="tel:112"' in page
    client.post("/switch/", {"diary": "demo"})
    assert DEMO_WORD in client.get("/diary/").content.decode().lower()
    assert client.get("/safety/").status_code == 200


def test_a_diary_without_passphrase_has_no_door(client: Client, own: Person) -> None:
    assert client.get("/unlock/").headers["Location"] == "/"
    assert "/lock/" not in client.get("/diary/").content.decode().replace("/settings/lock/", "")
