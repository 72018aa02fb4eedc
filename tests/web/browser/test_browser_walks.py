"""Walks in a browser: brought with and without scripts, dropped, stopped and gone on with, and every page in order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from bench.terrain import files
from playwright.sync_api import Page, Route, ViewportSize, expect
from tests.web.browser.conftest import Visit, slow
from tests.web.browser.layout import DESK, SMALL, in_order

from espalda.web import walk_keeping
from espalda.web.models import Person

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("recordings")
    for number in range(3):
        way = files.hills(number, metres=900)
        way = replace(way, time=way.time + 86400 * number)
        (folder / f"{number}.fit").write_bytes(files.fit(way))
    (folder / "3.gpx").write_bytes(files.gpx(files.hills(4, metres=900))[:30000])
    (folder / "4.tcx").write_bytes(b"<nothing>")
    return sorted(folder.iterdir())


def counts(page: Page, within: str) -> dict[str, int]:
    told = page.locator(f"{within} [data-count]").all()
    return {one.get_attribute("data-count") or "": int(one.inner_text()) for one in told}


READ = {"read": 4, "partial": 1, "other": 0, "known": 0, "refused": 1}


def test_recordings_are_read_one_by_one_and_then_shown(visit: Visit, own: Person, recordings: list[Path]) -> None:
    page = visit("/walks/")
    page.locator("#files").set_input_files(recordings)
    page.locator(".upload button.primary").click()
    page.locator("[data-see]").wait_for()
    assert counts(page, "form") == READ
    assert page.locator("[data-told=partial] .hint").all_inner_texts() == ["3.gpx"]
    assert page.locator("[data-told=refused] .hint").all_inner_texts() == ["4.tcx"]
    page.locator("[data-see]").click()
    assert page.locator(".walk-card").count() == 4
    page.locator(".walk-card").first.get_by_role("button").nth(2).click()
    page.locator(".walk-card").first.locator("details[open] button").nth(1).click()
    page.locator(".walk-card").first.locator("button[value='1'][aria-pressed=true]").wait_for()
    last = own.walks.last()
    assert last
    assert (last.ground, last.partly) == ("rough", True)


def test_more_may_follow_and_nothing_chosen_is_said(visit: Visit, own: Person, recordings: list[Path]) -> None:
    page = visit("/walks/")
    page.locator(".upload button.primary").click()
    expect(page.locator("[data-status]")).to_have_text("En lo que elegiste no hay grabaciones.")
    for chosen in (recordings[:1], recordings[:2]):
        page.locator("#files").set_input_files(chosen)
        page.locator(".upload button.primary").click()
        expect(page.locator("[data-choose]")).to_be_hidden()
        page.locator("[data-more]").click()
        expect(page.locator("#files")).to_be_focused()
    assert counts(page, "form") == READ | {"read": 1, "partial": 0, "known": 1, "refused": 0}
    assert own.walks.count() == 2


DROP = """([within, files]) => {
    const data = new DataTransfer();
    for (const [name, text] of files) data.items.add(new File([text], name));
    for (const type of ["dragenter", "dragover", "drop"]) {
        const event = new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true });
        if (document.querySelector(within).dispatchEvent(event)) throw new Error("left to the browser");
        if (type === "dragover" && !document.querySelector(".drop.over")) throw new Error("nothing shows it");
    }
}"""


@pytest.mark.parametrize(("within", "number"), [("[data-drop]", 1), ("h1", 2)], ids=["one", "two-beside-it"])
def test_recordings_are_dropped_on_the_page(visit: Visit, own: Person, within: str, number: int) -> None:
    page = visit("/walks/")
    ways = (files.hills(seed, metres=400) for seed in range(number))
    later = (replace(way, time=way.time + 86400 * day) for day, way in enumerate(ways))
    page.evaluate(DROP, [within, [[f"{day}.gpx", files.gpx(way).decode()] for day, way in enumerate(later)]])
    page.locator("[data-see]").wait_for()
    assert counts(page, "form") == dict.fromkeys(READ, 0) | {"read": number}
    assert page.locator(".drop.over").count() == 0
    assert own.walks.count() == number


def test_files_and_a_folder_are_dropped_as_a_hand_does(visit: Visit, own: Person, tmp_path: Path) -> None:
    """Of a folder the recordings are taken; of what is dropped by itself, all is told of."""
    folder = tmp_path / "watch" / "Activity"
    folder.mkdir(parents=True)
    (folder / "1.fit").write_bytes(files.fit(files.hills(1, metres=400)))
    (folder / "photo.jpg").write_bytes(b"no recording")
    (tmp_path / "note.txt").write_bytes(b"no recording either")
    page = visit("/walks/")
    box = page.locator("[data-drop]").bounding_box()
    assert box
    dropped = {"items": [], "files": [str(tmp_path / "watch"), str(tmp_path / "note.txt")], "dragOperationsMask": 1}
    at = {"x": box["x"] + 20, "y": box["y"] + 20, "data": dropped}
    hand = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        hand.send("Input.dispatchDragEvent", {"type": kind, **at})
    page.locator("[data-see]").wait_for()
    assert counts(page, "form") == dict.fromkeys(READ, 0) | {"read": 1, "refused": 1}
    assert page.locator("[data-told=refused] .hint").all_inner_texts() == ["note.txt"]


def test_the_whole_of_it_works_without_scripts(visit: Visit, own: Person, recordings: list[Path]) -> None:
    page = visit("/walks/", java_script_enabled=False)
    page.locator("#files").set_input_files(recordings)
    page.locator(".upload button.primary").click()
    assert counts(page, "section.good") == READ
    page.locator("button[name=every][value=no]").click()
    page.locator(".folds > details:nth-child(2) > summary").click()
    page.locator("#id_minutes").fill("40")
    page.locator("label:has(input[value=hilly])").click()
    page.locator("form[action='/walks/by-hand/'] button").click()
    page.wait_for_url("**/walks/?saved=1*")
    assert own.walks.filter(quality="by_hand").count() == 1


def test_an_import_cut_off_goes_on_where_it_was(visit: Visit, own: Person, recordings: list[Path]) -> None:
    page = visit("/walks/")
    sent = []

    def once(route: Route) -> None:
        sent.append(route.request.url)
        if len(sent) == 2:
            route.fulfill(status=200, content_type="text/html", body="sign in to the café")
        else:
            route.continue_()

    page.route("**/walks/", lambda route: once(route) if route.request.method == "POST" else route.continue_())
    page.locator("#files").set_input_files(recordings[:3])
    page.locator(".upload button.primary").click()
    page.locator("[data-go-on]").wait_for()
    assert own.walks.count() == 1
    page.locator("[data-go-on]").click()
    page.locator("[data-see]:visible").wait_for()
    expect(page.locator("[data-more]")).to_be_visible()
    assert page.locator("progress").evaluate("bar => bar.value") == 1
    assert own.walks.count() == 3


@pytest.mark.parametrize(
    ("size", "scheme", "lang"),
    [(SMALL, "dark", "es"), slow(DESK, "light", "en")],
    ids=["small-dark", "desk"],
)
def test_pages_of_walks_are_in_order(
    visit: Visit, filled: Person, recordings: list[Path], size: ViewportSize, scheme: str, lang: str
) -> None:
    page = visit("/walks/", viewport=size, color_scheme=scheme, lang=lang, bypass_csp=True)
    list(walk_keeping.bring(filled, recordings))
    walk = filled.walks.first()
    assert walk
    for address in ("/walks/", f"/walks/{walk.pk}/", "/offline/"):
        page.goto(address)
        in_order(page)
    page.goto("/walks/")
    page.locator(".folds summary").first.click()
    page.locator("#files").set_input_files(recordings)
    page.locator(".upload button.primary").click()
    page.locator("[data-see]").wait_for()
    in_order(page)
