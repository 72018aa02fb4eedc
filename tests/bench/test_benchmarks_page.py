"""The page of benchmarks is what its writer makes of the figures beside it, and those are of what the bench runs."""

from __future__ import annotations

import json

import pytest
from bench.engine import calibration, oracle, plan, real_series
from bench.engine.page import PAGE, SUMMARY, WHY, page
from bench.engine.plan import DAYS, FULL, cells
from bench.engine.results import METHODS, OURS
from bench.generators import GENERATORS


def test_the_page_is_written_from_its_figures() -> None:
    made = json.loads(SUMMARY.read_text(encoding="utf-8"))
    assert PAGE.read_text(encoding="utf-8") == page(made), "run `make bench ARGS=--write`"


def test_every_cell_planned_is_on_the_page() -> None:
    made = json.loads(SUMMARY.read_text(encoding="utf-8"))
    there = {(one["generator"], one["days"], one["method"], one["diaries"]) for one in made["cells"]}
    assert {tuple(cell) for cell in cells(FULL)} <= there


def test_two_hundred_diaries_a_cell_and_every_length() -> None:
    ours = [cell for cell in cells(FULL) if cell.method == OURS]
    assert {(cell.generator, cell.days) for cell in ours} == {(name, days) for name in GENERATORS for days in DAYS}
    assert min(cell.diaries for cell in ours) >= 200
    assert {cell.method for cell in cells(FULL)} == set(METHODS)


def test_every_generator_has_its_reason() -> None:
    assert set(WHY) == set(GENERATORS)


def test_diaries_of_the_prior_are_answered() -> None:
    answers = [one for seed in range(6) for one in calibration.ask(60, seed)]
    assert len(answers) == 6 * calibration.FACTORS
    figures = calibration.calibrated(answers)
    assert figures["acting"] == sum(one.acts for one in answers) > 0
    assert figures["cover"] > 0.6


def test_the_search_is_near_enumeration() -> None:
    assert oracle.enumeration(2, factors=3)["error"] <= 0.01


def test_figures_are_rounded_and_nothing_is_null() -> None:
    assert plan.rounded({"a": float("nan"), "b": [1.23456], "seconds": 0.01234}) == {
        "a": None,
        "b": [1.2346],
        "seconds": 0.012,
    }


def test_quick_has_no_slow_peer() -> None:
    assert all(cell.method != "NUTS horseshoe" for cell in cells(plan.QUICK))


@pytest.mark.shared
def test_real_stretches_are_beside_factors_of_another_time() -> None:
    if not real_series.here():
        pytest.skip("the real series are not here")
    diary = real_series._knee("knee_pain")
    stretches = list(real_series._daily(diary, 90))
    assert len(stretches) > 50
    for one in stretches[::20]:
        assert one.factors == diary.factors
        assert len(one) > 60
