"""A diary from its file: the header, then the rows, then rows of the same moment joined.

All that is wrong with a file is gathered before anything is said; with anything wrong there is no diary.
"""

from __future__ import annotations

import math
import os
from datetime import datetime
from typing import NamedTuple

import numpy as np

from espalda.diary.build import make_diary, time_columns
from espalda.diary.header import Column, Header, read_header
from espalda.diary.model import Diary
from espalda.diary.numerals import Mark, decimal_mark, read_number
from espalda.diary.problems import DiaryError, Problem, ProblemList, Refused, excerpt
from espalda.diary.table import Row, Table, file_bytes, read_table, uneven
from espalda.diary.times import Moment, read_time, zone_of
from espalda.words import Message


class ReadResult(NamedTuple):
    """A diary, and what its reader should know of how it was read."""

    diary: Diary
    notices: tuple[Message, ...]


class _Entry(NamedTuple):
    """One row as read: its number, moment, the number in each numeric column (NaN where blank) and note.

    `origin` is the row a cell comes from, by the position of its column, where it is another than `row`.
    """

    row: int
    moment: Moment
    numbers: list[float]
    note: str
    origin: dict[int, int]


def read_diary(path: str | os.PathLike[str], tz: str | None = None) -> Diary:
    """Diary in a CSV file.

    Parameters
    ----------
    path
        The file: UTF-8, UTF-16 or Windows-1252; separated by ``,``, ``;`` or tabs; at most `MAX_BYTES` long.
    tz
        IANA name of the time zone of times without offset; by default, that of this machine.

    Raises
    ------
    DiaryError
        With a sentence for each thing that is wrong, if anything is.
    """
    return read_file(path, tz).diary


def read_file(path: str | os.PathLike[str], tz: str | None = None) -> ReadResult:
    """Return the diary in a CSV file as `read_diary` does, with the notices on how it was read."""
    source = os.fspath(path)
    try:
        data = file_bytes(path)
    except Refused as refused:
        raise DiaryError(source, [Problem(None, None, refused.message)]) from None
    return parse_diary(data, tz, source)


def parse_diary(data: bytes, tz: str | None = None, source: str = "diary.csv") -> ReadResult:
    """Return the diary in the bytes of a CSV file as `read_diary` does; `source` is what errors call it."""
    try:
        if tz is not None:
            zone_of(tz)
        table = read_table(data)
    except Refused as refused:
        raise DiaryError(source, [Problem(None, None, refused.message)]) from None
    return parse_table(table, tz, source)


def parse_table(table: Table, tz: str | None = None, source: str = "diary.csv") -> ReadResult:
    """Return the diary in a table of cells as `parse_diary` does in bytes."""
    problems = ProblemList(source)
    if table.unclosed:
        problems.add(
            table.unclosed,
            None,
            Message(
                "a quotation mark is not closed, or there is text after it: put one at each end of the cell, "
                "and write two where the text itself has one."
            ),
        )
    header = read_header(table, problems)
    if header is None:
        raise problems.error()
    entries = _entries(table, header, tz, problems)
    merged = _merged(entries, header, problems)
    if problems:
        raise problems.error()
    return ReadResult(_diary(merged, header), _notices(entries, merged, tz))


def _entries(table: Table, header: Header, tz: str | None, problems: ProblemList) -> list[_Entry]:
    """Return the rows that can be placed in time, noting all that is wrong with each."""
    rows: list[Row] = []
    for row in table.rows[1:]:
        if len(row.cells) == header.width:
            rows.append(row)
            continue
        problems.add(row.number, None, uneven(row, header.width))
    cells = ((row.cells[column.position], column.limits[1]) for row in rows for column in header.numbers)
    mark = decimal_mark(cells, table.separator)
    entries = (_entry(row, header, tz, mark, problems) for row in rows)
    return [entry for entry in entries if entry]


