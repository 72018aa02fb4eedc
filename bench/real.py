"""Real series as diaries: ``python -m bench.real knee|esm FOLDER OUT.csv``.

`knee`: one person's daily knee pain 0-10 with sport sessions in minutes and anti-inflammatories (github.com,
cmougan/knee, MIT). `esm`: one person's momentary pain and activity, up to ten times a day (Kossakowski et al. 2017,
Journal of Open Psychology Data 5:1, CC BY 4.0), its 1-7 scales brought to 0-10 for pain and left as 1-7 for factors.
The folders are read where they are and never copied.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np

from bench import SHARED
from espalda.diary import Diary, Factor, make_diary, time_columns, write_diary

SERIES: Final = SHARED / "series"
FEWEST_SESSIONS = 9
DIARY_HOUR = 21


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {(key or "").strip(): (value or "").strip() for key, value in row.items()} for row in csv.DictReader(file)
        ]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return np.nan


def knee(folder: Path, symptom: str = "knee_pain") -> Diary:
    """Return the knee series: one row an evening, minutes of each sport done nine times or more.

    `symptom` is what stands as pain: `knee_pain`, `pain_shoulder`, `leg_fatigue` or `total_fatigue`, all 0 to 10.
    """
    sessions: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in _rows(folder / "sport.csv"):
        if row["date"]:
            minutes = _number(row["time"])
            sessions[row["date"]][row["sport"]] += minutes if minutes > 0 else 0.0
    count = Counter(sport for done in sessions.values() for sport in done)
    sports = sorted(sport for sport, times in count.items() if times >= FEWEST_SESSIONS and sport not in {"None", ""})
    rows = [row for row in _rows(folder / "pain.csv") if row["date"][:1].isdigit() and row[symptom]]
    days = list({row["date"]: row for row in reversed(rows)}.values())  # two days are told twice: the first stands
    moments = [datetime.strptime(f"{row['date']} {DIARY_HOUR}:00 +0000", "%d-%m-%Y %H:%M %z") for row in days]
    amounts = [
        [*(sessions[row["date"]][sport] if row["date"] in sessions else np.nan for sport in sports),
         float(row["nsaids"] == "True"), float(row["colageno"] == "True")]
        for row in days
    ]  # fmt: skip
    factors = [*(Factor(sport.lower(), "min") for sport in sports), Factor("nsaids", "0-1"), Factor("collagen", "0-1")]
    time, offset = time_columns(moments)
    return make_diary(time, offset, pain=[_number(row[symptom]) for row in days], factors=factors, amounts=amounts)


def esm(folder: Path) -> Diary:
    """Return the momentary series: pain, and activity, worry, unpleasant events and sleep as factors."""
    rows = _rows(folder / "ESMdata.csv")
    columns = {
        "phy_physact": "activity",
        "pat_worry": "worry",
        "event_disturb": "event",
        "mor_qualsleep": "sleep_quality",
    }
    seen: dict[datetime, dict[str, str]] = {}
    for row in rows:
        moment = datetime.strptime(f"{row['date']} {row['resptime_s']} +0000", "%d/%m/%y %H:%M:%S %z")
        seen.setdefault(moment, row)
    time, offset = time_columns(list(seen))
    days: set[str] = set()
    amounts = []
    for row in seen.values():
        first = row["date"] not in days
        days.add(row["date"])
        amounts.append([_number(row[c]) if c != "mor_qualsleep" or first else np.nan for c in columns])
    return make_diary(
        time,
        offset,
        pain=[(_number(row["phy_pain"]) - 1) / 6 * 10 for row in seen.values()],
        factors=[Factor(name, "1-7") for name in columns.values()],
        amounts=amounts,
    )


def main(arguments: list[str]) -> int:
    """Convert one series to a diary file."""
    if len(arguments) != 3 or arguments[0] not in {"knee", "esm"}:
        print(__doc__)
        return 2
    kind, folder, out = arguments
    write_diary({"knee": knee, "esm": esm}[kind](Path(folder)), out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
