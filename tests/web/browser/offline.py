"""What the tests of a phone without network do on its pages."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Page, expect
from tests.web.browser.patience import until

from espalda.web.models import Reading

KEPT = "Guardado en este teléfono"

READY = """async () => Boolean(navigator.serviceWorker.controller && await caches.match("/offline/note"))"""
SENT = """async () => {
    if (!(await queue.all()).some((entry) => entry.state === "waits")) return true;
    dispatchEvent(new Event("online"));
    return false;
}"""


def open_kept(context: BrowserContext) -> Page:
    """Open the first page, and wait until the phone has what it keeps of it."""
    page = context.new_page()
    page.goto("/")
    assert until(page, lambda: page.evaluate(READY))
    return page


def write(page: Page, pain: int, note: str = "", when: str = "") -> None:
    """Fill the form in and save it."""
    page.locator(f"label[for=id_pain_{pain}]").click()
    if note or when:
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        page.locator("#id_note").fill(note)
        page.locator("#id_when").fill(when)
    save(page)


def save(page: Page) -> None:
    page.locator("form.reading button.save").click()


def write_and_keep(page: Page, pain: int, note: str = "", when: str = "") -> None:
    """Write where there is no network, and be told that it is kept."""
    write(page, pain, note, when)
    expect(page.get_by_role("status")).to_contain_text(KEPT)


def kept(page: Page) -> list[dict[str, Any]]:
    """Return what the phone has, sent or not."""
    page.wait_for_load_state()
    entries: list[dict[str, Any]] = page.evaluate("queue.all()")
    return entries


def settle(page: Page) -> None:
    """Let the page send all it has."""
    assert until(page, lambda: page.evaluate(SENT))


def pains() -> list[float | None]:
    return list(Reading.objects.values_list("pain", flat=True))


def worker_of(page: Page, tools: CDPSession) -> str:
    """Return the id by which the browser's tools know the page's service worker."""
    found: list[str] = []
    tools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(one["registrationId"] for one in told["registrations"]),
    )
    tools.send("ServiceWorker.enable")
    assert until(page, lambda: found)
    return found[-1]
