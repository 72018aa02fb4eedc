"""The day before a spasm and the day it began, beside usual days."""

from __future__ import annotations

import numpy as np

from espalda.diary import Comparison, Diary, Factor, compare, find_spasms, make_diary

SITTING, STRESS = Factor("sitting", "min"), Factor("stress", "0-10")


def ten_days(sitting: dict[tuple[int, int], float], spasm: dict[tuple[int, int], int], days: int = 10) -> Diary:
    """Readings at 8 and at 20 each day; 10 minutes of sitting and grade 0 where nothing else is said."""
    rows = [(day, hour) for day in range(days) for hour in (8, 20)]
    times = [np.datetime64("2026-03-01T00:00") + np.timedelta64(24 * day + hour, "h") for day, hour in rows]
    return make_diary(
        times,
        0,
        pain=[1.0] * len(rows),
        spasm=[spasm.get(row, 0) for row in rows],
        factors=[SITTING, STRESS],
        amounts=[[sitting.get(row, 10.0), 3.0 if row[1] == 8 else np.nan] for row in rows],
    )


def around(diary: Diary) -> Comparison:
    return compare(diary, find_spasms(diary)[-1], 4.0)


def test_amounts_of_a_day_add_up_and_those_of_a_scale_do_not() -> None:
    found = around(ten_days({(7, 8): 30.0, (7, 20): 45.0}, {(8, 20): 2}))
    sitting, stress = found.factors
    assert (sitting.before.amount, stress.before.amount) == (75.0, 3.0)
    assert found.day == (np.datetime64("2026-03-09") - np.datetime64("1970-01-01")).astype(int)


def test_the_day_counts_until_the_spasm_began_and_so_do_the_usual_days() -> None:
    found = around(ten_days({(8, 8): 90.0, (8, 20): 500.0}, {(8, 8): 2, (8, 20): 1}))
    sitting = found.factors[0]
    assert sitting.until.amount == 90.0
    assert sitting.before.usual is not None
    assert sitting.until.usual is not None
    assert (sitting.before.usual.middle, sitting.until.usual.middle) == (20.0, 10.0)
    assert sitting.until.is_more
    assert not sitting.before.is_more
    assert not sitting.before.is_less


def test_a_usual_day_has_no_spasm_and_is_not_the_day_before_this_one() -> None:
    marked = {(3, 20): 1, (4, 8): 1, (8, 20): 2}  # the first one ends on the fifth day, this one on the last
    assert around(ten_days({}, marked)).usual_days == 10 - 2 - 2 - 1


def test_days_without_a_grade_are_not_called_free_of_spasms() -> None:
    diary = ten_days({}, {(8, 20): 2})
    blank = make_diary(
        diary.time,
        0,
        spasm=np.where(np.arange(len(diary)) == 17, 2.0, np.nan),
        factors=diary.factors,
        amounts=diary.amounts,
    )
    found = around(blank)
    assert found.usual_days == 0
    assert not found.is_enough
    assert found.factors[0].before.usual is None
    assert found.factors[0].before.amount == 20.0


def test_what_was_recorded_on_neither_day_is_left_out_and_none_is_not() -> None:
    diary = ten_days({(7, 8): 0.0, (7, 20): 0.0, (8, 8): np.nan, (8, 20): np.nan}, {(8, 20): 2})
    found = around(diary)
    assert [one.factor for one in found.factors] == [SITTING, STRESS]
    assert found.factors[0].before.amount == 0.0
    assert found.factors[0].until.amount is None
    assert not found.factors[0].until.is_less
    nothing = make_diary(diary.time, 0, spasm=diary.spasm)
    assert around(nothing).factors == ()


def test_the_pain_at_the_onset_is_not_before_it() -> None:
    found = around(ten_days({}, {(8, 8): 2}))
    assert [one.factor.name for one in found.readings] == ["pain"]
    assert found.readings[0].until.amount is None
    assert found.readings[0].before.amount == 1.0
