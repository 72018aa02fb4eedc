"""A spreadsheet of one's own: dates and columns as people write them, guessed, corrected and read as a diary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.diary.test_diary_properties import SCRAPS

from espalda.diary import DiaryError, ReadResult, dump_diary, open_sheet, parse_diary, read_sheet
from espalda.diary.dates import Order, order_of, read_hour, read_written
from espalda.diary.sheet import Layout, Role, Sheet

OWN = (
    "Fecha;Hora;Dolor;Rigidez;Sentado (min);Yoga;Observaciones;Médico\n"
    "13/3/2026;7:30;4,5;;60;sí;;\n"
    "1/3/2026;;3;2;0;no;ayer peor;Dra. Gil\n"
)


def sheet(text: str, codec: str = "utf-8") -> Sheet:
    found = open_sheet(text.encode(codec))
    assert found is not None
    return found


def read(text: str, *roles: Role) -> ReadResult:
    found = sheet(text)
    return read_sheet(found, found.layout._replace(roles=roles or found.layout.roles), "Europe/Madrid")


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_spanish_spreadsheet_is_read_as_it_was_saved(codec: str) -> None:
    found = sheet(OWN, codec)
    assert found.layout.roles == ("time", "hour", "pain", "stiffness", "factor", "factor", "note", "note")
    result = read_sheet(found, found.layout, "Europe/Madrid")
    assert dump_diary(result.diary) == (
        "time,pain,stiffness,spasm,Sentado [min],Yoga,note\n"
        '2026-03-01T20:00+01:00,3,2,,0,0,"ayer peor\nMédico: Dra. Gil"\n'
        "2026-03-13T07:30+01:00,4.5,,,60,1,\n"
    )
    assert any("20:00: 1" in notice.sentence("en") for notice in result.notices)


def test_what_is_left_out_is_named() -> None:
    found = sheet(OWN)
    result = read(OWN, *found.layout.roles[:-1], "")
    assert "Columns left out: Médico." in [notice.sentence("en") for notice in result.notices]
    assert result.diary.notes == ("ayer peor", "")


def test_a_row_that_is_wrong_is_told_by_its_number_in_the_file() -> None:
    with pytest.raises(DiaryError) as refused:
        read("Fecha;Dolor\n\n13/3/2026 7:30;4\n14/3/2026 7:30;14\nayer;3\n")
    assert [problem.row for problem in refused.value.problems] == [4, 5]


def test_a_column_is_one_thing_and_the_date_must_be_one_of_them() -> None:
    never: tuple[Role, ...] = ("", "pain")
    twice: tuple[Role, ...] = ("time", "time")
    for roles in (never, twice):
        with pytest.raises(DiaryError):
            read("Fecha;Dolor\n13/3/2026 7:30;4\n", *roles)


def test_titles_that_clash_get_names_of_their_own() -> None:
    text = "Fecha;Dolor;Yoga;yoga;Pain;[n];Pasear (min)\n13/3/2026 7:30;4;1;2;3;4;5\n"
    others: tuple[Role, ...] = ("factor",)
    names = [factor.column for factor in read(text, "time", "pain", *others * 5).diary.factors]
    assert names == ["Yoga", "yoga 2", "Pain 2", "n", "Pasear [min]"]


def test_a_yes_or_no_called_pain_is_no_scale() -> None:
    assert sheet("Fecha;Pain [0-1]\n13/3/2026;1\n").layout.roles == ("time", "factor")


@pytest.mark.parametrize(
    "text",
    ["time,pain\n2026-03-01T07:30,4\n", "time,pain\n", "time;pain\nayer;3\n", "hola", "pain\n", 'fecha,dolor\n1,"2\n'],
)
def test_a_diary_s_own_file_and_no_table_are_left_to_its_reader(text: str) -> None:
    assert open_sheet(text.encode()) is None


def test_our_titles_with_dates_of_a_spreadsheet_are_asked_about() -> None:
    assert sheet("time;pain\n1/3/2026 7:30;4\n").layout.roles == ("time", "pain")


@given(SCRAPS | st.text(st.sampled_from("fecha;dolor,hora\n12/3:45 ap.m[]()síñ\"'"), max_size=120))
def test_any_table_gives_a_diary_or_sentences(text: str) -> None:
    try:
        found = open_sheet(text.encode())
        if found:
            diary = read_sheet(found, found.layout, "Europe/Madrid").diary
            assert parse_diary(dump_diary(diary).encode()).diary == diary
    except DiaryError as error:
        sentences = error.sentences("es")
    else:
        sentences = ["read"]
    assert sentences
    assert all(sentences)


# Dates ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "order", "iso"),
    [
        ("1/3/2026 7:30", "dmy", "2026-03-01 07:30:00"),
        ("1/3/2026 7:30", "mdy", "2026-01-03 07:30:00"),
        ("01.03.26 7.30", "dmy", "2026-03-01 07:30:00"),
        ("2026/3/1, 7:30 p. m.", "dmy", "2026-03-01 19:30:00"),
        ("3-1-2026 12:05 AM", "mdy", "2026-03-01 00:05:00"),
        ("1/3/2026 7h30", "dmy", "2026-03-01 07:30:00"),
        ("2026-03-01T07:30:15.5Z", "dmy", "2026-03-01 07:30:15.500000Z"),
        ("1/3/2026", "dmy", "2026-03-01 None"),
        ("31/2/2026", "dmy", None),
        ("1/13/2026", "dmy", None),
        ("1/3/2026 25:00", "dmy", None),
        ("1/3/2026 13:00 pm", "dmy", None),
        ("1/3/2026 7", "dmy", None),
        ("3 de marzo", "dmy", None),
        ("٣/٣/٢٠٢٦", "dmy", None),
    ],
)
def test_dates_as_people_write_them(text: str, order: Order, iso: str | None) -> None:
    written = read_written(text, order)
    assert (written and f"{written.day} {written.hour}") == iso


def test_an_hour_alone() -> None:
    assert [read_hour(text) for text in ("7:30", "7 pm", "7:30 a.m.", "7", "nunca", "")] == [
        "07:30:00",
        "19:00:00",
        "07:30:00",
        None,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["1/3/2026", "13/3/2026"], "dmy"),
        (["1/3/2026", "3/13/2026"], "mdy"),
        (["1.3.2026"], "dmy"),
        (["1/3/2026"], None),
        (["2026-03-01"], "dmy"),
        (["ayer"], "dmy"),
    ],
)
def test_the_order_of_day_and_month_is_told_by_the_dates(cells: list[str], order: Order | None) -> None:
    assert order_of(cells) == order


def test_the_hour_of_a_day_without_one_can_be_chosen() -> None:
    layout = Layout(("time", "pain"), "dmy", "08:15")
    diary = read_sheet(sheet("Fecha;Dolor\n1/3/2026;4\n"), layout, "Europe/Madrid").diary
    assert str(diary.local_time[0]) == "2026-03-01T08:15:00.000000"
