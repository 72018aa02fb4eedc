"""Where walks come from: a file of any kind read here, told by its content, or an archive of them."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from espalda.terrain.apple import Workout, base_name, read_workouts
from espalda.terrain.archive import Archive
from espalda.terrain.fit import read_fit
from espalda.terrain.gpx import read_gpx
from espalda.terrain.health_connect import read_health_connect
from espalda.terrain.limits import (
    CHUNK,
    NOTHING_LEFT,
    TOO_DENSE,
    TOO_LARGE,
    Content,
    Refused,
    read_at_most,
    unzip_gzip,
)
from espalda.terrain.markup import as_utf8
from espalda.terrain.sport import Kind, kind_of
from espalda.terrain.tcx import read_tcx
from espalda.terrain.track import SUFFIXES, Recording
from espalda.words import Message, mark

MAX_STORE: Final = 256 * 2**20
MAX_LIST: Final = 8 * 2**20
EMPTY: Final = mark("The file is empty.")
UNKNOWN: Final = mark("It is no file of walks: give FIT, GPX or TCX, or the export of a service as it came.")
NOTHING_INSIDE: Final = mark("There are no walks in it.")
ARCHIVES_INSIDE: Final = mark("The archive holds other archives: unpack it, and give those.")

_HEAD: Final = 65536
_APPLE: Final = re.compile(rb"<HealthData[\s>]|<!DOCTYPE\s+HealthData")
_ROOTS: Final = ((rb"<(?:\w+:)?gpx[\s>]", read_gpx), (rb"<(?:\w+:)?TrainingCenterDatabase[\s>]", read_tcx))
_POINTS: Final = ((rb"<(?:\w+:)?trkpt[\s>]", read_gpx), (rb"<(?:\w+:)?Trackpoint[\s>]", read_tcx))
_SQLITE: Final = b"SQLite format 3\x00"


@dataclass(frozen=True)
class Found:
    """One outing, or why it can't be read: its name, what its content is known by, and what was recorded."""

    file: str
    digest: str
    content: Recording | Message


def find(name: str, file: BinaryIO, known: Collection[str] = ()) -> Iterator[Found]:
    """Yield each outing of a file; those whose digest is among the `known` are passed over unread."""
    nothing = True
    for found in _found(name, file, known):
        nothing = False
        yield found
    if nothing and not known:
        yield Found(name, "", Message(NOTHING_INSIDE))


def _found(name: str, file: BinaryIO, known: Collection[str]) -> Iterator[Found]:
    try:
        head = file.read(_HEAD)
        file.seek(0)
        if head[:4] in {b"PK\x03\x04", b"PK\x05\x06"}:
            yield from _in_archive(name, Archive(file), known)
        elif head.startswith(_SQLITE):
            yield from _in_store(name, read_at_most(file, MAX_STORE), known)
        elif _APPLE.search(head):
            yield from _workouts(name, iter(lambda: file.read(CHUNK), b""), known)
        else:
            yield from _single(name, read_at_most(file), known)
    except Refused as refused:
        yield Found(name, "", refused.message)


def _single(name: str, content: Content, known: Collection[str], kind: Kind | None = None) -> Iterator[Found]:
    """Yield the one track of a file, with the sport an archive's own list tells of it."""
    digest = hashlib.sha256(content.data).hexdigest()
    if digest in known:
        return
    try:
        if content.data[:2] == b"\x1f\x8b":
            inner = unzip_gzip(content.data)
            content = Content(inner.data, content.cut or inner.cut)
        recording = _reader(name, content.data)(content.data)
    except Refused as refused:
        yield Found(name, digest, _why(content, refused))
        return
    recording.problem = content.cut or recording.problem
    if kind and (recording.kind is None or kind.no_terrain):
        recording.kind = kind
    yield Found(name, digest, recording)


def _why(content: Content, refused: Refused) -> Message:
    """Return why nothing can be read of a content: that it was cut short, if that is why."""
    if content.cut is None or content.cut.template == TOO_LARGE:
        return refused.message
    return content.cut if content.cut.template == TOO_DENSE else Message(NOTHING_LEFT)


def _reader(name: str, data: bytes) -> Callable[[bytes], Recording]:
    """Return the reader of a file by its content; by its name where the content does not tell."""
    if not data:
        raise Refused(Message(EMPTY))
    if data[8:12] == b".FIT":
        return read_fit
    start = as_utf8(data[:_HEAD])
    for searched, patterns in ((start, _ROOTS), (data, _POINTS)):
        for pattern, reader in patterns:
            if re.search(pattern, searched):
                return reader
    if name.lower().endswith((".fit", ".fit.gz")):
        return read_fit
    raise Refused(Message(UNKNOWN))


