"""Daylio: a CSV with one row for each entry, its activities in one cell.

Format: Daylio's code is not public; its file is as ``staticf0x/daylio-parser`` reads and tests it. An activity that is
not marked on an entry is not known to be absent, and stays not recorded.
"""

from __future__ import annotations

from espalda.diary.sheet import Sheet, as_sheet, unbracketed
from espalda.diary.table import Row, Table
from espalda.words import Message

HEADER = frozenset({"full_date", "weekday", "time", "mood", "activities"})

_MOODS = {"awful": "1", "bad": "2", "meh": "3", "good": "4", "rad": "5"}
_REPEATED = ("full_date", "date", "weekday", "time", "mood", "activities")


def read(table: Table) -> Sheet:
    """Return the table of a Daylio export: one column for each activity, the mood as 1 to 5 where it is a stock one."""
    entries = list(table.records())
    marked = {number: _activities(entry) for number, entry in entries}
    activities = list(dict.fromkeys(name for names in marked.values() for name in names))
    others = [title for title in entries[0][1] if title not in _REPEATED]
    rows = [Row(1, ["date", "hour", "mood [1-5]", *(f"{name} [0-1]" for name in activities), "Mood", *others])]
    for number, entry in entries:
        mood = entry["mood"]
        done = ["1" if name in marked[number] else "" for name in activities]
        scale = _MOODS.get(mood.lower(), "")
        own = "" if scale else mood
        texts = [entry[title] for title in others]
        rows.append(Row(number, [entry["full_date"], entry["time"], scale, *done, own, *texts]))
    notices = [Message("Activities not marked are left as not recorded, which is not the same as none.")]
    return as_sheet(Table(rows, ",", unclosed=None), "Daylio", notices if activities else ())


def _activities(entry: dict[str, str]) -> list[str]:
    names = (unbracketed(name.strip()) for name in entry["activities"].split("|"))
    return [name for name in names if name]
