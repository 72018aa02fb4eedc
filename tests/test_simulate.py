"""The demonstration person: always the same, invented, and a diary like any other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from espalda.diary import Diary, dump_diary, in_rows, known_factors, parse_diary
from espalda.diary.model import NO_WALKS
from espalda.simulate import DONE_H, HABITS, demo_diary


@pytest.fixture(scope="module")
def demo() -> Diary:
    return demo_diary()


def test_it_is_always_the_same(demo: Diary) -> None:
    assert demo_diary() == demo
    assert demo_diary(seed=1) != demo


def test_it_is_about_120_days_of_three_readings(demo: Diary) -> None:
    local = demo.local_time.astype("datetime64[D]")
    assert local[-1] - local[0] == np.timedelta64(119, "D")
    # 360 slots, each kept with a chance of .85: within five standard deviations.
    assert abs(len(demo) - 0.85 * 360) < 5 * np.sqrt(360 * 0.85 * 0.15)
    assert demo.is_reading.all()


def test_its_factors_are_known_ones_in_their_units(demo: Diary) -> None:
    known = {one.name: one.unit for one in known_factors()}
    assert {factor.name: factor.unit for factor in demo.factors}.items() <= known.items()
    assert [factor.name for factor in demo.factors] == [habit.name for habit in HABITS]


def test_what_has_no_place_in_a_part_of_the_day_is_blank_there(demo: Diary) -> None:
    hour = demo.local_time.astype("datetime64[h]").astype(int) % 24
    sleep = demo.amounts[:, [factor.name for factor in demo.factors].index("sleep")]
    assert not np.isnan(sleep[hour < 10]).any()
    assert np.isnan(sleep[hour > 10]).all()


def test_the_scales_hold(demo: Diary) -> None:
    for values, top in ((demo.pain, 10), (demo.stiffness, 10), (demo.spasm, 4)):
        assert ((values >= 0) & (values <= top) & (values % 1 == 0)).all()
        assert np.ptp(values) >= top / 2
    assert np.mean((demo.pain == 0) | (demo.pain == 10)) < 0.15, "neither floor nor ceiling"


@pytest.mark.parametrize("days", [1, 30])
def test_it_can_be_shorter_and_is_a_diary_like_any_other(days: int) -> None:
    short = demo_diary(days)
    assert 0 < len(short) <= 3 * days
    assert parse_diary(dump_diary(short).encode()).diary == in_rows(short)


def test_its_walks_are_those_of_its_rows_at_the_hour_they_were(demo: Diary) -> None:
    """An hour and a half before each row, to the rounding of a minute; told in rows they change nothing there."""
    assert in_rows(demo) == replace(demo, walks=NO_WALKS)
    middle = demo.walks.start + (demo.walks.end - demo.walks.start) / 2
    rows = np.searchsorted(demo.time, demo.walks.end)
    before = (demo.time[rows] - middle) / np.timedelta64(1, "m")
    assert np.all(np.abs(before - 60 * DONE_H) <= 0.5)
    for place, name in ((0, "walk_flat"), (2, "walk_downhill")):
        written = demo.amounts[:, [factor.name for factor in demo.factors].index(name)]
        assert demo.walks.minutes[:, place].tolist() == written[rows].tolist()
        assert demo.walks.minutes[:, place].sum() == np.nansum(written)