def _in_archive(name: str, archive: Archive, known: Collection[str]) -> Iterator[Found]:
    members = {one.filename: one for one in archive.members if not _hidden(one.filename)}
    export = _apple_export(archive, members)
    stores = [path for path in members if path.lower().endswith(".db")]
    tracks = [path for path in members if path.lower().endswith(SUFFIXES)]
    if export:
        routes = {base_name(path): path for path in tracks if path.lower().endswith(".gpx")}
        yield from _apple(name, archive, members, export, routes, known)
    elif stores:
        for path in stores:
            yield from _in_store(f"{name}/{path}", archive.read(members[path], MAX_STORE), known)
    elif tracks:
        kinds, tracks = _strava(archive, members, tracks)
        for path in tracks:
            yield from _member(name, archive, members[path], known, kinds.get(base_name(path)))
    else:
        inside = any(path.lower().endswith(".zip") for path in members)
        raise Refused(Message(ARCHIVES_INSIDE if inside else NOTHING_INSIDE))


def _hidden(path: str) -> bool:
    return path.startswith("__MACOSX/") or base_name(path).startswith(".")


def _member(
    name: str, archive: Archive, member: zipfile.ZipInfo, known: Collection[str], kind: Kind | None = None
) -> Iterator[Found]:
    file = f"{name}/{member.filename}"
    try:
        yield from _single(file, archive.read(member), known, kind)
    except Refused as refused:
        if archive.budget.left < 0:  # nothing more of this archive will be read
            raise
        yield Found(file, "", refused.message)


def _strava(
    archive: Archive, members: dict[str, zipfile.ZipInfo], tracks: list[str]
) -> tuple[dict[str, Kind | None], list[str]]:
    """Return the sports that Strava's list of activities tells, by file, and the tracks of activities alone.

    The list's headers are in the person's language; the type stands fourth in all of them.
    """
    lists = [path for path in members if base_name(path) == "activities.csv"]
    if not lists:
        return {}, tracks
    folder = lists[0].removesuffix("activities.csv") + "activities/"
    kinds: dict[str, Kind | None] = {}
    text = archive.read(members[lists[0]], MAX_LIST).data.decode("utf-8", "replace")
    try:
        for row in csv.reader(io.StringIO(text, newline="")):
            files = [cell for cell in row if cell.startswith("activities/")]
            if files and len(row) > 3:
                kinds[base_name(files[0])] = kind_of(row[3])
    except csv.Error:
        pass  # the sports of the rest are in their files
    return kinds, [path for path in tracks if path.startswith(folder)]


def _apple_export(archive: Archive, members: dict[str, zipfile.ZipInfo]) -> str | None:
    """Return the XML of an Apple Health export, whose name is in the person's language; None where there is none."""
    for path, member in members.items():
        if path.lower().endswith(".xml") and not path.lower().endswith("_cda.xml") and path.count("/") <= 1:
            try:
                if _APPLE.search(next(archive.chunks(member), b"")[:_HEAD]):
                    return path
            except Refused:
                continue
    return None


def _apple(
    name: str,
    archive: Archive,
    members: dict[str, zipfile.ZipInfo],
    export: str,
    routes: dict[str, str],
    known: Collection[str],
) -> Iterator[Found]:
    """Yield the workouts with their routes; then the routes of none, and what went wrong with the list itself."""
    trouble: Message | None = None
    workouts = _workouts_until_trouble(archive, members[export])
    for place, workout in enumerate(workouts, start=1):
        if isinstance(workout, Message):
            trouble = workout
        elif path := routes.pop(workout.route or "", None):
            for found in _member(name, archive, members[path], known):
                yield _joined(found, workout)
        else:
            yield from _alone(f"{name}/{export}#{place}", workout, known)
    for path in routes.values():
        yield from _member(name, archive, members[path], known)
    if trouble:
        yield Found(f"{name}/{export}", "", trouble)


def _workouts_until_trouble(archive: Archive, member: zipfile.ZipInfo) -> Iterator[Workout | Message]:
    try:
        yield from read_workouts(archive.chunks(member))
    except Refused as refused:
        if archive.budget.left < 0:
            raise
        yield refused.message


def _workouts(name: str, chunks: Iterator[bytes], known: Collection[str]) -> Iterator[Found]:
    for place, workout in enumerate(read_workouts(chunks), start=1):
        yield from _alone(f"{name}#{place}", workout, known)


def _alone(file: str, workout: Workout, known: Collection[str]) -> Iterator[Found]:
    """Yield a workout that has no file of its route: its own points if it has any, else its time if it was on foot."""
    if workout.digest in known:
        return
    if not len(workout.recording) and workout.on_foot:
        workout.recording.add_moment(workout.begin)
    if len(workout.recording):
        yield Found(file, workout.digest, workout.recording)


def _joined(found: Found, workout: Workout) -> Found:
    """Return a route with what its workout knows of it."""
    if isinstance(found.content, Recording):
        found.content.kind = workout.recording.kind or found.content.kind
        found.content.totals = workout.recording.totals
        found.content.offset_s = workout.recording.offset_s
    return found


def _in_store(name: str, content: Content, known: Collection[str]) -> Iterator[Found]:
    """Yield the exercises of a Health Connect store."""
    try:
        for number, recording in read_health_connect(content.data):
            digest = hashlib.sha256(recording.fingerprint()).hexdigest()
            if digest not in known:
                yield Found(f"{name}#{number}", digest, recording)
    except Refused as refused:
        yield Found(name, "", _why(content, refused))
