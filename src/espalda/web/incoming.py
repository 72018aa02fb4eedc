"""A file that was sent and is not kept yet: its reader still says what its columns are. One for each person."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Final, NamedTuple

from django.conf import settings

from espalda.web.models import Person

_FOLDER: Final = "incoming"
_KEPT_S: Final = 24 * 60 * 60


class Incoming(NamedTuple):
    """The file's name and what is in it."""

    name: str
    data: bytes


def keep(person: Person, name: str, data: bytes) -> None:
    """Keep a file until it is brought in or given up, in place of the one before."""
    path = _path(person)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(json.dumps(name).encode() + b"\n" + data)


def waiting(person: Person) -> Incoming | None:
    """Return the file a person sent last, if it still waits."""
    try:
        name, _end, data = _path(person).read_bytes().partition(b"\n")
    except FileNotFoundError:
        return None
    return Incoming(json.loads(name), data)


def drop(person: Person) -> None:
    """Give up the file that waits."""
    _path(person).unlink(missing_ok=True)


def sweep() -> None:
    """Give up files nobody came back to for a day."""
    folder = Path(settings.DATA) / _FOLDER
    for path in folder.iterdir() if folder.is_dir() else ():
        if time.time() - path.stat().st_mtime > _KEPT_S:
            path.unlink(missing_ok=True)


def _path(person: Person) -> Path:
    return Path(settings.DATA) / _FOLDER / str(person.pk)
