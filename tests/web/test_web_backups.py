"""Backups: written whole or not at all, kept in rotation, and put back."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espalda.web import backups

TODAY = date(2026, 3, 15)
TABLES = "CREATE TABLE web_person (id); CREATE TABLE web_reading (note); CREATE TABLE django_migrations (app, name);"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database of the kind, with one note, in use by a connection that has not written its log back."""
    path = tmp_path / backups.DATABASE
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.executescript(TABLES)
        made.execute("INSERT INTO web_reading VALUES ('la primera nota')")
        made.commit()
    return path


@pytest.fixture
def in_use(database: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(database)) as open_one:
        open_one.execute("INSERT INTO web_reading VALUES ('en el registro')")
        open_one.commit()
        assert database.with_name(database.name + "-wal").stat().st_size
        yield open_one


def notes(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as opened:
        return [note for (note,) in opened.execute("SELECT note FROM web_reading")]


def names() -> set[str]:
    return {path.name for path in backups.folder().iterdir()}


def test_it_holds_what_was_written_last_and_only_its_owner_reads_it(in_use: sqlite3.Connection) -> None:
    path = backups.write(TODAY)
    assert notes(path) == ["la primera nota", "en el registro"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert names() == {"espalda-2026-03-15.sqlite3"}
    (one,) = backups.listed()
    assert one.size == path.stat().st_size


def test_it_is_one_file_and_holds_nothing_that_was_deleted(in_use: sqlite3.Connection) -> None:
    in_use.execute("DELETE FROM web_reading WHERE note = 'la primera nota'")
    in_use.commit()
    assert b"la primera nota" not in backups.write(TODAY).read_bytes()


def test_whoever_has_it_is_signed_in_nowhere(in_use: sqlite3.Connection) -> None:
    for table in ("django_session", "usersessions_usersession"):
        in_use.execute(f"CREATE TABLE {table} (session_key PRIMARY KEY)")
        in_use.execute(f"INSERT INTO {table} VALUES ('llave-de-una-visita')")  # noqa: S608
    in_use.commit()
    path = backups.write(TODAY)
    assert b"llave-de-una-visita" not in path.read_bytes()
    assert in_use.execute("SELECT * FROM django_session").fetchone()


def test_a_crash_before_the_end_leaves_the_backup_there_was(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = backups.write(TODAY).read_bytes()

    def fail(_path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backups, "_check", fail)
    with closing(sqlite3.connect(database)) as opened:
        opened.execute("INSERT INTO web_reading VALUES ('más')")
        opened.commit()
    with pytest.raises(
        backups.BackupError, match=r"^No se puede escribir la copia de seguridad: el disco está lleno\.$"
    ):
        backups.write(TODAY)
    assert (backups.folder() / "espalda-2026-03-15.sqlite3").read_bytes() == before
    assert names() == {"espalda-2026-03-15.sqlite3"}


def test_a_copy_that_fails_its_check_never_gets_the_name(database: Path) -> None:
    data = bytearray(database.read_bytes())
    with closing(sqlite3.connect(database)) as opened:
        size = opened.execute("PRAGMA page_size").fetchone()[0]
    data[size : size + 40] = b"\xff" * 40
    database.write_bytes(data)
    with pytest.raises(backups.BackupError, match="el archivo está dañado"):
        backups.write(TODAY)
    assert names() == set()


def test_a_diary_that_another_program_holds_is_not_copied(
    database: Path, in_use: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        in_use.execute("INSERT INTO web_reading VALUES (1, 2)")

    monkeypatch.setattr(backups, "_sign_out", refuse)
    with pytest.raises(backups.BackupError, match="has 1 columns"):  # what nobody foresaw is told as it was
        backups.write(TODAY)
    in_use.execute("PRAGMA locking_mode = EXCLUSIVE")
    in_use.execute("INSERT INTO web_reading VALUES ('mía')")
    monkeypatch.setattr(backups, "_PATIENCE_S", 0)
    with pytest.raises(backups.BackupError, match="otro programa lo está usando"):
        backups.write(TODAY)
    assert names() == set()


def test_a_write_killed_half_way_leaves_no_half_backup(database: Path) -> None:
    """Killed with no chance to tidy up: what it leaves has another name, and the next one takes it away."""
    half = backups.folder() / f".espalda-2026-03-15.sqlite3.{os.getpid()}"
    half.parent.mkdir()
    half.write_bytes(b"SQLite format 3\x00 and then")
    assert backups.listed() == []
    assert notes(backups.write(TODAY)) == ["la primera nota"]
    assert not half.exists()


def test_the_daily_one_is_written_once(database: Path) -> None:
    backups.daily()
    (first,) = backups.listed()
    backups.daily()
    assert backups.listed() == [first]


def test_a_folder_without_diary_has_nothing_to_copy() -> None:
    backups.daily()
    assert backups.listed() == []
    with pytest.raises(backups.BackupError):
        backups.write(TODAY)


# Rotation ------------------------------------------------------------------------------------------------------


def test_two_years_of_days_leave_seven_days_four_weeks_and_twelve_months() -> None:
    there: set[date] = set()
    for n in range(730):
        there = backups.kept({*there, TODAY + timedelta(days=n)})
    last = TODAY + timedelta(days=729)
    ages = sorted((last - day).days for day in there)
    assert ages[:7] == [0, 1, 2, 3, 4, 5, 6]
    assert len(there) <= backups.DAILY + backups.WEEKLY + backups.MONTHLY
    assert len({(day.year, day.month) for day in there}) == backups.MONTHLY
    assert len({day.isocalendar()[:2] for day in there}) >= backups.WEEKLY


@given(st.sets(st.dates(date(2020, 1, 1), date(2030, 1, 1)), max_size=60))
def test_rotation_keeps_the_last_days_and_is_settled(days: set[date]) -> None:
    left = backups.kept(days)
    assert left <= days
    assert set(sorted(days)[-backups.DAILY :]) <= left
    assert backups.kept(left) == left


def test_rotation_touches_no_other_file(database: Path) -> None:
    backups.folder().mkdir()
    mine = backups.folder() / "espalda-copia.sqlite3"
    mine.write_bytes(b"")
    for n in range(40):
        (backups.folder() / f"espalda-{TODAY - timedelta(days=3 * n + 1)}.sqlite3").write_bytes(b"")
    later = backups.folder() / f"espalda-{TODAY + timedelta(days=1)}.sqlite3"
    later.write_bytes(b"")
    backups.write(TODAY)
    assert mine.exists()
    assert later.exists()
    assert len(backups.listed()) - 1 <= backups.DAILY + backups.WEEKLY + backups.MONTHLY


# Back ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [("missing", None), ("text", b"time,pain\n"), ("half", b"SQLite format 3\x00" + b"\x00" * 80), ("empty", b"")],
)
def test_what_is_no_backup_is_refused(database: Path, tmp_path: Path, name: str, content: bytes | None) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(backups.BackupError) as refused:
        backups.restore(file)
    assert name in str(refused.value)
    assert notes(database) == ["la primera nota"]


def test_a_folder_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(backups.BackupError, match="no es una copia de seguridad de Espalda"):
        backups.restore(tmp_path)


def test_another_program_s_database_is_refused(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "other.sqlite3"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE bookmarks (url)")
    with pytest.raises(backups.BackupError):
        backups.restore(file)
    assert notes(database) == ["la primera nota"]


def test_a_later_version_s_backup_is_refused(database: Path) -> None:
    file = backups.write(TODAY)
    with closing(sqlite3.connect(file)) as later:
        later.execute("INSERT INTO django_migrations VALUES ('web', '9999_from_the_future')")
        later.commit()
    with pytest.raises(backups.BackupError):
        backups.restore(file)
    assert notes(database) == ["la primera nota"]


def test_a_folder_in_use_takes_no_backup_back(database: Path) -> None:
    file = backups.write(TODAY)
    with backups.holding(), backups.holding(), pytest.raises(backups.BackupError):
        backups.restore(file)
    assert notes(database) == ["la primera nota"]


# A whole life, with the program's own commands ------------------------------------------------------------------

BEGIN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from espalda.web import server
data = Path(sys.argv[1])
server._open(data)
from django.test import Client
from espalda.web import store
from espalda.web.models import Person
me = Person.objects.get_or_create(kind="own")[0]
def write(hour, note):
    store.record(me, store.Entry(datetime(2026, 3, 1, hour, tzinfo=UTC), 60, pain=4.0, note=note))
"""


def run(data: Path, steps: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + steps, str(data)], check=True, capture_output=True, text=True, timeout=120
    )
    assert done.stderr == ""
    return done.stdout


def test_a_backup_is_put_back_and_what_it_replaces_is_set_aside(tmp_path: Path) -> None:
    data = tmp_path / "data"
    printed = run(data, "write(8, 'antes'); server.backup(data, 'es'); write(9, 'después')")
    backup = Path(printed.strip())
    assert notes(data / backups.DATABASE) == ["antes", "después"]
    done = subprocess.run(
        [sys.executable, "-m", "espalda", "restore", backup, "--data", data, "--lang", "en"],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert notes(data / backups.DATABASE) == ["antes"]
    (aside,) = (data / "backups").glob("espalda-replaced-*")
    assert str(aside) in done.stdout
    assert notes(aside) == ["antes", "después"]
    assert {path.name for path in data.iterdir()} == {"backups", backups.DATABASE, "running", "secret-key"}


ERASE = """
from django.db import connection
note = "una nota que nadie debe leer"
connection.cursor().execute("PRAGMA secure_delete=OFF")  # as SQLite does where nobody chose otherwise
write(8, note)
server.backup(data, "es")
def holding():
    return sorted(path.name for path in data.rglob("*") if path.is_file() and note.encode() in path.read_bytes())
print(len(holding()))
page = Client().post("/file/erase/", {"sure": "yes"}, headers={"host": "localhost"})
print(page.status_code, page["Location"])
print(holding(), Person.objects.get(kind="own").readings.count(), list((data / "backups").iterdir()))
"""


def test_nothing_of_a_note_is_left_in_any_file_once_erased(tmp_path: Path) -> None:
    """Looked for while the program still runs, which has closed no connection and tidied nothing up."""
    _backup, held, answer, left = run(tmp_path / "data", ERASE).splitlines()
    assert int(held) >= 2, "the database or its log, and the backup"
    assert answer == "302 /file/?erased=1"
    assert left == "[] 0 []"
