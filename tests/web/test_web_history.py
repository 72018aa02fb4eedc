"""The diary looking back: its spasms and episodes, what came before one, and the year."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.test import Client

from espalda.diary import Factor, find_spasms, make_diary
from espalda.web import charts_year, past, store
from espalda.web.charts import Day
from espalda.web.models import Person

EN = {"accept-language": "en"}
START = datetime(2026, 1, 1, 8, tzinfo=UTC)


def keep(person: Person, days: int, spasms: dict[int, int], every: int = 1) -> None:
    """A reading at 8 each day, with the grade said for it and 0 elsewhere."""
    times = np.datetime64("2026-01-01T08:00", "us") + np.arange(0, days, every) * np.timedelta64(1, "D")
    grades = [spasms.get(day, 0) for day in range(0, days, every)]
    rows = len(grades)
    store.merge(
        person,
        make_diary(
            times, 0, pain=[3.0] * rows, spasm=grades, factors=[Factor("sitting", "min")], amounts=[[60.0]] * rows
        ),
    )


@pytest.mark.parametrize(
    ("address", "words"), [("/diary/spasms/", "There is nothing here"), ("/diary/year/", "There is nothing here")]
)
def test_an_empty_diary_shows_the_way(client: Client, own: Person, address: str, words: str) -> None:
    page = client.get(address, headers=EN).content.decode()
    assert words in page
    assert "<svg class" not in page.split("<main")[1]


def test_a_diary_without_a_spasm_says_so(client: Client, own: Person) -> None:
    keep(own, 3, {})
    assert "No spasm is written down." in client.get("/diary/spasms/", headers=EN).content.decode()


def test_each_spasm_is_there_with_how_long_it_lasted_and_the_time_before_it(client: Client, own: Person) -> None:
    keep(own, 40, {5: 2, 6: 3, 20: 1, 39: 2})
    page = client.get("/diary/spasms/", headers=EN).content.decode()
    rows = re.findall(r'<tr><th scope="row">(\d+ \w+ 2026), .*?<td class="together">(.*?)</td><td>(\d)', page)
    assert rows == [("9 Feb 2026", "not over", "2"), ("21 Jan 2026", "24 h", "1"), ("6 Jan 2026", "2 days", "3")]
    assert re.findall(r'colspan="4">(.*?) after', page) == ["18 days", "13 days"]
    assert "<dd>36 h</dd>" in page  # between 24 and 48 hours


def test_the_spasm_asked_for_is_the_one_compared_and_the_last_else(client: Client, own: Person) -> None:
    keep(own, 40, {5: 2, 20: 1})
    for query, day in (
        ("", "21 Jan 2026"),
        ("?spasm=1", "6 Jan 2026"),
        ("?spasm=99", "21 Jan 2026"),
        ("?spasm=x", "21 Jan 2026"),
    ):
        page = client.get(f"/diary/spasms/{query}", headers=EN).content.decode()
        assert f"Before the spasm of {day}" in page
        assert "usually 60 min" in page


def test_a_spasm_is_told_by_the_clock_of_its_day_wherever_it_is_read(client: Client, own: Person) -> None:
    store.merge(own, make_diary(["2026-06-01T20:14", "2026-06-02T06:00"], 300, pain=[5, 1], spasm=[2, 0]))
    page = client.get("/diary/spasms/", headers=EN).content.decode()
    assert page.count("2 Jun 2026, 01:14") == 3  # the title, the table, and its link


def test_many_spasms_come_page_by_page(client: Client, own: Person) -> None:
    keep(own, 60, dict.fromkeys(range(1, 60, 2), 1))
    seen = [
        number
        for page in (1, 2, 3)
        for number in re.findall(r'href="\?spasm=(\d+)&', client.get(f"/diary/spasms/?page={page}").content.decode())
    ]
    assert seen == [str(n) for n in range(30, 0, -1)]


def test_an_episode_says_where_the_month_before_is_not_known(client: Client, own: Person) -> None:
    keep(own, 10, {3: 1})
    page = client.get("/diary/spasms/", headers=EN).content.decode()
    assert "From 1 Jan 2026 to 10 Jan 2026" in page
    assert "It is not known whether the month before was free of pain" in page


def test_the_year_has_its_picture_and_its_table(client: Client, own: Person) -> None:
    keep(own, 59, {20: 1, 40: 2, 41: 2})
    page = client.get("/diary/year/", headers=EN).content.decode()
    assert page.count('role="img"') == 2
    rows = re.findall(r"\?month=(\d{4}-\d\d)\">.*?<td>(\d+)</td><td>([\d.]+)</td><td>([\d.]+)</td><td>(\d+)", page)
    assert rows == [("2026-02", "28", "3", "3", "1"), ("2026-01", "31", "3", "3", "1")]


def test_the_picture_has_a_cell_for_every_day_and_nothing_outside() -> None:
    days = [Day.of(date(2026, 1, 1) + timedelta(days=n), [n % 11], [n % 5]) for n in range(0, 300, 2)]
    months = past.months(days, [], Person(), date(2026, 10, 27))
    assert [(one.first.year, one.first.month) for one in months] == [
        (2025, 11),
        (2025, 12),
        *((2026, m) for m in range(1, 11)),
    ]
    for picture in charts_year.years(months):
        shades = {shade.heat: boxes(shade.path) for shade in picture.shades}
        assert sum(map(len, shades.values())) == 365
        assert shades.keys() == {"blank", "none", "mild", "moderate", "severe"}
        assert len(boxes(picture.spasms)) == sum(bool(one.spasm) for one in days)
        for x, y, width, height in [*boxes(picture.spasms), *(box for there in shades.values() for box in there)]:
            assert 0 <= x <= x + width <= picture.width
            assert 0 <= y <= y + height <= picture.height


def boxes(path: str) -> list[tuple[float, ...]]:
    """The rectangles of a path: x, y, width and height."""
    return [tuple(map(float, found)) for found in re.findall(r"M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)h-", path)]


def test_a_spasm_counts_in_the_month_of_the_persons_day() -> None:
    diary = make_diary(["2026-02-01T02:00", "2026-02-01T09:00"], 0, spasm=[2, 0])
    months = past.months([], find_spasms(diary), Person(day_starts_h=4.0), date(2026, 2, 1))
    assert [one.began for one in months[-2:]] == [1, 0]


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("month=2026-01", 31),
        ("month=2026-02", 9),
        ("with=spasm", 2),
        ("with=spasm&month=2026-02", 1),
        ("with=note", 0),
        ("month=2027-01", 40),
        ("with=nonsense", 40),
    ],
)
def test_the_readings_can_be_filtered_by_month_and_by_what_they_have(
    client: Client, own: Person, query: str, days: int
) -> None:
    keep(own, 40, {5: 2, 33: 1})
    response = client.get(f"/diary/?{query}")
    assert response.context["page"].paginator.count == days


def test_the_next_page_keeps_the_filter(client: Client, own: Person) -> None:
    keep(own, 40, {})
    page = client.get("/diary/?month=2026-01&span=90").content.decode()
    assert 'href="?span=90&amp;month=2026-01&amp;with=&amp;page=2"' in page
