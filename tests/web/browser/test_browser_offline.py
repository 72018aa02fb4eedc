"""Without network, and with a bad one: what is written waits on the phone and arrives once and in order."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer
from tests.web.browser import faults
from tests.web.browser.conftest import FLAGS, PHONE
from tests.web.browser.faults import Network
from tests.web.conftest import OWN_WORD

from espalda.web import lock, store
from espalda.web.models import Person, Reading

pytestmark = pytest.mark.browser

SECOND = timedelta(seconds=1)
READY = """async () => {
    await navigator.serviceWorker.ready;
    while (!navigator.serviceWorker.controller || !(await caches.match("/offline/note")))
        await new Promise((done) => setTimeout(done, 20));
}"""
SETTLE = """async () => {
    for (let turn = 0; (await queue.all()).some((entry) => entry.state === "waits"); turn += 1) {
        if (turn % 20 === 0) dispatchEvent(new Event("online"));
        await new Promise((done) => setTimeout(done, 20));
    }
}"""
GONE = """async () => {
    while ((await (await caches.match("/offline/"))?.text())?.includes("id_pain"))
        await new Promise((done) => setTimeout(done, 20));
}"""


@pytest.fixture(autouse=True)
def nothing_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the diary says is not asked here."""
    monkeypatch.setattr(store, "_draw_soon", lambda _person: None)


@pytest.fixture
def net(live_server: LiveServer, own: Person) -> Iterator[Network]:
    with faults.network(live_server.url) as between:
        yield between


@pytest.fixture
def phone(browser: Browser, net: Network) -> Iterator[BrowserContext]:
    """A phone that has opened the diary once."""
    context = browser.new_context(viewport=PHONE, locale="es-ES", base_url=net.url)
    visit(context)
    yield context
    context.close()


def visit(context: BrowserContext, path: str = "/") -> Page:
    page = context.new_page()
    page.goto(path)
    page.evaluate(READY)
    return page


def write(page: Page, pain: int, note: str = "", when: str = "") -> None:
    """Fill the form in and save it."""
    page.locator(f"label[for=id_pain_{pain}]").click()
    if note or when:
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        page.locator("#id_note").fill(note)
        page.locator("#id_when").fill(when)
    page.locator("form.reading button.save").click()


def kept(page: Page) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = page.evaluate("queue.all()")
    return entries


def settle(page: Page) -> None:
    """Let the page send all it has."""
    page.evaluate(SETTLE)


def pains() -> list[float | None]:
    return list(Reading.objects.values_list("pain", flat=True))


# Cut off ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["server", pytest.param("phone", marks=pytest.mark.slow)])
def test_what_is_written_without_network_waits_and_arrives_once_in_order(
    phone: BrowserContext, net: Network, way: str
) -> None:
    page = phone.pages[0]
    net.cut() if way == "server" else phone.set_offline(True)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sin red")
    tapped = timezone.now()
    for pain in (4, 7):
        write(page, pain)
        expect(page.get_by_role("status")).to_contain_text("Guardado en este teléfono")
    written = timezone.now()
    page.goto("/diary/")
    expect(page.locator("#waiting summary")).to_have_text("2 por guardar")
    page.locator("#waiting summary").click()
    expect(page.locator("#waiting li")).to_have_count(2)
    expect(page.locator("#waiting li").first).to_contain_text("Una lectura")
    assert pains() == []
    net.mend() if way == "server" else phone.set_offline(False)
    settle(page)
    assert pains() == [4, 7]
    assert all(tapped - SECOND < reading.time < written + SECOND for reading in Reading.objects.all())
    expect(page.get_by_role("status")).to_have_text("Lo que esperaba está guardado.")
    assert [path for path, fault in net.posts if fault == faults.PASS] == ["/", "/"]
    page.goto("/")
    expect(page.locator("#waiting")).to_be_hidden()


