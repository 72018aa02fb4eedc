"""The diary's page: the curve, and every reading in a table."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from tests.web.conftest import OWN_WORD

from espalda.diary import make_diary, person_day
from espalda.web import store
from espalda.web.models import Person


def test_an_empty_diary_shows_the_way(client: Client, own: Person) -> None:
    page = client.get("/diary/").content.decode()
    assert "Aquí aún no hay nada" in page
    assert "<svg class" not in page


def test_the_curve_comes_with_its_table(client: Client, filled: Person) -> None:
    page = client.get("/diary/").content.decode()
    assert page.count('role="img"') == 2  # one for a phone, one for a desk
    assert "Martes 10 de marzo" in page
    assert f"Una nota de {OWN_WORD}" in page
    assert "Estar sentado 60 min" in page


def test_what_was_none_is_not_listed_as_done(client: Client, filled: Person) -> None:
    assert "Estar sentado 0" not in client.get("/diary/").content.decode()


def test_the_table_shows_every_reading_page_by_page(client: Client, filled: Person) -> None:
    pages = [client.get(f"/diary/?page={n}").content.decode() for n in (1, 2)]
    shown = re.findall(r'href="/reading/(\d+)/"', "".join(pages))
    assert sorted(map(int, shown)) == [reading.pk for reading in filled.readings.all()]
    assert "Días anteriores" in pages[0]
    assert "Días posteriores" in pages[1]


@pytest.mark.parametrize("query", ["?span=90", "?span=all", "?span=nonsense", "?page=99", "?page=x", "?deleted=1"])
def test_any_span_and_page_can_be_asked_for(client: Client, filled: Person, query: str) -> None:
    assert client.get(f"/diary/{query}").status_code == 200


def test_a_reading_after_midnight_belongs_to_the_day_before(own: Person) -> None:
    diary = make_diary(["2026-03-02T02:59", "2026-03-02T03:00"], 60, pain=[1, 2])
    store.merge(own, diary)
    days = [reading.day for reading in own.readings.all()]
    assert days == [date(2026, 3, 1), date(2026, 3, 2)]
    assert [(day - date(1970, 1, 1)).days for day in days] == person_day(diary).tolist()


def test_numbers_and_days_are_written_as_the_reader_writes_them(client: Client, filled: Person) -> None:
    assert "7,5 h" in client.get("/diary/").content.decode()
    english = client.get("/diary/", headers={"accept-language": "en"}).content.decode()
    assert "7.5 h" in english
    assert "Tuesday 10 March" in english
