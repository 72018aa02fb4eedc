"""A walk: what is kept of a recording once its coordinates are gone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final, Literal

import numpy as np

from espalda.terrain.profile import BANDS, Profile, measure_track
from espalda.terrain.sport import Kind
from espalda.terrain.track import Recording, Totals, Track, make_track, metres_between
from espalda.words import Language, Message, mark

Status = Literal["ok", "partial", "no_terrain", "refused"]

_STILL_M: Final = 30.0
_COUNTED_M: Final = 500.0
_LONGEST: Final = timedelta(days=1)
NO_PLACES: Final = mark("There are no positions: it was recorded indoors, or without GPS.")
ONE_POINT: Final = mark("There is only one point: nothing to measure.")
NO_USE: Final = mark("None of its points has a position or a time that can be true.")
STOOD: Final = mark("The device counted distance and stayed where it was: it was indoors.")
NO_TIMES: Final = mark("The points have no times: metres are known, minutes are not.")


@dataclass(frozen=True)
class Walk:
    """One outing, of a file or of a member of an archive, without any place.

    Attributes
    ----------
    file
        The file, and the member within it if it is an archive.
    status
        ``ok``; ``partial``, some of the file could not be read; ``no_terrain``, there is none to measure;
        ``refused``, nothing could be read.
    reason
        Why it is not ``ok``.
    digest
        SHA-256 of the content, in hexadecimal: what was read before is known by it.
    start, end
        Local time with its offset where the file tells it, else UTC.
    device
        The device's own totals, for comparison.
    """

    file: str
    status: Status
    reason: Message | None = None
    digest: str = ""
    kind: Kind | None = None
    start: datetime | None = None
    end: datetime | None = None
    profile: Profile | None = None
    device: Totals | None = None

    def to_dict(self, lang: Language) -> dict[str, Any]:
        """Return the walk as JSON has it; what is not known is None."""
        measured = self.profile or Profile("time_only", None, None, None, None, None)
        device = self.device or Totals()
        minutes = measured.band_minutes
        return {
            "file": self.file,
            "status": self.status,
            "reason": self.reason.sentence(lang) if self.reason else None,
            "start": self.start.isoformat(timespec="seconds") if self.start else None,
            "minutes": _rounded(measured.minutes),
            "moving_minutes": _rounded(measured.moving_minutes),
            "distance_m": _rounded(measured.distance_m),
            "ascent_m": _rounded(measured.ascent_m),
            "descent_m": _rounded(measured.descent_m),
            "device_ascent_m": _rounded(device.ascent_m),
            "device_descent_m": _rounded(device.descent_m),
            "quality": measured.quality if self.profile else None,
            "bands": None if minutes is None else dict(zip(BANDS, map(_rounded, minutes), strict=True)),
            "longest_descent_m": _rounded(measured.longest_descent_m),
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, 1)


def make_walk(file: str, digest: str, recording: Recording, *, ignore_device_totals: bool = False) -> Walk:
    """Measure a recording; its coordinates end here."""
    track = make_track(recording)
    if not len(track):
        return Walk(file, "refused", Message(NO_USE), digest, device=track.totals)
    reason = _no_terrain(track)
    measured = measure_track(track, count_positions=ignore_device_totals)
    if reason:
        measured = _without_terrain(measured, Totals() if ignore_device_totals else track.totals)
    problem = recording.problem or (None if track.has_time else Message(NO_TIMES))
    status: Status = "no_terrain" if reason else "partial" if problem else "ok"
    start, end = _interval(track, measured)
    return Walk(file, status, reason or problem, digest, track.kind, start, end, measured, track.totals)


def _without_terrain(measured: Profile, device: Totals) -> Profile:
    """Return time and distance alone, the device's own where there is no more than that."""
    return Profile(
        "time_only",
        measured.minutes or device.minutes or measured.minutes,
        measured.moving_minutes or None,
        measured.stops,
        measured.stop_minutes,
        device.distance_m or measured.distance_m,
    )


def _no_terrain(track: Track) -> Message | None:
    """Return why there is no terrain to measure, or None."""
    if track.kind and track.kind.no_terrain:
        return track.kind.no_terrain
    lat, lon = track.lat[~np.isnan(track.lat)], track.lon[~np.isnan(track.lat)]
    if len(lat) < 2:
        return Message(ONE_POINT if len(lat) == len(track) else NO_PLACES)
    across = metres_between(np.array([lat.min(), lat.max()]), np.array([lon.min(), lon.max()]))[0]
    counted = np.nanmax(track.distance, initial=0)
    return Message(STOOD) if across < _STILL_M and counted > _COUNTED_M else None


def _interval(track: Track, measured: Profile) -> tuple[datetime, datetime] | tuple[None, None]:
    """Return when it began and ended; a recording of days, most of them a gap, ended once its minutes were over."""
    if not track.has_time:
        return None, None
    zone = UTC if track.offset_s is None else timezone(timedelta(seconds=track.offset_s))
    start = datetime.fromtimestamp(float(track.time[0]), zone)
    recorded, elapsed = (
        timedelta(minutes=measured.minutes or 0),
        timedelta(seconds=float(track.time[-1] - track.time[0])),
    )
    return start, start + (max(recorded, elapsed) if elapsed <= _LONGEST else recorded)
