"""Where things go on the charts: nothing is drawn outside, and nothing where nothing was recorded."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from espalda.web.charts import Day, curves, forests

START = date(2026, 3, 1)


def days(pain: list[float | None], every: int = 1) -> list[Day]:
    return [
        Day.of(START + timedelta(days=i * every), [] if one is None else [one, one], [] if one is None else [one / 3])
        for i, one in enumerate(pain)
    ]


@pytest.mark.parametrize(
    "pain", [[5.0], [0.0, 10.0], [0.0] * 30, [float(i % 11) for i in range(400)], [None], [None, 4.0]]
)
def test_everything_is_inside_the_curve(pain: list[float | None]) -> None:
    for curve in curves(days(pain)):
        for box in (*curve.ranges, *curve.spasms):
            assert -0.1 <= box.y <= box.y + box.height <= curve.base + 0.1
            assert 0 <= box.x <= box.x + box.width <= curve.width
        places = [float(number) for number in re.findall(r"[\d.]+", curve.line)]
        assert all(curve.left <= x <= curve.right for x in places[::2])
        assert all(0 <= y <= curve.floor for y in places[1::2])
        assert 1 <= len(curve.across) <= 9
        assert all(curve.left <= tick.at <= curve.right for tick in curve.across)


def test_a_day_without_pain_recorded_has_no_place_on_the_line() -> None:
    curve = curves(days([3.0, None, 4.0]))[0]
    assert curve.line.count("M") + curve.line.count("L") == 2
    assert len(curve.ranges) == 2


def test_the_line_breaks_where_days_are_missing() -> None:
    assert curves(days([3.0, 4.0], every=3))[0].line.count("M") == 1
    assert curves(days([3.0, 4.0], every=4))[0].line.count("M") == 2


def test_worse_is_higher_and_a_worse_spasm_taller() -> None:
    curve = curves(days([3.0, 9.0]))[0]
    mild, strong = curve.ranges
    assert strong.y < mild.y
    assert curve.spasms[1].height > curve.spasms[0].height


def finding(mean: float, low: float, high: float, verdict: str = "aggravates") -> dict[str, object]:
    return {"name": "x", "verdict": verdict, "effect": {"mean": mean, "low": low, "high": high}}


def test_the_forest_has_worse_on_the_right_and_ease_on_the_left() -> None:
    for forest in forests([("h", [finding(1, 0.5, 1.5), finding(-1, -1.5, -0.5, "eases")])], str):
        worse, eases = forest.rows
        assert forest.zero < worse.low < worse.high <= forest.right
        assert forest.left <= eases.low < eases.high < forest.zero
        assert forest.matters.x < forest.zero < forest.matters.x + forest.matters.width


def test_an_interval_too_wide_for_the_chart_is_cut_with_arrows() -> None:
    (row,) = forests([("h", [finding(0, -8, 8, "unclear")])], str)[0].rows
    assert row.cut_low
    assert row.cut_high
    (row,) = forests([("h", [finding(0, -0.1, 0.1, "no_difference")])], str)[0].rows
    assert not row.cut_low
    assert not row.cut_high


def test_a_very_long_name_is_cut() -> None:
    (row,) = forests([("h", [finding(0, 0, 0)])], lambda name: name * 90)[0].rows
    assert len(row.name) == 40
    assert row.name.endswith("…")


def test_the_verdicts_have_shapes_of_their_own() -> None:
    marks = set()
    for verdict in ("aggravates", "eases", "no_difference", "unclear"):
        (row,) = forests([("h", [finding(0, 0, 0, verdict)])], str)[0].rows
        marks.add(row.mark)
    assert len(marks) == 4
