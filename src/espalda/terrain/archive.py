"""Zip archives, read member by member into memory: nothing is extracted, and no name is used as a path."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from espalda.terrain.limits import MAX_FILE, PACKED_CUT, Budget, Content, Refused, too_large
from espalda.words import Message, mark

MAX_MEMBERS: Final = 50_000
MAX_TOTAL: Final = 4 * 2**30
"""Bytes unpacked of one archive: an Apple Health export of many years has 3 GB."""

_PIECE: Final = 2**14  # bytes unpacked at once, which are lost where the member is damaged
_MAX_DIRECTORY: Final = 8 * 2**20  # bytes of the list of members, which is read before anything can be counted
BROKEN: Final = mark("The archive is damaged or not finished: its list of files can't be read.")
TOO_MANY: Final = mark("The archive has more than {n} files.")
LOCKED: Final = mark("It is locked with a password: unlock it first.")
UNREADABLE: Final = mark("It can't be unpacked: it is damaged, or packed in a way that is not read here.")
_BROKEN_INSIDE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    struct.error,
    OSError,
    ValueError,
    NotImplementedError,
)


class Archive:
    """An open zip archive and the bytes that may still be unpacked of it."""

    def __init__(self, file: BinaryIO) -> None:
        size = file.seek(0, 2)
        file.seek(0)
        try:
            self._zip = zipfile.ZipFile(_Careful(file))
        except (*_BROKEN_INSIDE, UnicodeError) as error:
            raise Refused(Message(BROKEN)) from error
        self.members = tuple(one for one in self._zip.infolist() if not one.is_dir())
        if len(self.members) > MAX_MEMBERS:
            raise Refused(Message(TOO_MANY, {"n": MAX_MEMBERS}))
        self.budget = Budget(size, MAX_TOTAL)

    def chunks(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        """Yield the bytes of a member as they are unpacked; raises `Refused` where that fails."""
        if member.flag_bits & 1:
            raise Refused(Message(LOCKED))
        if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise Refused(Message(UNREADABLE))
        try:
            with self._zip.open(member) as unpacked:
                while chunk := unpacked.read(_PIECE):
                    self.budget.spend(len(chunk))
                    yield chunk
        except (*_BROKEN_INSIDE, RuntimeError) as error:
            raise Refused(Message(UNREADABLE)) from error

    def read(self, member: zipfile.ZipInfo, limit: int = MAX_FILE) -> Content:
        """Return the bytes of a member, as far as it is whole and within the limits."""
        parts: list[bytes] = []
        size = 0
        try:
            for chunk in self.chunks(member):
                parts.append(chunk)
                size += len(chunk)
                if size > limit:
                    return Content(b"".join(parts)[:limit], too_large(limit))
        except Refused:
            if not parts or self.budget.left < 0:
                raise
            return Content(b"".join(parts), Message(PACKED_CUT))
        return Content(b"".join(parts))


class _Careful:
    """A file that does not hand out more at once than a list of members may have."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, count: int = -1) -> bytes:
        """Return up to `count` bytes; raises ``BadZipFile`` where that is more than any archive needs."""
        if not 0 <= count <= _MAX_DIRECTORY:
            count = _MAX_DIRECTORY + 1
            data = self._file.read(count)
            if len(data) == count:
                raise zipfile.BadZipFile
            return data
        return self._file.read(count)
