"""What is wrong with a diary file, in sentences that say where it is and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from espalda.words import Language, Message, say, say_n

KEPT: Final = 1000
"""How many problems of one file are kept; the rest are counted, so that no file can fill the memory."""

_SHOWN = 20


@dataclass(frozen=True)
class Problem:
    """One thing to mend: its row as a spreadsheet numbers it (header 1), its column's name, and a sentence.

    A problem of the whole file has no row, and one of a whole row no column.
    """

    row: int | None
    column: str | None
    message: Message

    def sentence(self, lang: Language) -> str:
        """Return where it is, what is wrong and what to do, in `lang`."""
        text = self.message.sentence(lang)
        if self.row is None:
            return text
        if self.column is None:
            return say(lang, "Row {row}: {text}", row=self.row, text=text)
        return say(lang, "Row {row}, column {column}: {text}", row=self.row, column=self.column, text=text)


class DiaryError(Exception):
    """A diary that cannot be read; nothing of it was.

    Attributes
    ----------
    source
        The file, as the reader of the sentences knows it.
    problems
        What to mend, by row; no more than `KEPT` of them.
    count
        How many problems there are in all.
    """

    def __init__(self, source: str, problems: Sequence[Problem], count: int | None = None) -> None:
        self.source = source
        self.problems = tuple(problems)
        self.count = len(self.problems) if count is None else count
        super().__init__(self.source, self.problems, self.count)

    def sentences(self, lang: Language, limit: int = _SHOWN) -> list[str]:
        """Return a sentence for each of the first `limit` problems, then one with how many more there are."""
        shown = [problem.sentence(lang) for problem in self.problems[:limit]]
        if more := self.count - len(shown):
            shown.append(say_n(lang, "And {n} more problem.", "And {n} more problems.", more))
        return shown

    def __str__(self) -> str:
        return "\n".join(f"{self.source}: {sentence}" for sentence in self.sentences("en"))


class Refused(Exception):  # noqa: N818 - it is caught in this package and never reaches a caller
    """A cell or file that cannot be read, and why; whoever knows where it stands makes it a `Problem`."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(message)


class ProblemList:
    """The problems of one file as they are found: the first `KEPT` themselves, and the count of all."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._kept: list[Problem] = []
        self._count = 0

    def add(self, row: int | None, column: str | None, message: Message) -> None:
        """Note one more problem."""
        self._count += 1
        if len(self._kept) < KEPT:
            self._kept.append(Problem(row, column, message))

    def __bool__(self) -> bool:
        return self._count > 0

    def error(self) -> DiaryError:
        """Return the error that tells them, in the order of their rows."""
        by_row = sorted(self._kept, key=lambda problem: problem.row or 0)
        return DiaryError(self._source, by_row, self._count)


def excerpt(text: str, limit: int = 40) -> str:
    """Return the text of a cell as a sentence can quote it: one line, short, nothing invisible."""
    line = "".join(sign if sign.isprintable() else " " for sign in text[: limit + 1]).strip()
    return line if len(text) <= limit else line[:limit].rstrip() + "…"
