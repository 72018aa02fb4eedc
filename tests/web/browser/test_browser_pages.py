"""Every page as a browser lays it out: no overflow, no small target, nothing axe finds wrong, light and dark."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import ViewportSize
from tests.web.browser.conftest import Visit, slow
from tests.web.browser.layout import DESK, PHONE, SMALL, fits, in_order, open_details, suits_a_thumb, suits_axe

from espalda.triage import load_rulebook
from espalda.web import safety
from espalda.web.models import Person

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/spasm/",
    "/safety/",
    "/safety/rules/",
    "/causes/",
    "/diary/",
    "/diary/spasms/",
    "/diary/year/",
    "/medicines/",
    "/triggers/",
    "/file/",
    "/settings/",
    "/settings/factors/",
    "/settings/factors/one/?name=ibuprofen",
]


def addresses(person: Person) -> list[str]:
    kept = person.readings.last()
    assert kept
    own = [] if person.is_demo else [f"/reading/{kept.pk}/edit/", "/diary/?deleted=1", "/spasm/over/"]
    return [*PAGES, f"/reading/{kept.pk}/", *own]


@pytest.mark.parametrize(
    ("whose", "lang"), [("own", "es"), *(slow(*one) for one in (("own", "en"), ("demo", "es"), ("demo", "en")))]
)
def test_no_page_is_wider_than_its_window(visit: Visit, filled: Person, demo: Person, whose: str, lang: str) -> None:
    page = visit("/", demo=whose == "demo", lang=lang)
    for address in addresses(demo if whose == "demo" else filled):
        page.goto(address)
        open_details(page)
        for size in (SMALL, PHONE, DESK):
            page.set_viewport_size(size)
            fits(page)


@pytest.mark.slow
def test_very_large_text_fits_the_narrowest_phone(visit: Visit, filled: Person) -> None:
    page = visit("/", viewport=SMALL)
    page.context.add_cookies([{"name": "size", "value": "huge", "url": page.url}])
    for address in addresses(filled):
        page.goto(address)
        open_details(page)
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "24px"
        fits(page)


@pytest.mark.parametrize("scheme", [slow("light"), "dark"])
@pytest.mark.parametrize("theme", ["system", "light", slow("dark")])
def test_the_theme_asked_for_comes_before_the_system_s(visit: Visit, own: Person, scheme: str, theme: str) -> None:
    page = visit("/settings/", color_scheme=scheme, java_script_enabled=False)
    page.locator(f"label:has(input[name=theme][value={theme}])").click()
    with page.expect_navigation():
        page.locator("form[action='/settings/look/'] button").click()
    dark = (scheme if theme == "system" else theme) == "dark"
    light = page.evaluate("getComputedStyle(document.body).color.match(/\\d+/)[0] > 128")
    assert light == dark


@pytest.mark.slow
def test_targets_are_large_enough_for_a_thumb(visit: Visit, filled: Person) -> None:
    page = visit("/")
    for address in addresses(filled):
        page.goto(address)
        open_details(page)
        for size in (SMALL, PHONE, DESK):
            page.set_viewport_size(size)
            suits_a_thumb(page)


@pytest.mark.parametrize(
    ("whose", "scheme", "size"),
    [
        ("own", "light", PHONE),
        slow("own", "dark", PHONE),
        slow("own", "light", DESK),
        slow("demo", "light", DESK),
        slow("demo", "dark", PHONE),
    ],
    ids=["own", "own-dark", "own-desk", "demo-desk", "demo-dark"],
)
def test_axe_finds_nothing(
    visit: Visit, filled: Person, demo: Person, whose: str, scheme: str, size: ViewportSize
) -> None:
    # axe is a script of its own: only here may a page run one that its policy does not allow.
    page = visit("/", demo=whose == "demo", viewport=size, color_scheme=scheme, bypass_csp=True)
    for address in addresses(demo if whose == "demo" else filled):
        page.goto(address)
        open_details(page)
        suits_axe(page)


@pytest.mark.parametrize("scheme", ["light", slow("dark")])
def test_axe_finds_nothing_in_an_empty_diary(visit: Visit, scheme: str) -> None:
    page = visit("/", color_scheme=scheme, bypass_csp=True)
    for address in ("/", "/diary/", "/triggers/", "/safety/about-you/"):
        page.goto(address)
        suits_axe(page)


SAFETY = ("/safety/", "/safety/answer/", "/safety/about-you/", "/", "/diary/")


@pytest.mark.parametrize("answered", [slow("emergency"), "open", slow("old")])
@pytest.mark.parametrize(
    ("scheme", "size", "lang"),
    [
        ("light", PHONE, "es"),
        slow("dark", PHONE, "en"),
        slow("light", DESK, "en"),
        slow("dark", DESK, "es"),
        slow("light", SMALL, "en"),
    ],
    ids=["phone", "dark-phone", "desk", "dark-desk", "small"],
)
def test_the_safety_pages_are_in_order_whatever_was_answered(
    visit: Visit, own: Person, answered: str, scheme: str, size: ViewportSize, lang: str
) -> None:
    """No overflow, no small target, nothing axe finds, with a row marked and everything unfolded."""
    answers: safety.Answers = {one.id: False for one in load_rulebook().questions}
    given: dict[str, safety.Answers] = {
        "emergency": {"chest_pain": True},
        "open": {"chest_pain": None, "fever": True},
        "old": {"fever": True},
    }
    safety.keep(own, answers | given[answered], timezone.now() - safety.FRESH * (answered == "old"))
    page = visit("/", lang=lang, viewport=size, color_scheme=scheme, bypass_csp=True)
    for address in SAFETY:
        page.goto(address)
        open_details(page)
        for row in page.locator(".ask .yes").all()[:2]:
            row.click()
        for row in page.locator(".ask .open").all()[2:3]:
            row.click()
        in_order(page)
