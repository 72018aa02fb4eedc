"""Ways of adding up ascent, ours and the peers': seconds, metres and altitude in, metres climbed out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from gpxpy.gpx import GPXTrackPoint, GPXTrackSegment

from bench.terrain.files import Floats
from espalda.terrain import Profile, Recording, make_track, measure_track
from espalda.terrain.profile import _by_distance
from espalda.terrain.smoothing import despike, gaussian, turning_points

Method = Callable[[Floats, Floats, Floats], float | None]

CUTS: Final = (-8.0, -3.0, 3.0, 8.0)


def naive(time: Floats, metres: Floats, altitude: Floats) -> float:  # noqa: ARG001 - all methods take the same
    """Return every rise added up."""
    return float(np.clip(np.diff(altitude), 0, None).sum())


def gpxpy_uphill(time: Floats, metres: Floats, altitude: Floats) -> float:  # noqa: ARG001
    """Return gpxpy's uphill, which FitTrackee shows: three points averaged, every rise added up."""
    segment = GPXTrackSegment([GPXTrackPoint(0, 0, elevation=float(one)) for one in altitude])
    return float(segment.get_uphill_downhill().uphill)


def hysteresis(time: Floats, metres: Floats, altitude: Floats) -> float:  # noqa: ARG001
    """Return GoldenCheetah's ascent: a rise counts once it is 3 m above where the last one ended or a fall led to."""
    total, base = 0.0, float(altitude[0])
    for height in altitude.tolist():
        if height >= base + 3:
            total += height - base
            base = height
        elif height <= base - 3:
            base = height
    return total


def fixed_gaussian(time: Floats, metres: Floats, altitude: Floats) -> float:  # noqa: ARG001
    """Return ascent as the first rule for noisy altitude had it: 50 m of smoothing, whatever the noise; 5 m swings."""
    smooth, cell = _by_distance(metres, despike(altitude))
    smooth = gaussian(smooth, cell, 50.0)
    swings = np.diff(smooth[turning_points(smooth, 5.0)])
    return float(swings[swings > 0].sum())


def profile_of(time: Floats, metres: Floats, altitude: Floats) -> Profile:
    """Measure columns with our own method."""
    recording = Recording()
    for moment, along, height in zip(time.tolist(), metres.tolist(), altitude.tolist(), strict=True):
        recording.add(moment, float("nan"), float("nan"), height, along)
    return measure_track(make_track(recording))


def ours(time: Floats, metres: Floats, altitude: Floats) -> float | None:
    """Return our own ascent; None where the altitude is too noisy to tell."""
    return profile_of(time, metres, altitude).ascent_m


METHODS: Final[dict[str, Method]] = {
    "naive sum": naive,
    "gpxpy (FitTrackee)": gpxpy_uphill,
    "3 m hysteresis (GoldenCheetah)": hysteresis,
    "Gaussian of 50 m, 5 m swings": fixed_gaussian,
    "espalda": ours,
}


def point_to_point(time: Floats, metres: Floats, altitude: Floats) -> Floats:
    """Return minutes in each band by the grade from each point to the next, of those on the move."""
    steps, seconds = np.diff(metres), np.diff(time)
    moving = (steps > 0.3 * seconds) & (seconds <= 30)
    percent = 100 * np.diff(altitude)[moving] / steps[moving]
    return np.bincount(np.digitize(percent, CUTS), seconds[moving], minlength=5) / 60
