"""The page of a failure, which no template language makes: as dark as the device asks, and in order like any other."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect
from tests.web.browser.conftest import Visit
from tests.web.browser.layout import DESK, PHONE, SMALL, in_order

from espalda.web import store

pytestmark = pytest.mark.browser


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_in_order_and_as_dark_as_the_device(visit: Visit, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setattr(store, "load", lambda _person: 1 / 0)
    page = visit("/", color_scheme=scheme, bypass_csp=True)

    def as_it_is(route: Route) -> None:
        failed = route.fetch()
        assert failed.status == 500
        assert "style-src 'self'" in failed.headers["content-security-policy"]
        route.fulfill(response=failed, status=200)  # else the watch over the page would find the failure

    page.route("**/triggers/", as_it_is)
    page.goto("/triggers/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Algo ha fallado")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0] < 128") == (scheme == "dark")
    in_order(page, SMALL, PHONE, DESK)
    page.get_by_role("link", name="Volver al principio").click()
    expect(page).to_have_url("/")
