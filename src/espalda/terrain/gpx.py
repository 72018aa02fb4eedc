"""GPX, the format of tracks everywhere: points with a position, most with altitude and time."""

from __future__ import annotations

import math
from collections.abc import Mapping

from espalda.terrain.clock import parse_time
from espalda.terrain.markup import read_points
from espalda.terrain.sport import kind_of
from espalda.terrain.track import Recording


def read_gpx(data: bytes) -> Recording:
    """Return what the tracks of a GPX file recorded, those of several as one."""
    return read_points(data, b"trkpt", _Points())


def number(text: str | None) -> float:
    """Return the number a text is, NaN where it is none."""
    try:
        return float(text) if text else math.nan
    except ValueError:
        return math.nan


class _Points:
    """Hears the elements of a GPX file and keeps the points of its tracks."""

    def __init__(self) -> None:
        self.recording = Recording()
        self._track = self._inside = False
        self._forget()

    def _forget(self) -> None:
        self._time = self._lat = self._lon = self._altitude = math.nan

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Hear that an element begins."""
        if name == "trkpt":
            self._keep()
            self._inside = True
            self._lat, self._lon = number(attributes.get("lat")), number(attributes.get("lon"))
        elif name == "trk":
            self._track = True
        elif name == "gpx" and "zwift" in attributes.get("creator", "").lower():
            self.recording.kind = kind_of("zwift")

    def end(self, name: str, text: str) -> None:
        """Hear that an element ends."""
        if name == "trkpt":
            self._keep()
        elif name == "trk":
            self._track = False
        elif name == "type" and self._track and not self._inside:  # a waypoint has a type too: water, a summit
            self.recording.kind = self.recording.kind or kind_of(text)
        elif self._inside and name == "ele" and math.isnan(self._altitude):
            self._altitude = number(text)
        elif self._inside and name == "time" and math.isnan(self._time):
            self._time, ahead = parse_time(text)
            if self.recording.offset_s is None:
                self.recording.offset_s = ahead

    def _keep(self) -> None:
        if self._inside:
            self.recording.add(self._time, self._lat, self._lon, self._altitude, math.nan)
        self._inside = False
        self._forget()
