"""FIT, the format of watches: read by fitdecode, message by message, so that what came before a fault is kept."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import fitdecode

from espalda.terrain.limits import NO_POINTS, NOTHING_LEFT, Refused
from espalda.terrain.sport import Kind, kind_of
from espalda.terrain.track import Recording, TooManyPoints
from espalda.words import Message, mark

MAX_VALUES: Final = 10_000_000
"""Values decoded of one file, of all its messages: those of a hundred days on the move."""

MAX_REPAIRS: Final = 20
DAMAGED: Final = mark("The file is damaged or cut short: what could be read of it was kept.")

_EPOCH_S: Final = 631065600.0  # FIT counts from 1989-12-31T00:00Z
_RELATIVE_S: Final = 0x10000000  # a smaller time counts from when the device was switched on
_DEGREES: Final = 180 / 2**31  # of a semicircle
_VIRTUAL_MAKERS: Final = frozenset({"zwift", "zwift_byte", "virtualtraining", "rouvy", "the_sufferfest", "mywhoosh"})

_WANTED: Final = frozenset({"record", "session", "activity", "file_id"})
_FAULT: Final = "fault"
_SEARCHED: Final = 4096  # bytes after a fault in which records may begin again
_TRIED: Final = 2048
_TRIES: Final = 30
_IN_A_ROW: Final = 4
_RECORD: Final = 20  # the number of the message, and of its time
_TIMESTAMP: Final = 253
_SOON_S: Final = 3600.0

Values = dict[str, Any]


def read_fit(data: bytes) -> Recording:
    """Return what a FIT file recorded, before a fault and after it."""
    recording = Recording()
    sessions: list[Values] = []
    maker: object = None
    with suppress(TooManyPoints):
        for name, values in _messages(data):
            if name == "record":
                _add_record(recording, values)
            elif name == "session":
                sessions.append(values)
            elif name == "activity":
                recording.offset_s = _offset(values)
            elif name == _FAULT:
                recording.problem = Message(DAMAGED)
            else:
                maker = values.get("manufacturer")
    if not len(recording) and not sessions:
        raise Refused(Message(NOTHING_LEFT if recording.problem else NO_POINTS))
    _add_sessions(recording, sessions)
    if maker in _VIRTUAL_MAKERS:
        recording.kind = Kind.VIRTUAL
    return recording


def _messages(data: bytes) -> Iterator[tuple[str, Values]]:
    """Yield name and values of the messages that matter, in their order; `_FAULT` for each fault that was passed."""
    budget = MAX_VALUES
    for _ in range(1 + MAX_REPAIRS):
        place, last, definitions = 0, math.nan, dict[int, bytes]()
        try:
            for frame in _frames(data):
                budget -= 1 + len(getattr(frame, "fields", ()))
                if budget < 0:
                    yield _FAULT, {}
                    return
                place = frame.chunk.offset + len(frame.chunk.bytes)
                if isinstance(frame, fitdecode.FitDefinitionMessage):
                    definitions[frame.local_mesg_num] = frame.chunk.bytes
                elif isinstance(frame, fitdecode.FitDataMessage) and frame.name in _WANTED:
                    values = _values(frame)
                    last = _time(values, "timestamp") if frame.name == "record" else last
                    yield frame.name, values
            return
        except GeneratorExit:
            raise
        except Exception:  # a damaged file makes the library raise almost anything
            yield _FAULT, {}
        rest = _after_fault(data, place, definitions, last)
        if rest is None:
            return
        data = rest


def _frames(data: bytes) -> Any:
    # Checksums are not looked at: files of several makers carry wrong ones, and are whole.
    return fitdecode.FitReader(
        data,
        processor=None,
        check_crc=fitdecode.CrcCheck.DISABLED,
        error_handling=fitdecode.ErrorHandling.IGNORE,
        keep_raw_chunks=True,
    )


def _values(frame: Any) -> Values:
    # What a developer's field is called is up to the developer: it must not pass for one of the format's own.
    own = (one for one in frame.fields if one.field_def is None or not one.field_def.is_dev)
    return {one.name: one.value for one in own if one.value is not None}


def _after_fault(data: bytes, place: int, definitions: dict[int, bytes], last: float) -> bytes | None:
    """Return a file that goes on where records begin again after a fault, or None.

    They do where a few in a row can be decoded whose times follow on the last one's.
    """
    head = struct.pack("<BBHI4s", 12, 0x20, 0, 2**32 - 1, b".FIT") + b"".join(definitions.values())
    clocks = {local: clock for local, raw in definitions.items() if (clock := _clock(raw))}
    tried = 0
    for start in range(place, min(place + _SEARCHED, len(data))):
        clock = clocks.get(data[start])
        if clock and _follows(clock, data, start + 1, last):
            tried += 1
            if _goes_on(head + data[start : start + _TRIED], last):
                return head + data[start:]
            if tried == _TRIES:
                return None
    return None


def _clock(definition: bytes) -> tuple[str, int] | None:
    """Return how a record's time is packed, and after how many of its bytes; None of any other message."""
    order = "<" if definition[2] == 0 else ">"
    if struct.unpack_from(f"{order}H", definition, 3)[0] != _RECORD:
        return None
    skipped = 0
    for number, size in zip(definition[6::3], definition[7::3], strict=False):
        if number == _TIMESTAMP:
            return f"{order}I", skipped
        skipped += size
    return None


