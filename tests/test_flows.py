"""Each job from end to end: the demonstration's truth is found, a file changes nothing, and no diary breaks it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from espalda import flows
from espalda.diary import Diary, DiaryError, Factor, in_rows, make_diary, select
from espalda.findings import Findings
from espalda.simulate import HABITS
from espalda.words import LANGUAGES, Language


@pytest.fixture(scope="module")
def explained() -> Findings:
    return flows.explain(flows.demo())


def test_the_demonstration_explains_to_the_truth_it_was_made_with(explained: Findings) -> None:
    verdicts = {factor.name: factor.verdict for factor in explained.factors}
    for habit in HABITS:
        if habit.points > 0:
            assert verdicts[habit.name] == "aggravates"
        elif habit.points < 0:
            assert verdicts[habit.name] == "eases"
        else:
            assert verdicts[habit.name] in {"no_difference", "unclear"}


@pytest.mark.slow
def test_many_diaries_are_explained_as_one_is(explained: Findings) -> None:
    told = list(flows.explain_many([flows.demo()]))
    assert len(told) == 1
    for one, other in zip(told[0].factors, explained.factors, strict=True):
        assert (one.name, one.verdict, one.delay_h) == (other.name, other.verdict, other.delay_h)
        assert one.probability == pytest.approx(other.probability, abs=1e-8)


def test_what_acts_the_day_after_is_told_apart(explained: Findings) -> None:
    delays = {factor.name: factor.delay_h for factor in explained.factors}
    assert {habit.name: delays[habit.name] for habit in HABITS if habit.points} == {
        habit.name: habit.delay_h for habit in HABITS if habit.points
    }


def test_the_demonstrations_guards_find_nothing(explained: Findings) -> None:
    assert explained.guards is not None
    assert sum(explained.guards.shifted) == 0
    assert explained.reacting == ()


def test_a_file_changes_no_finding(tmp_path: Path) -> None:
    """But for the hours of walks, which rows do not hold."""
    explained = flows.explain(in_rows(flows.demo()))
    path = tmp_path / "diary.csv"
    path.write_text(flows.export(flows.demo()), encoding="utf-8")
    diary, notices = flows.read(path)
    assert notices == ()
    assert flows.explain(diary) == explained
    assert flows.explain(flows.read_bytes(path.read_bytes()).diary) == explained


def test_a_file_that_is_none_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(DiaryError) as caught:
        flows.read(tmp_path / "nothing.csv")
    assert caught.value.source == str(tmp_path / "nothing.csv")


def test_the_zone_given_is_that_of_times_without_one(tmp_path: Path) -> None:
    path = tmp_path / "diary.csv"
    path.write_text("time,pain\n2026-07-01T08:00,3\n", encoding="utf-8")
    assert flows.read(path, "Europe/Madrid").diary.utc_offset_min.tolist() == [120]
    assert flows.read(path, "America/Bogota").diary.utc_offset_min.tolist() == [-300]


def test_three_weeks_of_the_demonstration_are_too_few_for_the_guards() -> None:
    demo = flows.demo()
    short = flows.explain(select(demo, demo.time[0], demo.time[0] + np.timedelta64(21, "D")))
    assert short.guards is None
    assert len(short.factors) == len(HABITS)


def test_a_diary_without_factors_and_an_empty_one() -> None:
    demo = flows.demo()
    bare = flows.explain(make_diary(demo.time, demo.utc_offset_min, pain=demo.pain))
    assert (bare.readings, bare.days, bare.factors) == (len(demo), 120, ())
    assert bare.guards is not None
    empty = flows.explain(make_diary([], 0, factors=[Factor("walk", "min")]))
    assert (empty.readings, empty.days, empty.first, empty.last, empty.guards) == (0, 0, None, None, None)
    assert [factor.verdict for factor in empty.factors] == ["unclear"]


def test_safety_answers_are_assessed() -> None:
    assert flows.assess({"saddle_numbness": True}).level == "emergency"
    assert flows.assess({}).ask != ()


amounts = st.just(np.nan) | st.just(0.0) | st.sampled_from([1.0, 30.0]) | st.floats(0, 1e9)


@st.composite
def diaries(draw: st.DrawFn) -> Diary:
    """Some dozen rows within weeks, some of them minutes apart, of any offset, pain and amounts."""
    minutes = draw(st.lists(st.integers(0, 40 * 24 * 12).map(lambda at: 5 * at), min_size=12, max_size=50, unique=True))
    n, k = len(minutes), draw(st.integers(0, 3))
    rows = draw(st.lists(st.lists(amounts, min_size=k, max_size=k), min_size=n, max_size=n))
    return make_diary(
        np.datetime64("2026-01-01T00:00", "us") + np.array(minutes, dtype="timedelta64[m]"),
        np.array(draw(st.lists(st.sampled_from([60, 120, -480]), min_size=n, max_size=n)), dtype=np.int16),
        pain=draw(st.lists(st.just(np.nan) | st.integers(0, 10).map(float), min_size=n, max_size=n)),
        factors=[Factor(f"factor_{place}", unit) for place, unit in zip(range(k), ["min", "n", ""], strict=False)],
        amounts=np.array(rows, dtype=float).reshape(n, k),
    )


@settings(max_examples=60)
@given(diaries(), st.sampled_from(LANGUAGES))
def test_every_diary_is_explained(diary: Diary, lang: Language) -> None:
    data = flows.explain(diary).to_dict(lang)
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert {factor["name"] for factor in data["factors"]} == {factor.name for factor in diary.factors}
    assert all(factor["effect"]["low"] <= factor["effect"]["high"] for factor in data["factors"])
