"""A real Chromium, and a page of it that must ask nothing of any other machine and report no error."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import Any, NoReturn
from urllib.parse import urlsplit

import pytest
from _pytest.mark import ParameterSet
from django.db import connection
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer
from tests.web.browser import faults
from tests.web.browser.faults import Network
from tests.web.browser.layout import PHONE
from tests.web.browser.offline import open_kept

from espalda.web import store
from espalda.web.models import Person

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP espalda.lan 127.0.0.1",  # an address that is not secure, as in a home network
]
# A busy machine is slow, not wrong.
expect.set_options(timeout=20_000)

Visit = Callable[..., Page]


def slow(*values: object) -> ParameterSet:
    """Return a case that CI runs and the default run leaves out."""
    return pytest.param(*values, marks=pytest.mark.slow)


def _do_without(why: str) -> NoReturn:
    """Skip, saying why; in CI, fail."""
    if os.environ.get("CI"):
        pytest.fail(f"{why}, and CI never skips the browser tests")
    pytest.skip(why)


def program() -> str | None:
    """Return where Chromium is; None without one."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium from the system's packages; without it these tests are skipped, and in CI they fail."""
    found = program()
    if found is None:
        _do_without("no Chromium on this machine")
    if subprocess.run([compute_driver_executable()[0], "--version"], check=False, capture_output=True).returncode:
        _do_without("Playwright's driver does not run on this machine (on Debian it needs libatomic1)")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread; the tests beside it use the database as ever.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield chromium
        chromium.close()


class Watch:
    """What goes wrong on a page: requests to elsewhere, errors of the page and its console, answers that failed."""

    def __init__(self, home: str) -> None:
        self.home = urlsplit(home).netloc
        self.wrong: list[str] = []
        self.refusals = False  # whether a form may be refused: it is what the test is about

    def over(self, page: Page) -> None:
        page.on("request", lambda request: self._request(request.url))
        page.on("console", lambda message: self._console(message.type, message.text))
        page.on("pageerror", lambda error: self._note(True, str(error)))
        page.on("response", lambda answer: self._note(answer.status >= 400, f"{answer.status} {answer.url}"))

    def _console(self, kind: str, text: str) -> None:
        # These tests do without the service worker, which has its own.
        self._note(kind in ("error", "warning") and "blocked by Playwright" not in text, text)

    def _request(self, url: str) -> None:
        self._note(urlsplit(url).netloc != self.home, f"asked for {url}")

    def _note(self, is_wrong: bool, what: str) -> None:
        if is_wrong and not (self.refusals and "422" in what):
            self.wrong.append(what)


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer, own: Person) -> Iterator[Visit]:
    """Open a page as a reader would; any error on it, or a request to elsewhere, fails the test at its end."""
    contexts: list[BrowserContext] = []
    watch = Watch(live_server.url)

    def open_page(path: str, *, demo: bool = False, lang: str = "es", refused: bool = False, **options: Any) -> Page:
        watch.refusals = refused
        usual = {"viewport": PHONE, "locale": lang, "base_url": live_server.url, "service_workers": "block"}
        context = browser.new_context(**usual | options)
        contexts.append(context)
        if demo:
            context.add_cookies([{"name": "diary", "value": "demo", "url": live_server.url}])
        page = context.new_page()
        watch.over(page)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert watch.wrong == []


@pytest.fixture(scope="session", autouse=True)
def shared_connection(django_db_setup: None) -> Iterator[None]:
    """Let the live server's threads have the connection of these tests until the end.

    One that answers a page which is already closed may outlive its test, and must not find the connection taken away.
    """
    connection.inc_thread_sharing()
    yield
    connection.dec_thread_sharing()


@pytest.fixture
def net(live_server: LiveServer, own: Person) -> Iterator[Network]:
    """A network between the browser and the server."""
    with faults.network(live_server.url) as between:
        yield between


@pytest.fixture
def phone(browser: Browser, net: Network) -> Iterator[BrowserContext]:
    """A phone that has opened the diary once, and sends what waits when its pages say so.

    Chromium's own background sync comes when it likes; who wants it asks for it.
    """
    context = browser.new_context(viewport=PHONE, locale="es-ES", base_url=net.url)
    context.add_init_script("delete ServiceWorkerRegistration.prototype.sync")
    open_kept(context)
    yield context
    context.close()


@pytest.fixture
def nothing_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the diary says is not asked here."""
    monkeypatch.setattr(store, "_draw_soon", lambda _person: None)
