"""Files that cannot be read: each problem is found, placed and put in a sentence."""

from __future__ import annotations

import os
import pickle
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from espalda.diary import MAX_BYTES, DiaryError, Problem, parse_diary, read_diary
from espalda.diary.problems import KEPT
from espalda.diary.table import MAX_ROWS
from espalda.words import Message

MADRID = "Europe/Madrid"


def refusal(data: str | bytes, tz: str | None = MADRID) -> DiaryError:
    with pytest.raises(DiaryError) as caught:
        parse_diary(data.encode() if isinstance(data, str) else data, tz, "mi diario.csv")
    return caught.value


class Bad(NamedTuple):
    """A bad file: its text, where its only problem is, and words that tell it, in English and Spanish."""

    text: str
    row: int | None
    column: str | None
    en: str
    es: str


def cell(column: str, text: str) -> str:
    """Return a file of two good rows and one, the third, with `text` in `column`."""
    return f"time;{column}\n2026-03-01T07:00Z;\n2026-03-01T08:00Z;{text}\n"


def moment(text: str) -> str:
    return f"time,pain\n2026-03-01T07:00Z,1\n{text},2\n"


BAD = {
    "no time column": Bad("pain,note\n3,x\n", 1, None, "no column is called time", "ninguna columna se llama time"),
    "column twice": Bad("time,pain,Pain\n", 1, "Pain", "column B has the same name", "columna B tiene el mismo nombre"),
    "factor in two units": Bad(
        "time,walk [min],walk [h]\n",
        1,
        "walk [h]",
        "column B has the same name",
        "columna B tiene el mismo nombre",
    ),
    "time twice": Bad("time,TIME\n", 1, "TIME", "column A has the same name", "columna A tiene el mismo nombre"),
    "other scale of pain": Bad("time,pain [0-100]\n", 1, "pain [0-100]", "always 0 to 10", "siempre de 0 a 10"),
    "too many factors": Bad(
        "time," + ",".join(f"x{n}" for n in range(101)) + "\n", 1, None, "101 factors", "101 factores"
    ),
    "too many columns": Bad("time," + "x," * 104 + "\n", 1, None, "no more than 105", "no tiene más de 105"),
    "unit alone": Bad("time,[min]\n", 1, "[min]", "unit without a name", "unidad sin nombre"),
    "two units": Bad("time,walk [min] []\n", 1, "walk [min] []", "one unit at the end", "una sola unidad al final"),
    "data without a name": Bad(
        "time,,pain\n2026-03-01T07:00Z,,3\n2026-03-02T07:00Z,x,3\n",
        1,
        "B",
        "row 3 says “x”",
        "fila 3 pone «x»",
    ),
    "too many cells": Bad(
        "time,pain\n\n2026-03-01T07:00Z,3,4\n",
        3,
        None,
        "as many cells as the header (3, not 2)",
        "tantas celdas como la cabecera (3, no 2)",
    ),
    "too few cells": Bad("time,pain\n2026-03-01T07:00Z\n", 2, None, "(1, not 2)", "(1, no 2)"),
    "open quote": Bad(
        'time,note\n2026-03-01T07:00Z,a\n2026-03-01T08:00Z,"b\n2026-03-01T09:00Z,c\n',
        3,
        None,
        "quotation",
        "comillas",
    ),
    "text after a quote": Bad('time,note\n2026-03-01T07:00Z,"a"b\n', 2, None, "text after it", "texto detrás"),
    "open quote in the header": Bad('"time,pain\n', 1, None, "not closed", "sin cerrar"),
    "no time": Bad(moment(""), 3, "time", "the time is missing", "falta el momento"),
    "date alone": Bad(moment("2026-03-02"), 3, "time", "such as 2026-03-02T07:30", "no lleva hora"),
    "day first": Bad(moment("01/03/2026 07:30"), 3, "time", "write year-month-day", "escribe año-mes-día"),
    "one figure for the hour": Bad(moment("2026-03-02 7:30"), 3, "time", "such as 2026-03-01T07:30", "horas:minutos"),
    "odd sign between": Bad(moment("2026-03-02/07:30"), 3, "time", "hours:minutes", "horas:minutos"),
    "no such day": Bad(moment("2026-02-30T07:30"), 3, "time", "not in the calendar", "no existe en el calendario"),
    "no such hour": Bad(moment("2026-02-20T25:30Z"), 3, "time", "on the clock", "en el reloj"),
    "long ago": Bad(moment("0026-02-20T07:30Z"), 3, "time", "years 1900 to 2200", "años 1900 y 2200"),
    "far ahead": Bad(moment("2201-01-01T00:00Z"), 3, "time", "correct the year", "corrige el año"),
    "seconds in the offset": Bad(
        moment("2026-02-20T07:30+01:00:30"),
        3,
        "time",
        "has seconds",
        "desfase horario de «2026-02-20T07:30+01:00:30»",
    ),
    "zone of the sun": Bad(moment("1900-02-20T07:30"), 3, "time", "write it in hours and minutes", "tiene segundos"),
    "skipped hour": Bad(
        moment("2026-03-29T02:30"), 3, "time", "does not exist in Europe/Madrid", "no existe en Europe"
    ),
    "pain 11": Bad(cell("pain", "11"), 3, "pain", "“11” is outside 0 to 10", "«11» no está entre 0 y 10"),
    "pain -1": Bad(cell("pain", "-1"), 3, "pain", "outside 0 to 10", "no está entre 0 y 10"),
    "stiffness": Bad(cell("Stiffness", "10,1"), 3, "Stiffness", "outside 0 to 10", "entre 0 y 10"),
    "half a grade": Bad(cell("spasm", "2,5"), 3, "spasm", "not a whole grade", "no es un grado entero"),
    "grade 5": Bad(cell("spasm", "5"), 3, "spasm", "outside 0 to 4", "no está entre 0 y 4"),
    "words": Bad(cell("walk [min]", "a lot"), 3, "walk [min]", "“a lot” is not a number", "«a lot» no es un número"),
    "nan": Bad(cell("walk", "NaN"), 3, "walk", "leave the cell blank", "deja la celda en blanco"),
    "inf": Bad(cell("walk", "inf"), 3, "walk", "not a number", "no es un número"),
    "too large": Bad(cell("walk", "1e400"), 3, "walk", "too large", "demasiado grande"),
    "negative": Bad(cell("walk", "-3"), 3, "walk", "“-3” is negative", "«-3» es negativo"),
    "outside its scale": Bad(cell("stress [1-5]", "6"), 3, "stress [1-5]", "outside 1 to 5", "no está entre 1 y 5"),
    "other figures": Bad(cell("walk", "٣"), 3, "walk", "not a number", "no es un número"),
    "thousands twice": Bad(cell("walk", "1.500.000"), 3, "walk", "not a number", "no es un número"),
    "thousands and decimals": Bad(cell("walk", "1.500,5"), 3, "walk", "not a number", "no es un número"),
    "spaced thousands": Bad(cell("walk", "1 500"), 3, "walk", "not a number", "no es un número"),
    "endless digits": Bad(cell("walk", "1" * 9000), 3, "walk", "1…” is not a number", "no es un número"),
    "open point": Bad(cell("walk", "1.500"), 3, "walk", "write 1500 or 1.5,", "escribe 1500 o 1.5,"),
    "open comma": Bad(cell("walk", "1,125"), 3, "walk", "write 1125 or 1,1250,", "escribe 1125 o 1,1250,"),
    "open between commas": Bad(
        'time,walk\n2026-03-01T07:00Z,"2,000"\n', 2, "walk", "write 2000 or 2,", "escribe 2000 o 2,"
    ),
    "open against the file": Bad(
        "time;walk\n2026-03-01T07:00Z;2,5\n2026-03-02T07:00Z;1.500\n",
        3,
        "walk",
        "1500 or 1,5,",
        "1500 o 1,5,",
    ),
    "thousands between commas, against the file": Bad(
        'time,walk\n2026-03-01T07:00Z,"2,5"\n2026-03-02T07:00Z,1.500\n2026-03-03T07:00Z,2\n',
        3,
        "walk",
        "1500 or 1,5,",
        "1500 o 1,5,",
    ),
    "a point among commas": Bad(
        "time;pain\n2026-03-01T07:00Z;3,5\n2026-03-02T07:00Z;3.5\n",
        3,
        "pain",
        "write 3,5",
        "punto decimal y casi",
    ),
    "a comma among points": Bad(
        'time,pain\n2026-03-01T07:00Z,"3,5"\n2026-03-02T07:00Z,4.5\n2026-03-03T07:00Z,4.5\n',
        2,
        "pain",
        "write 3.5",
        "coma decimal y casi",
    ),
    "same moment, other pain": Bad(
        "time,pain\n2026-03-01T07:00Z,3\n2026-03-02T07:00Z,3\n2026-03-01T07:00Z,4\n",
        4,
        "pain",
        "row 2 is at the same moment",
        "la fila 2 es del mismo momento",
    ),
    "same moment, other note": Bad(
        "time,Note\n2026-03-01T07:00Z,a\n2026-03-01T07:00Z,b\n", 3, "Note", "row 2", "la fila 2"
    ),
    "same moment, other offset": Bad(
        "time,pain\n2026-03-01T07:00Z,3\n2026-03-01T08:00+01:00,3\n", 3, "time", "row 2", "la fila 2"
    ),
    "same moment, filled in before": Bad(
        "time,pain\n2026-03-01T07:00Z,\n2026-03-01T07:00Z,3\n2026-03-01T07:00Z,4\n",
        4,
        "pain",
        "row 3",
        "la fila 3",
    ),
    "empty": Bad("", None, None, "The file is empty", "El archivo está vacío"),
    "blanks": Bad("\ufeff \r\n,,\n\n", None, None, "The file is empty", "El archivo está vacío"),
    "nul": Bad("time,pain\n2026-03-01T07:00Z,\0\n", None, None, "(line 2, character 0)", "(línea 2, carácter 0)"),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_a_problem_is_placed_and_said_in_english(bad: Bad) -> None:
    [problem] = refusal(bad.text).problems
    assert (problem.row, problem.column) == (bad.row, bad.column)
    sentence = problem.sentence("en")
    assert bad.en in sentence
    assert f"Row {bad.row}" in sentence or bad.row is None
    assert f"column {bad.column}:" in sentence or bad.column is None


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_a_problem_is_said_in_spanish(bad: Bad) -> None:
    [sentence] = refusal(bad.text).sentences("es")
    assert bad.es in sentence
    assert f"Fila {bad.row}" in sentence or bad.row is None
    assert f"columna {bad.column}:" in sentence or bad.column is None


@pytest.mark.parametrize(
    ("data", "en", "es"),
    [
        (b"PK\x03\x04\x14\x00\x06\x00", "spreadsheet workbook", "hoja de cálculo"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "spreadsheet workbook", "hoja de cálculo"),
        (b"%PDF-1.7\n", "PDF", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not plain text", "no es texto sin formato"),
        (b"time,note\n2026-03-01T07:00Z,\x81\xff\n", "not plain text", "no es texto sin formato"),
        (b"\xff\xfet\x00i\x00m\x00e\x00\x00\xd8", "not plain text", "no es texto sin formato"),
        (b"t\x00i\x00m\x00e\x00", "not plain text", "no es texto sin formato"),
    ],
    ids=["zip", "xls", "pdf", "png", "no encoding", "half a pair", "utf-16 without mark"],
)
def test_a_file_that_is_not_text(data: bytes, en: str, es: str) -> None:
    error = refusal(data)
    assert en in str(error)
    assert es in error.sentences("es")[0]


@pytest.mark.parametrize("tz", ["Mars/Olympus", "", "Europe", "../etc/passwd", "a\0b"])
def test_an_unknown_zone(tz: str) -> None:
    error = refusal("time\n2026-03-01T07:00\n", tz)
    assert "no time zone called" in str(error)
    assert "ninguna zona horaria llamada" in error.sentences("es")[0]


def test_a_machine_without_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> None:
        raise LookupError

    monkeypatch.setattr("espalda.diary.times.get_localzone", nowhere)
    [problem] = refusal("time\n2026-03-01T07:00\n2026-03-01T07:00Z\n", None).problems
    assert problem.row == 2
    assert "of this machine" in problem.sentence("en")


def test_all_problems_of_a_file_are_found_in_the_order_of_its_rows() -> None:
    error = refusal(
        "time;pain;walk [min];walk [h]\n"
        "2026-03-01T07:00Z;11;-1;\n"
        "2026-03-01T08:00Z;3;;\n"
        "01/03/2026;x;;\n"
        "2026-03-01T08:00Z;4;;\n"
        "2026-03-01T09:00Z\n"
        '2026-03-01T10:00Z;;;"\n'
    )
    places = [(problem.row, problem.column) for problem in error.problems]
    assert places == [
        (1, "walk [h]"),
        (2, "pain"),
        (2, "walk [min]"),
        (4, "time"),
        (4, "pain"),
        (5, "pain"),
        (6, None),
        (7, None),
    ]
    assert str(error).startswith("mi diario.csv: Row 1, column walk [h]: ")


def test_rows_are_numbered_as_a_spreadsheet_does() -> None:
    error = refusal('\ntime,pain,note\n\n2026-03-01T07:00Z,1,"two\nlines"\n2026-03-01T08:00Z,11,\n')
    assert [problem.row for problem in error.problems] == [5]


def test_many_problems_are_counted_and_few_are_said() -> None:
    error = refusal("time,pain\n" + "2026-03-01T07:00Z,11\n" * (KEPT + 500))
    assert error.count == KEPT + 500
    assert len(error.problems) == KEPT
    assert error.sentences("en")[-1] == f"And {KEPT + 480} more problems."
    assert error.sentences("es", limit=KEPT)[-1] == "Y 500 problemas más."
    assert len(str(error).splitlines()) == 21


def test_one_problem_more() -> None:
    error = refusal("time,pain\n2026-03-01T07:00Z,11\n2026-03-01T07:00Z,12\n")
    assert error.sentences("en", limit=1)[-1] == "And 1 more problem."
    assert error.sentences("es", limit=1)[-1] == "Y 1 problema más."


def test_a_cell_is_quoted_short_and_on_one_line() -> None:
    [problem] = refusal('time,pain\n2026-03-01T07:00Z,"{x}\n\u202e' + "a" * 500 + '"\n').problems
    sentence = problem.sentence("en")
    assert "“{x}  aaa" in sentence
    assert "…” is not a number" in sentence
    assert len(sentence) < 250


def test_an_error_survives_a_process_pool() -> None:
    error = refusal("time,pain\n2026-03-01T07:00Z,11\n")
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (str(copy), copy.problems, copy.count) == (str(error), error.problems, error.count)


def file_sentences(path: str | os.PathLike[str]) -> list[str]:
    with pytest.raises(DiaryError) as caught:
        read_diary(path, MADRID)
    assert caught.value.source == str(path)
    return [*caught.value.sentences("en"), *caught.value.sentences("es")]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    en, es = file_sentences(tmp_path / "nada.csv")
    assert "no file with this name" in en
    assert "ningún archivo con este nombre" in es


def test_a_path_through_a_file(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    assert "no file with this name" in file_sentences(tmp_path / "a" / "b.csv")[0]


def test_a_folder(tmp_path: Path) -> None:
    en, es = file_sentences(tmp_path)
    assert "This is a folder" in en
    assert "Esto es una carpeta" in es


def test_a_file_that_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: object) -> None:
        raise PermissionError

    # Taking the permission away would stop no test that runs as root.
    monkeypatch.setattr(Path, "open", locked)
    en, es = file_sentences(tmp_path / "diario.csv")
    assert "cannot be opened" in en
    assert "No se puede abrir" in es


def test_a_name_no_file_can_have() -> None:
    assert "cannot be opened" in file_sentences("a\0b")[0]


def test_a_huge_file_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    en, es = file_sentences(path)
    assert "takes 50 MB and the limit is 20 MB" in en
    assert "ocupa 50 MB y el límite es de 20 MB" in es


def test_huge_bytes_are_refused() -> None:
    assert "takes 21 MB" in str(refusal(b"x" * (MAX_BYTES + 1)))


@pytest.mark.slow
def test_more_rows_than_a_life_has_are_refused() -> None:
    error = refusal("time\n" + "x\n" * MAX_ROWS)
    assert "more than 500000 rows" in str(error)
    assert "más de 500000 filas" in error.sentences("es")[0]


def test_blank_rows_below_the_diary_do_not_count() -> None:
    assert len(parse_diary(b"time;pain\n2026-03-01T07:00Z;3\n" + b";\n" * (MAX_ROWS + 1)).diary) == 1


def test_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "diario.csv"
    with zipfile.ZipFile(path, "w") as workbook:
        workbook.writestr("xl/workbook.xml", "<workbook/>")
    assert "save the sheet as CSV" in file_sentences(path)[0]


def test_a_problem_of_a_whole_row_and_of_a_whole_file() -> None:
    assert Problem(3, None, Message("x")).sentence("en") == "Row 3: x"
    assert Problem(None, None, Message("X")).sentence("en") == "X"
