"""What the reader chose: the hour their day ends, light or dark, and the size of the text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from http.cookies import SimpleCookie

import pytest
from django.test import Client

from espalda.web import store
from espalda.web.models import CachedFindings, Person


def test_the_day_ends_when_the_person_sleeps(client: Client, own: Person) -> None:
    store.record(own, store.Entry(datetime(2026, 3, 2, 2, tzinfo=UTC), 60, pain=3.0))
    assert [reading.day for reading in own.readings.all()] == [date(2026, 3, 1)]
    assert client.post("/settings/", {"starts": "2.5"})["Location"] == "/settings/?saved=1"
    own.refresh_from_db()
    assert own.day_starts_h == 2.5
    assert [reading.day for reading in own.readings.all()] == [date(2026, 3, 2)]


def test_another_end_of_the_day_makes_the_findings_old(client: Client, filled: Person) -> None:
    store.findings(filled, "en")
    fresh = CachedFindings.objects.get(person=filled).fingerprint
    client.post("/settings/", {"starts": "6.0"})
    assert CachedFindings.objects.get(person=filled).fingerprint != fresh


@pytest.mark.parametrize("starts", ["", "25", "-1", "mañana", "4.25"])
def test_an_hour_that_is_none_is_refused(client: Client, own: Person, starts: str) -> None:
    assert client.post("/settings/", {"starts": starts}).status_code == 422
    own.refresh_from_db()
    assert own.day_starts_h == 4.0


@pytest.mark.parametrize(
    ("theme", "scheme", "dark"),
    [
        ("system", 'content="light dark"', 'media="screen and (prefers-color-scheme: dark)"'),
        ("dark", 'content="dark"', 'dark.css" media="screen"'),
        ("light", 'content="light"', None),
    ],
)
def test_light_and_dark_are_the_servers_word_from_the_first_byte(
    client: Client, own: Person, theme: str, scheme: str, dark: str | None
) -> None:
    client.post("/settings/look/", {"theme": theme, "size": "large"})
    page = client.get("/").content.decode()
    assert f'data-theme="{theme}" data-size="large"' in page
    assert scheme in page
    assert (dark in page) if dark else ("dark.css" not in page)


def test_what_no_one_offers_is_refused_and_a_cookie_of_it_does_nothing(client: Client, own: Person) -> None:
    assert client.post("/settings/look/", {"theme": "pink"}).status_code == 400
    assert client.post("/settings/look/", {"size": "9"}).status_code == 400
    client.cookies = SimpleCookie({"theme": '"><script>', "size": "9"})
    assert 'data-theme="system" data-size="usual"' in client.get("/").content.decode()


def test_in_the_demonstration_one_may_look_as_one_likes_and_change_nothing(in_demo: Client, demo: Person) -> None:
    assert in_demo.post("/settings/look/", {"theme": "dark", "size": "huge"}).status_code == 302
    assert in_demo.post("/settings/", {"starts": "6.0"}).status_code == 403
    assert 'name="starts"' not in in_demo.get("/settings/").content.decode()
