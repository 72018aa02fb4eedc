"""A table that is not a diary yet: what each column is taken for, and the diary that makes of it.

A spreadsheet of one's own and another tracker's export come this way: a reader guesses what each column is, the person
corrects it, and the table is laid out as the diary file would be and read as one, with the same checks and sentences.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple

from espalda.diary.dates import ORDERS, Order, order_of, read_hour, read_written
from espalda.diary.model import READINGS, RESERVED, Factor
from espalda.diary.numerals import Numeral
from espalda.diary.problems import DiaryError, Problem, excerpt
from espalda.diary.reader import ReadResult, parse_table
from espalda.diary.table import Row, Table, uneven
from espalda.diary.times import is_iso
from espalda.words import Message

Role = Literal["", "time", "hour", "pain", "stiffness", "spasm", "factor", "note"]
"""What a column is: nothing of ours, the date with its hour or without, the hour alone, a scale, a factor, or text."""

EVENING: Final = "20:00"
"""The hour of a day written without one, unless another is chosen: what is told of a day is told at its end."""

_OPEN: Final = Factor("", "").limits
_ONCE: Final = ("time", "hour", "pain", "stiffness", "spasm")
_NAMES: Final[dict[Role, frozenset[str]]] = {
    "time": frozenset(
        {"time", "date", "datetime", "date time", "timestamp", "fecha", "fecha y hora", "dia", "momento"}
    ),
    "hour": frozenset({"hour", "time", "time of day", "hora"}),
    "pain": frozenset(
        {"pain", "pain level", "back pain", "dolor", "nivel de dolor", "dolor de espalda", "dolor lumbar"}
    ),
    "stiffness": frozenset({"stiffness", "back stiffness", "rigidez"}),
    "spasm": frozenset({"spasm", "spasms", "espasmo", "espasmos"}),
    "note": frozenset(
        {"note", "notes", "comment", "comments", "nota", "notas", "comentario", "comentarios", "observaciones"}
    ),
}
_YES: Final = frozenset({"yes", "si", "true", "verdadero", "x"})
_NO: Final = frozenset({"no", "false", "falso"})
_UNITS: Final = re.compile(r"(.+)\((min|h|n|mg|0-10|0-1)\)")
_ASIDE: Final = re.compile(r"\[[^\]]*\]|\([^)]*\)")


class Layout(NamedTuple):
    """What each column is taken for, the order of day and month, and the hour of a day that has none."""

    roles: tuple[Role, ...]
    order: Order = "dmy"
    hour: str = EVENING


class Sheet(NamedTuple):
    """A table with its titles, all rows as wide as these.

    `tracker` is the program that wrote it, empty for a spreadsheet; `layout` what its columns seem to be, `sure`
    whether the order of day and month is told by the dates; `notices` say what has already been made of the file.
    """

    tracker: str
    titles: tuple[str, ...]
    rows: tuple[Row, ...]
    separator: str
    layout: Layout
    sure: bool = True
    notices: tuple[Message, ...] = ()

    def column(self, position: int) -> Iterator[str]:
        """Yield the cells of a column that are not blank."""
        return (cell for row in self.rows if (cell := row.cells[position].strip()))


def as_sheet(table: Table, tracker: str = "", notices: Sequence[Message] = ()) -> Sheet:
    """Return a table as a sheet, its columns guessed from titles and cells.

    Raises
    ------
    DiaryError
        If a row has text beyond the last title.
    """
    titles = tuple(cell.strip() for cell in table.rows[0].cells)
    rows = tuple(Row(row.number, _as_wide(row, len(titles))) for row in table.rows[1:])
    blank: tuple[Role, ...] = ("",)
    bare = Sheet(tracker, titles, rows, table.separator, Layout(blank * len(titles)))
    roles = _guess(bare)
    order = order_of(bare.column(roles.index("time"))) if "time" in roles else None
    return bare._replace(layout=Layout(roles, order or ORDERS[0]), sure=order is not None, notices=tuple(notices))


def unbracketed(title: str) -> str:
    """Return a title whose brackets can't be taken for those around a unit."""
    return title.replace("[", "(").replace("]", ")")


def is_ours(table: Table) -> bool:
    """Say whether a table is written as a diary is: a column called time, and its first time as ISO 8601."""
    names = [Factor.from_column(cell).name.casefold() for cell in table.rows[0].cells]
    if "time" not in names:
        return False
    place = names.index("time")
    times = [row.cells[place] for row in table.rows[1:] if place < len(row.cells) and row.cells[place].strip()]
    written = [time for time in times if read_written(time, "dmy") or read_written(time, "mdy")]
    return not written or any(is_iso(time) for time in times)


