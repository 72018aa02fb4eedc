"""gpxpy, where it is installed, reads the same points of the same files."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest
from bench.terrain import files

from bench import SHARED
from espalda.terrain.gpx import read_gpx

pytestmark = pytest.mark.skipif(find_spec("gpxpy") is None, reason="gpxpy is of the bench's environment")
TRACKS = SHARED / "tracks"


def both(data: bytes) -> tuple[list[list[float]], list[list[float]]]:
    """Return time, place and altitude of each point, as read here and as read there."""
    import gpxpy  # noqa: PLC0415 - it may not be there

    here = np.stack(read_gpx(data).columns()[:4], axis=1)
    there = [
        [
            point.time.timestamp() if point.time else np.nan,
            point.latitude,
            point.longitude,
            np.nan if point.elevation is None else point.elevation,
        ]
        for track in gpxpy.parse(data.decode()).tracks
        for segment in track.segments
        for point in segment.points
    ]
    return here.tolist(), there


def test_the_same_points_of_a_made_file() -> None:
    here, there = both(files.gpx(files.hills(metres=600)))
    assert np.array(here) == pytest.approx(np.array(there), nan_ok=True)


@pytest.mark.shared
@pytest.mark.skipif(not TRACKS.is_dir(), reason="the real tracks are not here")
def test_the_same_points_of_the_real_files() -> None:
    import gpxpy  # noqa: PLC0415 - it may not be there

    agreed = 0
    for path in sorted((TRACKS / "gpx").iterdir()):
        try:
            gpxpy.parse(path.read_bytes().decode())
        except gpxpy.gpx.GPXException:
            continue
        here, there = both(path.read_bytes())
        assert np.array(here) == pytest.approx(np.array(there), nan_ok=True), path.name
        agreed += 1
    assert agreed >= 80
