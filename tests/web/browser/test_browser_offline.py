"""Without network, and with a bad one: what is written waits on the phone and arrives once and in order."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect
from tests.web.browser import faults
from tests.web.browser.conftest import FLAGS, program, slow
from tests.web.browser.faults import Network
from tests.web.browser.layout import PHONE
from tests.web.browser.offline import open_kept, pains, save, settle, write, write_and_keep

from espalda.web.models import Reading

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("nothing_drawn")]

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("way", ["server", slow("phone")])
def test_what_is_written_without_network_waits_and_arrives_once_in_order(
    phone: BrowserContext, net: Network, way: str
) -> None:
    page = phone.pages[0]
    net.cut() if way == "server" else phone.set_offline(True)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sin red")
    tapped = timezone.now()
    for pain in (4, 7):
        write_and_keep(page, pain)
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


@pytest.mark.parametrize("tried", [(faults.LOSE, faults.PORTAL), slow(faults.FAULTS)], ids=["some", "all"])
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


@pytest.mark.parametrize("fault", [faults.LOSE, *(slow(one) for one in (faults.SLOW, faults.DROP))])
def test_a_page_killed_while_it_sends_loses_nothing_and_doubles_nothing(
    phone: BrowserContext, net: Network, fault: str
) -> None:
    page = phone.pages[0]
    net.fail(fault)
    page.evaluate("HTMLFormElement.prototype.reset = () => {}")
    page.locator("label[for=id_pain_5]").click()
    with page.expect_event("request", lambda request: request.method == "POST"):
        save(page)
    page.close()
    settle(open_kept(phone))
    assert pains() == [5]


@pytest.mark.slow
def test_a_browser_closed_and_opened_again_still_has_it(browser: Browser, net: Network, tmp_path: Path) -> None:
    def start() -> BrowserContext:
        return browser.browser_type.launch_persistent_context(
            tmp_path / "profile",
            executable_path=program(),
            args=FLAGS,
            viewport=PHONE,
            locale="es-ES",
            base_url=net.url,
        )

    first = start()
    page = open_kept(first)
    net.cut()
    for pain in (2, 3):
        write_and_keep(page, pain)
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


@pytest.mark.slow
def test_two_tabs_send_what_waits_once_and_in_order(phone: BrowserContext, net: Network) -> None:
    net.cut()
    tabs = [phone.pages[0], phone.new_page()]
    tabs[1].goto("/")
    for pain in range(1, 5):
        write_and_keep(tabs[pain % 2], pain)
    expect(tabs[0].locator("#waiting summary")).to_have_text("4 por guardar")
    net.posts.clear()
    net.mend()
    for tab in tabs:
        tab.evaluate("dispatchEvent(new Event('online'))")
    for tab in tabs:
        settle(tab)
    assert pains() == [1, 2, 3, 4]
    assert len(net.posts) == 4


# Anything, at any time -------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("entries", [6, 150])
def test_whatever_fails_whenever_nothing_is_lost_and_nothing_doubled(
    phone: BrowserContext, net: Network, entries: int
) -> None:
    """Half of all requests fail, for pages and scripts too; now and then the page is killed, or another opened."""
    chance = random.Random(20_261_122)  # noqa: S311 - faults, no secrets
    net.plan = lambda _method, _path: chance.choice(faults.FAULTS) if chance.random() < 0.5 else faults.PASS
    page = phone.pages[0]
    for number in range(entries):
        phone.new_cdp_session(page).send("Network.clearBrowserCache")  # scripts are asked for again
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
            page.goto("/", timeout=5_000)  # one that broke off never ends
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
