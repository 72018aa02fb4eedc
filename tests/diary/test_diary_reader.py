"""Files that are diaries, however a spreadsheet wrote them."""

from __future__ import annotations

import codecs
import csv
import io
import math
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from espalda.diary import Diary, DiaryError, Factor, ReadResult, parse_diary, read_diary, read_file

MADRID = "Europe/Madrid"


def read(text: str, tz: str = MADRID) -> Diary:
    return parse_diary(text.encode(), tz).diary


def notices(result: ReadResult) -> list[str]:
    return [notice.sentence("en") for notice in result.notices]


def test_a_diary_in_its_own_format() -> None:
    diary = read(
        "time,pain,stiffness,spasm,walk_downhill [min],stress [0-10],note\n"
        '2026-03-01T07:30+01:00,7,6.5,2,,3,"bad night, woke twice"\n'
        "2026-03-01T21:00:15.25+01:00,4,,,25,0,\n"
    )
    assert diary.time.tolist() == np.array(["2026-03-01T06:30", "2026-03-01T20:00:15.25"], "M8[us]").tolist()
    assert diary.utc_offset_min.tolist() == [60, 60]
    assert diary.pain.tolist() == [7, 4]
    assert diary.stiffness[0] == 6.5
    assert diary.spasm[0] == 2
    assert np.isnan([diary.stiffness[1], diary.spasm[1]]).all()
    assert diary.factors == (Factor("walk_downhill", "min"), Factor("stress", "0-10"))
    np.testing.assert_array_equal(diary.amounts, [[np.nan, 3], [25, 0]])
    assert diary.notes == ("bad night, woke twice", "")


def test_rows_are_sorted_by_time() -> None:
    assert read("time,pain\n2026-03-02T07:00Z,2\n2026-03-01T07:00Z,1\n").pain.tolist() == [1, 2]


def test_blank_is_not_zero() -> None:
    assert np.isnan(read("time,walk\n2026-03-01T07:00Z,\n").amounts[0, 0])
    assert read("time,walk\n2026-03-01T07:00Z,0\n").amounts[0, 0] == 0


def test_a_header_alone_is_an_empty_diary() -> None:
    diary = read("time,pain,walk [min]\n")
    assert len(diary) == 0
    assert diary.amounts.shape == (0, 1)


def test_a_time_column_alone_is_a_diary() -> None:
    assert len(read("time\n2026-03-01T07:00Z\n")) == 1


@pytest.mark.parametrize(
    "data",
    [
        "time,note\n2026-03-01T07:00Z,dolió\n".encode(),
        codecs.BOM_UTF8 + "time,note\n2026-03-01T07:00Z,dolió\n".encode(),
        codecs.BOM_UTF16_LE + "time,note\n2026-03-01T07:00Z,dolió\n".encode("utf-16-le"),
        codecs.BOM_UTF16_BE + "time,note\n2026-03-01T07:00Z,dolió\n".encode("utf-16-be"),
        "time,note\n2026-03-01T07:00Z,dolió\n".encode("cp1252"),
        "time;note\r\n2026-03-01T07:00Z;dolió\r\n".encode(),
        "time\tnote\r2026-03-01T07:00Z\tdolió".encode(),
        '\n"time";"note"\n\n ; \n"2026-03-01T07:00Z";"dolió"\n;\n\n'.encode(),
    ],
    ids=[
        "utf-8",
        "bom",
        "utf-16-le",
        "utf-16-be",
        "cp1252",
        "semicolon crlf",
        "tab cr",
        "quotes and blank rows",
    ],
)
def test_encodings_separators_and_line_ends(data: bytes) -> None:
    diary = parse_diary(data).diary
    assert diary.notes == ("dolió",)


@pytest.mark.parametrize(
    "header", ["Time,PAIN , Stiffness,Spasm,NOTE", "time,pain [0-10],stiffness [NRS],spasm [0-4],note"]
)
def test_own_columns_are_known_in_any_case_and_with_their_scale(header: str) -> None:
    diary = read(f"{header}\n2026-03-01T07:00Z,1,2,3,x\n")
    assert (diary.pain[0], diary.stiffness[0], diary.spasm[0], diary.notes[0]) == (1, 2, 3, "x")
    assert diary.factors == ()


def test_separators_inside_quotes_and_units_do_not_mislead() -> None:
    assert read('time,"a; b; c"\n2026-03-01T07:00Z,1\n').factors == (Factor("a; b; c", ""),)
    assert read("time;a [x,y,z]\n2026-03-01T07:00Z;1\n").factors == (Factor("a", "x,y,z"),)


def test_a_blank_column_without_name_is_skipped() -> None:
    assert read("time,,pain,\n2026-03-01T07:00Z,,3,\n").pain.tolist() == [3]


def test_a_long_note_is_read_whole() -> None:
    note = "una noche larga " * 20_000
    assert read(f"time,note\n2026-03-01T07:00Z,{note}\n").notes == (note,)


@pytest.mark.parametrize("time", ["2026-03-01T07:30", "2026-03-01 07:30:00", " 2026-03-01t07:30:00.000 "])
def test_a_time_without_offset_is_read_in_the_zone_and_said(time: str) -> None:
    result = parse_diary(f"time,pain\n{time},3\n".encode(), MADRID)
    assert result.diary.time[0] == np.datetime64("2026-03-01T06:30")
    assert notices(result) == ["Times without an offset, read in the time zone Europe/Madrid: 1."]


