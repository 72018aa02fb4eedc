"""What a diary looks like as a file, and that writing it is all or nothing."""

from __future__ import annotations

import os
import stat
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from espalda.diary import Diary, Factor, dump_diary, make_diary, read_diary, time_columns, write_diary

UTC_PLUS_1 = timezone(timedelta(hours=1))
DIARY = make_diary(
    *time_columns([datetime(2026, 3, 1, 7, 30, tzinfo=UTC_PLUS_1), datetime(2026, 3, 1, 21, 0, tzinfo=UTC_PLUS_1)]),
    pain=[7, 4.5],
    spasm=[2, np.nan],
    factors=[Factor("walk_downhill", "min"), Factor("stairs; up", "")],
    amounts=[[np.nan, 0], [25, 1e-7]],
    notes=['said "ouch", twice', ""],
)


def test_the_file_of_a_diary() -> None:
    assert dump_diary(DIARY) == (
        'time,pain,stiffness,spasm,walk_downhill [min],"stairs; up",note\n'
        '2026-03-01T07:30+01:00,7,,2,,0,"said ""ouch"", twice"\n'
        "2026-03-01T21:00+01:00,4.5,,,25,1e-07,\n"
    )


def test_the_file_of_an_empty_diary() -> None:
    assert dump_diary(make_diary([], [])) == "time,pain,stiffness,spasm,note\n"


@pytest.mark.parametrize(
    ("local", "offset_min", "text"),
    [
        ("2026-03-01T00:00:00", 0, "2026-03-01T00:00+00:00"),
        ("2026-03-01T07:00:05", -210, "2026-03-01T07:00:05-03:30"),
        ("2026-03-01T07:00:00.000100", 840, "2026-03-01T07:00:00.0001+14:00"),
        ("1900-01-01T10:10:10.100000", -5, "1900-01-01T10:10:10.1-00:05"),
    ],
)
def test_a_time_is_no_longer_than_exact(local: str, offset_min: int, text: str) -> None:
    utc = np.datetime64(local, "us") - np.timedelta64(offset_min, "m")
    assert dump_diary(make_diary([utc], offset_min)).splitlines()[1] == f"{text},,,,"


def test_writing_replaces_the_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "diario.csv"
    path.write_text("old")
    path.chmod(0o640)
    write_diary(DIARY, path)
    assert read_diary(path) == DIARY
    assert path.read_bytes() == dump_diary(DIARY).encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    write_diary(DIARY, tmp_path / "diario.csv")
    assert stat.S_IMODE((tmp_path / "diario.csv").stat().st_mode) == 0o600


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    link = tmp_path / "diario.csv"
    link.symlink_to(tmp_path / "folder" / "real.csv")
    write_diary(DIARY, str(link))
    assert link.is_symlink()
    assert read_diary(tmp_path / "folder" / "real.csv") == DIARY


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "diario.csv"
    path.write_text("old")
    monkeypatch.setattr(*(os, "fsync", full) if step == "fsync" else (Path, "replace", full))
    with pytest.raises(OSError, match="No space left"):
        write_diary(DIARY, path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_diary(DIARY, tmp_path / "no" / "diario.csv")


def test_a_note_that_is_not_text_stops_before_writing(tmp_path: Path) -> None:
    broken = Diary(**{**DIARY.__dict__, "notes": ("\ud800", "")})
    with pytest.raises(UnicodeEncodeError):
        write_diary(broken, tmp_path / "diario.csv")
    assert list(tmp_path.iterdir()) == []
