"""Track & Graph: a CSV with one row for each value, durations as hours, minutes and seconds.

Format: ``SamAmco/track-and-graph``, ``CSVReadWriterImpl.kt`` and its test.
"""

from __future__ import annotations

import re

from espalda.diary.problems import Refused, excerpt
from espalda.diary.sheet import Sheet, as_sheet, unbracketed
from espalda.diary.table import Table
from espalda.diary.trackers.wide import Log
from espalda.words import Message

HEADER = frozenset({"FeatureName", "Timestamp", "Value"})

_DURATION = re.compile(r"(-?\d{1,9}):(-?\d{2}):(-?\d{2})(?::(.*))?", re.DOTALL)
_NUMBER = re.compile(r"(-?\d{1,15}(?:\.\d+)?(?:[eE][+-]?\d{1,2})?)(?::(.*))?", re.DOTALL)


def read(table: Table) -> Sheet:
    """Return the table of a Track & Graph export: one row for each moment, one column for each tracker."""
    places = {cell.strip(): i for i, cell in enumerate(table.rows[0].cells)}
    log = Log()
    for number, cells in table.rows[1:]:
        if len(cells) < len(places):
            raise Refused(Message("Row {row} is cut short: export the file again.", {"row": number}))
        name, moment, written = (cells[places[title]].strip() for title in ("FeatureName", "Timestamp", "Value"))
        name = unbracketed(name)
        label, note = (cells[places[title]].strip() if title in places else "" for title in ("Label", "Note"))
        if duration := _DURATION.fullmatch(written):
            hours, minutes, seconds = (int(part) for part in duration.groups()[:3])
            # Rounded where seconds are no whole share of a minute, to six digits.
            log.value(number, moment, f"{name} [min]", round(hours * 60 + minutes + seconds / 60, 6))
            label = label or duration[4] or ""
        elif value := _NUMBER.fullmatch(written):
            log.value(number, moment, name, float(value[1]))
            label = label or value[2] or ""
        else:
            raise Refused(
                Message("Row {row} says “{text}” where a value is due.", {"row": number, "text": excerpt(written)})
            )
        log.note(number, moment, f"{name}: {label}" if label else "", note)
    return as_sheet(log.table(), "Track & Graph", log.notices())
