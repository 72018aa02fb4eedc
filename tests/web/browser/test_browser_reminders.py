"""Reminders in a real browser: asked for by a press alone, shown without a word about health, the form on a touch."""

from __future__ import annotations

import json
from functools import partial
from unittest.mock import Mock

import pytest
from playwright.sync_api import Page, ViewportSize, Worker, expect
from tests.web.browser.conftest import Visit, slow
from tests.web.browser.layout import DESK, PHONE, SMALL, in_order
from tests.web.browser.offline import worker_of
from tests.web.browser.patience import until
from tests.web.test_web_push import Browser

from espalda.web import outgoing
from espalda.web.models import Person

pytestmark = pytest.mark.browser

PAGE = "/settings/reminders/"

PUSH_SERVICE = """({endpoint, keys}) => {
    window.subscribed = [];
    PushManager.prototype.subscribe = async (options) => {
        window.subscribed.push(options);
        return {endpoint, toJSON: () => ({endpoint, keys})};
    };
}"""
"""What stands in for the browser maker's service, which no test may ask."""


def with_service(page: Page, browser: Browser) -> None:
    made = browser.subscription("https://push.example/abc")
    told = {"endpoint": made.endpoint, "keys": {"p256dh": made.p256dh, "auth": made.auth}}
    page.add_init_script(f"({PUSH_SERVICE})({json.dumps(told)})")
    page.goto(PAGE)


def fill(person: Person) -> None:
    """Have one of everything the page can show."""
    for at, days in (("06:30", 127), ("08:00", 1), ("21:00", 0b11111)):
        person.reminders.create(at=at, days=days)
    made = Browser().subscription("https://updates.push.services.example/abc")
    made.person = person
    made.save()
    Person.objects.update(quiet_from="23:00", quiet_to="07:00", webhook="http://localhost:1/tema")


def test_a_press_and_nothing_before_it_asks_for_notices(visit: Visit, own: Person) -> None:
    page = visit("/", permissions=["notifications"], service_workers="allow")
    with_service(page, Browser())
    button = page.get_by_role("button", name="Avísame en este dispositivo")
    button.wait_for()
    assert page.evaluate("window.subscribed") == []
    assert not own.push_subscriptions.exists()
    with page.expect_navigation():
        button.click()
    expect(page.get_by_text("push.example")).to_be_visible()
    assert own.push_subscriptions.get().endpoint == "https://push.example/abc"


def test_who_forbids_notices_is_told_how_to_allow_them(visit: Visit, own: Person) -> None:
    page = visit("/", service_workers="allow")
    with_service(page, Browser())
    page.evaluate("() => { Notification.requestPermission = async () => 'denied'; }")
    page.get_by_role("button", name="Avísame en este dispositivo").click()
    page.get_by_text("tiene apagados los avisos").wait_for()
    assert not own.push_subscriptions.exists()


def test_a_push_service_out_of_reach_is_told(visit: Visit, own: Person) -> None:
    page = visit("/", permissions=["notifications"], service_workers="allow")
    with_service(page, Browser())
    page.evaluate(
        "() => { PushManager.prototype.subscribe = async () => { throw new DOMException('x', 'AbortError'); }; }"
    )
    page.get_by_role("button", name="Avísame en este dispositivo").click()
    page.get_by_text("no ha podido contactar").wait_for()


SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
    .map(({title, body}) => [title, body])"""


def shows(page: Page, *notices: list[str]) -> bool:
    """Return whether these notices are shown, title and text of each, and no other."""
    return bool(page.evaluate(SHOWN) == [*notices])


def working(page: Page) -> Worker:
    """Return the service worker, once it is at work."""
    if not page.context.service_workers:
        page.context.wait_for_event("serviceworker")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    (worker,) = page.context.service_workers
    return worker


def test_the_notice_says_only_that_it_is_time_and_a_touch_opens_the_form(visit: Visit, own: Person) -> None:
    page = visit("/diary/", permissions=["notifications"], service_workers="allow")
    worker = working(page)
    tools = page.context.new_cdp_session(page)
    where = {"origin": page.url.removesuffix("/diary/"), "registrationId": worker_of(page, tools)}
    for text in ("Time for a reading", "Hora de una lectura"):
        told = json.dumps({"text": text, "lang": "es"})
        tools.send("ServiceWorker.deliverPushMessage", {**where, "data": told})
        assert until(page, partial(shows, page, [text, ""]))
    # Only a finger may open a window, so what opens it is watched.
    opened = worker.evaluate(
        """async () => {
            const opened = [];
            clients.openWindow = async (url) => opened.push(url);
            const [notification] = await registration.getNotifications();
            dispatchEvent(new NotificationEvent("notificationclick", { notification }));
            for (let turn = 0; turn < 3000 && !opened.length; turn += 1) {
                await new Promise((done) => setTimeout(done, 20));
            }
            return opened;
        }"""
    )
    assert opened == ["/"]
    assert until(page, partial(shows, page))


def test_without_a_script_the_other_ways_are_there(visit: Visit, own: Person) -> None:
    page = visit(PAGE, java_script_enabled=False)
    page.get_by_label("A las").fill("08:00")
    page.get_by_role("button", name="Añadir").click()
    expect(page.locator(".rows")).to_contain_text("08:00")
    expect(page.get_by_role("link", name="Descargar el archivo de calendario")).to_be_visible()
    expect(page.get_by_role("button", name="Avísame en este dispositivo")).to_be_hidden()


@pytest.mark.parametrize(
    ("scheme", "size", "lang"),
    [
        slow("light", PHONE, "es"),
        slow("dark", PHONE, "en"),
        slow("light", DESK, "en"),
        slow("dark", DESK, "es"),
        ("light", SMALL, "es"),
    ],
    ids=["phone", "dark-phone", "desk", "dark-desk", "small"],
)
def test_the_page_is_in_order_empty_and_full(
    visit: Visit, own: Person, monkeypatch: pytest.MonkeyPatch, scheme: str, size: ViewportSize, lang: str
) -> None:
    monkeypatch.setattr(outgoing, "post", Mock(side_effect=[201, outgoing.NotSentError("OSError")]))
    page = visit(PAGE, lang=lang, viewport=size, color_scheme=scheme, bypass_csp=True)
    for full in (False, True):
        if full:
            fill(own)
            page.goto(PAGE)
            page.locator(f"form[action='{PAGE}test/'] button").click()
            page.locator("#tried").wait_for()
        page.locator("[data-push=ask]").wait_for()
        in_order(page)
