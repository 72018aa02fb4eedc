"""A ZIP file is read within bounds, whatever it says of itself."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile

import pytest

from espalda.diary import DiaryError, open_zip
from espalda.diary.table import MAX_BYTES
from espalda.diary.zipped import MAX_UNPACKED

NAMES = ("diary.csv", "espalda.json")


def packed(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as out:
        for name, data in members.items():
            out.writestr(name, data)
    return file.getvalue()


def test_only_what_is_asked_for_is_read() -> None:
    data = packed({"diary.csv": b"time\n", "../evil": b"x", "espalda.json": b"{}"})
    assert open_zip(data, NAMES, "x.zip") == {"diary.csv": b"time\n", "espalda.json": b"{}"}


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused() -> None:
    data = packed({"diary.csv": bytes(MAX_UNPACKED + 1)})
    assert len(data) < MAX_BYTES / 100
    with pytest.raises(DiaryError):
        open_zip(data, NAMES, "x.zip")


def test_the_bound_is_of_all_members_together() -> None:
    half = bytes(MAX_UNPACKED // 2 + 1)
    with pytest.raises(DiaryError):
        open_zip(packed({"diary.csv": half, "espalda.json": half}), NAMES, "x.zip")


def test_a_size_that_is_a_lie_does_not_help() -> None:
    """Declared as three bytes in both headers, it unpacks to more: the checksum or the count gives it away."""
    data = bytearray(packed({"diary.csv": bytes(MAX_UNPACKED + 1)}))
    struct.pack_into("<L", data, 22, 3)
    struct.pack_into("<L", data, data.rindex(b"PK\x01\x02") + 24, 3)
    with pytest.raises(DiaryError):
        open_zip(bytes(data), NAMES, "x.zip")


def test_a_listing_that_fills_the_memory_is_refused() -> None:
    data = packed({f"{n:06}": b"" for n in range(20_000)}, zipfile.ZIP_STORED)
    with pytest.raises(DiaryError):
        open_zip(data, NAMES, "x.zip")


def test_a_name_twice_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as out, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        out.writestr("diary.csv", b"time\n")
        out.writestr("diary.csv", b"time,pain\n")
    with pytest.raises(DiaryError):
        open_zip(file.getvalue(), NAMES, "x.zip")


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2], ids=["lzma", "bzip2"])
def test_a_method_we_never_write_is_refused(method: int) -> None:
    with pytest.raises(DiaryError):
        open_zip(packed({"diary.csv": b"time\n"}, method), NAMES, "x.zip")


def test_an_encrypted_one_is_refused() -> None:
    data = bytearray(packed({"diary.csv": b"time\n"}))
    for start in (6, data.rindex(b"PK\x01\x02") + 8):
        data[start] |= 1
    with pytest.raises(DiaryError):
        open_zip(bytes(data), NAMES, "x.zip")


def test_every_cut_of_a_file_is_refused() -> None:
    data = packed({"diary.csv": b"time,pain\n" * 20})
    for end in range(4, len(data)):
        with pytest.raises(DiaryError):
            open_zip(data[:end], NAMES, "x.zip")