def _follows(clock: tuple[str, int], data: bytes, begin: int, last: float) -> bool:
    """Whether the record that begins here, if it is one, has a time soon after the last one's."""
    packed, skipped = clock
    if begin + skipped + 4 > len(data):
        return False
    time = struct.unpack_from(packed, data, begin + skipped)[0] + _EPOCH_S
    return math.isnan(last) or bool(0 <= time - last <= _SOON_S)


def _goes_on(data: bytes, last: float) -> bool:
    good = 0
    with suppress(Exception):
        for frame in _frames(data):
            if isinstance(frame, fitdecode.FitDataMessage):
                time = _time(_values(frame), "timestamp") if frame.name == "record" else math.nan
                if not (math.isnan(last) or 0 <= time - last <= _SOON_S):
                    return False
                last, good = time, good + 1
                if good == _IN_A_ROW:
                    return not math.isnan(last)
    return False


def _add_record(recording: Recording, values: Values) -> None:
    altitude = _number(values, "enhanced_altitude")
    recording.add(
        _time(values, "timestamp"),
        _number(values, "position_lat") * _DEGREES,
        _number(values, "position_long") * _DEGREES,
        _number(values, "altitude") if math.isnan(altitude) else altitude,
        _number(values, "distance"),
    )


def _number(values: Values, name: str) -> float:
    value = values.get(name)
    return float(value) if isinstance(value, (int, float)) else math.nan


def _time(values: Values, name: str) -> float:
    value = _number(values, name)
    return value + _EPOCH_S if value >= _RELATIVE_S else math.nan


def _offset(values: Values) -> int | None:
    """Return how far local time is ahead of UTC, in whole quarters of an hour; None unless it can be true."""
    ahead = _time(values, "local_timestamp") - _time(values, "timestamp")
    return round(ahead / 900) * 900 if abs(ahead) <= 14 * 3600 + 450 else None


def _add_sessions(recording: Recording, sessions: list[Values]) -> None:
    """Add sport and totals. Of several sports, those with terrain count, and the points of the others are left out."""
    kinds = [kind_of(_word(session, "sport"), _word(session, "sub_sport")) for session in sessions]
    ground = [kind is None or kind.no_terrain is None for kind in kinds]
    mixed = any(ground) and not all(ground)
    for session, kind, counts in zip(sessions, kinds, ground, strict=True):
        if counts or not mixed:
            recording.totals.add_minutes(_number(session, "total_elapsed_time") / 60)
            recording.totals.add(
                *(_number(session, f"total_{name}") for name in ("distance", "ascent", "descent")),
            )
            recording.kind = Kind.FOOT if Kind.FOOT in {recording.kind, kind} else recording.kind or kind
        else:
            begin = _time(session, "start_time")
            recording.leave_out(begin, begin + _number(session, "total_elapsed_time"))


def _word(values: Values, name: str) -> str | None:
    value = values.get(name)
    return value if isinstance(value, str) else None
