"""What was done and what was taken, as a thumb writes it: taps counted, with and without JavaScript."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from tests.web.browser.conftest import Visit, slow
from tests.web.browser.layout import suits_axe
from tests.web.browser.test_browser_reading import Thumb

from espalda.diary import Factor
from espalda.web import factors, store
from espalda.web.models import Person

pytestmark = pytest.mark.browser

IBUPROFEN = Factor("ibuprofen", "mg")
OPEN = ".folds > details:nth-child(5) > summary"
SAVE = "form.reading > button"
SAVED = "Guardada"


def took(person: Person, hours_ago: float, amount: float) -> None:
    moment = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=hours_ago)
    store.record(person, store.Entry(moment, 0, amounts={IBUPROFEN: amount}))


def said(person: Person) -> dict[str, float]:
    last = person.readings.last()
    assert last
    return {amount.factor.name: amount.value for amount in last.amounts.all()}


@pytest.mark.parametrize("script", [True, slow(False)], ids=["script", "no-script"])
def test_as_usual_and_none_are_one_tap_each(visit: Visit, own: Person, script: bool) -> None:
    factors.choose(own, Factor("sitting", "min"), habitual=20.0)
    page = visit("/", has_touch=True, java_script_enabled=script)
    thumb = Thumb(page)
    thumb.tap(OPEN)
    thumb.tap("label:has([id='id_did:sitting_2'])")
    thumb.tap("label:has([id='id_did:driving_1'])")
    thumb.tap(SAVE)
    expect(page.get_by_role("heading", level=1)).to_have_text(SAVED)
    assert said(own) == {"sitting": 20.0, "driving": 0.0}
    assert thumb.taps == 4  # open, as usual, none, save
    expect(page.locator(".facts")).to_contain_text("0 min")


@pytest.mark.slow
def test_an_amount_is_stepped_with_the_script(visit: Visit, own: Person) -> None:
    page = visit("/", has_touch=True)
    thumb = Thumb(page)
    thumb.tap(OPEN)
    thumb.tap("label:has([id='id_did:sitting_3'])")
    sitting = page.locator(".amount", has=page.locator("[id='id_did:sitting_3']"))
    for _tap in range(3):
        sitting.get_by_role("button", name="Un poco más").tap()
    sitting.get_by_role("button", name="Un poco menos").tap()
    expect(sitting.get_by_label("Estar sentado: cantidad", exact=True)).to_have_value("30")
    thumb.tap(SAVE)
    expect(page.get_by_role("heading", level=1)).to_have_text(SAVED)
    assert said(own) == {"sitting": 30.0}


def test_the_amount_is_seen_only_where_another_one_is_wanted_and_not_recorded_looks_it(
    visit: Visit, own: Person
) -> None:
    page = visit("/")
    page.locator(OPEN).click()
    amount = page.get_by_label("Estar sentado: cantidad", exact=True)
    expect(amount).not_to_be_visible()
    blank = page.locator("label:has([id='id_did:sitting_0']) span")
    expect(blank).to_have_css("border-style", "dashed")
    page.locator("label:has([id='id_did:sitting_3'])").click()
    expect(amount).to_be_visible()
    page.locator("label:has([id='id_did:sitting_1'])").click()
    expect(amount).not_to_be_visible()
    expect(blank).to_have_css("border-style", "solid")


@pytest.mark.parametrize("script", [True, slow(False)], ids=["script", "no-script"])
def test_a_dose_is_one_tap(visit: Visit, own: Person, script: bool) -> None:
    took(own, 5, 400.0)
    page = visit("/", has_touch=True, java_script_enabled=script)
    thumb = Thumb(page)
    thumb.tap(".doses button")
    expect(page.get_by_role("heading", level=1)).to_have_text(SAVED)
    assert said(own) == {"ibuprofen": 400.0}
    assert own.readings.count() == 2
    assert thumb.taps == 1


def warned(page: Page, own: Person) -> None:
    over = page.locator(".over:visible")
    expect(over).to_have_count(1)
    expect(over).to_contain_text("Déjalo.")
    assert own.readings.count() == 1
    suits_axe(page)


@pytest.mark.parametrize("script", [True, slow(False)], ids=["script", "no-script"])
@pytest.mark.parametrize("scheme", ["light", slow("dark")])
def test_too_much_is_said_before_it_is_saved_and_saved_when_it_is_so(
    visit: Visit, own: Person, script: bool, scheme: str
) -> None:
    took(own, 5, 1200.0)
    page = visit("/medicines/", refused=True, has_touch=True, color_scheme=scheme, bypass_csp=True)
    if not script:
        # Playwright's own checks need the page's script, so the form alone goes the way it goes without.
        page.evaluate("document.querySelectorAll('[data-keep]').forEach(form => form.removeAttribute('data-keep'))")
    with page.expect_response(lambda answer: answer.status == 422 and "/medicines/" in answer.url):
        page.get_by_label("Cuánto", exact=True).fill("400")
        page.get_by_role("button", name="Guardar").tap()
    warned(page, own)
    page.locator(".over:visible input").check()
    page.get_by_role("button", name="Guardar").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text(SAVED)
    expect(page.locator("main .alert")).to_contain_text("1600 mg en 24 horas")
    assert own.readings.count() == 2


@pytest.mark.slow
def test_a_reading_with_too_much_of_a_medicine_warns_as_well(visit: Visit, own: Person) -> None:
    took(own, 5, 1200.0)
    page = visit("/", refused=True, has_touch=True, bypass_csp=True)
    page.locator(OPEN).tap()
    page.locator("label:has([id='id_did:ibuprofen_2'])").tap()
    page.locator(SAVE).tap()
    warned(page, own)
    page.locator(".over:visible input").check()
    page.locator(SAVE).tap()
    expect(page.get_by_role("heading", level=1)).to_have_text(SAVED)
    assert own.readings.count() == 2
