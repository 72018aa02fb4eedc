"""What no file may pass, however it was made: bytes that are really read are counted, never those a file claims."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from espalda.words import Message, mark

MAX_FILE: Final = 64 * 2**20
"""Bytes of one track, unpacked: half a million points of GPX."""

MAX_RATIO: Final = 200
"""Bytes unpacked for one packed, beyond the first `FREE` ones; an Apple Health export reaches about 40."""

MAX_PARTS: Final = 100
"""Parts of one gzip file; there is one in nearly all."""

FREE: Final = 16 * 2**20
CHUNK: Final = 2**18


class Refused(Exception):  # noqa: N818 - caught in this package and never reaches a caller
    """A file nothing can be read of, and why."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(message)


@dataclass(frozen=True)
class Content:
    """The bytes of one file, and what was wrong where they are not all of it."""

    data: bytes
    cut: Message | None = None


NO_POINTS: Final = mark("The file holds no track: it has no points.")
NOTHING_LEFT: Final = mark("The file is damaged: nothing of it could be read.")
TOO_LARGE: Final = mark("The file is larger than {n} MB: the rest of it was left out.")
TOO_DENSE: Final = mark("The file unpacks to far more than a track can be: it was not read further.")
PACKED_CUT: Final = mark("The packed file is damaged or cut short: what could be unpacked was kept.")


def too_large(limit: int) -> Message:
    """Say that a file has more bytes than are read."""
    return Message(TOO_LARGE, {"n": limit // 2**20})


def read_at_most(file: BinaryIO, limit: int = MAX_FILE) -> Content:
    """Return the bytes of a file, up to `limit` of them."""
    data = file.read(limit + 1)
    return Content(data[:limit], too_large(limit)) if len(data) > limit else Content(data)


def joined(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Yield the same bytes in chunks of at least `size`, but for the last."""
    held: list[bytes] = []
    length = 0
    for chunk in chunks:
        held.append(chunk)
        length += len(chunk)
        if length >= size:
            yield b"".join(held)
            held, length = [], 0
    yield b"".join(held)


def unzip_gzip(packed: bytes, limit: int = MAX_FILE) -> Content:
    """Return what a gzip file holds, as far as it is whole and within the limits."""
    parts: list[bytes] = []
    size = 0
    try:
        for part in _inflated(packed):
            parts.append(part)
            size += len(part)
            if size > limit:
                return Content(b"".join(parts)[:limit], too_large(limit))
            if size > FREE + MAX_RATIO * len(packed):
                return Content(b"".join(parts), Message(TOO_DENSE))
    except (zlib.error, EOFError):
        return Content(b"".join(parts), Message(PACKED_CUT))
    return Content(b"".join(parts))


def _inflated(packed: bytes) -> Iterator[bytes]:
    """Yield what the members of a gzip file hold, a chunk at a time; what stands after the last is left out."""
    for _ in range(MAX_PARTS):
        if packed[:2] != b"\x1f\x8b":
            return
        stream = zlib.decompressobj(wbits=31)
        while not stream.eof:
            part = stream.decompress(packed, CHUNK)
            packed = stream.unconsumed_tail or stream.unused_data
            if not part and not stream.eof and not packed:
                raise EOFError
            yield part


class Budget:
    """How many more bytes may be unpacked of an archive, whatever it claims."""

    def __init__(self, packed: int, limit: int) -> None:
        self.left = min(limit, FREE + MAX_RATIO * packed)

    def spend(self, count: int) -> None:
        """Count bytes that were unpacked; raises `Refused` when there were too many."""
        self.left -= count
        if self.left < 0:
            raise Refused(Message(TOO_DENSE))
