"""The export of Apple Health: one XML of everything, read as a stream, and a GPX for each route."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Final

from espalda.terrain import markup
from espalda.terrain.clock import parse_time
from espalda.terrain.gpx import number
from espalda.terrain.limits import joined
from espalda.terrain.sport import Kind, kind_of
from espalda.terrain.track import Recording, TooManyPoints

MAX_WORKOUTS: Final = 20_000
_MAX_WORKOUT: Final = 16 * 2**20
_OVERLAP: Final = 16  # bytes a tag may have in the chunk before
_BEGIN: Final = re.compile(rb"<Workout[\s>]")
_EMPTY: Final = re.compile(rb"<Workout\s[^>]*/>")
_END: Final = re.compile(rb"</Workout\s*>")
_METRES: Final = {"m": 1.0, "km": 1000.0, "mi": 1609.344, "ft": 0.3048, "yd": 0.9144, "cm": 0.01}


@dataclass
class Workout:
    """One workout: the file of its route, and what the export itself says of it."""

    recording: Recording
    begin: float
    on_foot: bool
    route: str | None = None
    digest: str = ""


def read_workouts(chunks: Iterable[bytes]) -> Iterator[Workout]:
    """Yield the workouts of an export as they come. All the rest of it is passed over unread."""
    for fragment in islice(_fragments(chunks), MAX_WORKOUTS):
        hearer = _Elements()
        with suppress(TooManyPoints):
            markup.parse([fragment], hearer)
        if hearer.workout is not None:
            hearer.workout.digest = hashlib.sha256(fragment).hexdigest()
            yield hearer.workout


def _fragments(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the bytes of each workout, from its tag to its end."""
    held = b""
    for chunk in joined(chunks, 2**20):
        searched = max(len(held) - _OVERLAP, 0)
        held += chunk
        place = 0
        while found := _BEGIN.search(held, place):
            end = _END.search(held, max(found.end(), searched))
            if _EMPTY.match(held, found.start()):
                end = _EMPTY.match(held, found.start())
            if end is None:
                break
            yield held[found.start() : end.end()]
            place = end.end()
        held = held[found.start() :] if found else held[-_OVERLAP:]
        if len(held) > _MAX_WORKOUT:
            held = b""
    if _BEGIN.match(held):
        yield held


class _Elements:
    """Hears the elements of one workout."""

    def __init__(self) -> None:
        self.workout: Workout | None = None

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Hear that an element begins."""
        if self.workout is None:
            self.workout = _begun(attributes) if name == "Workout" else None
            return
        recording = self.workout.recording
        if name == "MetadataEntry":
            _add_metadata(recording, attributes.get("key", ""), attributes.get("value", ""))
        elif name == "WorkoutStatistics" and "Distance" in attributes.get("type", ""):
            recording.totals.distance_m = _metres(attributes.get("sum", ""), attributes.get("unit", ""))
        elif name == "FileReference":
            self.workout.route = self.workout.route or base_name(attributes.get("path", ""))
        elif name == "Location":
            recording.add(
                parse_time(attributes.get("date", ""))[0],
                number(attributes.get("latitude")),
                number(attributes.get("longitude")),
                number(attributes.get("altitude")),
                math.nan,
            )

    def end(self, name: str, text: str) -> None:
        """Hear that an element ends: a workout is all in its attributes."""


def base_name(path: str) -> str:
    """Return the last part of a path, as any system writes it."""
    return path.replace("\\", "/").rpartition("/")[2]


def _begun(attributes: Mapping[str, str]) -> Workout:
    recording = Recording(kind_of(attributes.get("workoutActivityType", "").removeprefix("HKWorkoutActivityType")))
    begin, recording.offset_s = parse_time(attributes.get("startDate", ""))
    end, _ = parse_time(attributes.get("endDate", ""))
    recording.totals.add_minutes((end - begin) / 60)
    recording.totals.distance_m = _metres(attributes.get("totalDistance", ""), attributes.get("totalDistanceUnit", ""))
    return Workout(recording, begin, recording.kind is Kind.FOOT)


def _add_metadata(recording: Recording, key: str, value: str) -> None:
    if key == "HKIndoorWorkout" and value == "1":
        recording.kind = recording.kind if recording.kind is Kind.SWIM else Kind.INDOOR
    elif key in {"HKElevationAscended", "HKElevationDescended"}:
        amount, _, unit = value.partition(" ")
        metres = _metres(amount, unit)
        if key == "HKElevationAscended":
            recording.totals.ascent_m = metres
        else:
            recording.totals.descent_m = metres


def _metres(amount: str, unit: str) -> float | None:
    metres = number(amount) * _METRES.get(unit, math.nan)
    return metres if 0 <= metres <= 1e7 else None