@pytest.mark.parametrize(
    ("time", "offset_min"),
    [
        ("2026-03-01T07:30Z", 0),
        ("2026-03-01 07:30:00 +01:00", 60),
        ("2026-03-01T07:30-0330", -210),
        ("2026-03-01T07:30:59.999999+14", 840),
    ],
)
def test_a_written_offset_is_kept(time: str, offset_min: int) -> None:
    result = parse_diary(f"time\n{time}\n".encode(), MADRID)
    assert result.diary.utc_offset_min.tolist() == [offset_min]
    assert result.notices == ()


def test_without_a_zone_the_one_of_this_machine_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("espalda.diary.times.get_localzone", lambda: ZoneInfo("Asia/Kathmandu"))
    result = parse_diary(b"time\n2026-03-01T07:30\n")
    assert result.diary.utc_offset_min.tolist() == [345]
    assert "Asia/Kathmandu" in notices(result)[0]


def test_the_zone_follows_summer_time() -> None:
    diary = read("time\n2026-03-28T12:00\n2026-03-30T12:00\n")
    assert diary.utc_offset_min.tolist() == [60, 120]


def test_an_hour_that_came_twice_is_read_as_the_first_and_said() -> None:
    result = parse_diary(b"time\n2026-10-25T02:30\n2026-10-25T02:30+01:00\n", MADRID)
    assert result.diary.utc_offset_min.tolist() == [120, 60]
    assert np.diff(result.diary.time).tolist() == [timedelta(hours=1)]
    assert notices(result)[1].startswith("Times in an hour that came twice")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("time;walk\n2026-03-01T07:00Z;3,5\n", 3.5),
        ("time\twalk\n2026-03-01T07:00Z\t3,5\n", 3.5),
        ("time;walk\n2026-03-01T07:00Z;3.5\n", 3.5),
        ('time,walk\n2026-03-01T07:00Z,"3,5"\n', 3.5),
        ("time,walk\n2026-03-01T07:00Z,.5\n", 0.5),
        ("time,walk\n2026-03-01T07:00Z,1.5e+3\n", 1500),
        ("time,walk\n2026-03-01T07:00Z, +12 \n", 12),
        # What could be thousands, settled by the format, by a leading zero, or by the scale.
        ("time,walk\n2026-03-01T07:00Z,1.500\n", 1.5),
        ("time;walk\n2026-03-01T07:00Z;0,125\n", 0.125),
        ("time;walk [0-10]\n2026-03-01T07:00Z;1,125\n", 1.125),
        # And by other cells of the file.
        ("time;walk;pain\n2026-03-01T07:00Z;1,500;3,5\n", 1.5),
        ("time;walk;pain\n2026-03-01T07:00Z;1.500;3.5\n", 1.5),
        ("time;walk;pain\n2026-03-01T07:00Z;1.500;2.125\n", 1.5),
    ],
)
def test_numbers_with_either_decimal_mark(text: str, amount: float) -> None:
    assert read(text).amounts[0, 0] == amount


def test_rows_of_the_same_moment_complete_each_other() -> None:
    result = parse_diary(
        b"time,pain,walk,note\n2026-03-01T07:00Z,,20,\n2026-03-01T07:00Z,3,20,calm\n2026-03-01T07:00Z,3,,\n"
    )
    assert len(result.diary) == 1
    assert (result.diary.pain[0], result.diary.amounts[0, 0], result.diary.notes[0]) == (3, 20, "calm")
    assert notices(result) == ["Rows joined to another of the same moment: 2."]


def test_notes_are_kept_to_the_letter() -> None:
    notes = [
        "=1+1",
        "@sum",
        "  two  spaces ",
        'said "ouch"',
        "a,b;c\td",
        "uno\r\ndos\rtres\ncuatro",
        "🦴 ñ",
        "-",
    ]
    text = io.StringIO()
    csv.writer(text).writerows(
        [["time", "note"], *([f"2026-03-{i + 1:02}T07:00Z", note] for i, note in enumerate(notes))]
    )
    assert list(read(text.getvalue()).notes) == notes


def test_reading_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "diario.csv"
    path.write_text("time,pain\n2026-03-01T07:00,3\n", "utf-8")
    assert read_diary(path, MADRID).pain.tolist() == [3]
    assert len(read_file(str(path), MADRID).notices) == 1


def test_a_wide_and_long_file_is_read_in_full() -> None:
    rows = [f"2026-03-01T{h:02}:{m:02}Z,{h % 11}," + "1," * 19 + "\n" for h in range(24) for m in range(60)]
    diary = read("time,pain," + ",".join(f"f{i}" for i in range(20)) + "\n" + "".join(rows))
    assert len(diary) == 1440
    assert int(math.fsum(~np.isnan(diary.amounts).ravel())) == 1440 * 19


def test_nothing_is_half_imported() -> None:
    with pytest.raises(DiaryError):
        read("time,pain\n2026-03-01T07:00Z,3\n2026-03-02T07:00Z,12\n")