@pytest.mark.parametrize(
    "tried", [(faults.LOSE, faults.PORTAL), pytest.param(faults.FAULTS, marks=pytest.mark.slow)], ids=["some", "all"]
)
def test_each_fault_on_the_way_loses_nothing_and_doubles_nothing(
    phone: BrowserContext, net: Network, tried: tuple[str, ...]
) -> None:
    page = phone.pages[0]
    for count, fault in enumerate(tried, start=1):
        page.goto("/")
        net.fail(fault)
        write(page, count)
        expect(page.locator("h1.tick, #waiting [role=status]:not(:empty)").first).to_be_visible()
        settle(page)
        assert pains() == list(range(1, count + 1)), fault
    assert {fault for _path, fault in net.posts} >= set(tried)


@pytest.mark.parametrize(
    "fault", [faults.LOSE, *(pytest.param(one, marks=pytest.mark.slow) for one in (faults.SLOW, faults.DROP))]
)
def test_a_page_killed_while_it_sends_loses_nothing_and_doubles_nothing(
    phone: BrowserContext, net: Network, fault: str
) -> None:
    page = phone.pages[0]
    net.fail(fault)
    page.evaluate("HTMLFormElement.prototype.reset = () => {}")
    page.locator("label[for=id_pain_5]").click()
    with page.expect_event("request", lambda request: request.method == "POST"):
        page.locator("form.reading button.save").click()
    page.close()
    settle(visit(phone))
    assert pains() == [5]


def test_a_browser_closed_and_opened_again_still_has_it(browser: Browser, net: Network, tmp_path: Path) -> None:
    def start() -> BrowserContext:
        return browser.browser_type.launch_persistent_context(
            tmp_path / "profile",
            executable_path=browser_path(),
            args=FLAGS,
            viewport=PHONE,
            locale="es-ES",
            base_url=net.url,
        )

    first = start()
    page = visit(first)
    net.cut()
    for pain in (2, 3):
        write(page, pain)
        expect(page.get_by_role("status")).to_contain_text("Guardado en este teléfono")
    first.close()
    second = start()
    page = second.new_page()
    page.goto("/")
    expect(page.locator("#waiting summary")).to_have_text("2 por guardar")
    write(page, 4)
    expect(page.locator("#waiting summary")).to_have_text("3 por guardar")
    net.mend()
    settle(page)
    second.close()
    assert pains() == [2, 3, 4]


def browser_path() -> str:
    import shutil  # noqa: PLC0415

    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))


def test_two_tabs_send_what_waits_once_and_in_order(phone: BrowserContext, net: Network) -> None:
    net.cut()
    tabs = [phone.pages[0], phone.new_page()]
    tabs[1].goto("/")
    for pain in range(1, 5):
        write(tabs[pain % 2], pain)
        expect(tabs[pain % 2].get_by_role("status")).to_contain_text("Guardado en este teléfono")
    expect(tabs[0].locator("#waiting summary")).to_have_text("4 por guardar")
    net.posts.clear()
    net.mend()
    for tab in tabs:
        tab.evaluate("dispatchEvent(new Event('online'))")
    for tab in tabs:
        settle(tab)
    assert pains() == [1, 2, 3, 4]
    assert len(net.posts) == 4


def test_with_no_page_open_the_worker_sends_it(phone: BrowserContext, net: Network) -> None:
    page = phone.pages[0]
    cdp = phone.new_cdp_session(page)
    found: list[str] = []
    told = "ServiceWorker.workerRegistrationUpdated"
    cdp.on(told, lambda told: found.extend(one["registrationId"] for one in told["registrations"]))
    cdp.send("ServiceWorker.enable")
    net.cut()
    write(page, 6)
    expect(page.get_by_role("status")).to_contain_text("Guardado en este teléfono")
    page.goto("about:blank")
    net.mend()
    event = {"origin": net.url, "registrationId": found[0], "tag": "espalda", "lastChance": False}
    cdp.send("ServiceWorker.dispatchSyncEvent", event)
    deadline = timezone.now() + timedelta(seconds=10)
    while not pains() and timezone.now() < deadline:
        page.wait_for_timeout(50)
    assert pains() == [6]


