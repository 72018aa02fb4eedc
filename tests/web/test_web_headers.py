"""The headers every answer carries, whatever it answers."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from espalda.web import store
from espalda.web.models import Person

ADDRESSES = [
    "/",
    "/diary/",
    "/triggers/",
    "/safety/",
    "/safety/rules/",
    "/causes/",
    "/file/",
    "/file/espalda.csv",
    "/nowhere/",
    "/switch/",
    "/static/espalda/style.css",
    "/static/espalda/icon.svg",
    "/static/espalda/take.js",
    "/static/espalda/app.js",
    "/sw.js",
    "/sync/",
    "/offline/",
    "/manifest.webmanifest",
]
POLICY = {
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "script-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}


CHOSEN = ("diary", "country", "theme", "size")
"""The cookies of what a reader chose."""


def choose(client: Client) -> None:
    client.post("/switch/", {"diary": "own"})
    client.post("/safety/country/", {"country": "ES"})
    client.post("/settings/look/", {"theme": "dark", "size": "large"})


def headers(client: Client, address: str) -> Mapping[str, str]:
    response = client.get(address)
    response.close()
    return response.headers


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_content_policy_is_on_every_answer(client: Client, own: Person, address: str) -> None:
    policy = headers(client, address)["Content-Security-Policy"]
    assert set(policy.split("; ")) == POLICY


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_other_headers_are_on_every_answer(client: Client, own: Person, address: str) -> None:
    given = headers(client, address)
    assert given["X-Content-Type-Options"] == "nosniff"
    assert given["Referrer-Policy"] == "same-origin"
    assert given["Cross-Origin-Opener-Policy"] == "same-origin"
    assert given["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in given["Permissions-Policy"]
    assert "Access-Control-Allow-Origin" not in given


@pytest.mark.parametrize(
    "address", ["/", "/diary/", "/triggers/", "/safety/", "/safety/rules/", "/safety/about-you/", "/file/"]
)
def test_no_page_has_anything_inline_or_from_elsewhere(client: Client, filled: Person, address: str) -> None:
    page = client.get(address).content.decode()
    assert re.findall(r'<script(?! [^>]*src="/static/espalda/[a-z]+\.js"[^>]*></script>)', page) == []
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page
    assert "http://" not in page.replace("http://testserver", "")
    assert "https://" not in page


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client: Client, own: Person) -> None:
    client.get("/")
    client.post("/language/", {"language": "en"})
    choose(client)
    for name in ("csrftoken", "django_language", *CHOSEN):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"


def test_where_there_is_tls_what_was_chosen_never_travels_in_the_clear(
    client: Client, own: Person, settings: Settings
) -> None:
    choose(client)
    assert not any(client.cookies[name]["secure"] for name in CHOSEN)
    settings.SESSION_COOKIE_SECURE = True
    choose(client)
    assert all(client.cookies[name]["secure"] for name in CHOSEN)


def test_another_host_name_is_refused(client: Client, own: Person) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_a_failure_says_so_in_both_languages_and_shows_nothing_of_the_inside(
    client: Client, own: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "load", lambda _person: 1 / 0)
    client.raise_request_exception = False
    response = client.get("/triggers/")
    assert response.status_code == 500
    assert "Algo ha fallado" in response.content.decode()
    assert "Something went wrong" in response.content.decode()
    assert "ZeroDivision" not in response.content.decode()
    assert "default-src 'none'" in response["Content-Security-Policy"]
