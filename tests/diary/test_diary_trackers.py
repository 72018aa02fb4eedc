"""Other trackers' exports, written here as their own code writes them (see docs/reference/trackers.md)."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from espalda.diary import Diary, DiaryError, ReadResult, dump_diary, open_sheet, read_sheet
from espalda.diary.sheet import Sheet


def sheet(data: str | bytes) -> Sheet:
    found = open_sheet(data.encode() if isinstance(data, str) else data, "export.csv")
    assert found is not None
    return found


def read(data: str | bytes) -> ReadResult:
    found = sheet(data)
    return read_sheet(found, found.layout, "Europe/Madrid", "export.csv")


def column(diary: Diary, name: str) -> list[float | None]:
    """Return a factor's amounts, None where blank."""
    names = [factor.column for factor in diary.factors]
    return [None if np.isnan(value) else float(value) for value in diary.amounts[:, names.index(name)]]


def said(result: ReadResult) -> str:
    return " ".join(notice.sentence("en") for notice in result.notices)


# Track & Graph -------------------------------------------------------------------------------------------------

TRACK_AND_GRAPH = """FeatureName,Timestamp,Value,Label,Note
Pain,2022-09-14T21:30:41.432+01:00,1.0,,
Pain,2022-09-14T12:55:37.508+01:00,7.5,,por la mañana
Mood,2022-09-16T00:13:27.182+01:00,0.0,Label 1,
Sitting,2022-09-14T12:55:37.508+01:00,1:10:00,,
Sitting,2022-09-15T12:55:37.508+01:00,0:00:20,,
Coffee,2022-09-15T12:55:37.508+01:00,1.0,,
Coffee,2022-09-15T12:55:37.508+01:00,2.0,,
""".replace("\n", "\r\n")


def test_track_and_graph_s_log_becomes_rows_of_moments() -> None:
    result = read(TRACK_AND_GRAPH)
    assert sheet(TRACK_AND_GRAPH).tracker == "Track & Graph"
    diary = result.diary
    assert dump_diary(diary).splitlines()[1].startswith("2022-09-14T12:55:37.508+01:00,7.5,,,")
    assert diary.pain[:2].tolist() == [7.5, 1.0]
    assert column(diary, "Sitting [min]") == [70.0, None, pytest.approx(1 / 3, abs=1e-6), None]
    assert column(diary, "Coffee") == [None, None, 3.0, None]
    assert column(diary, "Mood") == [None, None, None, 0.0]
    assert diary.notes == ("por la mañana", "", "", "Mood: Label 1")
    assert "added together: 1" in said(result)


def test_track_and_graph_s_older_files_have_the_label_in_the_value() -> None:
    diary = read(
        "FeatureName,Timestamp,Value,Note\n"
        "Tracker C,2022-09-13T22:55:46.533+01:00,3:Label 1,\n"
        "D,2021-02-05T11:10:01.808Z,12345:18:20:Label,Some note ending with colon:\n"
    ).diary
    assert column(diary, "Tracker C") == [None, 3.0]
    assert column(diary, "D [min]") == [pytest.approx(12345 * 60 + 18 + 1 / 3, abs=1e-6), None]
    assert diary.notes == ("D: Label\nSome note ending with colon:", "Tracker C: Label 1")


def test_a_value_that_is_none_is_named_with_its_row() -> None:
    with pytest.raises(DiaryError, match="Row 2"):
        sheet("FeatureName,Timestamp,Value\nPain,2022-09-14T21:30:41.432+01:00,mucho\n")


@pytest.mark.parametrize("value", ["9" * 400 + ":00:00", "9" * 5000 + ":00:00", "9" * 400, "1e999"])
def test_no_number_is_too_large_to_be_refused(value: str) -> None:
    with pytest.raises(DiaryError, match="Row 2 says"):
        sheet(f"FeatureName,Timestamp,Value\nPain,2022-09-14T21:30:41.432+01:00,{value}\n")


# Loop Habit Tracker --------------------------------------------------------------------------------------------

HABITS = """Position,Name,Type,Question,Description,FrequencyNumerator,FrequencyDenominator,Color,Unit,Target Type,\
Target Value,Archived?
001,Yoga,YES_NO,Did you?,,1,1,#FF8F00,,,,false
002,Walk,NUMERICAL,How long?,,1,1,#FF8F00,min,AT_LEAST,30.0,false
"""


def loop(yoga: str, walk: str = "") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as out:
        out.writestr("Habits.csv", HABITS)
        out.writestr("001 Yoga/Scores.csv", "Date,Score\n2026-03-01,0.0519\n")
        out.writestr("001 Yoga/Checkmarks.csv", "Date,Value,Notes\n" + yoga)
        out.writestr("002 Walk/Checkmarks.csv", "Date,Value,Notes\n" + walk)
        out.writestr("Checkmarks.csv", "Date,Yoga,Walk,\n2026-03-01,YES_MANUAL,25500,\n")
    return file.getvalue()


