"""What is in a ZIP file, read within bounds: a small file that unpacks to a huge one is refused."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Collection
from typing import Final

from espalda.diary.problems import DiaryError, Problem, Refused
from espalda.diary.table import MAX_BYTES
from espalda.words import Message

SIGNATURE: Final = b"PK\x03\x04"

MAX_UNPACKED: Final = 2 * MAX_BYTES
"""The most bytes that are unpacked of one ZIP file, all its members together."""

_MAX_LISTING = 1_000_000
_END = struct.Struct("<4s4H2LH")
_DAMAGED = Message(
    "The ZIP file is damaged or is not one that is read here: download it again, or choose another file."
)


def unzip(data: bytes, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    """Return the members of a ZIP file whose name is wanted.

    What bounds them is the bytes that come out, not the sizes the file declares.

    Raises
    ------
    Refused
        If it is no ZIP file, is damaged or encrypted, names a member twice, or is larger than the bounds.
    """
    if len(data) > MAX_BYTES or _listing_bytes(data) > _MAX_LISTING:
        raise _too_large()
    members: dict[str, bytes] = {}
    left = MAX_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                if not wanted(member.filename):
                    continue
                if member.filename in members or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise Refused(_DAMAGED)
                with archive.open(member) as file:
                    members[member.filename] = file.read(left + 1)
                left -= len(members[member.filename])
                if left < 0:
                    raise _too_large()
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, ValueError, OSError):
        raise Refused(_DAMAGED) from None
    return members


def open_zip(data: bytes, names: Collection[str], source: str) -> dict[str, bytes]:
    """Return the members of these names; `source` is what errors call the file.

    Raises
    ------
    DiaryError
        As `unzip`.
    """
    try:
        return unzip(data, lambda name: name in names)
    except Refused as refused:
        raise DiaryError(source, [Problem(None, None, refused.message)]) from None


def _listing_bytes(data: bytes) -> int:
    """Return how long the list of members is, which the library would read whole whatever it holds."""
    start = data.rfind(b"PK\x05\x06")
    if start < 0 or len(data) - start < _END.size or data[max(start - 20, 0) : start].startswith(b"PK\x06\x07"):
        raise Refused(_DAMAGED)
    return int(_END.unpack_from(data, start)[5])


def _too_large() -> Refused:
    return Refused(
        Message(
            "The ZIP file is larger than what is read, {limit} MB, or {unpacked} MB unpacked.",
            {"limit": MAX_BYTES // 1_000_000, "unpacked": MAX_UNPACKED // 1_000_000},
        )
    )
