"""A walk written down by hand without network: it waits on the phone, arrives once, and is corrected where it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from tests.web.browser import faults
from tests.web.browser.faults import Network
from tests.web.browser.offline import KEPT, kept, settle

from espalda.web.models import Person

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("nothing_drawn")]

SECOND = timedelta(seconds=1)


def write(page: Page, minutes: str) -> None:
    """Write a hilly walk on gravel down."""
    form = page.locator("form[action='/walks/by-hand/']")
    form.evaluate("form => { form.closest('details').open = true; }")
    form.locator("[name=minutes]").fill(minutes)
    for value in ("hilly", "gravel"):
        form.locator(f"label:has([value={value}])").click()
    form.locator("button").click()


def test_a_walk_waits_on_the_phone_and_arrives_once(phone: BrowserContext, net: Network, own: Person) -> None:
    page = phone.pages[0]
    net.cut()
    page.goto("/walks/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sin red")
    before = timezone.now()
    write(page, "40")
    expect(page.get_by_role("status")).to_contain_text(KEPT)
    after = timezone.now()
    page.locator("#waiting summary").click()
    expect(page.locator("#waiting li")).to_contain_text("Una caminata")
    assert not own.walks.exists()
    net.fail(faults.LOSE, then=faults.DOWN)
    with page.expect_event("requestfailed", lambda request: request.method == "POST"):
        page.evaluate("dispatchEvent(new Event('online'))")
    assert len(kept(page)) == 1
    net.mend()
    settle(page)
    one = own.walks.get()
    assert (one.minutes, one.ground, one.bands) == (40.0, "gravel", [6.0, 6.0, 16.0, 6.0, 6.0])
    assert before - SECOND < one.end < after + SECOND
    assert [fault for _path, fault in net.posts][:1] == [faults.LOSE]


def test_with_network_it_is_on_the_page_at_once(phone: BrowserContext, own: Person) -> None:
    page = phone.pages[0]
    page.goto("/walks/")
    for number in (1, 2):
        write(page, "25")
        expect(page.locator(".walk-card")).to_have_count(number)
        expect(page.get_by_text("La caminata está guardada.")).to_be_visible()
    assert own.walks.count() == 2
    assert kept(page) == []


def test_what_the_ground_was_like_waits_too(phone: BrowserContext, net: Network, own: Person) -> None:
    page = phone.pages[0]
    page.goto("/walks/")
    page.locator(".folds summary").last.click()
    page.locator("#id_minutes").fill("40")
    page.locator("form[action='/walks/by-hand/'] button").click()
    expect(page.locator(".walk-card")).to_have_count(1)
    net.cut()
    page.locator(".walk-card button[value=rough]").click()
    expect(page.locator("#waiting [role=status]")).to_contain_text(KEPT)
    assert own.walks.get().ground == ""
    net.mend()
    settle(page)
    assert own.walks.get().ground == "rough"


def test_what_can_not_be_a_walk_is_corrected_where_it_was_written(
    phone: BrowserContext, net: Network, own: Person
) -> None:
    page = phone.pages[0]
    net.cut()
    page.goto("/")
    write(page, "cuarenta")
    expect(page.get_by_role("status")).to_contain_text(KEPT)
    net.mend()
    settle(page)
    page.goto("/diary/")
    page.locator("#waiting summary").click()
    page.get_by_role("link", name="Corregirla").click()
    expect(page.locator("#id_minutes")).to_be_visible()
    expect(page.locator("#id_minutes")).to_have_value("cuarenta")
    expect(page.locator(".field:has(#id_minutes) .errorlist")).to_have_text("Escribe un número.")
    expect(page.locator("form[data-keep] [value=hilly]")).to_be_checked()
    page.locator("#id_minutes").fill("40")
    page.locator("form[data-keep] button").click()
    page.wait_for_url("**/walks/?saved=1*")
    assert own.walks.get().minutes == 40
    assert kept(page) == []
