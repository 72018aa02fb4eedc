"""A reading, as a person in pain writes it: three taps, or the keyboard, with or without JavaScript."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest
from playwright.sync_api import Page, expect
from tests.web.browser.conftest import Visit

from espalda.web import store
from espalda.web.models import Person, Reading

pytestmark = pytest.mark.browser


class Thumb:
    """A thumb on a page: it counts its taps, and each must hit what it aims at where it is seen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def tap(self, what: str) -> None:
        self.page.locator(what).tap()
        self.taps += 1


def in_spasm(person: Person, hours: float = 5) -> Reading:
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=hours)
    return store.record(person, store.Entry(began, 60, pain=5.0, spasm=2.0))


def test_a_reading_takes_three_taps(visit: Visit, own: Person) -> None:
    page = visit("/", has_touch=True)
    thumb, began = Thumb(page), perf_counter()
    thumb.tap("label[for=id_pain_4]")
    thumb.tap("label[for=id_spasm_1]")
    thumb.tap("form.reading > button")
    expect(page.get_by_role("heading", level=1)).to_have_text("Guardada")
    print(f"\n{thumb.taps} taps; the program took {perf_counter() - began:.2f} s of the reading, thumbs aside")
    kept = own.readings.get()
    assert (kept.pain, kept.spasm) == (4.0, 1.0)
    assert thumb.taps == 3


def test_each_part_more_is_opened_with_one_tap_and_marked_with_one(visit: Visit, own: Person) -> None:
    page = visit("/", has_touch=True, java_script_enabled=False)
    thumb = Thumb(page)
    for part, marks in enumerate((["stiffness_6"], ["places_1", "places_4"], ["bend_2"]), start=1):
        thumb.tap(f".folds > details:nth-child({part}) > summary")
        for mark in marks:
            thumb.tap(f"label[for=id_{mark}]")
    thumb.tap("form.reading > button")
    expect(page.get_by_role("heading", level=1)).to_have_text("Guardada")
    kept = own.readings.get()
    assert (kept.stiffness, kept.places, kept.bend) == (6.0, ["left", "left_buttock"], 0)
    assert thumb.taps == 3 + 4 + 1


def test_a_spasm_is_closed_in_one_tap_and_that_is_undone_in_one(visit: Visit, own: Person) -> None:
    in_spasm(own)
    page = visit("/", has_touch=True, lang="en")
    thumb = Thumb(page)
    thumb.tap(".spasm-open button")
    expect(page.get_by_role("heading", level=1)).to_have_class("tick")
    assert [reading.spasm for reading in own.readings.all()] == [2.0, 0.0]
    assert thumb.taps == 1
    thumb.tap("form[action$='/delete/'] button")
    page.wait_for_url("**/diary/**")
    assert [reading.spasm for reading in own.readings.all()] == [2.0]
    page.goto("/")
    expect(page.locator(".spasm-open")).to_be_visible()


def test_a_spasm_that_began_earlier_takes_four_taps(visit: Visit, own: Person) -> None:
    page = visit("/", has_touch=True)
    thumb = Thumb(page)
    thumb.tap(".earlier a")
    thumb.tap("label[for=id_spasm_1]")
    thumb.tap("label[for=id_when_1]")
    thumb.tap("form.reading > button")
    expect(page.get_by_role("heading", level=1)).to_have_text("Guardada")
    kept = own.readings.get()
    assert kept.spasm == 2.0
    assert thumb.taps == 4


def edges(page: Page, what: str) -> tuple[float, float]:
    """Return how far from the top of the page something begins and ends."""
    box = page.locator(what).bounding_box()
    assert box
    return box["y"], box["y"] + box["height"]


@pytest.mark.parametrize("lang", ["es", "en"])
@pytest.mark.parametrize("spasm", [False, True])
def test_save_is_under_the_thumb_without_scrolling(visit: Visit, own: Person, lang: str, spasm: bool) -> None:
    if spasm:
        in_spasm(own)
    page = visit("/", lang=lang)
    assert edges(page, "form.reading > button")[1] <= edges(page, "nav.pages")[0]


@pytest.mark.parametrize("lang", ["es", "en"])
def test_all_three_are_on_a_phone_without_scrolling(visit: Visit, reading: Reading, lang: str) -> None:
    Reading.objects.update(spasm=0.0)
    page = visit("/", lang=lang)
    assert edges(page, "label[for=id_spasm_4]")[1] <= edges(page, "form.reading > button")[0]


def test_it_works_without_javascript(visit: Visit, own: Person) -> None:
    page = visit("/", java_script_enabled=False)
    page.locator("label[for=id_pain_2]").click()
    page.locator(".folds > details:nth-child(6) > summary").click()
    page.locator("#id_note").fill("En casa")
    page.locator("#id_when").fill("2026-01-15T08:05")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Guardada")
    kept = own.readings.get()
    assert (kept.pain, kept.note) == (2.0, "En casa")
    assert kept.local_time.isoformat(timespec="minutes") == "2026-01-15T08:05"


def test_it_can_be_written_with_the_keyboard_alone(visit: Visit, own: Person) -> None:
    page = visit("/")
    focused = "document.activeElement.name || document.activeElement.textContent"

    def tab_to(name: str) -> None:
        for _key in range(25):
            page.keyboard.press("Tab")
            if page.evaluate(focused) == name:
                return
        pytest.fail(f"{name} is not reached")

    tab_to("pain")
    for _step in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "spasm"
    page.keyboard.press("Space")
    tab_to("Guardar")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Guardada")
    kept = own.readings.get()
    assert (kept.pain, kept.spasm) == (3.0, 0.0)


def test_the_back_is_marked_with_the_keyboard_alone(visit: Visit, own: Person) -> None:
    page = visit("/", lang="en")
    page.locator(".folds > details:nth-child(2) > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.labels[0].textContent.trim()") == "Upper back"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("It is saved")
    assert own.readings.get().places == ["upper"]


def test_a_deleted_reading_is_put_back(visit: Visit, reading: Reading) -> None:
    page = visit(f"/reading/{reading.pk}/")
    page.get_by_role("button", name="Borrar").click()
    expect(page.get_by_role("status")).to_contain_text("La lectura está borrada.")
    page.get_by_role("button", name="Recuperarla").click()
    expect(page.get_by_role("heading", level=1)).to_have_class("tick")
    assert reading.person.readings.count() == 1


SHIFT = """() => new Promise(done => {
    let moved = 0;
    new PerformanceObserver(list => list.getEntries().forEach(one => moved += one.value))
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(moved), 300);
})"""

WEIGHT = """() => performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation"))
    .reduce((sum, one) => sum + one.transferSize, 0)"""


def test_the_first_view_is_light_and_nothing_in_it_moves(visit: Visit, filled: Person) -> None:
    in_spasm(filled)
    page = visit("/")
    assert page.evaluate(SHIFT) == 0
    weight = page.evaluate(WEIGHT)
    print(f"\nfirst view: {weight / 1000:.0f} kB")
    assert 10_000 < weight < 100_000


def test_the_diary_leaves_as_a_file_and_comes_back(visit: Visit, filled: Person) -> None:
    page = visit("/file/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Solo el diario (CSV)").click()
    filled.readings.all().delete()
    page.get_by_label("Un archivo ZIP o CSV").set_input_files(download.value.path())
    page.get_by_role("button", name="Importarlo").click()
    expect(page.get_by_role("status")).to_contain_text("20 momentos añadidos")
