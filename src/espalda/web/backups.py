"""Copies of the whole database: written once a day, checked, kept in rotation, and put back when needed.

A copy appears under its name only once it is whole, checked and on the disk; a crash or a full disk leaves what was
there before. Putting one back sets the database it replaces aside.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Final, NamedTuple

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

DAILY: Final = 7
WEEKLY: Final = 4
MONTHLY: Final = 12

DATABASE: Final = "espalda.sqlite3"
_FOLDER: Final = "backups"
_NAME: Final = re.compile(r"espalda-(\d{4}-\d\d-\d\d)\.sqlite3")
_REPLACED: Final = re.compile(r"espalda-replaced-\d{4}-\d\d-\d\d-\d{6}\.sqlite3(-wal)?")
_PATIENCE_S: Final = 20
"""How long something else may hold a database before we give up."""
_RUNNING: Final = "running"
_SIGN_OUT: Final = {
    "django_session": "DELETE FROM django_session",
    "usersessions_usersession": "DELETE FROM usersessions_usersession",
}
"""How each table of who is signed in is emptied; there are any only where there are accounts."""
_HEADER: Final = b"SQLite format 3\x00"
_FULL: Final = gettext_lazy("the disk is full")
_FORBIDDEN: Final = gettext_lazy("this program may not write there")
_DAMAGED: Final = gettext_lazy("the file is damaged")
_IN_USE: Final = gettext_lazy("another program is using it")
_OF_SYSTEM: Final = {
    errno.ENOSPC: _FULL,
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.EROFS: _FORBIDDEN,
}
_OF_SQLITE: Final = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_PERM: _FORBIDDEN,
    sqlite3.SQLITE_READONLY: _FORBIDDEN,
    sqlite3.SQLITE_CANTOPEN: _FORBIDDEN,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_BUSY: _IN_USE,
    sqlite3.SQLITE_LOCKED: _IN_USE,
}
_log = logging.getLogger(__name__)


class BackupError(Exception):
    """A copy that can't be written or put back; the text says why, in the reader's language."""


class Backup(NamedTuple):
    """A copy that is there: its file, when it was written, and its size."""

    path: Path
    written_at: datetime
    size: int


def folder() -> Path:
    """Return where the copies are."""
    return Path(settings.DATA) / _FOLDER


def listed() -> list[Backup]:
    """Return the copies that are there, the newest first."""
    found = []
    for path in _ours():
        about = path.stat()
        written = datetime.fromtimestamp(about.st_mtime, timezone.get_current_timezone())
        found.append(Backup(path, written, about.st_size))
    return sorted(found, key=lambda one: one.written_at, reverse=True)


def daily() -> None:
    """Write today's copy unless it is there, and drop those the rotation no longer keeps."""
    database = Path(settings.DATA) / DATABASE
    today = timezone.localdate()
    if not database.exists() or _path(today).exists():
        return
    try:
        write(today)
    except BackupError as error:
        _log.error("%s", error)


def write(day: date) -> Path:
    """Write the copy of a day, in place of an earlier one of it, and drop those the rotation no longer keeps.

    Raises
    ------
    BackupError
        If it can't be written, or what was written doesn't pass its check.
    """
    database, target = Path(settings.DATA) / DATABASE, _path(day)
    if not database.is_file():
        raise BackupError(_("There is no diary in %(folder)s.") % {"folder": settings.DATA})
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(mode=0o700, exist_ok=True)
        # Made empty first, for its owner alone; what a write that was cut short left goes.
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL, 0o600))
        with closing(_open(database, "rw")) as source:
            source.execute("VACUUM INTO ?", (str(partial),))
        _sign_out(partial)
        _check(partial)
        _flush(partial)
        partial.replace(target)
        _flush(target.parent)
        rotate(day)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(_("The backup can't be written: %(why)s.") % {"why": _why(error)}) from error
    finally:
        partial.unlink(missing_ok=True)
    return target


def rotate(today: date) -> None:
    """Drop the copies that are no longer kept."""
    days = {date.fromisoformat(match[1]): path for path in _ours() if (match := _NAME.fullmatch(path.name))}
    for day in days.keys() - kept({day for day in days if day <= today}):
        if day <= today:
            days[day].unlink()


def kept(days: Iterable[date]) -> set[date]:
    """Return the days whose copies are kept: the last seven, and the last of each of four weeks and twelve months.

    Counted are the days, weeks and months that have a copy, so that nothing goes because the server stood still.
    """
    ordered = sorted(days, reverse=True)
    weeks = {day.isocalendar()[:2]: day for day in reversed(ordered)}
    months = {(day.year, day.month): day for day in reversed(ordered)}
    return {*ordered[:DAILY], *sorted(weeks.values())[-WEEKLY:], *sorted(months.values())[-MONTHLY:]}


def forget() -> None:
    """Delete every copy, also those set aside when one was put back."""
    for path in _ours():
        path.unlink()


@contextmanager
def holding(*, alone: bool = False) -> Iterator[None]:
    """Mark the folder as in use for the block, which the system ends with the process; `alone`, as by nobody else.

    Raises
    ------
    BackupError
        If it is held in a way that excludes this one.
    """
    # A lock SQLite takes on a file that is never written works alike on every system.
    with closing(sqlite3.connect(Path(settings.DATA) / _RUNNING, timeout=0 if alone else 20)) as lock:
        lock.isolation_level = None
        try:
            lock.execute("BEGIN EXCLUSIVE" if alone else "BEGIN")
            lock.execute("SELECT * FROM sqlite_master").fetchall()
        except sqlite3.OperationalError:
            raise BackupError(
                _("Espalda is running with this diary. Stop it first, then try again.")
                if alone
                else _("A backup is being put back into this folder. Try again in a moment.")
            ) from None
        yield


