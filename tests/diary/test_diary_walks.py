"""Walks beside the rows: what a diary takes of them, and how a file of rows holds them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from espalda.diary import (
    WALKED,
    Diary,
    Factor,
    Walks,
    dump_diary,
    in_rows,
    keep_apart,
    known_factors,
    make_diary,
    parse_diary,
    select,
    walked_minutes,
)

FLAT, DOWN, UNEVEN = WALKED[0], WALKED[2], WALKED[4]
NAN = float("nan")


def times(*clock: str) -> np.ndarray:
    return np.array([f"2026-03-{one}" for one in clock], "datetime64[us]")


def walks(*each: tuple[str, str, Sequence[float]], complete: bool = False) -> Walks:
    """Walks from beginning, end and minutes of each of `WALKED`."""
    start, end, minutes = zip(*each, strict=True)
    return Walks(times(*start), times(*end), np.zeros(len(each), np.int16), np.array(minutes), complete)


MORNING = ("02T10:00", "02T10:40", [20, 5, 15, 0, NAN])
EVENING = ("02T20:00", "02T20:30", [30, 0, 0, 0, 0])


def diary_of(recorded: Walks, amounts: list[list[float]], factors: list[Factor]) -> Diary:
    """Rows at 8, 14 and 22 of a day."""
    time = times("02T08:00", "02T14:00", "02T22:00")
    return make_diary(time, 0, pain=[1, 2, 3], factors=factors, amounts=amounts, walks=recorded)


def test_what_walks_tell_of_are_known_factors() -> None:
    assert {*WALKED} <= {known.factor for known in known_factors()}


def test_factors_walks_tell_of_are_the_diarys_even_without_a_column() -> None:
    diary = diary_of(walks(MORNING), [[1], [2], [3]], [Factor("walk_flat", "min")])
    assert [factor.name for factor in diary.factors] == ["walk_flat", "walk_uphill", "walk_downhill"]
    assert np.isnan(diary.amounts[:, 1:]).all()
    assert diary.amounts[:, 0].tolist() == [1, 2, 3]


def test_walks_are_put_in_order_and_are_part_of_the_diary() -> None:
    one, other = (diary_of(walks(*each), [[NAN]] * 3, [FLAT]) for each in ((MORNING, EVENING), (EVENING, MORNING)))
    assert one == other
    assert one.walks.start.tolist() == sorted(one.walks.start.tolist())
    assert one != diary_of(walks(MORNING, EVENING, complete=True), [[NAN]] * 3, [FLAT])
    assert one != diary_of(walks(MORNING), [[NAN]] * 3, [FLAT])


def test_a_period_keeps_the_walks_that_ended_in_it() -> None:
    diary = diary_of(walks(MORNING, EVENING), [[NAN]] * 3, [FLAT])
    noon, cut = times("02T12:00", "02T10:20")
    first, rest = select(diary, times("02T00:00")[0], noon), select(diary, noon, times("03T00:00")[0])
    assert (len(first.walks.start), len(rest.walks.start)) == (1, 1)
    assert len(select(diary, times("02T00:00")[0], cut).walks.start) == 0


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (walks(("02T10:00", "02T10:00", [0, 0, 0, 0, 0])), "must end after it begins"),
        (walks(("02T10:00", "02T10:10", [-1, 0, 0, 0, 0])), "from 0 to those it lasted"),
        (walks(("02T10:00", "02T10:10", [6, 0, 6, 0, 0])), "from 0 to those it lasted"),
        (walks(("02T10:00", "02T10:10", [1, 0, 0, 0, 12])), "from 0 to those it lasted"),
        (walks(("02T10:00", "02T10:10", [np.inf, 0, 0, 0, 0])), "from 0 to those it lasted"),
        (walks(MORNING, ("02T10:38", "02T11:00", [9, 0, 0, 0, 0])), "two walks at the same time"),
        (walks(("02T09:00", "02T12:00", [9] * 5), EVENING, MORNING), "two walks at the same time"),
        (walks(MORNING)._replace(start=np.array(["NaT"], "datetime64[us]")), "a beginning and an end"),
        (walks(MORNING)._replace(end=times("02T11:00", "02T12:00")), "a beginning and an end each"),
        (
            walks(MORNING)._replace(start=np.array(["1700-01-01"], "M8[us]"), end=np.array(["1700-01-02"], "M8[us]")),
            "years",
        ),
    ],
)
def test_what_no_walk_can_be_is_refused(wrong: Walks, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        make_diary([], [], walks=wrong)


def test_recordings_may_touch() -> None:
    make_diary([], [], walks=walks(MORNING, ("02T10:39", "02T11:00", [9, 0, 0, 0, 0])))


intervals = st.lists(st.tuples(st.integers(0, 500), st.integers(1, 90), st.integers(0, 2)), max_size=12)


@given(intervals)
def test_of_walks_recorded_twice_one_is_kept(each: list[tuple[int, int, int]]) -> None:
    begin, lasts, worth = np.array(each, dtype=np.int64).reshape(-1, 3).T
    start = times("01T00:00") + begin.astype("timedelta64[m]")
    end = start + lasts.astype("timedelta64[m]")
    kept = keep_apart(start, end, worth)
    minutes = np.zeros((len(kept), len(WALKED)))
    make_diary([], [], walks=Walks(start[kept], end[kept], np.zeros(len(kept), np.int16), minutes))
    for one in set(range(len(each))) - set(kept.tolist()):
        shared = np.minimum(end[kept], end[one]) - np.maximum(start[kept], start[one]) > np.timedelta64(1, "m")
        assert worth[kept][shared].max() >= worth[one], "what is left out is there in a better one"


@pytest.mark.parametrize(
    ("bands", "moving", "ground", "partly", "minutes"),
    [
        ([1, 2, 3, 4, 5], 15, None, False, [3, 9, 2, 1, NAN]),
        ([1, 2, 3, 4, 5], 15, "rough", False, [3, 9, 2, 1, 15]),
        ([1, 2, 3, 4, 5], 15, "soft", True, [3, 9, 2, 1, 7.5]),
        ([1, 2, 3, 4, 5], 15, "gravel", True, [3, 9, 2, 1, 0]),
        (None, 20, "rough", False, [NAN] * 4 + [20]),
        (None, None, "rough", False, [NAN] * 5),
        (None, None, "paved", False, [NAN] * 4 + [0]),
    ],
)
def test_a_walk_tells_what_was_measured_and_asked(bands, moving, ground, partly, minutes) -> None:  # type: ignore[no-untyped-def]
    np.testing.assert_array_equal(walked_minutes(bands, moving, ground, partly=partly), minutes)


def test_rows_hold_the_walks_before_them_where_nothing_was_written() -> None:
    factors = [FLAT, DOWN, UNEVEN, Factor("lifting", "n")]
    recorded = walks(MORNING, ("02T13:00", "02T13:10", [0, 0, 10, 0, 5]), EVENING)
    rows = in_rows(diary_of(recorded, [[NAN, NAN, NAN, 1], [7, NAN, NAN, NAN], [NAN, 3, NAN, 2]], factors))
    np.testing.assert_array_equal(
        rows.amounts[:, :4], [[NAN, NAN, NAN, 1], [7, 25, NAN, NAN], [30, 3, 0, 2]], "what is not told stays blank"
    )
    assert rows.time.tolist() == times("02T08:00", "02T14:00", "02T22:00").tolist()
    assert len(rows.walks.start) == 0


def test_where_every_walk_is_recorded_rows_between_walks_have_none() -> None:
    recorded = walks(("02T12:00", "02T12:10", [10, 0, 0, 0, 0]), ("04T12:00", "04T12:10", [10, 0, 0, 0, 0]))
    time = times("02T08:00", "02T14:00", "03T08:00", "04T14:00", "05T08:00")
    for complete, told in ((False, [NAN, 10, NAN, 10, NAN]), (True, [NAN, 10, 0, 10, NAN])):
        diary = make_diary(time, 0, factors=[FLAT], walks=recorded._replace(complete=complete))
        np.testing.assert_array_equal(in_rows(diary).amounts[:, 0], told)


def test_a_walk_after_the_last_row_makes_one_and_a_file_brings_all_back() -> None:
    recorded = walks(MORNING, EVENING, ("02T23:00", "02T23:20", [0, 0, 20, 0, NAN]))
    diary = diary_of(recorded, [[NAN]] * 3, [FLAT])
    rows = in_rows(diary)
    assert rows.time[-1] == times("02T23:20")[0]
    assert not rows.is_reading[-1]
    assert rows.amounts[-1, [factor == DOWN for factor in rows.factors]].tolist() == [20]
    assert dump_diary(diary) == dump_diary(rows)
    assert parse_diary(dump_diary(rows).encode()).diary == rows
    only = in_rows(make_diary([], [], walks=recorded))
    assert np.nansum(only.amounts, axis=0).tolist() == [50, 5, 35]
    assert parse_diary(dump_diary(only).encode()).diary == only


def test_a_diary_without_walks_is_its_rows() -> None:
    diary = diary_of(walks(MORNING), [[NAN]] * 3, [FLAT])
    bare = make_diary(diary.time, 0, pain=diary.pain, factors=diary.factors, amounts=diary.amounts)
    assert in_rows(bare) == bare


def test_walking_counted_in_another_unit_of_time_is_told_in_it() -> None:
    hours, steps = (in_rows(diary_of(walks(EVENING), [[NAN]] * 3, [Factor("walk_flat", unit)])) for unit in ("h", "n"))
    assert hours.amounts[2].tolist() == [0.5]
    assert np.isnan(steps.amounts).all(), "the person's own factor, of which no walk tells"