def _entry(row: Row, header: Header, tz: str | None, mark: Mark | None, problems: ProblemList) -> _Entry | None:
    """Return one row as read, what is wrong as NaN; None if it cannot be placed in time."""
    moment = None
    try:
        moment = read_time(row.cells[header.time], tz)
    except Refused as refused:
        problems.add(row.number, header.time_title, refused.message)
    numbers = []
    for column in header.numbers:
        number = math.nan
        try:
            number = _number(row.cells[column.position], column, mark)
        except Refused as refused:
            problems.add(row.number, column.title, refused.message)
        numbers.append(number)
    note = "" if header.note is None else row.cells[header.note]
    return _Entry(row.number, moment, numbers, note, {}) if moment else None


def _number(text: str, column: Column, mark: Mark | None) -> float:
    number = read_number(text, column.limits, mark)
    if column.reading == "spasm" and number % 1 > 0:
        raise Refused(
            Message(
                "“{text}” is not a whole grade: write 0, 1, 2, 3 or 4, or leave the cell blank.",
                {"text": excerpt(text)},
            )
        )
    return number


def _merged(entries: list[_Entry], header: Header, problems: ProblemList) -> list[_Entry]:
    """Return the entries with those of the same moment made one, noting where they disagree."""
    kept: dict[datetime, _Entry] = {}
    for entry in entries:
        earlier = kept.get(entry.moment.time)
        kept[entry.moment.time] = _joined(earlier, entry, header, problems) if earlier else entry
    return list(kept.values())


def _joined(earlier: _Entry, later: _Entry, header: Header, problems: ProblemList) -> _Entry:
    """Return two entries of the same moment as one: what one leaves blank, the other fills in."""

    def disagree(title: str, position: int) -> None:
        problems.add(
            later.row,
            title,
            Message(
                "row {other} is at the same moment and says something else here: keep one of the two.",
                {"other": earlier.origin.get(position, earlier.row)},
            ),
        )

    if earlier.moment.time.utcoffset() != later.moment.time.utcoffset():
        disagree(header.time_title, header.time)
    numbers, note, origin = list(earlier.numbers), earlier.note, dict(earlier.origin)
    for i, (column, old, new) in enumerate(zip(header.numbers, earlier.numbers, later.numbers, strict=True)):
        if math.isnan(new) or old == new:
            continue
        if math.isnan(old):
            numbers[i], origin[column.position] = new, later.row
        else:
            disagree(column.title, column.position)
    if header.note is not None and later.note.strip() and later.note != note:
        if note.strip():
            disagree(header.note_title, header.note)
        else:
            note, origin[header.note] = later.note, later.row
    return earlier._replace(numbers=numbers, note=note, origin=origin)


def _diary(entries: list[_Entry], header: Header) -> Diary:
    time, utc_offset_min = time_columns([entry.moment.time for entry in entries])
    numbers = np.array([entry.numbers for entry in entries]).reshape(len(entries), len(header.numbers))
    readings = {column.reading: numbers[:, i] for i, column in enumerate(header.numbers) if column.reading}
    factors = [i for i, column in enumerate(header.numbers) if not column.reading]
    return make_diary(
        time,
        utc_offset_min,
        pain=readings.get("pain"),
        stiffness=readings.get("stiffness"),
        spasm=readings.get("spasm"),
        factors=[header.numbers[i].factor for i in factors],
        amounts=numbers[:, factors],
        notes=[entry.note for entry in entries],
    )


def _notices(entries: list[_Entry], merged: list[_Entry], tz: str | None) -> tuple[Message, ...]:
    """Return what was taken for granted: offsets not written, hours that came twice, rows made one."""
    assumed = sum(entry.moment.assumed for entry in entries)
    repeated = sum(entry.moment.repeated for entry in entries)
    joined = len(entries) - len(merged)
    notices = []
    if assumed:
        notices.append(
            Message(
                "Times without an offset, read in the time zone {zone}: {n}.",
                {"zone": str(zone_of(tz)), "n": assumed},
            )
        )
    if repeated:
        notices.append(
            Message(
                "Times in an hour that came twice when the clock was put back, read as the first: {n}. "
                "Write their offset if they were the second.",
                {"n": repeated},
            )
        )
    if joined:
        notices.append(Message("Rows joined to another of the same moment: {n}.", {"n": joined}))
    return tuple(notices)
