"""A log of single values, one row each, as a table with one row for each moment and one column for each name."""

from __future__ import annotations

from collections.abc import Sequence

from espalda.diary.table import Row, Table
from espalda.words import Message


class Log:
    """The values of a log as they are read, by moment and name; texts of a moment are gathered in its note."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._values: dict[tuple[str, str], float] = {}
        self._notes: dict[str, list[str]] = {}
        self._names: dict[str, None] = {}
        self._added = 0

    def value(self, row: int, moment: str, name: str, value: float | None) -> None:
        """Note a value, None for none; another of the same name at the same moment is added to it."""
        self._numbers.setdefault(moment, row)
        self._names.setdefault(name)
        if value is not None:
            self._added += (moment, name) in self._values
            self._values[moment, name] = self._values.get((moment, name), 0.0) + value

    def note(self, row: int, moment: str, *texts: str) -> None:
        """Note what was written at a moment."""
        self._numbers.setdefault(moment, row)
        self._notes.setdefault(moment, []).extend(text for text in texts if text)

    def table(self) -> Table:
        """Return the table, in the order the moments came."""
        names = list(self._names)
        rows = [Row(1, ["time", *names, "note"])]
        for moment, number in self._numbers.items():
            values = [self._values.get((moment, name)) for name in names]
            cells = ["" if value is None else repr(value).removesuffix(".0") for value in values]
            rows.append(Row(number, [moment, *cells, "\n".join(self._notes.get(moment, ()))]))
        return Table(rows, ",", unclosed=None)

    def notices(self) -> Sequence[Message]:
        """Return what was made of the values."""
        if not self._added:
            return ()
        return [Message("Values of the same thing at the same moment, added together: {n}.", {"n": self._added})]
