"""XML as a stream of elements: lxml's parser with no tree behind it, so that no file can fill the memory.

Entities are not resolved, no document type is loaded and nothing is fetched. What is not well-formed is passed over
where the parser can, and begun anew at the next point where it can't.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Final, Protocol

from lxml import etree

from espalda.terrain.limits import CHUNK, NO_POINTS, NOTHING_LEFT, Refused
from espalda.terrain.track import Recording, TooManyPoints
from espalda.words import Message, mark

DAMAGED: Final = mark("The file is damaged at line {line}: what could be read of it was kept.")
MAX_DEPTH: Final = 500
MAX_SAVED: Final = 200_000
"""Points that are read one by one where a file is damaged: two days at one a second."""

_MAX_TEXT: Final = 200  # characters of one element's text that matter: a number, a time, a word
_CONTROL: Final = bytes(set(range(32)) - set(b"\t\n\r"))
_NAMESPACE: Final = 3  # libxml2's number for faults of namespaces, which lose nothing
_FATAL: Final = 3
_MAX_HEAD: Final = 4 * CHUNK
_ELEMENT: Final = re.compile(rb"<[A-Za-z_]")
_ROOT_END: Final = re.compile(rb"</(?:\w+:)?(?:gpx|TrainingCenterDatabase)\s*>")
_BEFORE: Final = re.compile(rb"<\?.*?\?>|<!--.*?-->|<!(?!--)[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)


class Elements(Protocol):
    """Who listens to the elements of a file; names come without their namespace."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Hear that an element begins."""

    def end(self, name: str, text: str) -> None:
        """Hear that an element ends, and the text just before that."""


class Points(Elements, Protocol):
    """Who listens to the points of a track and records them."""

    recording: Recording


class _TooDeep(Exception):  # noqa: N818 - caught here
    """More elements within each other than any format has."""


class _Target:
    """What lxml calls: keeps the text of the element that is open, and no more."""

    def __init__(self, elements: Elements) -> None:
        self._elements = elements
        self._text = ""
        self.depth = 0
        self.root_ended = False
        self._names: dict[str, str] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _TooDeep
        self._text = ""
        self._elements.start(self._name(tag), attributes)

    def data(self, text: str) -> None:
        if len(self._text) < _MAX_TEXT:
            self._text += text[:_MAX_TEXT]

    def end(self, tag: str) -> None:
        self.depth -= 1
        self.root_ended = self.root_ended or self.depth == 0
        self._elements.end(self._name(tag), self._text.strip())
        self._text = ""

    def close(self) -> None:
        return

    def _name(self, tag: str) -> str:
        name = self._names.get(tag)
        if name is None:
            name = tag.rpartition("}")[2].rpartition(":")[2]
            if len(self._names) < 1000:
                self._names[tag] = name
        return name


def parse(chunks: Iterable[bytes], elements: Elements) -> tuple[Message | None, bool]:
    """Tell the elements of one document; returns what was wrong with it, and whether it was read to its end."""
    target = _Target(elements)
    parser = _parser(target)
    try:
        for chunk in cleaned(chunks):
            parser.feed(chunk)
        return _close(parser), target.root_ended
    except _TooDeep:
        return Message(DAMAGED, {"line": 1}), False


def read_points(data: bytes, point: bytes, points: Points) -> Recording:
    """Return what was recorded in a document that is in memory, whose points are named `point`."""
    recording = points.recording
    with suppress(TooManyPoints):
        recording.problem = _parse_points(data, point, points)
    if not len(recording):
        raise Refused(Message(NOTHING_LEFT if recording.problem else NO_POINTS))
    return recording


def _parse_points(data: bytes, point: bytes, elements: Elements) -> Message | None:
    """Tell the elements of the document; returns what was wrong with it.

    Where the parser gave up before the end, each point it did not come to is read by itself.
    """
    data = as_utf8(data)
    counted = _Counted(elements, point.decode())
    problem, ended = parse(pieces(data), counted)
    closed = _ROOT_END.search(data) if ended else None
    begun = re.compile(rb"<(?:\w+:)?" + point + rb"[\s/>]").finditer(data, closed.end() if closed else 0)
    seen = 0 if closed else counted.points
    rest = [found.start() for found in islice(begun, seen, seen + MAX_SAVED)]
    for begin, end in zip(rest, [*rest, len(data)][1:], strict=True):
        parse([b"<x>", data[begin:end]], elements)
    return problem or (None if ended and not rest else Message(DAMAGED, {"line": data.count(b"\n") + 1}))


class _Counted:
    """Elements that are passed on, and the points among them counted."""

    def __init__(self, elements: Elements, point: str) -> None:
        self._start, self.end = elements.start, elements.end
        self._point = point
        self.points = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.points += name == self._point
        self._start(name, attributes)


def _parser(target: object) -> etree.XMLParser:
    return etree.XMLParser(
        target=target,
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
    )


def _close(parser: etree.XMLParser) -> Message | None:
    with suppress(etree.XMLSyntaxError):
        parser.close()
    for entry in parser.error_log:
        if entry.level >= _FATAL and entry.domain != _NAMESPACE:
            return Message(DAMAGED, {"line": entry.line})
    return None


def pieces(data: bytes) -> Iterator[bytes]:
    """Yield the bytes a chunk at a time."""
    for begin in range(0, len(data), CHUNK):
        yield data[begin : begin + CHUNK]


def as_utf8(data: bytes) -> bytes:
    """Return a document in UTF-16 as UTF-8, and any other as it is."""
    for mark_, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark_):
            return data.decode(encoding, "replace").encode()
    for start, encoding in ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be")):
        if data.startswith(start):
            return data.decode(encoding, "replace").encode()
    return data


def cleaned(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield a document from its first element on, without control bytes: what stands before is not needed."""
    head = b""
    body = False
    for chunk in chunks:
        if body:
            yield chunk.translate(None, _CONTROL)
            continue
        head += chunk
        begin = _first_element(head)
        if begin is None and len(head) > _MAX_HEAD:  # a document type that does not end
            found = _ELEMENT.search(head)
            begin = found.start() if found else len(head)
        if begin is not None:
            body = True
            yield head[begin:].translate(None, _CONTROL)


def _first_element(head: bytes) -> int | None:
    """Return where the first element begins, past declarations, comments and the document type; None if not seen."""
    place = head.find(b"<")
    while place >= 0:
        if _ELEMENT.match(head, place):
            return place
        skipped = _BEFORE.match(head, place)
        if skipped is None and head[place + 1 : place + 2] in {b"?", b"!", b""}:
            return None  # begun, and not ended yet
        place = head.find(b"<", skipped.end() if skipped else place + 1)
    return None
