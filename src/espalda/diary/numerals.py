"""Numbers as people write them: which decimal mark a file uses, and what each cell then says.

A file has one decimal mark, ``.`` or ``,``. A cell such as ``1.500`` is open: it may be one and a half or,
with a thousands mark, one thousand five hundred. It is settled by its column (no pain is 1500), by the other
cells of the file or, if none shows a mark and commas part the cells, by the format, which writes decimals with
a point. Unsettled, it is refused.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple

from espalda.diary.problems import Refused, excerpt
from espalda.words import Message

Mark = Literal[".", ","]

_NUMBER = re.compile(
    r"[+-]?(?=[.,]?\d)(?P<whole>\d*)(?:(?P<mark>[.,])(?P<decimals>\d+))?(?P<exponent>[eE][+-]?\d+)?",
    re.ASCII,
)
_GROUPS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
# No double needs more; beyond it, converting would only take long.
_LONGEST = 400


class Numeral(NamedTuple):
    """A number as written: its text, its mark if any, and what it would be if that mark parted thousands."""

    text: str
    mark: Mark | None
    thousands: int | None

    @classmethod
    def of(cls, text: str) -> Numeral | None:
        """Return the numeral a cell holds, None if it holds something else."""
        text = text.strip()
        match = _NUMBER.fullmatch(text) if len(text) <= _LONGEST else None
        if match is None:
            return None
        mark: Mark | None = "." if match["mark"] == "." else "," if match["mark"] else None
        groups = mark and _GROUPS.fullmatch(text)
        return cls(text, mark, int(match["whole"] + match["decimals"]) if groups else None)

    def is_open(self, most: float) -> bool:
        """Say whether its mark may part thousands, in a column of numbers up to `most`."""
        return self.thousands is not None and self.thousands <= most


def decimal_mark(cells: Iterable[tuple[str, float]], separator: str) -> Mark | None:
    """Return the decimal mark most cells of a file show, the first of two alike; None if nothing tells it.

    `cells` gives the text of each cell and the most a number may be in its column.
    """
    votes: Counter[Mark] = Counter()
    for text, most in cells:
        numeral = Numeral.of(text)
        if numeral and numeral.mark and not numeral.is_open(most):
            votes[numeral.mark] += 1
    if votes:
        return votes.most_common(1)[0][0]
    return "." if separator == "," else None


def read_number(text: str, limits: tuple[float, float], mark: Mark | None) -> float:
    """Return the number in a cell of a file with this decimal mark; NaN for a blank cell.

    Raises
    ------
    Refused
        If it is not a number, can be read in two ways, has the other decimal mark or is not within `limits`.
    """
    if not text.strip():
        return math.nan
    numeral = Numeral.of(text)
    if numeral is None:
        raise Refused(
            Message(
                "“{text}” is not a number: write digits, with a decimal mark if needed, "
                "or leave the cell blank if it was not recorded.",
                {"text": excerpt(text)},
            )
        )
    low, high = limits
    if numeral.mark and numeral.mark != mark:
        raise Refused(_open(numeral, mark or numeral.mark) if numeral.is_open(high) else _other_mark(numeral))
    value = float(numeral.text.replace(",", ".")) + 0.0
    if not low <= value <= high or math.isinf(value):
        raise Refused(_outside(numeral.text, value, low, high))
    return value


def _open(numeral: Numeral, mark: Mark) -> Message:
    decimal = numeral.text.rstrip("0").rstrip(".,").replace(",", ".").replace(".", mark)
    # Three decimals would leave it as open as it was.
    if len(decimal) == len(numeral.text):
        decimal += "0"
    return Message(
        "“{text}” can be read in two ways: write {whole} or {decimal}, whichever it is.",
        {"text": numeral.text, "whole": numeral.thousands, "decimal": decimal},
    )


def _other_mark(numeral: Numeral) -> Message:
    text = excerpt(numeral.text)
    if numeral.mark == ",":
        return Message(
            "“{text}” has a decimal comma and most of the file decimal points: write {fixed}.",
            {"text": text, "fixed": text.replace(",", ".")},
        )
    return Message(
        "“{text}” has a decimal point and most of the file decimal commas: write {fixed}.",
        {"text": text, "fixed": text.replace(".", ",")},
    )


def _outside(written: str, value: float, low: float, high: float) -> Message:
    text = excerpt(written)
    if math.isinf(value):
        return Message("“{text}” is too large for any amount: correct it.", {"text": text})
    if math.isinf(high):
        return Message("“{text}” is negative: write an amount of 0 or more.", {"text": text})
    return Message(
        "“{text}” is outside {low} to {high}: correct it, or leave the cell blank.",
        {"text": text, "low": f"{low:g}", "high": f"{high:g}"},
    )
