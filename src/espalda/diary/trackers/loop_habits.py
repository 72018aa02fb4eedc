"""Loop Habit Tracker: a ZIP with the list of habits and a CSV of each one's days.

Format: ``iSoron/uhabits``, ``HabitsCSVExporter.kt``, ``HabitList.kt`` and ``Entry.kt``. Amounts are written in
thousandths. A day the program ticked by itself (``YES_AUTO``), skipped or left unknown was not recorded.
"""

from __future__ import annotations

import re

from espalda.diary.problems import Refused, excerpt
from espalda.diary.sheet import Sheet, as_sheet, unbracketed
from espalda.diary.table import Table, read_table
from espalda.diary.trackers.wide import Log
from espalda.diary.zipped import unzip
from espalda.words import Message

_LIST = "Habits.csv"
_DAYS = re.compile(r"(\d{3,}) ?[^/]*/Checkmarks\.csv")
_NUMBER = re.compile(r"-?[0-9]{1,12}")
_CODES = {"UNKNOWN": -1, "NO": 0, "YES_AUTO": 1, "YES_MANUAL": 2, "SKIP": 3}
_DONE = {0: 0.0, 2: 1.0}


def read(data: bytes) -> Sheet | None:
    """Return the table of a Loop Habit Tracker export: one row for each day, one column for each habit.

    None where the ZIP is another program's.
    """
    members = unzip(data, lambda name: name == _LIST or _DAYS.fullmatch(name) is not None)
    if _LIST not in members:
        return None
    habits = [habit for _, habit in read_table(members[_LIST]).records()]
    log = Log()
    unrecorded = 0
    for name in sorted(members):
        match = _DAYS.fullmatch(name)
        habit = next((one for one in habits if match and one.get("Position") == match[1]), None)
        if habit:
            unrecorded += _add(log, habit, read_table(members[name]))
    notices = list(log.notices())
    if unrecorded:
        notices.append(
            Message(
                "Days skipped, unknown or ticked by the program itself, left as not recorded: {n}.", {"n": unrecorded}
            )
        )
    return as_sheet(log.table(), "Loop Habit Tracker", notices)


def _add(log: Log, habit: dict[str, str], table: Table) -> int:
    """Add a habit's days, and return how many of them record nothing."""
    counted = habit.get("Type") == "NUMERICAL"
    title = unbracketed(habit.get("Name", ""))
    column = f"{title} [{habit.get('Unit') or 'n' if counted else '0-1'}]"
    unrecorded = 0
    for row in table.rows:
        day, written, *notes = (*map(str.strip, row.cells), "")
        if day == "Date":
            continue
        if written in _CODES:
            code = _CODES[written]
        elif _NUMBER.fullmatch(written):
            code = int(written)
        else:
            raise Refused(
                Message(
                    "{file} says “{text}” where a value is due.",
                    {"file": f"Checkmarks.csv, {excerpt(title)}", "text": excerpt(written)},
                )
            )
        unknown = code < 0 or code == _CODES["SKIP"]
        value = None if unknown else code / 1000 if counted else _DONE.get(code)
        unrecorded += value is None
        log.value(row.number, day, column, value)
        log.note(row.number, day, *(f"{title}: {note}" for note in notes if note))
    return unrecorded
