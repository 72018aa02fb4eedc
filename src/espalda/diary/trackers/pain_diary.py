"""Privacy Friendly Pain Diary (SECUSO): a CSV with one row for each day.

Format: ``SecUSo/privacy-friendly-pain-diary``, ``CsvHelper.java`` and the enumerations it writes. Dates are written as
the phone does, without hour. A medicine that is not listed on a day was not recorded on it.
"""

from __future__ import annotations

import re

from espalda.diary.sheet import Sheet, as_sheet
from espalda.diary.table import Row, Table

HEADER = frozenset({"Date", "Conditions", "Pain Level (0-10)", "Body Regions", "Drug Intakes"})

_CONDITIONS = {"VERY_BAD": "0", "BAD": "1", "OKAY": "2", "GOOD": "3", "VERY_GOOD": "4"}
_DRUG = re.compile(
    r"\[(?:drug:\[name:(?P<name>.*?),dose(?P<dose>[^\[\]]*)\],)?quantityMorning:(?P<a>\d{1,6}),"
    r"quantityNoon:(?P<b>\d{1,6}),quantityEvening:(?P<c>\d{1,6}),quantityNight:(?P<d>\d{1,6})\],?"
)
_TEXTS = ("Body Regions", "Pain nature", "Times of pain", "Comment")


def read(table: Table) -> Sheet:
    """Return the table of a pain diary: the medicines in columns of their own, what has no scale as text."""
    days = [(number, day, _taken(day["Drug Intakes"])) for number, day in table.records()]
    drugs = dict.fromkeys(drug for _, _, taken in days for drug in taken)
    rows = [Row(1, ["date", "condition [0-4]", "pain", *drugs, *_TEXTS, "Drug Intakes", "Conditions"])]
    for number, day, taken in days:
        condition = day["Conditions"]
        texts = [day.get(title, "").strip("[]") for title in _TEXTS[:-1]] + [day.get("Comment", "")]
        # What is not written as expected is kept as text.
        rest = _DRUG.sub("", day["Drug Intakes"]).strip("[], ")
        amounts = [str(taken[drug]) if drug in taken else "" for drug in drugs]
        known = _CONDITIONS.get(condition, "")
        pain = day["Pain Level (0-10)"]
        rows.append(Row(number, [day["Date"], known, pain, *amounts, *texts, rest, "" if known else condition]))
    return as_sheet(Table(rows, table.separator, unclosed=None), "Privacy Friendly Pain Diary")


def _taken(text: str) -> dict[str, int]:
    """Return how many of each medicine were taken in the day, by the column of each."""
    taken: dict[str, int] = {}
    for match in _DRUG.finditer(text):
        name = " ".join(part for part in (match["name"], match["dose"]) if part and part != "null") or "medicine"
        column = re.sub(r"[\[\]]", " ", name) + " [n]"
        taken[column] = taken.get(column, 0) + sum(int(match[part]) for part in "abcd")
    return taken
