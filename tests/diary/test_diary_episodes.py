"""Spasms with onset and end, and the episodes of de Vet 2002."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from espalda.diary import Diary, find_episodes, find_spasms, make_diary, times_between

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
NAN = float("nan")


def kept(values: Mapping[float, float], column: str = "spasm", offset: int = 0) -> Diary:
    """A diary of one column: hours since the start to what was written down."""
    hours = np.array(sorted(values))
    time = np.datetime64(START.replace(tzinfo=None), "us") + (hours * 3600).astype("timedelta64[s]")
    levels = [values[hour] for hour in hours]
    if column == "pain":
        return make_diary(time, offset, pain=levels)
    return make_diary(time, offset, spasm=levels)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def days(*spans: tuple[int, int, float], step: int = 1) -> dict[float, float]:
    """A reading every `step` days from the first day up to the last, at one level."""
    return {24.0 * day: level for first, last, level in spans for day in range(first, last + 1, step)}


def test_a_spasm_lasts_from_the_first_grade_until_a_reading_of_none() -> None:
    (spasm,) = find_spasms(kept({0: 0, 3: 1, 5: 3, 9: 2, 14: 0, 20: 0}))
    assert tuple(spasm) == (at(3), at(9), at(14), 3)
    assert not spasm.is_open
    assert spasm.hours(at(99)) == 11


def test_one_that_nothing_closed_is_open() -> None:
    (spasm,) = find_spasms(kept({0: 0, 3: 2}))
    assert (spasm.onset, spasm.end) == (at(3), None)
    assert spasm.is_open
    assert spasm.hours(at(8)) == 5


def test_a_reading_without_a_grade_neither_opens_nor_closes_one() -> None:
    (spasm,) = find_spasms(kept({0: NAN, 1: 2, 5: NAN, 30: 1, 31: NAN, 40: 0, 41: NAN}))
    assert (spasm.onset, spasm.seen, spasm.end) == (at(1), at(30), at(40))


def test_a_diary_without_grades_has_no_spasms() -> None:
    assert find_spasms(kept({0: 5, 9: 8}, "pain")) == ()
    assert find_spasms(make_diary([], [])) == ()


def test_a_moment_has_the_offset_it_was_written_with() -> None:
    (spasm,) = find_spasms(kept({0: 2}, offset=120))
    assert spasm.onset == START
    assert spasm.onset.tzinfo == timezone(timedelta(hours=2))
    assert spasm.onset.hour == 10


def test_the_time_between_two_goes_from_the_end_to_the_next_onset() -> None:
    spasms = find_spasms(kept({0: 1, 4: 0, 30: 2, 40: 0, 41: 3}))
    assert times_between(spasms) == (timedelta(hours=26), timedelta(hours=1))
    assert times_between(spasms[:1]) == ()


@given(st.dictionaries(st.integers(0, 60), st.sampled_from([NAN, 0, 1, 2, 3, 4]), max_size=20))
def test_spasms_are_what_reading_the_diary_row_by_row_tells(grades: dict[float, float]) -> None:
    told: list[tuple[datetime, datetime, datetime | None, int]] = []
    for hour, grade in sorted(grades.items()):
        onset, _seen, end, worst = told[-1] if told else (None, None, START, 0)
        if grade > 0 and (onset is None or end is not None):
            told.append((at(hour), at(hour), None, int(grade)))
        elif grade > 0 and onset is not None:
            told[-1] = (onset, at(hour), None, max(worst, int(grade)))
        elif grade == 0 and onset is not None and end is None:
            told[-1] = (*told[-1][:2], at(hour), worst)
    assert find_spasms(kept(grades)) == tuple(told)


def test_an_episode_has_a_clear_month_either_side() -> None:
    (episode,) = find_episodes(kept(days((0, 31, 0), (32, 36, 4), (37, 70, 0)), "pain"))
    assert (episode.onset, episode.end, episode.worst) == (at(32 * 24), at(36 * 24), 4.0)
    assert (episode.clear_before, episode.clear_after) == (True, True)


def test_pain_within_a_month_of_an_episode_belongs_to_it() -> None:
    (episode,) = find_episodes(kept(days((0, 2, 3), (3, 29, 0), (30, 33, 6)), "pain"))
    assert (episode.onset, episode.end, episode.worst) == (at(0), at(33 * 24), 6.0)


def test_a_day_of_pain_is_no_episode() -> None:
    assert find_episodes(kept({0: 3, 24: 3, 48: 0}, "pain")) == ()
    assert len(find_episodes(kept({0: 3, 24.1: 3, 48: 0}, "pain"))) == 1


def test_a_month_that_was_not_written_down_is_not_a_clear_one() -> None:
    seen = days((0, 40, 0), (41, 45, 4), (46, 80, 0))
    for gone in (range(12, 20), range(50, 58)):
        (episode,) = find_episodes(kept({hour: v for hour, v in seen.items() if hour / 24 not in gone}, "pain"))
        assert (episode.clear_before, episode.clear_after) == (gone.start > 41, gone.start < 41)


def test_a_reading_a_week_is_enough_to_see_a_clear_month() -> None:
    seen = days((0, 42, 0), (80, 120, 0), step=7) | days((45, 78, 5))
    (episode,) = find_episodes(kept(seen, "pain"))
    assert (episode.clear_before, episode.clear_after) == (True, True)


def test_the_beginning_and_the_end_of_the_diary_prove_nothing() -> None:
    (episode,) = find_episodes(kept(days((0, 3, 4), (4, 20, 0)), "pain"))
    assert (episode.clear_before, episode.clear_after) == (False, False)
    assert episode.is_open(at(20 * 24))
    assert not episode.is_open(at(34 * 24))


def test_spasms_alone_make_an_episode_too() -> None:
    (episode,) = find_episodes(kept({0: 2, 10: 0, 30: 1, 40: 0}))
    assert (episode.worst, episode.spasms) == (None, 2)
    assert (episode.onset, episode.end) == (at(0), at(30))


@given(st.dictionaries(st.integers(0, 120), st.sampled_from([NAN, 0, 0, 2, 5]), max_size=40))
def test_episodes_stand_a_month_apart_and_hold_every_long_pain(levels: dict[int, float]) -> None:
    diary = kept({24.0 * day: level for day, level in levels.items()}, "pain")
    found = find_episodes(diary)
    assert all(between > timedelta(days=30) for between in times_between(found))
    assert all(one.end - one.onset > timedelta(hours=24) for one in found)
    hurting = sorted(day for day, level in levels.items() if level > 0)
    for day in hurting:
        inside = any(one.onset <= at(24 * day) <= one.end for one in found)
        near = any(1 < abs(other - day) <= 30 for other in hurting)
        assert inside or not near
