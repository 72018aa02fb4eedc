"""Real recordings, read where they are: each is read, and what is measured is near what its device says."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from bench import SHARED
from espalda.terrain import Kind, Walk, walks

TRACKS = SHARED / "tracks"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not TRACKS.is_dir(), reason="the real tracks are not here"),
]

DAMAGED = {  # of the malformed ones, those that lose something
    "python-fitparse__ELEMNT_ROAM_Unterminated.fit",
    "python-fitparse__activity-settings-corruptheader.fit",
    "python-fitparse__activity-settings-nodata.fit",
    "python-fitparse__activity-unexpected-eof.fit",
    "python-fitparse__nick.fit",
    "python-fitparse__strava-android-app-201.10-b1218918.fit",
}


@cache
def measured(folder: str) -> dict[str, Walk]:
    return {Path(walk.file).name: walk for walk in walks([TRACKS / folder])}


def test_every_clean_file_is_read() -> None:
    every = {**measured("fit"), **measured("gpx"), **measured("tcx")}
    assert len(every) == sum(len(list((TRACKS / folder).iterdir())) for folder in ("fit", "gpx", "tcx"))
    refused = [name for name, walk in every.items() if walk.status == "refused"]
    assert refused == ["a77573_gpxpy__gpx1.0_with_all_fields.gpx"]  # one point, at neither a place nor a height


def test_damaged_files_keep_what_came_before() -> None:
    every = measured("malformed")
    assert {name for name, walk in every.items() if walk.status == "partial"} == DAMAGED
    assert all(walk.profile and (walk.profile.minutes or 0) > 0 for name, walk in every.items() if name in DAMAGED)
    assert all(walk.reason for walk in every.values() if walk.status != "ok")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("workoutizer__swim_no_coordinates.fit", Kind.SWIM),
        ("fit__activity_poolswim_with_hr.fit", Kind.SWIM),
        ("fit__0134902991.fit", Kind.INDOOR),
        ("sweatpy__6449921903_ACTIVITY.fit", Kind.INDOOR),
        ("python-fitparse__rollers.fit", Kind.OTHER),
        ("python-fitparse__sample-activity-indoor-trainer.fit", Kind.OTHER),
    ],
)
def test_no_terrain_is_measured_where_there_is_none(name: str, kind: Kind) -> None:
    walk = measured("fit")[name]
    assert (walk.status, walk.kind) == ("no_terrain", kind)
    assert walk.to_dict("es")["bands"] is None


def test_ascent_on_foot_is_near_what_barometers_say() -> None:
    errors = []
    for walk in measured("fit").values():
        told = walk.to_dict("en")
        if walk.kind is Kind.FOOT and told["quality"] == "good" and (told["device_ascent_m"] or 0) >= 50:
            errors.append(abs(told["ascent_m"] / told["device_ascent_m"] - 1))
    assert len(errors) == 10
    assert np.median(errors) < 0.033
    assert max(errors) < 0.1


def test_a_fit_and_a_gpx_of_the_same_ride_agree() -> None:
    fit, gpx = measured("fit")["sweatpy__4801048867.fit"], measured("gpx")["sweatpy__4801048867_strava.gpx"]
    for key in ("minutes", "moving_minutes", "distance_m", "ascent_m", "descent_m"):
        assert gpx.to_dict("en")[key] == pytest.approx(fit.to_dict("en")[key], rel=0.01)
    assert gpx.to_dict("en")["bands"] == pytest.approx(fit.to_dict("en")["bands"], abs=0.5)
