"""The watch kept over every page of these tests, watched itself: it must see what it is there for."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer
from tests.web.browser.conftest import Watch, slow
from tests.web.browser.patience import until

from espalda.web.models import Person

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("act", "seen"),
    [
        ("document.body.setAttribute('style', 'color: red')", "Content Security Policy"),
        slow(
            "document.body.append(Object.assign(new Image(), {src: 'http://elsewhere.invalid/dot.png'}))", "elsewhere"
        ),
        slow("location.assign('http://elsewhere.invalid/')", "asked for http://elsewhere.invalid/"),
        slow("fetch('/nowhere/')", "404"),
        slow("setTimeout(() => { throw Error('broken') })", "broken"),
    ],
    ids=["inline-style", "image", "navigation", "missing", "error"],
)
def test_what_goes_wrong_is_seen(browser: Browser, live_server: LiveServer, own: Person, act: str, seen: str) -> None:
    watch, page = Watch(live_server.url), browser.new_page()
    watch.over(page)
    page.goto(live_server.url)
    page.evaluate(f"() => {{ {act} }}")
    assert until(page, lambda: any(seen in what for what in watch.wrong)), watch.wrong
    page.close()
