"""The gate: every view has one, nobody sees the other diary, and the demonstration is never written to."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from tests.web.conftest import DEMO_WORD, OWN_WORD

from espalda.web.models import Person, Reading
from espalda.web.urls import urlpatterns

PAGES = [
    "home",
    "spasm",
    "settings",
    "diary",
    "triggers",
    "safety",
    "safety-facts",
    "safety-rules",
    "causes",
    "walks",
    "file",
    "file-download",
    "reminders",
]
OF_A_READING = ["reading", "reading-edit", "reading-delete"]
POSTS = [
    "home",
    "walks",
    "walks-by-hand",
    "walks-undo",
    "walks-every",
    "spasm",
    "spasm-over",
    "settings",
    "reading-undo",
    "file",
    "file-columns",
    "file-erase",
    "safety-facts",
    "safety-aside",
    "reminders",
    "reminders-quiet",
    "reminders-webhook",
    "reminders-device",
    "reminders-test",
]


@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda pattern: pattern.name)
def test_every_view_has_the_gate(pattern: URLPattern) -> None:
    assert getattr(pattern.callback, "gated", False)


@pytest.mark.parametrize("name", PAGES)
def test_own_page_shows_nothing_of_the_demonstration(client: Client, filled: Person, demo: Person, name: str) -> None:
    page = client.get(reverse(name)).content.decode()
    assert DEMO_WORD not in page.lower()


@pytest.mark.parametrize("name", PAGES)
def test_demonstration_shows_nothing_of_ones_own(in_demo: Client, filled: Person, name: str) -> None:
    page = in_demo.get(reverse(name)).content.decode()
    assert OWN_WORD not in page.lower()


def test_the_words_are_there_to_be_seen(client: Client, filled: Person, demo: Person) -> None:
    """Else the two tests above would pass on empty pages."""
    assert OWN_WORD in client.get(reverse("diary")).content.decode().lower()
    client.cookies["diary"] = "demo"
    assert DEMO_WORD in client.get(reverse("diary")).content.decode().lower()


@pytest.mark.parametrize("name", OF_A_READING)
def test_a_reading_of_the_other_diary_is_not_there(client: Client, own: Person, demo: Person, name: str) -> None:
    theirs = demo.readings.first()
    assert theirs
    address = reverse(name, args=[theirs.pk])
    assert client.post(address).status_code in (404, 405)
    if name != "reading-delete":
        assert client.get(address).status_code == 404
    assert demo.readings.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize("name", OF_A_READING)
def test_own_reading_is_not_there_in_the_demonstration(in_demo: Client, reading: Reading, name: str) -> None:
    address = reverse(name, args=[reading.pk])
    assert in_demo.post(address, {"pain": "1"}).status_code in (403, 405)
    assert in_demo.get(address).status_code in (302, 404, 405)
    assert Reading.objects.get(pk=reading.pk).pain == 4.0


@pytest.mark.parametrize("name", POSTS)
def test_the_demonstration_is_not_written_to(in_demo: Client, demo: Person, name: str) -> None:
    before = demo.readings.count()
    response = in_demo.post(reverse(name), {"pain": "3"})
    assert response.status_code == 403
    assert "El ejemplo es solo para mirar" in response.content.decode()
    assert demo.readings.count() == before


def test_an_unknown_cookie_opens_ones_own(client: Client, filled: Person, demo: Person) -> None:
    client.cookies["diary"] = "admin"
    assert OWN_WORD in client.get(reverse("diary")).content.decode().lower()


@pytest.mark.parametrize("name", PAGES)
def test_the_demonstration_says_it_is_invented(in_demo: Client, name: str) -> None:
    if name != "file-download":
        assert "Datos inventados" in in_demo.get(reverse(name)).content.decode()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("home", "put"),
        ("diary", "post"),
        ("triggers", "post"),
        ("file", "delete"),
        ("file-download", "post"),
        ("file-archive", "post"),
        ("file-columns", "delete"),
        ("file-erase", "put"),
        ("safety", "put"),
        ("walks", "delete"),
        ("walks-by-hand", "put"),
        ("walks-undo", "get"),
        ("walks-every", "get"),
        ("safety-answer", "post"),
        ("safety-aside", "get"),
        ("safety-facts", "put"),
        ("safety-country", "get"),
        ("safety-rules", "post"),
        ("causes", "post"),
        ("reading-undo", "get"),
        ("reminders", "put"),
        ("reminders-quiet", "get"),
        ("reminders-webhook", "get"),
        ("reminders-device", "get"),
        ("reminders-test", "get"),
        ("reminders-calendar", "post"),
        ("switch", "get"),
        ("language", "get"),
    ],
)
def test_a_wrong_method_is_refused(client: Client, own: Person, name: str, wrong: str) -> None:
    assert getattr(client, wrong)(reverse(name)).status_code == 405


@pytest.mark.parametrize(("name", "wrong"), [("reading", "post"), ("reading-edit", "put"), ("reading-delete", "get")])
def test_a_wrong_method_on_a_reading_is_refused(client: Client, reading: Reading, name: str, wrong: str) -> None:
    assert getattr(client, wrong)(reverse(name, args=[reading.pk])).status_code == 405


@pytest.mark.parametrize("address", ["/triggers/?again={}", "/safety/?reading={}", "/reading/{}/", "/diary/?page={}"])
def test_a_number_of_any_length_is_no_failure(client: Client, own: Person, address: str) -> None:
    for digits in (19, 5000):
        assert client.get(address.format("9" * digits)).status_code in (200, 404)


def test_a_form_without_its_token_is_refused(own: Person) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(reverse("home"), {"pain": "3"})
    assert response.status_code == 403
    assert "no se ha guardado nada" in response.content.decode()
    assert not own.readings.exists()
