"""What every page must be as a browser lays it out: no wider than its window, easy to tap, nothing axe finds wrong."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

SMALL = ViewportSize(width=320, height=640)
PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1280, height=800)

_TARGETS = (
    "button, a.button, nav a, .links a, .menu a, .stands a, summary, .tiles label, .segments label, .zone, .chip, "
    ".ask label, .signs label, .do a, select, "
    "textarea, input:not([type=radio], [type=checkbox], [type=hidden])"
)
_SMALLER = """(targets) => [...document.querySelectorAll(targets)]
    .filter(element => element.checkVisibility())
    .map(element => [element.outerHTML.slice(0, 120), element.getBoundingClientRect()])
    .filter(([html, box]) => box.height < 44 || box.width < 44)
    .map(([html, box]) => `${Math.round(box.width)}×${Math.round(box.height)} ${html}`)"""


def open_details(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def fits(page: Page) -> None:
    """Find the page no wider than its window."""
    width = page.evaluate("document.documentElement.scrollWidth")
    assert page.viewport_size
    assert width <= page.viewport_size["width"], f"{page.url} is {width} wide"


def suits_a_thumb(page: Page) -> None:
    """Find all there is to tap at least 44 pixels wide and high (WCAG 2.5.5)."""
    assert page.evaluate(_SMALLER, _TARGETS) == [], page.url


def suits_axe(page: Page) -> None:
    """Find nothing axe objects to; it is a script of its own, for which the page's policy has to be set aside."""
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


def in_order(page: Page, *sizes: ViewportSize) -> None:
    """Find a page as it should be with everything unfolded, at each of these sizes; at its own where none is given."""
    open_details(page)
    suits_axe(page)
    for size in sizes or (page.viewport_size,):
        assert size
        page.set_viewport_size(size)
        fits(page)
        suits_a_thumb(page)
