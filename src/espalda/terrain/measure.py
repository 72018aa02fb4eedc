"""Files and folders to walks, one at a time: a broken one is told and the next is read."""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from espalda.terrain.track import BUNDLES, SUFFIXES, Recording
from espalda.terrain.walk import Walk, make_walk
from espalda.words import Message, mark

Source = str | os.PathLike[str] | tuple[str, bytes | BinaryIO]
"""A path of a file or folder; or a name, and the bytes or the open file that go by it."""

_log = logging.getLogger(__name__)

MISSING: Final = mark("There is no such file.")
NO_FILE: Final = mark(
    "The file cannot be opened: check that you have permission to read it and that no other program holds it."
)
NOT_REGULAR: Final = mark("It is not a file that can be read from its beginning.")
NOT_READ: Final = mark("It can't be read further: something in it was not foreseen.")
NO_FOLDER: Final = mark("The folder can't be opened: check that you have permission to read it.")
EMPTY_FOLDER: Final = mark("There are no walks in the folder.")


def walks(
    sources: Iterable[Source], *, known: Collection[str] = (), ignore_device_totals: bool = False
) -> Iterator[Walk]:
    """Yield the walks of the sources, each measured when it is asked for.

    Parameters
    ----------
    known
        Digests of walks that were read before: they are left out.
    ignore_device_totals
        Measure distance along the positions, not as the device counted it.
    """
    for source in sources:
        for name, file in _opened(source):
            if isinstance(file, Message):
                yield Walk(printable(name), "refused", file)
                continue
            with file:
                yield from _measured(name, file, known, ignore_device_totals)


def _measured(name: str, file: BinaryIO, known: Collection[str], ignore_device_totals: bool) -> Iterator[Walk]:
    """Yield the walks of one file. Whatever goes wrong in it, the next one is read."""
    from espalda.terrain.sources import find  # noqa: PLC0415 - its parsers are slow to load, and few commands need them

    try:
        for found in find(name, file, known):
            shown = printable(found.file)
            if isinstance(found.content, Recording):
                yield make_walk(shown, found.digest, found.content, ignore_device_totals=ignore_device_totals)
            else:
                yield Walk(shown, "refused", found.content, found.digest)
    except Exception as error:
        _log.error("A file of walks was not foreseen: %s", type(error).__name__)  # its name and content stay private
        yield Walk(printable(name), "refused", Message(NOT_READ))


def _opened(source: Source) -> Iterator[tuple[str, BinaryIO | Message]]:
    """Yield each file of a source with its name, or why it can't be opened."""
    if isinstance(source, tuple):
        name, content = source
        yield name, io.BytesIO(content) if isinstance(content, bytes) else content
        return
    path = Path(source)
    if not os.path.isdir(path):  # noqa: PTH112 - `Path.is_dir` raises where it is not allowed to look
        yield str(path), _open(path)
        return
    inside = (Path(folder, name) for folder, _, names in os.walk(path) for name in names)
    paths = sorted(one for one in inside if one.name.lower().endswith((*SUFFIXES, *BUNDLES)))
    if not paths:
        yield str(path), Message(EMPTY_FOLDER if os.access(path, os.R_OK) else NO_FOLDER)
    for one in paths:
        yield str(one), _open(one)


def _open(path: Path) -> BinaryIO | Message:
    try:
        if not path.exists():
            return Message(MISSING)
        return path.open("rb") if path.is_file() else Message(NOT_REGULAR)
    except (OSError, ValueError):
        return Message(NO_FILE)


def printable(name: str) -> str:
    """Return a name as it can be shown: no control characters, nothing that is no text."""
    return "".join(sign if sign.isprintable() else "�" for sign in name)
