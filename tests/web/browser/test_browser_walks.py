"""Walks in a browser: brought with and without scripts, stopped and gone on with, and every page in order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from bench.terrain import files
from playwright.sync_api import Page, Route, ViewportSize
from tests.web.browser.conftest import Visit
from tests.web.browser.test_browser_file import in_order
from tests.web.browser.test_browser_pages import DESK, SMALL

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
    assert page.locator("[data-told] li").count() == 2
    page.locator("[data-see]").click()
    assert page.locator(".walk-card").count() == 4
    page.locator(".walk-card").first.get_by_role("button").nth(2).click()
    assert page.locator(".walk-card").first.locator("strong").count() == 1
    assert own.walks.last().ground == "rough"  # type: ignore[union-attr]


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
    page.wait_for_function("document.querySelector('progress').value === 1")
    assert own.walks.count() == 3


@pytest.mark.parametrize(
    ("size", "scheme", "lang"),
    [(SMALL, "dark", "es"), (DESK, "light", "en")],
    ids=["small-dark", "desk"],
)
def test_pages_of_walks_are_in_order(
    visit: Visit, filled: Person, recordings: list[Path], size: ViewportSize, scheme: str, lang: str
) -> None:
    page = visit("/walks/", viewport=size, color_scheme=scheme, lang=lang, bypass_csp=True)
    list(walk_keeping.bring(filled, recordings))
    walk = filled.walks.first()
    assert walk
    for address in ("/walks/", f"/walks/{walk.pk}/"):
        page.goto(address)
        in_order(page, size)
