"""A reading, as a person in pain writes it: three taps, or the keyboard, with or without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.web.browser.conftest import Visit

from espalda.web.models import Person, Reading

pytestmark = pytest.mark.browser


def tap(page: Page, taps: list[str], what: str) -> None:
    page.locator(what).tap()
    taps.append(what)


def test_a_reading_takes_three_taps(visit: Visit, own: Person) -> None:
    page, taps = visit("/", has_touch=True), list[str]()
    tap(page, taps, "label[for=id_pain_4]")
    tap(page, taps, "label[for=id_spasm_1]")
    tap(page, taps, "form.reading > button")
    expect(page.get_by_role("heading", level=1)).to_have_text("Guardada")
    kept = own.readings.get()
    assert (kept.pain, kept.spasm) == (4.0, 1.0)
    assert len(taps) == 3


@pytest.mark.parametrize("lang", ["es", "en"])
def test_all_three_are_on_a_phone_without_scrolling(visit: Visit, reading: Reading, lang: str) -> None:
    page = visit("/", lang=lang)
    bar = page.locator("nav.pages").bounding_box()
    save = page.locator("form.reading > button").bounding_box()
    assert bar
    assert save
    assert save["y"] + save["height"] <= bar["y"]


def test_it_works_without_javascript(visit: Visit, own: Person) -> None:
    page = visit("/", java_script_enabled=False)
    page.locator("label[for=id_pain_2]").click()
    page.locator("summary").click()
    page.get_by_label("Estar sentado").fill("45")
    page.get_by_label("Nota").fill("En casa")
    page.get_by_role("button", name="Guardarlo todo").click()
    kept = own.readings.get()
    assert (kept.pain, kept.note, kept.amounts.get().value) == (2.0, "En casa", 45.0)


def test_it_can_be_written_with_the_keyboard_alone(visit: Visit, own: Person) -> None:
    page = visit("/")
    focused = "document.activeElement.name || document.activeElement.textContent"
    for _key in range(25):
        page.keyboard.press("Tab")
        if page.evaluate(focused) == "pain":
            break
    for _step in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "spasm"
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "Guardar"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Guardada")
    kept = own.readings.get()
    assert (kept.pain, kept.spasm) == (3.0, 0.0)


def test_a_deleted_reading_is_put_back(visit: Visit, reading: Reading) -> None:
    page = visit(f"/reading/{reading.pk}/")
    page.get_by_role("button", name="Borrar").click()
    expect(page.get_by_role("status")).to_contain_text("La lectura está borrada.")
    page.get_by_role("button", name="Recuperarla").click()
    expect(page.locator("table.day")).to_have_count(1)


def test_the_diary_leaves_as_a_file_and_comes_back(visit: Visit, filled: Person) -> None:
    page = visit("/file/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Descargar").click()
    filled.readings.all().delete()
    page.get_by_label("Un archivo CSV").set_input_files(download.value.path())
    page.get_by_role("button", name="Importarlo").click()
    expect(page.get_by_role("status")).to_contain_text("20 momentos añadidos")
