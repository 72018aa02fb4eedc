"""TCX, Garmin's older format, which Google Fit exports too: track points in laps, with the device's distance."""

from __future__ import annotations

from collections.abc import Mapping

from espalda.terrain.clock import parse_time
from espalda.terrain.gpx import number
from espalda.terrain.markup import read_points
from espalda.terrain.sport import kind_of
from espalda.terrain.track import Recording

_NAMES = frozenset({"Time", "LatitudeDegrees", "LongitudeDegrees", "AltitudeMeters", "DistanceMeters"})


def read_tcx(data: bytes) -> Recording:
    """Return what the activities of a TCX file recorded, those of several as one."""
    return read_points(data, b"Trackpoint", _Points())


class _Points:
    """Hears the elements of a TCX file and keeps its track points."""

    def __init__(self) -> None:
        self.recording = Recording()
        self._point: dict[str, str] | None = None

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Hear that an element begins."""
        if name == "Trackpoint":
            self._keep()
            self._point = {}
        elif name == "Activity":
            self.recording.kind = self.recording.kind or kind_of(attributes.get("Sport"))

    def end(self, name: str, text: str) -> None:
        """Hear that an element ends."""
        if name == "Trackpoint":
            self._keep()
        elif self._point is not None:
            if name in _NAMES:
                self._point.setdefault(name, text)
        elif name == "DistanceMeters":  # of a lap
            self.recording.totals.add(number(text), None, None)
        elif name == "Name" and "zwift" in text.lower():  # of the device
            self.recording.kind = kind_of("zwift")

    def _keep(self) -> None:
        point, self._point = self._point, None
        if point is None:
            return
        seconds, ahead = parse_time(point.get("Time", ""))
        if self.recording.offset_s is None:
            self.recording.offset_s = ahead
        self.recording.add(
            seconds,
            number(point.get("LatitudeDegrees")),
            number(point.get("LongitudeDegrees")),
            number(point.get("AltitudeMeters")),
            number(point.get("DistanceMeters")),
        )
