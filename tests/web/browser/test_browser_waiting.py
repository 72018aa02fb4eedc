"""What waits on a phone, and what the server says of it: refused, deleted meanwhile, locked, asked about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, expect
from pytest_django.fixtures import Settings
from tests.web.browser import faults
from tests.web.browser.faults import Network
from tests.web.browser.layout import PHONE
from tests.web.browser.offline import KEPT, kept, pains, save, settle, write, write_and_keep
from tests.web.browser.patience import until

from espalda.web import lock, store
from espalda.web.models import Person, Reading

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("nothing_drawn")]

SECOND = timedelta(seconds=1)
GONE = """async () => !(await (await caches.match("/offline/"))?.text())?.includes("id_pain")"""


def test_what_was_deleted_meanwhile_stays_deleted(phone: BrowserContext, net: Network, own: Person) -> None:
    page = phone.pages[0]
    net.fail(faults.LOSE, then=faults.DOWN)
    write_and_keep(page, 5)
    store.delete(own.readings.get())
    net.mend()
    settle(page)
    assert pains() == []
    assert kept(page) == []


def test_what_can_not_be_saved_is_shown_why_and_corrected_or_discarded(phone: BrowserContext, net: Network) -> None:
    page = phone.pages[0]
    net.cut()
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    write_and_keep(page, 5, "primera", when=tomorrow)
    write_and_keep(page, 6, "segunda", when=tomorrow)
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
    save(page)
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
    save(page)
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
    write_and_keep(page, 8, "secreto")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    lock.change(own, "tres gatos verdes")
    net.mend()
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("El diario está bloqueado")
    expect(page.locator("#waiting summary")).to_have_text("1 por guardar")
    expect(page.locator("#waiting li")).to_have_count(0)
    assert pains() == []
    assert until(page, lambda: page.evaluate(GONE))
    page.locator("[name=passphrase]").fill("tres gatos verdes")
    page.get_by_role("button", name="Abrirlo").click()
    expect(page.get_by_role("status")).to_have_text("Lo que esperaba está guardado.")
    assert pains() == [8]


def test_a_sign_that_needs_questions_asks_them_once_it_has_arrived(phone: BrowserContext, net: Network) -> None:
    page = phone.pages[0]
    net.cut()
    page.locator("label[for=id_spasm_4]").click()
    save(page)
    expect(page.get_by_role("status")).to_contain_text(KEPT)
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
    began = timezone.now()
    write_and_keep(page, 4)
    net.mend()
    settle(page)
    took = timezone.now() - began + SECOND
    context.close()
    # Clocks are compared over the network: no better than the way there and back takes.
    assert abs(Reading.objects.get().time - began) < 2 * took


def test_a_phone_without_room_says_so_and_leaves_the_form_as_it_is(phone: BrowserContext, net: Network) -> None:
    page = phone.pages[0]
    page.evaluate("() => { IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError') } }")
    net.cut()
    write(page, 4)
    expect(page.locator("#waiting [role=status]")).to_contain_text("No se ha guardado")
    expect(page.locator("#id_pain_4")).to_be_checked()
    net.fail(faults.LOSE)
    save(page)
    expect(page.locator("#waiting [role=status]")).to_contain_text("No se ha guardado")
    save(page)
    page.wait_for_url("**/reading/**")
    assert pains() == [4]
