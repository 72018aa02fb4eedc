"""Diaries from columns: what is promised of each, and their days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from espalda.diary import Diary, Factor, days_spanned, make_diary, person_day, select, time_columns

NOON = np.datetime64("2026-03-01T12:00", "us")
WALK = Factor("walk", "min")


def at(*local: str, offset_min: int = 60) -> Diary:
    """Return a diary of these local times."""
    times = np.array(local, dtype="datetime64[us]") - np.timedelta64(offset_min, "m")
    return make_diary(times, offset_min, pain=np.arange(len(local)))


def test_every_column_is_sorted_by_time() -> None:
    diary = make_diary(
        [NOON, NOON - np.timedelta64(1, "h")], [60, 0], pain=[1, 2], factors=[WALK], amounts=[[10], [20]],
        notes=["a", "b"],
    )  # fmt: skip
    assert diary.pain.tolist() == [2, 1]
    assert diary.utc_offset_min.tolist() == [0, 60]
    assert diary.amounts.tolist() == [[20], [10]]
    assert diary.notes == ("b", "a")


def test_what_is_left_out_was_not_recorded() -> None:
    diary = make_diary([NOON], 0, factors=[WALK])
    assert np.isnan([diary.pain[0], diary.stiffness[0], diary.spasm[0], diary.amounts[0, 0]]).all()
    assert diary.notes == ("",)
    assert not diary.is_reading.any()


def test_a_diary_without_rows_has_the_shape_of_its_factors() -> None:
    diary = make_diary([], [], pain=[], factors=[WALK, Factor("sleep", "h")], amounts=[])
    assert diary.amounts.shape == (0, 2)
    assert diary.time.dtype == np.dtype("datetime64[us]")


def test_the_columns_are_copies() -> None:
    pain = np.array([3.0])
    diary = make_diary([NOON], 0, pain=pain)
    pain[0] = 9
    assert diary.pain[0] == 3


def test_minus_zero_is_zero() -> None:
    assert not np.signbit(make_diary([NOON], 0, pain=[-0.0]).pain[0])


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"time": [NOON, NOON]}, "two rows at the same moment"),
        ({"time": [[NOON]]}, "one dimension"),
        ({"time": [np.datetime64("NaT")]}, "needs a time"),
        ({"time": [np.datetime64("1899-12-31T23:59")]}, "years 1900 to 2200"),
        ({"time": [np.datetime64("2200-12-31T23:59")], "utc_offset_min": 1}, "years 1900 to 2200"),
        ({"utc_offset_min": 1440}, "less than a day"),
        ({"utc_offset_min": 0.5}, "whole minutes"),
        ({"utc_offset_min": np.nan}, "whole minutes"),
        ({"pain": [10.1]}, "pain must be from 0 to 10, and is 10.1 at 2026-03-01T12:00"),
        ({"pain": [1, 2]}, "pain must have shape"),
        ({"stiffness": [-1]}, "stiffness must be from 0 to 10"),
        ({"spasm": [5]}, "spasm must be from 0 to 4"),
        ({"spasm": [1.5]}, "whole grade"),
        ({"spasm": [np.inf]}, "spasm must be from 0 to 4"),
        ({"factors": [WALK], "amounts": [[-1]]}, r"walk \[min\] must be from 0 to inf"),
        ({"factors": [WALK], "amounts": [[np.inf]]}, r"walk \[min\] must be"),
        ({"factors": [WALK], "amounts": [1]}, "amounts must have shape"),
        ({"factors": [Factor("stress", "0-10")], "amounts": [[11]]}, "from 0 to 10"),
        ({"factors": [WALK, Factor("walk", "h")]}, "named twice"),
        ({"factors": [Factor(f"f{i}", "") for i in range(101)]}, "at most 100 factors"),
        ({"factors": [Factor("Pain", "")]}, "column of its own"),
        ({"factors": [Factor("", "min")]}, "not a name and unit"),
        ({"factors": [Factor("walk [min]", "")]}, "not a name and unit"),
        ({"factors": [Factor(" walk", "")]}, "not a name and unit"),
        ({"factors": [Factor("walk", "m]n")]}, "not a name and unit"),
        ({"factors": [Factor("walk\x00", "")]}, "not a name and unit"),
        ({"notes": []}, "notes must have length 1"),
        ({"notes": ["half a pair \ud83e"]}, "not text"),
        ({"notes": ["bell \x07"]}, "not text"),
    ],
)
def test_what_no_diary_holds_is_refused(columns: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make_diary(**{"time": [NOON], "utc_offset_min": 0, **columns})


def test_time_columns_of_datetimes() -> None:
    madrid = ZoneInfo("Europe/Madrid")
    twice = datetime(2026, 10, 25, 2, 30, tzinfo=madrid)
    time, offsets = time_columns([twice, twice.replace(fold=1), datetime(2026, 3, 1, 12, tzinfo=UTC)])
    assert offsets.tolist() == [120, 60, 0]
    assert time[1] - time[0] == np.timedelta64(1, "h")
    assert time[2] == NOON


@pytest.mark.parametrize("tzinfo", [None, timezone(timedelta(seconds=30)), timezone(timedelta(seconds=-3601))])
def test_a_datetime_without_a_plain_offset_is_refused(tzinfo: timezone | None) -> None:
    with pytest.raises(ValueError, match="offset of whole minutes"):
        time_columns([datetime(2026, 3, 1, tzinfo=tzinfo)])


def test_selection_takes_the_start_and_leaves_the_end() -> None:
    diary = at("2026-03-01T12:00", "2026-03-02T12:00", "2026-03-03T12:00")
    chosen = select(diary, diary.time[1], diary.time[2])
    assert chosen.pain.tolist() == [1]
    assert len(select(diary, diary.time[0], diary.time[0])) == 0
    assert select(diary, diary.time[0], diary.time[2] + np.timedelta64(1, "us")) == diary


@pytest.mark.parametrize(
    ("local", "boundary_h", "day"),
    [
        ("1970-01-01T12:00", 4, 0),
        ("1970-01-02T03:59:59.999999", 4, 0),
        ("1970-01-02T04:00", 4, 1),
        ("1970-01-02T00:00", 0, 1),
        ("1970-01-02T05:29", 5.5, 0),
        ("1970-01-01T03:59", 4, -1),
        ("1960-01-01T12:00", 4, -3653),
    ],
)
@pytest.mark.parametrize("offset_min", [-720, 0, 345, 840])
def test_the_day_of_a_person_ends_when_they_sleep(local: str, boundary_h: float, day: int, offset_min: int) -> None:
    days = person_day(at(local, offset_min=offset_min), boundary_h)
    assert days.dtype == np.int64
    assert days.tolist() == [day]


@pytest.mark.parametrize("boundary_h", [-1, 24, np.nan])
def test_a_day_must_start_within_it(boundary_h: float) -> None:
    with pytest.raises(ValueError, match="the day must start"):
        person_day(at("2026-03-01T12:00"), boundary_h)


def test_days_spanned() -> None:
    assert days_spanned(make_diary([], [])) == 0
    assert days_spanned(at("2026-03-01T12:00")) == 1
    assert days_spanned(at("2026-03-01T12:00", "2026-03-02T03:00")) == 1
    assert days_spanned(at("2026-03-01T12:00", "2026-03-10T12:00")) == 10


@pytest.mark.parametrize(
    ("header", "factor"),
    [
        ("walk", Factor("walk", "")),
        (" walk  flat [ min ] ", Factor("walk flat", "min")),
        ("walk[min]", Factor("walk", "min")),
        ("walk []", Factor("walk", "")),
        ("a [b] [c]", Factor("a [b]", "c")),
        ("a] [b", Factor("a] [b", "")),
    ],
)
def test_a_header_names_a_factor(header: str, factor: Factor) -> None:
    assert Factor.from_column(header) == factor
    assert factor.is_readable
    assert Factor.from_column(factor.column) == factor


@pytest.mark.parametrize(
    ("unit", "limits"),
    [
        ("0-10", (0, 10)), ("1 – 5", (1, 5)), ("0-0.5", (0, 0.5)), ("min", (0, np.inf)), ("", (0, np.inf)),
        ("5-1", (0, np.inf)), ("1-2 cups", (0, np.inf)),
    ],
)  # fmt: skip
def test_a_scale_limits_its_amounts(unit: str, limits: tuple[float, float]) -> None:
    assert Factor("x", unit).limits == limits