def restore(file: Path) -> Path | None:
    """Put a copy back, brought up to date if an older version wrote it; return where what it replaces was set aside.

    Raises
    ------
    BackupError
        If the file is no copy of ours or of a later version, if the program is running, or if it can't be written.
        The diary is then as it was.
    """
    _check_ours(file)
    data = Path(settings.DATA)
    partial = data / f".{DATABASE}.{os.getpid()}"
    with holding(alone=True):
        try:
            os.close(os.open(partial, os.O_CREAT | os.O_EXCL, 0o600))
            with closing(_open(file, "ro")) as source, closing(_open(partial, "rw")) as target:
                source.backup(target)
            _migrate(partial)
            _check(partial)
            _flush(partial)
            aside = _set_aside(data / DATABASE)
            partial.replace(data / DATABASE)
            _flush(data)
        except (OSError, sqlite3.Error) as error:
            raise BackupError(_("The backup can't be put back: %(why)s.") % {"why": _why(error)}) from error
        finally:
            for suffix in ("", "-wal", "-shm", "-journal"):
                partial.with_name(partial.name + suffix).unlink(missing_ok=True)
    return aside


def _why(error: OSError | sqlite3.Error) -> str:
    """Return what went wrong, in the reader's language where it is one of the usual things."""
    if isinstance(error, OSError):
        told = _OF_SYSTEM.get(error.errno or 0)
    else:  # of SQLite's codes the last byte is the error, the rest its kind; a failed check has none
        told = _OF_SQLITE.get(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF)
    return str(told or error)


def _path(day: date) -> Path:
    return folder() / f"espalda-{day.isoformat()}.sqlite3"


def _ours() -> list[Path]:
    if not folder().is_dir():
        return []
    return [path for path in folder().iterdir() if _NAME.fullmatch(path.name) or _REPLACED.fullmatch(path.name)]


def _open(path: Path, mode: str) -> sqlite3.Connection:
    """Open a database that must be there already."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=_PATIENCE_S)


def _sign_out(path: Path) -> None:
    """Take the sessions out of a copy, their bytes too: whoever had their keys would be signed in."""
    with closing(_open(path, "rw")) as copy, copy:
        copy.execute("PRAGMA secure_delete = ON")
        there = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in there & _SIGN_OUT.keys():
            copy.execute(_SIGN_OUT[table])


def _check(path: Path) -> None:
    """Raise sqlite3.DatabaseError unless every page and index of the database is sound."""
    with closing(_open(path, "ro")) as database:
        answer = database.execute("PRAGMA integrity_check").fetchone()[0]
    if answer != "ok":
        raise sqlite3.DatabaseError(answer)


def _check_ours(file: Path) -> None:
    """Raise BackupError unless the file is a sound database of this program, of this version or an earlier one."""
    try:
        with file.open("rb") as start:
            if start.read(len(_HEADER)) != _HEADER:
                raise BackupError(_("%(file)s is not a backup of Espalda.") % {"file": file})
        _check(file)
        with closing(_open(file, "ro")) as database:
            tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not {"web_person", "web_reading", "django_migrations"} <= tables:
                raise BackupError(_("%(file)s is a database, but not one of Espalda.") % {"file": file})
            applied = set(database.execute("SELECT app, name FROM django_migrations WHERE app = 'web'"))
    except FileNotFoundError:
        raise BackupError(_("There is no file called %(file)s.") % {"file": file}) from None
    except IsADirectoryError:
        raise BackupError(_("%(file)s is not a backup of Espalda.") % {"file": file}) from None
    except (OSError, sqlite3.Error) as error:
        raise BackupError(_("%(file)s can't be read: %(why)s.") % {"file": file, "why": _why(error)}) from None
    if applied - MigrationLoader(None).disk_migrations.keys():
        raise BackupError(
            _("%(file)s was written by a later version of Espalda. Update Espalda first.") % {"file": file}
        )


def _migrate(path: Path) -> None:
    """Bring a database to this version's shape, leaving it in one file."""
    alias = "restored"
    connections.databases[alias] = {**connections.databases["default"], "NAME": path}
    try:
        call_command("migrate", database=alias, verbosity=0, interactive=False)
    finally:
        connections[alias].close()
        del connections[alias], connections.databases[alias]
    with closing(_open(path, "rw")) as database:
        database.execute("PRAGMA journal_mode=DELETE")


def _set_aside(database: Path) -> Path | None:
    """Copy the database that is to be replaced among the backups, and remove what belongs beside it alone."""
    if not database.exists():
        return None
    try:
        with closing(_open(database, "rw")) as current:
            current.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.DatabaseError:
        _log.warning("The database that is replaced is damaged; it is set aside as it is.")
    folder().mkdir(mode=0o700, exist_ok=True)
    aside = folder() / f"espalda-replaced-{timezone.localtime():%Y-%m-%d-%H%M%S}.sqlite3"
    for suffix in ("", "-wal"):
        beside = database.with_name(database.name + suffix)
        if beside.exists():
            copy = aside.with_name(aside.name + suffix)
            shutil.copyfile(beside, copy)
            copy.chmod(0o600)
            _flush(copy)
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    return aside


def _flush(path: Path) -> None:
    """Have the system write a file, or a folder's list of files, to the disk."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
