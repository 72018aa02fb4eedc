"""The service worker: what it sends, what it keeps on the phone, and where there is none."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer
from tests.web.browser import faults
from tests.web.browser.faults import Network
from tests.web.browser.offline import pains, settle, worker_of, write, write_and_keep
from tests.web.browser.patience import until
from tests.web.conftest import OWN_WORD

from espalda.web.models import Person

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("nothing_drawn")]

BREAKS = {True: faults.HALF, False: faults.PASS}


def test_with_no_page_open_the_worker_sends_it(phone: BrowserContext, net: Network) -> None:
    page = phone.pages[0]
    tools = phone.new_cdp_session(page)
    worker = worker_of(page, tools)
    net.cut()
    write_and_keep(page, 6)
    page.goto("about:blank")
    net.mend()
    event = {"origin": net.url, "registrationId": worker, "tag": "espalda", "lastChance": False}
    tools.send("ServiceWorker.dispatchSyncEvent", event)

    def came() -> list[float | None]:
        with net.one_at_a_time:  # a table that is being written to can not be read
            return pains()

    assert until(page, came)
    assert pains() == [6]


def test_the_phone_keeps_the_page_to_write_on_and_no_other(filled: Person, phone: BrowserContext) -> None:
    page = phone.pages[0]
    for path in ("/", "/diary/", "/triggers/", "/file/", "/settings/", "/shares/"):
        page.goto(path)
    paths = page.evaluate(
        """async () => (await Promise.all((await caches.keys()).map(async (name) =>
            (await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname)))).flat()"""
    )
    assert {path for path in paths if not path.startswith("/static/")} == {"/offline/", "/offline/note"}
    text = page.evaluate("async () => (await caches.match('/offline/')).text()")
    assert "Una nota" not in text
    assert OWN_WORD in text.lower()  # a factor of their own, to be written down


@pytest.mark.parametrize("broken", ["/static/", "/"])
def test_a_file_or_page_that_breaks_off_is_taken_from_the_phone(
    phone: BrowserContext, net: Network, broken: str
) -> None:
    page = phone.pages[0]
    phone.new_cdp_session(page).send("Network.clearBrowserCache")
    net.plan = lambda method, path: faults.DOWN if method == "POST" else BREAKS[path.startswith(broken)]
    page.goto("/")
    write_and_keep(page, 4)
    net.mend()
    settle(page)
    assert pains() == [4]


def test_on_a_plain_address_everything_is_as_without_it(
    browser: Browser, live_server: LiveServer, own: Person, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["espalda.lan"]
    context = browser.new_context(locale="es-ES", base_url=live_server.url.replace("127.0.0.1", "espalda.lan"))
    page = context.new_page()
    page.goto("/")
    assert page.evaluate("isSecureContext") is False
    write(page, 2)
    page.wait_for_url("**/reading/**")
    expect(page.locator("#waiting")).to_be_hidden()
    assert page.evaluate("indexedDB.databases()") == []
    context.close()
    assert pains() == [2]
