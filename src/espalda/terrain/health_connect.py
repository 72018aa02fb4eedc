"""The export of Health Connect, Android's store of health data: an SQLite file, opened in memory and only read.

Tables and columns as Android's own source has them (``ExerciseSessionRecordHelper``, ``ExerciseRouteRecordHelper``).
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import groupby
from operator import itemgetter
from typing import Final

from espalda.terrain.limits import Refused
from espalda.terrain.sport import Kind
from espalda.terrain.track import Recording, TooManyPoints
from espalda.words import Message, mark

MAX_SESSIONS: Final = 20_000
NOT_ONE: Final = mark("It is not an export of Health Connect, or it is damaged.")

_MAX_STEPS: Final = 1_000_000  # thousands of SQLite's own operations: a few times what the largest store takes
_MAX_VALUE: Final = 2**20  # bytes of one value
_SESSIONS: Final = "exercise_session_record_table"
_ROUTES: Final = "exercise_route_table"
_CLOCKS: Final = ("timestamp_millis", "timestamp")

# ExerciseSessionType of Android.
_KINDS: Final = {
    **dict.fromkeys((21, 33, 40, 53), Kind.FOOT),
    **dict.fromkeys((5, 34, 59, 60, 61), Kind.INDOOR),
    **dict.fromkeys((48, 49, 54), Kind.SWIM),
    **dict.fromkeys((25, 31, 35, 36, 47), Kind.WATER),
}


def read_health_connect(data: bytes) -> Iterator[tuple[int, Recording]]:
    """Yield number and recording of the exercises that have a route, then of those on foot that have none."""
    with closing(sqlite3.connect(":memory:")) as store:
        try:
            _open(store, data)
            sessions = _sessions(store)
            for number, points in groupby(_route_points(store), itemgetter(0)):
                begin, recording = sessions.pop(number, (math.nan, None))
                if recording is not None:
                    _add_points(recording, points)
                    yield number, recording
            for number, (begin, recording) in sessions.items():
                if recording.kind is Kind.FOOT:
                    recording.add_moment(begin)
                    yield number, recording
        except (sqlite3.Error, ValueError, TypeError, OverflowError, MemoryError) as error:
            raise Refused(Message(NOT_ONE)) from error


def _open(store: sqlite3.Connection, data: bytes) -> None:
    """Open the bytes as a database that is only read, whose own definitions are not run, and nothing of it on disk."""
    steps = iter(range(_MAX_STEPS))
    store.set_progress_handler(lambda: next(steps, None) is None, 1000)
    store.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_VALUE)
    # Bytes 18 and 19 say whether there is a log beside the file. There is none: what was exported is whole.
    store.deserialize(b"".join((data[:18], b"\x01\x01", data[20:])))
    for setting in ("trusted_schema = OFF", "query_only = ON", "temp_store = MEMORY"):
        store.execute(f"PRAGMA {setting}")


def _sessions(store: sqlite3.Connection) -> dict[int, tuple[float, Recording]]:
    """Return the exercises by their number: when each began, and what is known of it without its route."""
    columns = _columns(store, _SESSIONS)
    if not {"row_id", "start_time", "end_time", "exercise_type"} <= columns:
        raise Refused(Message(NOT_ONE))
    ahead = "start_zone_offset" if "start_zone_offset" in columns else "NULL"
    query = f"SELECT row_id, start_time, end_time, exercise_type, {ahead} FROM {_SESSIONS} ORDER BY start_time LIMIT ?"  # noqa: S608  # nosec B608 - names of our own
    sessions = {}
    for number, begin, end, kind, offset in store.execute(query, (MAX_SESSIONS,)):
        recording = Recording(_KINDS.get(kind, Kind.OTHER))
        recording.offset_s = offset if isinstance(offset, int) and abs(offset) <= 14 * 3600 else None
        recording.totals.add_minutes((_number(end) - _number(begin)) / 60_000)
        sessions[int(number)] = (_number(begin) / 1000, recording)
    return sessions


def _route_points(store: sqlite3.Connection) -> Iterator[tuple[int, object, object, object, object]]:
    """Yield number of the exercise, milliseconds, latitude, longitude and altitude, route by route."""
    columns = _columns(store, _ROUTES)
    clock = next((one for one in _CLOCKS if one in columns), None)
    if clock and {"parent_key", "latitude", "longitude", "altitude"} <= columns:
        query = f"SELECT parent_key, {clock}, latitude, longitude, altitude FROM {_ROUTES} ORDER BY parent_key, {clock}"  # noqa: S608  # nosec B608 - as above
        yield from store.execute(query)


def _columns(store: sqlite3.Connection, table: str) -> set[str]:
    """Return the columns of a table; none where there is no such table, or it is computed."""
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ? AND sql NOT LIKE '%VIRTUAL%'"
    if store.execute(query, (table,)).fetchone() is None:
        return set()
    return {str(name) for (name,) in store.execute("SELECT name FROM pragma_table_info(?)", (table,))}


def _add_points(recording: Recording, points: Iterator[tuple[int, object, object, object, object]]) -> None:
    with suppress(TooManyPoints):
        for _, time, lat, lon, altitude in points:
            recording.add(_number(time) / 1000, _number(lat), _number(lon), _number(altitude), math.nan)


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else math.nan
