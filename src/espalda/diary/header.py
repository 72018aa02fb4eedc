"""The header of a diary file: what each column holds."""

from __future__ import annotations

from typing import Final, NamedTuple

from espalda.diary.model import MAX_FACTORS, READINGS, RESERVED, Factor
from espalda.diary.problems import ProblemList, excerpt
from espalda.diary.table import Table
from espalda.words import Message

_NO_LIMITS: Final = Factor("", "").limits


class Column(NamedTuple):
    """A column of numbers: its position, its name as the file writes it, and what it is.

    `reading` is pain, stiffness or spasm, empty for a factor; `limits` the least and most a number may be.
    """

    position: int
    title: str
    reading: str
    factor: Factor
    limits: tuple[float, float]


class Header(NamedTuple):
    """The columns of a file: how many, where time and note are, and those of numbers in their order."""

    width: int
    time: int
    time_title: str
    note: int | None
    note_title: str
    numbers: tuple[Column, ...]


def read_header(table: Table, problems: ProblemList) -> Header | None:
    """Return the header in the first row, noting what is wrong with it; None if the rows mean nothing without."""
    if not table.rows:
        return None
    number, cells = table.rows[0]
    if len(cells) > MAX_FACTORS + len(RESERVED):
        problems.add(
            number,
            None,
            Message(
                "it names {n} columns and a diary has no more than {most}: leave out those that are not needed.",
                {"n": len(cells), "most": MAX_FACTORS + len(RESERVED)},
            ),
        )
        return None
    places: dict[str, int] = {}
    columns: list[Column] = []
    for position, cell in enumerate(cells):
        factor = Factor.from_column(cell)
        folded = factor.name.casefold()
        name = folded if folded in RESERVED else factor.name
        message = _wrong(table, position, factor, name, places)
        if message:
            problems.add(number, excerpt(cell) or _letter(position), message)
        if name:
            places.setdefault(name, position)
        if name and name not in ("time", "note"):
            limits = READINGS.get(name, factor.limits)
            columns.append(Column(position, excerpt(cell), name if name in READINGS else "", factor, limits))
    factors = sum(not column.reading for column in columns)
    if factors > MAX_FACTORS:
        problems.add(
            number,
            None,
            Message(
                "it names {n} factors and a diary has no more than {most}: leave out those that are not needed.",
                {"n": factors, "most": MAX_FACTORS},
            ),
        )
        return None
    if "time" not in places:
        problems.add(
            number,
            None,
            Message("no column is called time: give that name to the one with the date and hour."),
        )
        return None
    time, note = places["time"], places.get("note")
    return Header(
        width=len(cells),
        time=time,
        time_title=excerpt(cells[time]),
        note=note,
        note_title="" if note is None else excerpt(cells[note]),
        numbers=tuple(columns),
    )


def _wrong(table: Table, position: int, factor: Factor, name: str, places: dict[str, int]) -> Message | None:
    """Return what is wrong with one column, given the places of those before it."""
    if not name:
        return _nameless(table, position, factor)
    if not factor.is_readable:
        return Message("the name cannot be told from the unit: write it such as lifting [n], with one unit at the end.")
    if name in places:
        return Message(
            "column {letter} has the same name: keep one of the two, or call them differently.",
            {"letter": _letter(places[name])},
        )
    scale = READINGS.get(name)
    if scale and factor.limits not in (scale, _NO_LIMITS):
        return Message(
            "the scale of {name} is always {low} to {high}: convert the numbers, or rename the column.",
            {"name": name, "low": f"{scale[0]:g}", "high": f"{scale[1]:g}"},
        )
    return None


def _nameless(table: Table, position: int, factor: Factor) -> Message | None:
    """Return what is wrong with a column without name: nothing, if it is blank all the way down."""
    if factor.unit:
        return Message("there is a unit without a name before it: write one, such as walk_flat [min].")
    for row, cells in table.rows[1:]:
        if position < len(cells) and cells[position].strip():
            return Message(
                "the column has no name and row {row} says “{text}” in it: name it, or clear it.",
                {"row": row, "text": excerpt(cells[position])},
            )
    return None


def _letter(position: int) -> str:
    """Return what a spreadsheet calls the column: A to Z, AA and on."""
    letters = ""
    position += 1
    while position:
        position, digit = divmod(position - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters
