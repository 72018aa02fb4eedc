"""From a diary's moments to the engine's numbers: intervals, days, and time lived but not kept."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from datetime import datetime, timedelta
from importlib.resources import files
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from espalda.diary import Diary, Factor, known_factors, make_diary, time_columns
from espalda.inference import Series
from espalda.inference.onset import AtRisk, fit_onsets
from espalda.series import DAYS_BEFORE, SHORTEST_H, WATCHED_H, in_spasm, onset_priors, to_come, to_onsets, to_series
from espalda.simulate import demo_diary

WALK = Factor("walk", "min")
MADRID = ZoneInfo("Europe/Madrid")
MONDAY = datetime(2026, 3, 2, tzinfo=MADRID)


def diary_of(*moments: datetime) -> Diary:
    """A diary with pain and a walk at each moment: the first walk is 1 minute, the second 2…"""
    time, offset = time_columns(moments)
    amounts = np.arange(1.0, len(moments) + 1)[:, None]
    return make_diary(time, offset, pain=np.full(len(moments), 3.0), factors=[WALK], amounts=amounts)


def at(day: int, hour: float) -> datetime:
    """The moment the clock in Madrid shows that hour, so many days after a Monday."""
    return MONDAY + timedelta(days=day, hours=hour)


def days_of(*hours: float, days: int) -> list[datetime]:
    return [at(day, hour) for day in range(days) for hour in hours]


def interval_of(series: Series, walked: float) -> tuple[float, float]:
    """Start and end of the interval in which so many minutes were walked."""
    (row,) = np.flatnonzero(series.exposures.amount[:, 0] == walked)
    return float(series.exposures.start[row]), float(series.exposures.end[row])


def test_a_row_covers_the_time_since_the_row_before() -> None:
    series = to_series(diary_of(at(0, 8), at(0, 14.5), at(0, 21)))
    assert interval_of(series, 2) == (0.0, 6.5)
    assert interval_of(series, 3) == (6.5, 13.0)


def test_the_day_ends_at_the_person_s_hour() -> None:
    diary = diary_of(at(0, 8), at(0, 23), at(1, 2))
    late, early = to_series(diary), to_series(diary, day_starts_h=1.0)
    assert interval_of(late, 3) == (15.0, 18.0), "the night of the day before"
    assert interval_of(early, 3) == (17.0, 18.0), "the first row of a day"
    np.testing.assert_array_equal(late.readings.clock, [8.0, 23.0, 2.0])
    np.testing.assert_array_equal(early.readings.clock, late.readings.clock)


def test_the_first_row_of_a_day_covers_the_time_since_waking() -> None:
    """Up half an hour before the first row of all but the earliest tenth of days, here at 7:30; an hour at least."""
    series = to_series(diary_of(*days_of(8, 21, days=9), at(9, 10), at(10, 6)))
    assert interval_of(series, 3) == (23.0, 24.0)
    assert interval_of(series, 19) == (24 * 9 - 0.5, 24 * 9 + 2), "late to write"
    assert interval_of(series, 20) == (24 * 10 - 3, 24 * 10 - 2), "earlier than usual"


def test_who_writes_in_the_evening_tells_of_the_day() -> None:
    series = to_series(diary_of(*days_of(21, days=9)))
    assert interval_of(series, 3) == (24 * 2 - 9.0, 24 * 2.0), "since noon"


def test_the_small_hours_belong_to_the_day_before() -> None:
    series = to_series(diary_of(at(0, 8), at(0, 22), at(1, 1), at(1, 9), at(1, 22), at(2, 3.98), at(2, 4)))
    assert interval_of(series, 3) == (14.0, 17.0), "since the evening's row"
    assert interval_of(series, 4)[0] > 17.0, "a new day: since waking"
    assert interval_of(series, 6)[0] == interval_of(series, 5)[1], "just before four"
    assert interval_of(series, 7)[0] >= interval_of(series, 6)[1], "four is the next day"


def test_readings_are_those_of_the_symptom() -> None:
    time, offset = time_columns([at(0, 8), at(0, 14.5), at(0, 21)])
    diary = make_diary(time, offset, pain=[3, np.nan, 5], stiffness=[np.nan, 7, 2])
    pain, stiffness = to_series(diary).readings, to_series(diary, "stiffness").readings
    assert (pain.t.tolist(), pain.clock.tolist(), pain.y.tolist()) == ([0, 13], [8, 21], [3, 5])
    assert (stiffness.t.tolist(), stiffness.clock.tolist(), stiffness.y.tolist()) == ([6.5, 13], [14.5, 21], [7, 2])


def test_days_that_were_not_kept_were_lived_all_the_same() -> None:
    series = to_series(diary_of(*days_of(8, 21, days=4), *(at(day + 6, hour) for day in range(4) for hour in (8, 21))))
    unknown = np.isnan(series.exposures.amount[:, 0])
    within = unknown & (series.exposures.end > 0)
    assert series.exposures.end[within].tolist() == [24 * 4, 24 * 4 + 13, 24 * 5, 24 * 5 + 13]
    assert series.exposures.part[within].tolist() == [0, 3, 0, 3]
    assert series.exposures.start[within].tolist() == [24 * 4 - 1, 24 * 4, 24 * 5 - 1, 24 * 5]


def test_the_days_before_the_first_were_lived_as_well() -> None:
    series = to_series(diary_of(*days_of(8, 21, days=5)))
    before = series.exposures.end < 0
    assert before.sum() == 2 * DAYS_BEFORE
    assert np.isnan(series.exposures.amount[before]).all()
    assert series.exposures.end[0] == -24 * DAYS_BEFORE


def test_ends_of_days_that_were_not_kept_were_lived_too() -> None:
    moments = [moment for moment in days_of(8, 21, days=8) if moment != at(3, 21)]
    series = to_series(diary_of(*moments))
    unknown = np.isnan(series.exposures.amount[:, 0]) & (series.exposures.end > 0)
    assert series.exposures.end[unknown].tolist() == [24 * 3 + 13]
    assert series.exposures.start[unknown].tolist() == [24 * 3]


def test_an_unusual_hour_is_not_missed_on_other_days() -> None:
    mornings = days_of(8, days=9)
    rare, usual = (to_series(diary_of(*mornings, *(at(day, 21) for day in range(days)))) for days in (1, 6))
    assert not np.isnan(rare.exposures.amount[rare.exposures.end > 0]).any()
    unknown = np.isnan(usual.exposures.amount[:, 0]) & (usual.exposures.end > 0)
    assert usual.exposures.end[unknown].tolist() == [24 * 6 + 13, 24 * 7 + 13]


def test_the_last_days_evening_is_still_to_come() -> None:
    series = to_series(diary_of(*days_of(8, 21, days=8), at(8, 8)))
    assert series.exposures.end[-1] == 24 * 8


def test_the_hours_change_with_the_season() -> None:
    """In Madrid 29 March has 23 hours and 25 October 25, by the clock and by the time lived."""
    for sunday, hours in ((datetime(2026, 3, 29, tzinfo=MADRID), 23.0), (datetime(2026, 10, 25, tzinfo=MADRID), 25.0)):
        saturday = sunday - timedelta(days=1)
        series = to_series(diary_of(*(day + timedelta(hours=hour) for day in (saturday, sunday) for hour in (8, 22))))
        assert np.diff(series.readings.t).tolist() == [14.0, hours - 14.0, 14.0]
        assert series.readings.clock.tolist() == [8, 22, 8, 22]
        assert interval_of(series, 3) == (hours - 1, hours), "since waking, by that morning's clock"


def test_the_hour_that_comes_twice_keeps_its_order() -> None:
    twice = datetime(2026, 10, 25, 2, 30, tzinfo=MADRID)
    series = to_series(diary_of(twice - timedelta(hours=4), twice, twice.replace(fold=1)))
    assert series.readings.t.tolist() == [0, 4, 5]
    assert interval_of(series, 2) == (0, 4)
    assert interval_of(series, 3) == (4, 5)


def test_an_empty_diary_and_one_of_a_single_row() -> None:
    empty = to_series(diary_of())
    assert len(empty.readings.t) == len(empty.exposures.end) == 0
    assert empty.exposures.amount.shape == (0, 1)
    one = to_series(diary_of(at(0, 8)))
    assert one.readings.t.tolist() == [0]
    assert interval_of(one, 1) == (-1, 0)
    assert len(one.exposures.end) == 1 + DAYS_BEFORE


@st.composite
def diaries(draw: st.DrawFn, offsets: st.SearchStrategy[int]) -> Diary:
    """Moments to the minute within ten weeks, and the offset of each."""
    minutes = draw(st.lists(st.integers(0, 70 * 24 * 60), max_size=60, unique=True))
    n = len(minutes)
    return make_diary(
        np.datetime64("2026-01-01T00:00", "us") + np.array(minutes, dtype="timedelta64[m]"),
        np.array(draw(st.lists(offsets, min_size=n, max_size=n)), dtype=np.int16),
        pain=draw(st.lists(st.just(np.nan) | st.floats(0, 10), min_size=n, max_size=n)),
        factors=[WALK],
        amounts=np.arange(1.0, n + 1)[:, None],
    )


def keeps_its_promises(diary: Diary, overlap: float) -> bool:
    """Whether every interval begins before it ends, none begins before the one before ended, and no row is lost."""
    readings, exposures = to_series(diary)
    kept = ~np.isnan(exposures.amount[:, 0])
    return bool(
        (exposures.start < exposures.end).all()
        and (np.diff(exposures.end) >= 0).all()
        and (exposures.start[1:] >= exposures.end[:-1] - overlap - 1e-9).all()
        and exposures.amount[kept, 0].tolist() == diary.amounts[:, 0].tolist()
        and np.isin(exposures.part, range(4)).all()
        and (np.diff(readings.t) > 0).all()
        and ((readings.clock >= 0) & (readings.clock < 24)).all()
        and readings.y.tolist() == diary.pain[~np.isnan(diary.pain)].tolist()
    )


@given(diaries(st.just(60)))
def test_intervals_of_a_person_who_stays_never_overlap(diary: Diary) -> None:
    assert keeps_its_promises(diary, overlap=0)


@given(diaries(st.sampled_from([60, 120])) | diaries(st.integers(-840, 840)))
def test_intervals_of_a_traveller_overlap_by_no_more_than_the_shortest(diary: Diary) -> None:
    """A usual row put into a day whose clock jumped may fall within a minute of a real one."""
    assert keeps_its_promises(diary, overlap=SHORTEST_H)


@given(diaries(st.just(60)))
def test_a_usual_row_is_added_only_where_there_is_none(diary: Diary) -> None:
    exposures = to_series(diary).exposures
    unknown = np.isnan(exposures.amount[:, 0])
    # Local time from the first row's day's beginning; the offset never changes here.
    hours = diary.local_time.astype("datetime64[m]").astype(np.int64) / 60 - 4
    if not len(hours):
        assert not unknown.any()
        return
    local = exposures.end + hours[0]
    day = np.floor(local / 24 + 1e-12)
    kept = set(zip(day[~unknown].tolist(), exposures.part[~unknown].tolist(), strict=True))
    assert not any(key in kept for key in zip(day[unknown].tolist(), exposures.part[unknown].tolist(), strict=True))
    assert day[unknown].max(initial=-np.inf) < day[~unknown].max(), "never on the last day"


def graded(*readings: tuple[datetime, float]) -> Diary:
    """A diary of spasm grades, NaN where pain alone was recorded."""
    time, offset = time_columns([moment for moment, _ in readings])
    return make_diary(time, offset, pain=np.full(len(readings), 3.0), spasm=[grade for _, grade in readings])


def rows(at_risk: AtRisk) -> list[tuple[float, float, bool]]:
    return list(zip(at_risk.start.tolist(), at_risk.end.tolist(), at_risk.event.tolist(), strict=True))


def test_an_onset_is_a_spasm_after_none() -> None:
    grades = [0, 1, 2, 3, 1, 4]
    diary = graded(*((at(0, 8 + 4 * row), grade) for row, grade in enumerate(grades)))
    at_risk = to_onsets(diary).at_risk
    assert rows(at_risk) == [(0, 4, True)], "a nuisance is the beginning of one, or its end"
    assert at_risk.uneasy.tolist() == [False]
    assert at_risk.since.tolist() == [np.inf]


def test_a_nuisance_is_no_spasm_where_most_are_nuisances() -> None:
    grades = [0, 1, 1, 1, 2, 3, 1, 4, 1]
    diary = graded(*((at(0, 8 + row), grade) for row, grade in enumerate(grades)))
    at_risk = to_onsets(diary).at_risk
    assert rows(at_risk) == [(0, 1, False), (1, 2, False), (2, 3, False), (3, 4, True), (6, 7, True)]
    assert at_risk.uneasy.tolist() == [False, True, True, True, True]
    assert at_risk.since.tolist() == [np.inf, np.inf, np.inf, np.inf, 1]
    assert not in_spasm(diary)


def test_a_nuisance_is_a_spasm_where_there_is_nothing_worse() -> None:
    diary = graded((at(0, 8), 0), (at(0, 12), 1), (at(0, 20), 0), (at(1, 8), 1))
    assert rows(to_onsets(diary).at_risk) == [(0, 4, True), (12, 24, True)]
    assert in_spasm(diary)


def test_nobody_is_in_a_spasm_who_never_said() -> None:
    assert not in_spasm(graded())
    assert not in_spasm(graded((at(0, 8), float("nan"))))


# What is known beforehand, and what is to come.


def test_priors_are_of_the_factors_studied_in_the_unit_told() -> None:
    factors = [Factor("sitting", "min"), Factor("lifting", "n"), Factor("physiotherapy", "min"), Factor("stress", "h")]
    priors = onset_priors(make_diary([], [], factors=factors))
    assert np.isnan(priors.mean).tolist() == [True, False, False, True], "sitting has opposite signs in two studies"
    assert priors.mean[1] > 0 > priors.mean[2]
    assert np.isnan(priors.sd).all()
    assert onset_priors(make_diary([], [])).mean.shape == (0,)


def test_every_prior_names_a_known_factor_its_unit_and_its_source() -> None:
    known = {(one.name, one.unit) for one in known_factors()}
    figures = tomllib.loads(files("espalda").joinpath("onset_priors.toml").read_text("utf-8"))["factor"]
    assert {(one["name"], one["unit"]) for one in figures} <= known
    assert all(re.match(r"(Steffens 2015|Suri 2018|FLAReS 2025): ", one["source"]) for one in figures)
    assert all(one["ratio"] > 0 and one["per"] > 0 for one in figures)


def test_the_next_parts_of_the_day_are_those_usually_written_in() -> None:
    moments = to_come(diary_of(*days_of(8, 21, days=5)))
    assert moments.at.tolist() == [11, 24, 35, 48, 59, 72]
    assert moments.clock.tolist() == [8, 21, 8, 21, 8, 21]
    assert moments.part.tolist() == [0, 3, 0, 3, 0, 3]


def test_what_is_to_come_is_told_from_the_last_pain_recorded() -> None:
    time, offset = time_columns([*days_of(8, 21, days=5), at(5, 9)])
    diary = make_diary(time, offset, pain=[3.0] * 10 + [np.nan], factors=[Factor("f", "n")], amounts=[[1.0]] * 11)
    moments = to_come(diary)
    assert moments.at[:2].tolist() == [24, 35]
    assert moments.part[:2].tolist() == [3, 0]


def test_nothing_is_to_come_without_pain_or_without_habits() -> None:
    assert len(to_come(make_diary([], [])).at) == 0
    assert len(to_come(graded()).at) == 0
    scattered = to_come(diary_of(at(0, 8), at(1, 13), at(2, 18), at(3, 21)))
    assert len(scattered.at) == 0


def test_what_was_not_watched_is_not_at_risk() -> None:
    nan = float("nan")
    diary = graded((at(0, 8), 0), (at(1, 20), 2), (at(1, 22), 0), (at(3, 11), 2), (at(3, 12), 0), (at(3, 16), nan))
    assert rows(to_onsets(diary).at_risk) == [(0, WATCHED_H, True)]
    over = graded((at(0, 8), 0), (at(0, 12), nan), (at(0, 21), 2))
    assert rows(to_onsets(over).at_risk) == [(0, 13, True)], "a row without a grade says nothing of spasms"


def test_an_interval_belongs_to_the_part_of_the_day_of_its_middle() -> None:
    diary = graded((at(0, 8), 0), (at(0, 14.5), 0), (at(0, 21), 0), (at(1, 8), 0), (at(1, 9), 0))
    assert to_onsets(diary).at_risk.part.tolist() == [1, 2, 3, 0]


def test_onsets_of_hardly_any_diary() -> None:
    for readings in ([], [(at(0, 8), 2.0)], [(at(0, 8), float("nan")), (at(0, 9), float("nan"))]):
        onsets = to_onsets(graded(*readings))
        assert len(onsets.at_risk.start) == len(onsets.at_risk.event) == 0
        assert fit_onsets(onsets).onsets == 0


def test_exposures_of_onsets_are_those_of_pain() -> None:
    diary = demo_diary(30)
    for one, other in zip(to_onsets(diary).exposures, to_series(diary).exposures, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_demonstration_persons_onsets_are_told() -> None:
    diary = demo_diary()
    fitted = fit_onsets(to_onsets(diary))
    assert len(fitted.factors) == len(diary.factors)
    assert all(one.informed for one in fitted.factors)
    assert 1 <= fitted.episodes <= fitted.onsets < fitted.days < 120
    assert fitted.per_day.low < fitted.onsets / fitted.days < fitted.per_day.high


@given(diaries(st.sampled_from([60, 120])), st.randoms(use_true_random=False))
def test_intervals_at_risk_keep_their_promises(diary: Diary, random: Random) -> None:
    grades = np.array([random.choice([0.0, 1.0, 2.0, 3.0, 4.0, np.nan]) for _ in range(len(diary))])
    at_risk = to_onsets(replace(diary, spasm=grades)).at_risk
    assert (at_risk.start < at_risk.end).all()
    assert (at_risk.end - at_risk.start <= WATCHED_H).all()
    assert (at_risk.start[1:] >= at_risk.end[:-1]).all()
    assert (at_risk.since > 0).all()
    assert np.isin(at_risk.part, range(4)).all()
    assert at_risk.event.sum() <= (grades >= 1).sum()
    assert not at_risk.event[:-1][at_risk.start[1:] == at_risk.end[:-1]].any(), "no risk in a spasm"