def read_sheet(sheet: Sheet, layout: Layout, tz: str | None = None, source: str = "diary.csv") -> ReadResult:
    """Return the diary in a sheet whose columns are what `layout` says, and what was left out or assumed.

    Raises
    ------
    DiaryError
        With a sentence for each thing that is wrong, if anything is.
    """
    wrong = _wrong(layout)
    if wrong:
        raise DiaryError(source, [Problem(None, None, wrong)])
    table, assumed = _laid_out(sheet, layout)
    read = parse_table(table, tz, source)
    notices = [*sheet.notices, *read.notices]
    if assumed:
        notices.append(
            Message("Days written without an hour, put at {hour}: {n}.", {"hour": layout.hour, "n": assumed})
        )
    left_out = [
        title or "–"
        for position, (title, role) in enumerate(zip(sheet.titles, layout.roles, strict=True))
        if not role and any(sheet.column(position))
    ]
    if left_out:
        notices.append(Message("Columns left out: {columns}.", {"columns": ", ".join(map(excerpt, left_out))}))
    return ReadResult(read.diary, tuple(notices))


def _as_wide(row: Row, width: int) -> list[str]:
    cells = row.cells + [""] * (width - len(row.cells))
    if any(cell.strip() for cell in cells[width:]):
        raise DiaryError("", [Problem(row.number, None, uneven(row, width))])
    return cells[:width]


def _folded(text: str) -> str:
    """Return a title or word without case, accents, underscores and what stands in brackets."""
    plain = unicodedata.normalize("NFKD", _ASIDE.sub(" ", text).casefold())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).replace("_", " ").split())


def _guess(sheet: Sheet) -> tuple[Role, ...]:
    """Return what each column seems to be: by its title, else by what its cells hold."""
    roles: list[Role] = []
    names = [_folded(title) for title in sheet.titles]
    for position, name in enumerate(names):
        role: Role = next((role for role in _NAMES if name in _NAMES[role] and role not in roles), "")
        if role == "time" and name == "time" and not any(read_written(cell, "dmy") for cell in sheet.column(position)):
            role = "hour"
        if role in READINGS and Factor.from_column(sheet.titles[position]).limits not in (READINGS[role], _OPEN):
            role = ""  # a scale of its own, such as a yes or no called pain
        if not role and any(sheet.column(position)):
            numbers = all(Numeral.of(cell) or _folded(cell) in _YES | _NO for cell in sheet.column(position))
            role = "factor" if numbers and name and name not in _NAMES["note"] else "note"
        roles.append(role)
    return tuple(roles)


def _wrong(layout: Layout) -> Message | None:
    if "time" not in layout.roles:
        return Message("Say which column has the date.")
    for role in _ONCE:
        if layout.roles.count(role) > 1:
            return Message("Two columns are marked as the same thing: choose one of them.")
    return None


def _laid_out(sheet: Sheet, layout: Layout) -> tuple[Table, int]:
    """Return the sheet as a diary file's table, and how many days had no hour."""
    factors = [i for i, role in enumerate(layout.roles) if role == "factor"]
    scales = [i for i, role in enumerate(layout.roles) if role in ("pain", "stiffness", "spasm")]
    notes = [i for i, role in enumerate(layout.roles) if role == "note"]
    header = ["time", *(layout.roles[i] for i in scales), *_names([sheet.titles[i] for i in factors]), "note"]
    rows = [Row(1, header)]
    assumed = 0
    for row in sheet.rows:
        time, whole = _time(row.cells, layout)
        assumed += not whole
        numbers = [row.cells[i] for i in scales] + [_as_number(row.cells[i]) for i in factors]
        rows.append(Row(row.number, [time, *numbers, _note(sheet, row, notes)]))
    return Table(rows, sheet.separator, unclosed=None), assumed


def _time(cells: Sequence[str], layout: Layout) -> tuple[str, bool]:
    """Return a row's time as the diary writes it, as it is where it can't be read, and whether it had its hour."""
    text = cells[layout.roles.index("time")].strip()
    if is_iso(text):
        return text, True
    written = read_written(text, layout.order)
    if written is None:
        return text, True
    hour = written.hour
    if hour is None and "hour" in layout.roles:
        apart = cells[layout.roles.index("hour")].strip()
        hour = read_hour(apart)
        if apart and hour is None:
            return f"{text} {apart}", True
    return f"{written.day}T{hour or layout.hour}", hour is not None


def _names(titles: Sequence[str]) -> list[str]:
    """Return the header of each factor's column: its unit in brackets, no name twice."""
    names: list[str] = []
    for title in titles:
        unit = _UNITS.fullmatch(title)
        factor = Factor.from_column(f"{unit[1]} [{unit[2]}]" if unit else title)
        if not factor.is_readable:
            factor = Factor(" ".join(re.sub(r"[\[\]]", " ", title).split()) or "–", "")
        taken = {*RESERVED, *(Factor.from_column(name).name.casefold() for name in names)}
        name, again = factor.name, 2
        while name.casefold() in taken:
            name, again = f"{factor.name} {again}", again + 1
        names.append(Factor(name, factor.unit).column)
    return names


def _as_number(cell: str) -> str:
    word = _folded(cell)
    return "1" if word in _YES else "0" if word in _NO else cell


def _note(sheet: Sheet, row: Row, notes: Sequence[int]) -> str:
    """Return the text of a row's columns of text, each but the first under its title."""
    texts = [(sheet.titles[i], row.cells[i].strip()) for i in notes if row.cells[i].strip()]
    plain = _NAMES["note"]
    return "\n".join(text if _folded(title) in plain else f"{title}: {text}" for title, text in texts)