# What the server says of it --------------------------------------------------------------------------------------


def test_what_was_deleted_meanwhile_stays_deleted(phone: BrowserContext, net: Network, own: Person) -> None:
    page = phone.pages[0]
    net.fail(faults.LOSE, then=faults.DOWN)
    write(page, 5)
    expect(page.get_by_role("status")).to_contain_text("Guardado en este teléfono")
    store.delete(own.readings.get())
    net.mend()
    settle(page)
    assert pains() == []
    assert kept(page) == []


def test_what_can_not_be_saved_is_shown_why_and_corrected_or_discarded(phone: BrowserContext, net: Network) -> None:
    page = phone.pages[0]
    net.cut()
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    write(page, 5, "primera", when=tomorrow)
    expect(page.get_by_role("status")).to_contain_text("Guardado en este teléfono")
    write(page, 6, "segunda", when=tomorrow)
    expect(page.get_by_role("status")).to_contain_text("Guardado en este teléfono")
    expect(page.locator("#waiting summary")).to_have_text("2 por guardar")
    net.mend()
    settle(page)
    page.goto("/diary/")
    page.locator("#waiting summary").click()
    expect(page.locator("#waiting .errorlist").first).to_have_text("Ese momento aún no ha llegado.")
    page.get_by_role("link", name="Corregirla").first.click()
    expect(page.locator("#id_note")).to_have_value("primera")
    expect(page.locator("#id_pain_5")).to_be_checked()
    expect(page.get_by_role("alert")).to_contain_text("Aún no se ha guardado")
    page.locator("#id_when").fill("")
    page.locator("form.reading button.save").click()
    page.wait_for_url("**/reading/**")
    assert [reading.note for reading in Reading.objects.all()] == ["primera"]
    page.locator("#waiting summary").click()
    page.get_by_role("button", name="Descartarla").click()
    assert len(kept(page)) == 1
    page.get_by_role("button", name="Sí, descartarla del todo").click()
    expect(page.locator("#waiting li")).to_have_count(0)
    assert kept(page) == []


def test_with_network_what_is_wrong_is_marked_in_the_form(phone: BrowserContext) -> None:
    page = phone.pages[0]
    page.locator("form.reading button.save").click()
    expect(page.get_by_role("alert")).to_contain_text("Aún no has marcado nada")
    assert kept(page) == []
    write(page, 3, when="2999-01-01T10:00")
    expect(page.locator(".field:has(#id_when) .errorlist")).to_have_text("Ese momento aún no ha llegado.")
    expect(page.locator("#id_pain_3")).to_be_checked()
    assert kept(page) == []
    assert pains() == []


def test_a_locked_diary_keeps_what_waits_until_it_is_opened(
    phone: BrowserContext, net: Network, own: Person, settings: Settings
) -> None:
    page = phone.pages[0]
    net.cut()
    write(page, 8, "secreto")
    expect(page.get_by_role("status")).to_contain_text("Guardado en este teléfono")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    lock.change(own, "tres gatos verdes")
    net.mend()
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("El diario está bloqueado")
    expect(page.locator("#waiting summary")).to_have_text("1 por guardar")
    expect(page.locator("#waiting li")).to_have_count(0)
    assert pains() == []
    page.evaluate(GONE)
    page.locator("[name=passphrase]").fill("tres gatos verdes")
    page.get_by_role("button", name="Abrirlo").click()
    expect(page.get_by_role("status")).to_have_text("Lo que esperaba está guardado.")
    assert pains() == [8]


def test_a_sign_that_needs_questions_asks_them_once_it_has_arrived(phone: BrowserContext, net: Network) -> None:
    page = phone.pages[0]
    net.cut()
    page.locator("label[for=id_spasm_4]").click()
    page.locator("form.reading button.save").click()
    expect(page.get_by_role("status")).to_contain_text("Guardado en este teléfono")
    page.goto("/")
    expect(page.get_by_role("link", name="Llamar al 112")).to_be_visible()
    net.fail(faults.LOSE)
    settle(page)
    page.goto("/diary/")
    page.locator("#waiting").get_by_role("link", name="Contestarlas").click()
    page.wait_for_url("**/safety/?*")
    expect(page.locator("#waiting")).to_be_hidden()
    page.goto("/diary/")
    expect(page.locator("#waiting")).to_be_hidden()
    assert Reading.objects.get().spasm == 4