def test_loop_s_days_are_done_not_done_or_not_recorded() -> None:
    days = "2026-03-05,UNKNOWN,\n2026-03-04,SKIP,\n2026-03-03,YES_AUTO,\n2026-03-02,NO,\n2026-03-01,YES_MANUAL,bien\n"
    result = read(loop(days))
    assert sheet(loop(days)).tracker == "Loop Habit Tracker"
    assert column(result.diary, "Yoga [0-1]") == [1.0, 0.0, None, None, None]
    assert result.diary.notes[0] == "Yoga: bien"
    assert "left as not recorded: 3" in said(result)
    assert "put at 20:00: 5" in said(result)


def test_loop_s_amounts_are_written_in_thousandths() -> None:
    diary = read(loop("", "2026-03-02,NO,\n2026-03-01,25500,\n2026-03-03,UNKNOWN,\n")).diary
    assert column(diary, "Walk [min]") == [25.5, 0.0, None]


def test_a_zip_of_another_kind_is_not_loop_s() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as out:
        out.writestr("xl/workbook.xml", "<x/>")
    assert open_sheet(file.getvalue()) is None


@pytest.mark.parametrize("row", ["2026-03-01,MAYBE,", "2026-03-01", "2026-03-01," + "9" * 400, "2026-03-01,٣,"])
def test_loop_s_value_that_is_none_is_named(row: str) -> None:
    with pytest.raises(DiaryError, match="Yoga"):
        sheet(loop(f"{row}\n"))


# Privacy Friendly Pain Diary ------------------------------------------------------------------------------------

PAIN_DIARY = (
    '"Date","Conditions","Pain Level (0-10)","Body Regions","Pain nature","Times of pain","Drug Intakes","Comment"\n'
    '"13/03/2026","BAD","6","[ABDOMEN_LEFT_BACK, GROIN_LEFT_BACK]","[stabbing, dull]","[morning]",'
    '"[[drug:[name:Ibuprofen,dose400 mg],quantityMorning:1,quantityNoon:0,quantityEvening:2,quantityNight:0],]",'
    '"en cama, todo el día"\n'
    '"14/03/2026","","3","[]","[]","[]","[]",""\n'
)


def test_the_pain_diary_s_days_keep_everything() -> None:
    result = read(PAIN_DIARY)
    diary = result.diary
    assert sheet(PAIN_DIARY).tracker == "Privacy Friendly Pain Diary"
    assert diary.pain.tolist() == [6.0, 3.0]
    assert diary.local_time.astype(str).tolist() == ["2026-03-13T20:00:00.000000", "2026-03-14T20:00:00.000000"]
    assert column(diary, "Ibuprofen 400 mg [n]") == [3.0, None], "not listed is not recorded"
    assert column(diary, "condition [0-4]") == [1.0, None]
    for words in ("ABDOMEN_LEFT_BACK, GROIN_LEFT_BACK", "stabbing, dull", "morning", "en cama, todo el día"):
        assert words in diary.notes[0]
    assert diary.notes[1] == ""


@pytest.mark.parametrize(
    "header", ["Conditions,Pain Level (0-10),Body Regions,Drug Intakes,Date", "weekday,time,mood,activities,full_date"]
)
def test_a_day_cut_short_is_named_with_its_row(header: str) -> None:
    with pytest.raises(DiaryError, match="Row 2, column time"):
        read(f"{header}\nBAD,3\n")


def test_a_medicine_written_otherwise_stays_as_text() -> None:
    odd = PAIN_DIARY.replace("quantityNoon", "quantityMidday")
    diary = read(odd).diary
    assert "quantityMidday:0" in diary.notes[0]


# Daylio --------------------------------------------------------------------------------------------------------

DAYLIO = """full_date,date,weekday,time,mood,activities,note
2020-05-30,30 May,Saturday,6:50 pm,rad,friends | yoga,"Awesome"
2020-05-30,30 May,Saturday,14:58,meh,,""
2020-05-29,29 May,Friday,1:55 am,así así,work,""
"""


def test_daylio_s_marks_are_ones_and_never_noughts() -> None:
    result = read(DAYLIO)
    diary = result.diary
    assert sheet(DAYLIO).tracker == "Daylio"
    assert column(diary, "yoga [0-1]") == [None, None, 1.0]
    assert column(diary, "work [0-1]") == [1.0, None, None]
    assert column(diary, "mood [1-5]") == [None, 3.0, 5.0]
    assert diary.notes == ("Mood: así así", "", "Awesome")
    assert [str(time)[11:16] for time in diary.local_time] == ["01:55", "14:58", "18:50"]
    assert "not the same as none" in said(result)


def test_daylio_s_newer_files_have_a_title_for_the_note() -> None:
    text = (
        "full_date,date,weekday,time,mood,activities,note_title,note\n"
        "2026-07-19,19 July,Sunday,8:35 PM,good,,Paseo,Bien\n"
    )
    assert read(text).diary.notes == ("note_title: Paseo\nBien",)
