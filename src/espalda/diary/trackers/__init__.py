"""Files other programs write: which program it was, and the table in it. One module for each format."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from espalda.diary.problems import DiaryError, Problem, Refused
from espalda.diary.sheet import Sheet, as_sheet, is_ours
from espalda.diary.table import Table, read_table
from espalda.diary.trackers import daylio, loop_habits, pain_diary, track_and_graph
from espalda.diary.zipped import SIGNATURE

_OF_TABLES: Final[tuple[tuple[frozenset[str], Callable[[Table], Sheet]], ...]] = tuple(
    (tracker.HEADER, tracker.read) for tracker in (track_and_graph, pain_diary, daylio)
)


def open_sheet(data: bytes, source: str = "diary.csv") -> Sheet | None:
    """Return the table in a file that is not written as a diary is: another tracker's export, or a spreadsheet's.

    None where it is a diary's file, or nothing that can be told apart from a damaged one.

    Raises
    ------
    DiaryError
        If it is such a file and can't be read.
    """
    try:
        if data.startswith(SIGNATURE):
            return loop_habits.read(data)
        table = read_table(data)
        if table.unclosed or len(table.rows) < 2:
            return None
        header = {cell.strip() for cell in table.rows[0].cells}
        for titles, read in _OF_TABLES:
            if header >= titles:
                return read(table)
    except Refused as refused:
        raise DiaryError(source, [Problem(None, None, refused.message)]) from None
    return None if is_ours(table) else as_sheet(table)