@pytest.mark.slow
@pytest.mark.parametrize("hours", [3, -3])
def test_a_phone_whose_clock_is_wrong_is_set_right(browser: Browser, net: Network, hours: int) -> None:
    # Without the worker, whose clock a page can't change.
    context = browser.new_context(viewport=PHONE, locale="es-ES", base_url=net.url, service_workers="block")
    context.add_init_script(
        f"""Date = class extends Date {{
            constructor(...given) {{ given.length ? super(...given) : super(Date.now()) }}
            static now() {{ return super.now() + {hours * 3_600_000} }}
        }}"""
    )
    page = context.new_page()
    page.goto("/")
    net.cut()
    write(page, 4)
    expect(page.get_by_role("status")).to_contain_text("Guardado en este teléfono")
    net.mend()
    settle(page)
    context.close()
    assert abs(Reading.objects.get().time - timezone.now()) < timedelta(seconds=30)


def test_a_phone_without_room_says_so_and_leaves_the_form_as_it_is(phone: BrowserContext, net: Network) -> None:
    page = phone.pages[0]
    page.evaluate("() => { IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError') } }")
    net.cut()
    write(page, 4)
    expect(page.locator("#waiting [role=status]")).to_contain_text("No se ha guardado")
    expect(page.locator("#id_pain_4")).to_be_checked()
    net.fail(faults.LOSE)
    page.locator("form.reading button.save").click()
    expect(page.locator("#waiting [role=status]")).to_contain_text("No se ha guardado")
    page.locator("form.reading button.save").click()
    page.wait_for_url("**/reading/**")
    assert pains() == [4]


# What is kept on the phone ---------------------------------------------------------------------------------------


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


# Anything, at any time -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entries", [6, pytest.param(150, marks=pytest.mark.slow)])
def test_whatever_fails_whenever_nothing_is_lost_and_nothing_doubled(
    phone: BrowserContext, net: Network, entries: int
) -> None:
    """Half of all requests fail, for pages and scripts too; now and then the page is killed, or another opened."""
    chance = random.Random(20_261_122)  # noqa: S311 - faults, no secrets
    net.plan = lambda _method, _path: chance.choice(faults.FAULTS) if chance.random() < 0.5 else faults.PASS
    page = phone.pages[0]
    for number in range(entries):
        to_write(page)
        page.evaluate(SAVE, [number % 11, str(number)])
        act = chance.random()
        if act < 0.2:
            page.close()
        if act < 0.4:
            page = phone.new_page()
        for old in phone.pages[:-2]:
            old.close()
    net.mend()
    to_write(page)
    settle(page)
    notes = list(Reading.objects.values_list("note", flat=True))
    failed = sum(fault != faults.PASS for _path, fault in net.posts)
    print(f"\n{entries} entries, {len(net.posts)} forms sent, {failed} of them failed on the way")
    assert notes == [str(number) for number in range(entries)]


def to_write(page: Page) -> None:
    """Open a page to write on, as often as it takes."""
    form = page.locator("form.reading")
    for _try in range(20):
        with suppress(Error):  # the page was on its way elsewhere, or something else answered
            page.goto("/")
            if form.count():
                return
    pytest.fail("no page to write on")


SAVE = """async ([pain, note]) => {
    const form = document.querySelector("form.reading");
    form.querySelector(`[name=pain][value="${pain}"]`).checked = true;
    form.querySelector("[name=note]").value = note;
    const put = queue.put;
    await new Promise((done) => {
        queue.put = (entry) => put(entry).then((n) => { queue.put = put; done(); return n; });
        form.requestSubmit();
    });
}"""
