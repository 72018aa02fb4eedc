"""What holds for every diary and every file."""

from __future__ import annotations

import csv
import io

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from espalda.diary import Diary, DiaryError, Factor, dump_diary, make_diary, parse_diary, person_day, select
from espalda.diary.model import NOT_TEXT, RESERVED

TRICKY = [
    "=1+1",
    '"',
    '""',
    "a,b",
    "a;b\tc",
    "\r",
    "\n",
    "uno\r\ndos",
    " ",
    "🦴",
    "-1",
    "{text}",
    "\ufeff",
    "\x85",
]


def texts(codec: str) -> st.SearchStrategy[str]:
    plain = st.text(st.characters(codec=codec), max_size=12).filter(lambda text: not NOT_TEXT.search(text))
    return plain | st.sampled_from([text for text in TRICKY if text.encode(codec, "ignore").decode(codec) == text])


def amounts(unit: str) -> st.SearchStrategy[float]:
    low, high = Factor("x", unit).limits
    largest = min(high, np.finfo(float).max)
    return st.just(np.nan) | st.integers(int(low), 10).map(float) | st.floats(low, largest)


@st.composite
def diaries(draw: st.DrawFn, codec: str = "utf-8") -> Diary:
    names = draw(st.lists(texts(codec).map(lambda text: " ".join(text.split())), max_size=3, unique=True))
    factors = [Factor(name, draw(st.sampled_from(["", "min", "0-10", "a, b"]))) for name in names]
    factors = [factor for factor in factors if factor.is_readable and factor.name.casefold() not in RESERVED]
    moments = st.integers(-(2**50), 2**52) | st.integers(0, 40).map(lambda minute: minute * 60_000_000)
    time = draw(st.lists(moments, max_size=5, unique=True))
    n = len(time)

    def column(values: st.SearchStrategy[float]) -> list[float]:
        return draw(st.lists(values, min_size=n, max_size=n))

    return make_diary(
        np.array(time, dtype="datetime64[us]"),
        np.array(draw(st.lists(st.integers(-840, 840), min_size=n, max_size=n)), dtype=np.int16),
        pain=column(amounts("0-10")),
        stiffness=column(amounts("0-10")),
        spasm=column(st.just(np.nan) | st.integers(0, 4).map(float)),
        factors=factors,
        amounts=np.array([column(amounts(factor.unit)) for factor in factors]).reshape(len(factors), n).T,
        notes=draw(st.lists(texts(codec), min_size=n, max_size=n)),
    )


@given(diaries())
def test_a_diary_survives_its_file(diary: Diary) -> None:
    result = parse_diary(dump_diary(diary).encode(), "Europe/Madrid")
    assert result.diary == diary
    assert result.notices == ()


@given(diaries("cp1252"))
def test_a_diary_survives_a_spreadsheet_with_decimal_commas(diary: Diary) -> None:
    header, *rows = csv.reader(io.StringIO(dump_diary(diary), newline=""))
    rows = [[row[0], *(cell.replace(".", ",") for cell in row[1:-1]), row[-1]] for row in rows]
    # A row of its own shows the decimal mark, lest 1,125 alone could be thousands.
    shown = ["2190-01-01T00:00Z", "2,5", *[""] * (len(header) - 2)]
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([header, *rows, shown])
    data = text.getvalue().encode("cp1252")
    # A few letters of Windows in a row happen to be one letter of UTF-8; nothing tells them apart.
    assume(data.isascii() or not is_utf8(data))
    read = parse_diary(data, "Europe/Madrid").diary
    assert read.pain[-1] == 2.5
    assert select(read, np.datetime64("1900"), read.time[-1]) == diary


def is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


CELLS = [
    *["time", "pain", "walk [min]", "note", "2026-03-01T07:00Z", "2026-03-29T02:30", "2026-03-01", "x", "ñ", "٣"],
    *["3", "3,5", "1.500", "-1", "nan", "1e999", '"', '""', ",", ";", "\t", "\n", "\r\n", "\r", " ", "\0", "\ufeff"],
    *["[", "]"],
]
SCRAPS = st.lists(st.sampled_from(CELLS), max_size=40).map("".join)


@given(
    st.binary(max_size=200)
    | SCRAPS.flatmap(lambda text: st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]).map(text.encode))
    | SCRAPS.map(lambda text: ("time;pain;walk [0-10];note\n" + text).encode())
)
def test_any_bytes_give_a_diary_or_sentences(data: bytes) -> None:
    try:
        diary = parse_diary(data, "Europe/Madrid").diary
    except DiaryError as error:
        sentences = [*error.sentences("en"), *error.sentences("es")]
    else:
        sentences = [dump_diary(diary)]
        assert parse_diary(dump_diary(diary).encode()).diary == diary
    assert sentences
    assert all(sentences)


@given(st.lists(st.tuples(*[st.sampled_from(["", "0", "3", "2.25"])] * 4, st.sampled_from(["", "hi", "a,b"]))))
def test_no_cell_is_lost(rows: list[tuple[str, ...]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["time", "pain", "stiffness", "walk [min]", "stress [0-10]", "note"])
    writer.writerows([f"{1900 + i}-03-01T07:00Z", *row] for i, row in enumerate(rows))
    diary = parse_diary(text.getvalue().encode()).diary
    numbers = np.column_stack([diary.pain, diary.stiffness, diary.amounts])
    filled = sum(cell != "" for row in rows for cell in row)
    assert np.sum(~np.isnan(numbers)) + sum(note != "" for note in diary.notes) == filled
    assert len(diary) == len(rows)


@given(diaries())
def test_the_boundary_of_the_day_moves_the_day_by_one_at_most(diary: Diary) -> None:
    moved = person_day(diary, 0) - person_day(diary, 23.5)
    assert np.isin(moved, [0, 1]).all()
