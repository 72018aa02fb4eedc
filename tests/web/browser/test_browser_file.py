"""One's data in a browser: brought in from a spreadsheet without scripts, every page in order, erased."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import ViewportSize, expect
from tests.web.browser.conftest import Visit, slow
from tests.web.browser.layout import DESK, PHONE, SMALL, in_order

from espalda.web.models import Person

pytestmark = pytest.mark.browser

TABLE = "Fecha;Dolor;Rigidez;Sentado (min);Observaciones;Nombre del médico que me vio ese día\n" + "".join(
    f"{day}/3/2026 7:30;{day % 10},5;{day % 7};{30 * day};{'mala noche' if day % 3 else ''};Dra. Gil\n"
    for day in range(1, 29)
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "mi espalda.csv"
    path.write_text(TABLE, "cp1252")
    return path


@pytest.fixture
def backed_up() -> None:
    """Have three backups listed."""
    folder = Path(settings.DATA) / "backups"
    folder.mkdir()
    for day in (1, 2, 3):
        (folder / f"espalda-2026-03-0{day}.sqlite3").write_bytes(bytes(400_000 * day))


@pytest.mark.parametrize(
    ("size", "scheme", "lang"),
    [slow(PHONE, "light", "es"), (PHONE, "dark", "en"), slow(DESK, "light", "en"), slow(SMALL, "light", "es")],
    ids=["phone", "dark", "desk", "small"],
)
def test_every_page_of_ones_data_is_in_order(
    visit: Visit, filled: Person, table: Path, backed_up: None, size: ViewportSize, scheme: str, lang: str
) -> None:
    page = visit("/file/", viewport=size, color_scheme=scheme, lang=lang, bypass_csp=True)
    in_order(page)
    page.goto("/file/erase/")
    in_order(page)
    page.goto("/file/")
    page.locator("#diary").set_input_files(table)
    page.locator(".upload button").click()
    page.wait_for_url("**/file/columns/")
    in_order(page)


def test_a_spreadsheet_comes_in_without_scripts(visit: Visit, own: Person, table: Path) -> None:
    page = visit("/file/", java_script_enabled=False)
    page.locator("#diary").set_input_files(table)
    page.locator(".upload button").click()
    page.locator("select[name='role:5']").select_option("")
    with page.expect_navigation():
        page.locator("button[value=look]").click()
    page.locator("button[value=keep]").click()
    expect(page.locator("[role=status] h2")).to_have_text("28 momentos añadidos")
    assert own.readings.count() == 28
    assert "Dra. Gil" not in "".join(reading.note for reading in own.readings.all())


def test_everything_out_erased_and_back_in_without_scripts(visit: Visit, filled: Person, tmp_path: Path) -> None:
    page = visit("/file/erase/", java_script_enabled=False, accept_downloads=True)
    with page.expect_download() as sent:
        page.locator("a.button.primary").click()
    copy = tmp_path / "copia.zip"
    sent.value.save_as(copy)
    page.locator("#sure").check()
    page.locator("button.danger").click()
    page.wait_for_url("**/file/?erased=1")
    assert not Person.objects.get(kind=Person.Kind.OWN).readings.exists()
    page.locator("#diary").set_input_files(copy)
    page.locator(".upload button").click()
    expect(page.locator("[role=status] h2")).to_have_text("20 momentos añadidos")
