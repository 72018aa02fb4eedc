"""A link shared and opened, and the diary locked, as a person and a clinician do it."""

from __future__ import annotations

import re

import pytest
from bench.terrain import files
from django.core.cache import cache
from playwright.sync_api import Page, expect
from tests.web.browser.conftest import Visit, slow
from tests.web.browser.layout import DESK, PHONE, SMALL, in_order
from tests.web.conftest import OWN_WORD

from espalda.web import lock, shares, walk_keeping
from espalda.web.models import Person

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def suits(page: Page, *addresses: str) -> None:
    """Look at pages as axe does, and for targets and width at each size."""
    for address in addresses:
        page.goto(address)
        in_order(page, SMALL, PHONE, DESK)


def test_a_link_is_made_opened_without_anything_and_revoked_in_one_tap(visit: Visit, filled: Person) -> None:
    page = visit("/shares/", java_script_enabled=False)
    page.get_by_label("Para quién es").fill("Dra. Ruiz")
    page.get_by_role("button", name="Hacer el enlace").click()
    address = page.get_by_label(re.compile("Cópialo ahora")).input_value()
    doctor = visit(address, java_script_enabled=False)
    expect(doctor.get_by_role("heading", level=1)).to_have_text("Un diario compartido")
    expect(doctor.get_by_text(f"Una nota de {OWN_WORD}").first).to_be_visible()
    assert doctor.context.cookies() == []
    page.goto("/shares/")
    page.get_by_text("1 visita").click()
    expect(page.locator("article li")).to_contain_text("Diario, ")
    page.get_by_role("button", name="Retirar el enlace para Dra. Ruiz").click()
    expect(page.locator("article")).to_contain_text("Retirado el")
    assert filled.shares.get().ended


@pytest.mark.parametrize("scheme", ["light", slow("dark")])
def test_its_pages_suit_axe_and_any_thumb(visit: Visit, filled: Person, scheme: str) -> None:
    _share, token = shares.make(filled, "Dra. Ruiz", 7, with_findings=True, with_safety=True, with_walks=True)
    list(walk_keeping.bring(filled, [("a.fit", files.fit(files.hills(1, metres=900)))]))
    # axe is a script of its own: only here may a page run one that its policy does not allow.
    page = visit("/shares/", color_scheme=scheme, bypass_csp=True)
    suits(page, f"/shared/{token}/", f"/shared/{token}/walks/", "/shares/")
    if scheme == "light":
        suits(page, f"/shared/{token}/affects/", "/settings/lock/", "/settings/time-zone/")
    lock.change(filled, "tres gatos verdes")
    suits(page, "/unlock/")


@pytest.mark.slow
def test_the_diary_is_unlocked_and_locked_again_without_javascript(visit: Visit, filled: Person) -> None:
    lock.change(filled, "tres gatos verdes")
    page = visit("/diary/", java_script_enabled=False)
    page.get_by_label("Clave").fill("tres gatos verdes")
    page.get_by_role("button", name="Abrirlo").click()
    expect(page.locator("table.day").first).to_be_visible()
    page.get_by_role("button", name="Bloquear ahora").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("El diario está bloqueado")
