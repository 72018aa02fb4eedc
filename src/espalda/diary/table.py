"""Bytes to a table of cells: encoding, separator, quotes and line ends, whatever program wrote them."""

from __future__ import annotations

import codecs
import csv
import io
import math
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from espalda.diary.model import NOT_TEXT, Factor
from espalda.diary.problems import Refused
from espalda.words import Message

MAX_BYTES: Final = 20_000_000
"""The largest file that is read. Ten rows a day for a lifetime stay below it."""

MAX_ROWS: Final = 500_000
"""The most rows that are read, blank ones aside, so that no file can fill the memory."""

SEPARATORS: Final = (",", ";", "\t")

_SIGNATURES = (
    (
        b"PK\x03\x04",
        Message(
            "This is a ZIP or a spreadsheet workbook: take the CSV out of it, or open it and save the sheet as CSV."
        ),
    ),
    (
        b"\xd0\xcf\x11\xe0",
        Message("This looks like a spreadsheet workbook: open it and save the sheet as CSV."),
    ),
    (b"%PDF", Message("This is a PDF document: export the diary as CSV and choose that file.")),
)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# A note may be as long as the file. The limit is the module's own and belongs to the whole process.
csv.field_size_limit(MAX_BYTES)


class Row(NamedTuple):
    """The cells of one row and its number, as a spreadsheet counts rows: the first is 1."""

    number: int
    cells: list[str]


class Table(NamedTuple):
    """The rows that are not blank, the separator of cells, and the row whose quotes are wrong, if any."""

    rows: list[Row]
    separator: str
    unclosed: int | None

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the number of each row but the first, and its cells by their titles: "" where it is cut short."""
        titles = [cell.strip() for cell in self.rows[0].cells]
        for number, cells in self.rows[1:]:
            yield number, dict.fromkeys(titles, "") | dict(zip(titles, map(str.strip, cells), strict=False))


def uneven(row: Row, width: int) -> Message:
    """Say that a row has not as many cells as the header."""
    return Message(
        "it does not have as many cells as the header ({cells}, not {columns}): look for a missing or extra "
        "separator; text with a separator in it goes between quotation marks.",
        {"cells": len(row.cells), "columns": width},
    )


def file_bytes(path: str | os.PathLike[str]) -> bytes:
    """Return what is in a file.

    Raises
    ------
    Refused
        If it is absent, a folder, not readable or larger than `MAX_BYTES`.
    """
    try:
        with Path(path).open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            # A pipe has no size beforehand, hence the second look.
            data = b"" if size > MAX_BYTES else file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise Refused(Message("There is no file with this name: check the name and the folder.")) from None
    except IsADirectoryError:
        raise Refused(Message("This is a folder: choose the CSV file inside it.")) from None
    except (OSError, ValueError):
        raise Refused(
            Message(
                "The file cannot be opened: check that you have permission to read it "
                "and that no other program holds it."
            )
        ) from None
    _check_size(max(size, len(data)))
    return data


def read_table(data: bytes) -> Table:
    """Table in the bytes of a text file.

    Raises
    ------
    Refused
        If they are too many, not text, or nothing but blanks.
    """
    _check_size(len(data))
    text = _text(data)
    if not re.search(r"[^\s,;\"]", text):
        raise Refused(Message("The file is empty: its first row must name the columns, such as time and pain."))
    separator = _separator(text)
    rows: list[Row] = []
    number = 0
    try:
        for number, cells in enumerate(_records(text, separator), start=1):
            if any(cell.strip() for cell in cells):
                rows.append(Row(number, cells))
            if len(rows) > MAX_ROWS:
                raise Refused(
                    Message(
                        "The file has more than {limit} rows: split it, for example by years.",
                        {"limit": MAX_ROWS},
                    )
                )
    except csv.Error:
        return Table(rows, separator, unclosed=number + 1)
    return Table(rows, separator, unclosed=None)


def _check_size(size: int) -> None:
    if size > MAX_BYTES:
        raise Refused(
            Message(
                "The file takes {size} MB and the limit is {limit} MB: split it, for example by years.",
                {"size": math.ceil(size / 1e6), "limit": MAX_BYTES // 1_000_000},
            )
        )


def _text(data: bytes) -> str:
    for signature, message in _SIGNATURES:
        if data.startswith(signature):
            raise Refused(message)
    try:
        text = _decoded(data)
    except UnicodeDecodeError:
        raise Refused(Message("The file is not plain text: save the diary as CSV (UTF-8).")) from None
    if found := NOT_TEXT.search(text):
        line = len(re.findall(r"\r\n|\r|\n", text[: found.start()])) + 1
        raise Refused(
            Message(
                "The file is not plain text (line {line}, character {code}): save the diary as CSV (UTF-8).",
                {"line": line, "code": ord(found[0])},
            )
        )
    return text


def _decoded(data: bytes) -> str:
    if data.startswith(_UTF16):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What spreadsheets on Windows write; text in it is hardly ever valid UTF-8 by chance.
        return data.decode("cp1252")


def _records(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def _separator(text: str) -> str:
    """Return the separator that makes a time column of the header, or else the most columns."""

    def columns(separator: str) -> tuple[bool, int]:
        try:
            cells = next((cells for cells in _records(text, separator) if any(map(str.strip, cells))), [])
        except csv.Error:
            return False, 0
        return any(Factor.from_column(cell).name.casefold() == "time" for cell in cells), len(cells)

    return max(SEPARATORS, key=columns)
