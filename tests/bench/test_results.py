"""Answers are kept, read back and not asked for twice; figures of merit are what they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from bench.engine import results
from bench.engine.methods import Answer
from bench.engine.results import OURS, Cell, Row, Store, answer, simulate
from bench.engine.scores import auc, score
from bench.generators import Simulated
from scipy.stats import pearsonr

from espalda.diary import person_day
from espalda.findings import RELEVANT

CELL = Cell("soreness", 30, "Pearson", 3)


def test_a_run_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store(tmp_path).fill([CELL._replace(diaries=2)])
    file = tmp_path / "cells-soreness.jsonl"
    file.write_text(file.read_text() + '{"generator": "sore')  # stopped in the middle of a line
    asked = []

    def ask(simulated: Simulated, method: str) -> Row:
        asked.append(method)
        return answer(simulated, method)

    monkeypatch.setattr(results, "answer", ask)
    again = Store(tmp_path)
    assert len(again.rows(CELL)) == 2
    again.fill([CELL])
    assert asked == ["Pearson"]
    assert len(Store(tmp_path).rows(CELL)) == 3


def test_answers_of_other_code_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store(tmp_path).fill([CELL])
    monkeypatch.setattr(results, "fingerprint", lambda *_: "other")
    assert Store(tmp_path).rows(CELL) == []


@pytest.mark.slow
def test_what_is_read_back_is_what_was_said(tmp_path: Path) -> None:
    cell = Cell("ou", 30, OURS, 1)
    Store(tmp_path).fill([cell])
    read, said = Store(tmp_path).rows(cell)[0], answer(simulate("ou", 30, 0), OURS)
    kept, asked = (np.array([row.acts, row.effect, *row.said], dtype=float) for row in (read, said))
    np.testing.assert_allclose(kept, asked, rtol=1e-5)
    assert read.opposite == said.opposite


def test_every_method_is_given_the_same_diary() -> None:
    assert simulate("ou", 30, 4).diary == simulate("ou", 30, 4).diary
    assert simulate("ou", 30, 4).diary != simulate("ou", 30, 5).diary


def test_pearson_is_pearson() -> None:
    diary = simulate("ou", 60, 0).diary
    day = person_day(diary)
    seen = ~np.isnan(diary.pain)
    days = [one for one in np.unique(day) if seen[day == one].any()]
    pain = [diary.pain[(day == one) & seen].mean() for one in days]
    said = results.METHODS["Pearson"](diary)
    for j, column in enumerate(diary.amounts.T):
        expected = pearsonr([column[day == one].sum() for one in days], pain)
        assert -said.score[j] == pytest.approx(expected.pvalue, rel=1e-6)
        assert said.sign[j] == np.sign(expected.statistic)


def row(acts: list[int], effect: list[float], declared: list[int], sign: list[float]) -> Row:
    truth = np.array(effect)
    return Row(
        acts=np.array(acts, dtype=bool),
        effect=truth,
        said=Answer(
            score=np.array([0.9, 0.8, 0.1]),
            declared=np.array(declared, dtype=bool),
            sign=np.array(sign),
            low=truth - np.array([1, -1, 1]),
            high=truth + np.array([1, 2, 1]),
            estimate=truth + 0.5,
            harmless=np.array([False, False, True]),
        ),
        opposite=False,
        seconds=1.0,
    )


def test_figures_of_merit_by_hand() -> None:
    figures = score(
        [
            row([1, 1, 0], [1.0, -1.0, 0.0], [1, 1, 0], [1, 1, 0]),
            row([1, 0, 1], [1.0, 0.0, 0.4], [0, 1, 0], [1, 1, 0]),
        ]
    )
    assert figures.power == pytest.approx(2 / 4)
    assert figures.power_relevant == pytest.approx(2 / 4)
    assert figures.fdr == pytest.approx(1 / 3)
    assert figures.wrong_sign == pytest.approx(1 / 2)
    assert figures.cover == pytest.approx(1 / 2)
    assert figures.rmse == pytest.approx(0.5)
    assert figures.false_in == pytest.approx(1 / 2)
    assert figures.unearned == pytest.approx(1 / 2)
    assert figures.diaries == 2


def test_auc_by_hand() -> None:
    assert auc(np.array([3.0, 2.0, 1.0, 0.0]), np.array([True, False, True, False])) == pytest.approx(3 / 4)
    assert np.isnan(auc(np.array([1.0]), np.array([True])))


def test_power_where_it_matters_leaves_small_effects_out() -> None:
    figures = score([row([1, 1, 0], [1.0, RELEVANT / 2, 0.0], [1, 0, 0], [1, 1, 0])])
    assert (figures.power, figures.power_relevant) == (1 / 2, 1.0)
