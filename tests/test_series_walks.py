"""A walk counts where it happened: rows cut at walks, and nothing else changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from espalda.diary import WALKED, Diary, Factor, Walks, in_rows, make_diary
from espalda.diary.model import NO_WALKS
from espalda.inference.loads import KERNELS, done_variously, impute, loads
from espalda.inference.scores import until
from espalda.inference.series import Exposures
from espalda.series import to_onsets, to_series

NAN = float("nan")
FLAT, DOWN = WALKED[0], WALKED[2]
START = np.datetime64("2026-03-02T00:00", "us")
Walk = tuple[float, float, Sequence[float]]


def hours(values: NDArray[np.float64] | list[float]) -> NDArray[np.datetime64]:
    moments: NDArray[np.datetime64] = START + np.round(np.array(values) * 3.6e9).astype("timedelta64[us]")
    return moments


def diary_of(*recorded: Walk, complete: bool = False, down: list[float] | None = None) -> Diary:
    """Rows at 8, 14 and 21 of two days, things lifted before each, and walks from hour to hour."""
    begin, end, minutes = zip(*recorded, strict=True) if recorded else ((), (), ())
    told = np.array(minutes).reshape(-1, len(WALKED))
    walks = Walks(hours(list(begin)), hours(list(end)), np.zeros(len(begin), np.int16), told, complete)
    return make_diary(
        hours([8, 14, 21, 32, 38, 45]),
        0,
        pain=[1, 2, 3, 4, 5, 6],
        factors=[DOWN, Factor("lifting", "n")],
        amounts=np.column_stack([[NAN] * 6 if down is None else down, [1, 6, NAN, 2, 3, 7]]),
        walks=walks,
    )


def pieces(diary: Diary, factor: int = 0) -> list[tuple[float, float, float]]:
    """Start, end and amount of a factor in each piece of the diary's own rows, by the hours of its clock."""
    start, end, _, amount, *_ = to_series(diary).exposures
    return [
        (round(float(a) + 8, 6), round(float(b) + 8, 6), round(float(x), 6))
        for a, b, x in zip(start, end, amount[:, factor], strict=True)
        if b >= 0
    ]


def same(told: list[tuple[float, float, float]], expected: list[tuple[float, float, float]]) -> None:
    np.testing.assert_allclose(told, expected)


AT_TEN: Walk = (10, 11, [30, 0, 20, 0, NAN])


def test_a_walk_between_two_readings_lies_where_it_was() -> None:
    told = pieces(diary_of(AT_TEN))
    same(told[1:4], [(8, 10, 0), (10, 11, 20), (11, 14, 0)])
    lifted = pieces(diary_of(AT_TEN), factor=1)
    same(lifted[1:4], [(8, 10, 2), (10, 11, 1), (11, 14, 3)])


def test_an_amount_written_includes_the_walks() -> None:
    same(pieces(diary_of(AT_TEN, down=[NAN, 45, 0, 0, 0, 0]))[1:4], [(8, 10, 10), (10, 11, 20), (11, 14, 15)])
    same(pieces(diary_of(AT_TEN, down=[NAN, 5, 0, 0, 0, 0]))[1:4], [(8, 10, 0), (10, 11, 20), (11, 14, 0)])
    all_along: Walk = (8, 14, [0, 0, 30, 0, 0])
    same(pieces(diary_of(all_along, down=[NAN, 45, 0, 0, 0, 0]))[1:2], [(8, 14, 45)])


def test_what_a_walk_does_not_tell_may_lie_in_it() -> None:
    silent: Walk = (9, 10, [NAN, NAN, NAN, NAN, 0])
    written = pieces(diary_of(silent, AT_TEN, down=[NAN, 50, 0, 0, 0, 0]))
    same(written[1:5], [(8, 9, 6), (9, 10, 6), (10, 11, 20), (11, 14, 18)])
    for complete in (False, True):
        blank = pieces(diary_of(silent, AT_TEN, complete=complete))
        same(blank[1:5], [(8, 9, 0), (9, 10, NAN), (10, 11, 20), (11, 14, 0)])


def test_a_blank_is_none_only_where_every_walk_is_recorded() -> None:
    later: Walk = (37, 37.5, [20, 0, 10, 0, 0])
    some, every = (pieces(diary_of(AT_TEN, later, complete=complete)) for complete in (False, True))
    np.testing.assert_array_equal([amount for _, end, amount in some if end in (8, 21, 32, 45)], [NAN] * 4)
    np.testing.assert_array_equal([amount for _, end, amount in every if end in (8, 21, 32, 45)], [NAN, 0, 0, NAN])


def test_a_walk_through_a_reading_counts_on_both_sides() -> None:
    same(pieces(diary_of((13, 15, [60, 0, 40, 0, 0])))[1:5], [(8, 13, 0), (13, 14, 20), (14, 15, 20), (15, 21, 0)])


def test_a_walk_by_night_or_before_the_first_row_counts() -> None:
    night = diary_of((23, 24, [30, 0, 20, 0, 0]))
    told = pieces(night)
    assert told[3] == (23, 24, 20)
    assert [end for _, end, _ in told] == [8, 14, 21, 24, 32, 38, 45]
    same(pieces(night, factor=1)[3:5], [(23, 24, 0), (told[4][0], 32, 2)])
    before = to_series(diary_of((-20, -19, [30, 0, 20, 0, 0]))).exposures
    assert before.amount[before.end == -27, 0].tolist() == [20], "eight o'clock is hour 0"


def test_what_comes_after_the_last_row_is_not_told_yet() -> None:
    exposures = to_series(diary_of((46, 47, [30, 0, 20, 0, 0]))).exposures
    assert exposures.end[-1] == 45 - 8
    assert np.isnan(exposures.amount[:, 0]).all()


