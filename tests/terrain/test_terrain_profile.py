"""What is measured is so: slopes of known shape, noise of known size, and the symmetries any honest method has."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from bench.terrain import files
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from espalda.terrain import BANDS, OUTLINE_POINTS, Profile, Recording, Track, make_track, measure_track
from espalda.terrain.smoothing import despike, gaussian, turning_points

seeds = st.integers(0, 10**6)


def track(way: files.Outing, *, counted: bool = False) -> Track:
    recording = Recording()
    for row in zip(way.time, way.lat, way.lon, way.altitude, way.distance, strict=True):
        recording.add(*row[:4], row[4] if counted else float("nan"))
    return make_track(recording)


def measured(way: files.Outing) -> Profile:
    return measure_track(track(way))


def bands(found: Profile) -> dict[str, float]:
    assert found.band_minutes is not None
    return dict(zip(BANDS, found.band_minutes, strict=True))


def known(value: float | None) -> float:
    assert value is not None
    return value


def noise(way: files.Outing, sigma: float, *, tau_s: float = 20.0, seed: int = 1) -> NDArray[np.float64]:
    """Return errors as those of GPS: each like the one before, and so much alike after `tau_s` seconds no more."""
    rng = np.random.default_rng(seed)
    kept = np.exp(-1 / tau_s)
    error = np.zeros(len(way.time))
    for i in range(1, len(error)):
        error[i] = kept * error[i - 1] + sigma * np.sqrt(1 - kept**2) * rng.normal()
    return error


SHAPE = files.outing(
    np.array([0.0, 600, 1200, 1600, 2200, 2600]), np.array([100.0, 100, 160, 160, 130, 90])
)  # flat 600, up 600 at 10 %, flat 400, down 600 at 5 %, down 400 at 10 %


def test_slopes_of_known_shape_come_to_their_bands() -> None:
    found = measured(SHAPE)

    minutes = {band: metres / 1.2 / 60 for band, metres in zip(BANDS, (400, 600, 1000, 0, 600), strict=True)}
    assert found.quality == "good"
    assert bands(found) == pytest.approx(minutes, abs=2 * 40 / 1.2 / 60)  # a window of 40 m at each of its ends
    assert found.ascent_m == pytest.approx(60, abs=1.0)
    assert found.descent_m == pytest.approx(70, abs=1.0)
    assert found.longest_descent_m == pytest.approx(70, abs=1.0)
    assert sum(known(value) for value in found.band_minutes or ()) == pytest.approx(known(found.moving_minutes))
    assert sum(found.band_metres or ()) == pytest.approx(known(found.distance_m))


def test_a_flat_walk_has_no_slope_however_it_was_recorded() -> None:
    flat = files.outing(np.array([0.0, 3000]), np.array([700.0, 700]))
    for error in (0.0, 0.05, 1.5):
        found = measured(flat.at_altitude(flat.altitude + error * noise(flat, 1.0)))
        assert bands(found)["flat"] > 0.9 * known(found.moving_minutes)
        assert known(found.ascent_m) < 15


def test_noise_decides_the_quality() -> None:
    way = files.hills(metres=3000)
    qualities = [measured(way.at_altitude(way.altitude + noise(way, sigma))).quality for sigma in (0, 1.5, 30)]
    assert qualities == ["good", "coarse", "time_only"]


def test_noisy_altitude_is_not_added_up() -> None:
    way = files.hills(metres=6000)
    naive, ours = [], []
    truth = known(measured(way).ascent_m)
    assert truth > 100
    for seed in range(5):
        spoilt = way.at_altitude(way.altitude + noise(way, 1.5, seed=seed))
        naive.append(float(np.clip(np.diff(spoilt.altitude), 0, None).sum()))
        ours.append(known(measured(spoilt).ascent_m))
    assert np.median(naive) > 4 * truth
    assert np.median(ours) == pytest.approx(truth, rel=0.25)


@pytest.mark.parametrize("missing", [0.1, 0.3])
def test_altitude_that_is_often_missing_is_not_used(missing: float) -> None:
    way = files.hills(metres=2000)
    lost = np.random.default_rng(1).random(len(way.time)) < missing
    found = measured(way.at_altitude(np.where(lost, np.nan, way.altitude)))
    assert found.quality == ("good" if missing < 0.2 else "time_only")
    assert (found.ascent_m is None) == (missing > 0.2)


def test_zeros_that_stand_for_nothing_are_not_heights() -> None:
    way = files.hills(metres=2000)
    spoilt = way.altitude.copy()
    spoilt[:60] = spoilt[500:520] = 0
    assert measured(way.at_altitude(spoilt)).ascent_m == pytest.approx(measured(way).ascent_m, rel=0.1)
    assert measured(way.at_altitude(0 * way.altitude)).quality == "time_only"
    shore = way.at_altitude(np.round(way.altitude - way.altitude.min()))
    assert measured(shore).quality != "time_only"


def test_stops_are_told_and_not_walked() -> None:
    way = files.hills(metres=1000)
    stood = np.r_[np.arange(400), np.full(180, 400), np.arange(400, len(way.time))]
    way = files.Outing(
        files.START_S + np.arange(len(stood), dtype=float),
        way.north[stood],
        way.east[stood],
        way.altitude[stood],
        way.distance[stood],
    )
    found = measured(way)
    assert found.stops == 1
    assert known(found.stop_minutes) == pytest.approx(3, abs=0.2)
    assert known(found.minutes) - known(found.moving_minutes) == pytest.approx(3, abs=0.2)


def test_without_times_metres_are_known_and_minutes_are_not() -> None:
    way = files.hills(metres=2000)
    found = measured(replace(way, time=np.full(len(way.time), np.nan)))
    whole = measured(way)
    assert found.minutes is None
    assert found.moving_minutes is None
    assert found.band_minutes is None
    assert found.ascent_m == pytest.approx(whole.ascent_m, rel=0.02)
    assert found.band_metres == pytest.approx(whole.band_metres, abs=100)


@settings(max_examples=20)
@given(seeds, st.sampled_from([0.0, 1.0, 2.0]))
def test_the_way_back_swaps_ascent_and_descent(seed: int, sigma: float) -> None:
    way = files.hills(seed, metres=1500)
    way = way.at_altitude(way.altitude + noise(way, sigma, seed=seed))
    there, back = measured(way), measured(way.reversed())

    assert back.quality == there.quality
    if there.ascent_m is not None:
        assert back.ascent_m == pytest.approx(there.descent_m, rel=0.01, abs=0.1)
        assert back.descent_m == pytest.approx(there.ascent_m, rel=0.01, abs=0.1)
        assert list(bands(back).values()) == pytest.approx(list(bands(there).values())[::-1], abs=0.3)


@settings(max_examples=20)
@given(seeds, st.sampled_from([0.0, 1.5]), st.floats(-400, 5000))
def test_a_constant_changes_nothing(seed: int, sigma: float, constant: float) -> None:
    way = files.hills(seed, metres=1500)
    way = way.at_altitude(way.altitude + noise(way, sigma, seed=seed))
    found, moved = measured(way), measured(way.at_altitude(way.altitude + constant))
    assert moved.quality == found.quality
    assert (moved.ascent_m, moved.descent_m) == pytest.approx((found.ascent_m, found.descent_m), abs=1e-6)


@settings(max_examples=20)
@given(seeds)
def test_a_tenth_of_the_points_moves_ascent_by_less_than_a_tenth(seed: int) -> None:
    way = files.hills(seed)
    whole, tenth = measured(way), measured(way.every(10))
    assert tenth.quality == whole.quality
    assert tenth.ascent_m == pytest.approx(whole.ascent_m, rel=0.1)
    assert tenth.distance_m == pytest.approx(whole.distance_m, rel=0.03)
    assert list(bands(tenth).values()) == pytest.approx(list(bands(whole).values()), abs=2)


@settings(max_examples=20)
@given(seeds)
def test_points_far_apart_do_not_make_noise_look_quiet(seed: int) -> None:
    way = files.hills(seed)
    spoilt = way.at_altitude(way.altitude + noise(way, 3.0, seed=seed))
    assert measured(spoilt.every(30)).quality != "good"


@settings(max_examples=20)
@given(seeds)
def test_the_device_s_count_and_the_positions_agree(seed: int) -> None:
    way = files.hills(seed, metres=1500)
    counted, along = measure_track(track(way, counted=True)), measured(way)
    assert counted.distance_m == pytest.approx(along.distance_m, rel=0.01)
    assert counted.ascent_m == pytest.approx(along.ascent_m, rel=0.01, abs=0.1)
    assert measure_track(track(way, counted=True), count_positions=True) == along


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=60), st.floats(0.1, 10))
def test_turning_points_alternate_and_each_swing_is_large_enough(values: list[float], swing: float) -> None:
    altitude = np.array(values)
    steps = np.diff(altitude[turning_points(altitude, swing)])
    assert (np.abs(steps) >= swing).all()
    assert (np.diff(np.sign(steps)) != 0).all()
    back = np.diff(altitude[::-1][turning_points(altitude[::-1], swing)])
    assert np.sort(-back[::-1]) == pytest.approx(np.sort(steps))


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=60), st.floats(0.5, 20))
def test_turning_points_miss_no_climb_that_is_large_enough(values: list[float], swing: float) -> None:
    altitude = np.array(values)
    largest = float((altitude - np.minimum.accumulate(altitude)).max())
    rises = np.diff(altitude[turning_points(altitude, swing)])
    assert (rises.max(initial=0) >= swing) == (largest >= swing)
    assert rises.max(initial=0) <= largest


def test_smoothing_keeps_a_slope_to_its_ends() -> None:
    line = np.linspace(3, 40, 200)
    assert gaussian(line, 1, 5) == pytest.approx(line)
    assert gaussian(line[:3], 1, 50) == pytest.approx(line[:3])


def test_despiking_takes_spikes_and_leaves_slopes() -> None:
    slope = np.linspace(0, 300, 200)
    spoilt = slope.copy()
    spoilt[[20, 90, 91]] += (80, -60, 500)
    assert despike(slope) == pytest.approx(slope)
    assert despike(spoilt) == pytest.approx(slope, abs=5)


def test_the_picture_is_small_and_says_not_how_high_it_lies() -> None:
    outline = np.array(measured(SHAPE).outline)
    assert len(outline) == OUTLINE_POINTS
    assert outline[0].tolist() == [0.0, 0.0]
    assert np.interp([600, 1200, 1600, 2200, 2590], *outline.T) == pytest.approx([0, 60, 60, 30, -9], abs=3)
    assert measured(SHAPE.at_altitude(SHAPE.altitude + 1234.5)).outline == pytest.approx(outline, abs=0.11)
    assert measured(files.hills(metres=150)).outline is not None
    assert measured(SHAPE.at_altitude(np.full_like(SHAPE.altitude, np.nan))).outline is None
