"""Behind a proxy that speaks TLS: cookies travel over TLS alone, and only the proxy's word is taken for who asks."""

from __future__ import annotations

import http.client
import re
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from tests.web.test_web_server import serving


def asked(
    address: str, method: str = "GET", path: str = "/", body: str = "", **headers: str
) -> tuple[http.client.HTTPResponse, str]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    return answer, page


def switch(address: str, **headers: str) -> int:
    """Send a form as a browser does that reached the server by https."""
    answer, page = asked(address, Host="localhost", **headers)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    cookie = re.search(r"csrftoken=(\w+)", str(answer.headers))
    assert token
    assert cookie
    sent = {"csrfmiddlewaretoken": token[1], "diary": "demo"}
    given = {"Cookie": f"csrftoken={cookie[1]}", "Origin": "https://localhost", "Host": "localhost", **headers}
    given["Content_Type"] = "application/x-www-form-urlencoded"
    return asked(address, "POST", "/switch/", urlencode(sent), **given)[0].status


def test_cookies_are_for_tls_and_the_proxys_word_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESPALDA_HTTPS", "1")
    with serving(tmp_path / "data") as (_process, address):
        answer, _page = asked(address)
        assert "Secure" in answer.headers["Set-Cookie"]
        assert switch(address, X_Forwarded_Proto="https", X_Forwarded_For="192.0.2.7") == 302
        assert switch(address) == 403  # it was not reached by https, whatever its origin says


def test_without_a_proxy_nobodys_word_is_taken(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as (_process, address):
        assert "Secure" not in asked(address)[0].headers["Set-Cookie"]
        assert switch(address, X_Forwarded_Proto="https") == 403


def test_it_answers_to_the_names_it_was_told_and_to_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESPALDA_HOSTS", "back.example.org, espalda.lan")
    with serving(tmp_path / "data") as (_process, address):
        for host, status in (
            ("localhost", 200),
            ("back.example.org", 200),
            ("espalda.lan", 200),
            ("evil.example", 400),
        ):
            assert asked(address, Host=host)[0].status == status