def test_a_walk_longer_ago_than_days_are_looked_back_is_left_out() -> None:
    far, none = (to_series(diary).exposures for diary in (diary_of((-900, -899, [30, 0, 20, 0, 0])), diary_of()))
    np.testing.assert_array_equal(far.start, none.start)
    np.testing.assert_array_equal(far.end, none.end)


def test_onsets_have_the_same_exposures() -> None:
    diary = diary_of(AT_TEN)
    for one, other in zip(to_onsets(diary).exposures, to_series(diary).exposures, strict=True):
        np.testing.assert_array_equal(one, other)


@st.composite
def walkers(draw: st.DrawFn) -> Diary:
    """Two weeks of rows to the minute, amounts of which some are blank, and walks apart from each other."""
    minutes = sorted(draw(st.sets(st.integers(0, 14 * 1440), min_size=2, max_size=30)))
    edges = sorted(draw(st.sets(st.integers(-2 * 1440, 15 * 1440), min_size=2, max_size=16)))
    begin, end = np.array(edges[: len(edges) // 2 * 2]).reshape(-1, 2).T / 60
    lasts = np.minimum(60 * (end - begin), 600)
    share = np.array(
        draw(st.lists(st.floats(0, 0.24) | st.just(NAN), min_size=5 * len(begin), max_size=5 * len(begin)))
    )
    walks = Walks(
        hours(begin),
        hours(end),
        np.zeros(len(begin), np.int16),
        share.reshape(-1, 5) * lasts[:, None],
        draw(st.booleans()),
    )
    n = len(minutes)
    amount = st.lists(st.just(NAN) | st.floats(0, 100), min_size=n, max_size=n)
    return make_diary(
        hours(np.array(minutes) / 60),
        0,
        pain=np.arange(n) % 11,
        factors=[Factor("lifting", "n"), FLAT, DOWN, Factor("sleep", "h")],
        amounts=np.array([draw(amount) for _ in range(4)]).T,
        walks=walks,
    )


@given(walkers())
def test_other_factors_weigh_what_they_did(diary: Diary) -> None:
    """To the rounding of adding up: at every reading, blanks filled in, through every kernel."""
    with_walks, without = to_series(diary), to_series(replace(diary, walks=NO_WALKS))
    others = [0, 3]
    at = with_walks.readings.t
    one, other = (loads(impute(each.exposures), at)[:, others] for each in (with_walks, without))
    np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9)
    varied = [done_variously(each.exposures, 3)[others].tolist() for each in (with_walks, without)]
    assert varied[0] == varied[1]


@given(walkers())
def test_pieces_keep_the_promises_of_exposures(diary: Diary) -> None:
    series = to_series(diary)
    start, end, part, amount, row, opens = series.exposures
    assert (start < end).all()
    assert (np.diff(end) >= 0).all()
    assert (start[1:] >= end[:-1] - 1e-9).all()
    assert np.isin(part, range(4)).all()
    assert opens is not None
    assert len(opens) == len(part)
    assert not (amount < 0).any()
    assert row is not None or not len(diary.walks.start)
    complete = impute(series.exposures)
    assert not np.isnan(complete.amount).any()
    assert (complete.amount >= 0).all()
    known = until(series, float(end[len(end) // 2]))
    assert len(known.exposures.end) == np.sum(end <= end[len(end) // 2])


@given(walkers())
def test_no_minute_of_a_walk_is_lost_or_counted_twice(diary: Diary) -> None:
    """Blank but for the walks: what lies in pieces is what was walked between the first interval and the last row."""
    blank = replace(diary, amounts=np.full(diary.amounts.shape, NAN))
    exposures, walks = to_series(blank).exposures, diary.walks
    begin, end = ((when - diary.time[0]) / np.timedelta64(1, "h") for when in walks[:2])
    within = np.clip(np.minimum(end, exposures.end[-1]) - np.maximum(begin, exposures.start[0]), 0, None)
    for place, column in ((1, 0), (2, 2)):
        walked = np.nansum(walks.minutes[:, column] * within / (end - begin))
        np.testing.assert_allclose(np.nansum(exposures.amount[:, place]), walked, rtol=1e-9, atol=1e-9)


def test_a_blank_pieces_share_is_what_its_row_usually_has_by_the_hour() -> None:
    amount = np.array([[10.0], [NAN], [NAN], [2.0], [20.0]])
    row = np.array([0, 1, 1, 1, 2])
    exposures = Exposures(np.arange(5.0), np.array([1.0, 1.5, 3, 4, 5]), np.zeros(5, dtype=np.int64), amount, row)
    exposures = exposures._replace(start=np.array([0.0, 1.0, 1.5, 3, 4]))
    np.testing.assert_allclose(impute(exposures).amount[:, 0], [10, 13 / 4, 39 / 4, 2, 20])
    rows = exposures.in_rows()
    np.testing.assert_array_equal(rows.amount[:, 0], [10, NAN, 20])
    assert rows.part.tolist() == [0, 0, 0]
    assert rows.of.tolist() == [0, 1, 1, 1, 2]
    assert not rows.opens.any()


def test_in_rows_the_same_is_done_at_other_hours() -> None:
    diary = diary_of(AT_TEN, complete=True)
    told = to_series(diary).exposures.in_rows().amount
    rows = to_series(in_rows(diary)).exposures
    assert np.nansum(told[:, 0]) == np.nansum(rows.amount[:, 0]) == 20
    at = to_series(diary).readings.t
    exact, spread = (loads(impute(one), at, KERNELS[:1])[1, 0, 0] for one in (to_series(diary).exposures, rows))
    assert exact < spread, "three hours before the reading, not up to it"
