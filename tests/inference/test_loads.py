"""Carry-over: known answers, the slow truth, and what no load may do."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from espalda.inference import KERNELS, Exposures, Kernel, Path
from espalda.inference.loads import impute, loads
from espalda.inference.series import Floats

AT_ONCE = Kernel(10, 0)
NEXT_DAY = Kernel(10, 24)


def doses(*intervals: tuple[float, float, float]) -> Exposures:
    """Exposures of one factor from (start, end, amount)."""
    start, end, amount = np.array(intervals).T
    return Exposures(start, end, np.zeros(len(end), dtype=np.int64), amount[:, None])


def load_at(exposures: Exposures, moment: float, kernel: Kernel) -> float:
    return float(loads(exposures, np.array([moment]), (kernel,))[0, 0, 0])


def slow_load(exposures: Exposures, moment: float, kernel: Kernel, slices: int) -> tuple[float, float]:
    """Return the load of the first factor added up slice by slice, and the most it can be wrong by.

    A slice counts whole or not at all, so one slice may be wrong; the others are taken at their middle.
    """
    hours, amount = exposures.end - exposures.start, exposures.amount[:, 0]
    middle = exposures.start[:, None] + hours[:, None] * (np.arange(slices) + 0.5) / slices
    since = moment - kernel.delay_h - middle
    weight = np.where(since >= 0, np.exp2(-np.maximum(since, 0) / kernel.half_life_h), 0.0)
    rate = math.log(2) / kernel.half_life_h
    bound = amount.max() / slices + amount.sum() * (rate * hours.max() / slices) ** 2 / 24
    return float((amount / slices) @ weight.sum(axis=1)), float(bound) + 1e-12


@st.composite
def exposures(draw: st.DrawFn, factors: int = 1) -> Exposures:
    """Intervals of a minute to a day and a quarter, some right after each other, some days apart."""
    m = draw(st.integers(1, 6))

    def several(values: st.SearchStrategy[float]) -> Floats:
        return np.array(draw(st.lists(values, min_size=m, max_size=m)))

    hours = several(st.floats(1 / 60, 30))
    gap = several(st.just(0.0) | st.floats(0, 60))
    amount = np.column_stack([several(st.floats(0, 100)) for _ in range(factors)])
    end = 10 + np.cumsum(gap + hours)
    return Exposures(end - hours, end, np.zeros(m, dtype=np.int64), amount)


@pytest.mark.parametrize(
    ("hours_later", "left"), [(0, 1), (10, 1 / 2), (20, 1 / 4), (5, math.sqrt(1 / 2)), (100, 2**-10)]
)
def test_a_dose_at_once_fades_by_half_every_half_life(hours_later: float, left: float) -> None:
    at_once = doses((6.0 - 1e-7, 6.0, 3.0))
    assert load_at(at_once, 6.0 + hours_later, AT_ONCE) == pytest.approx(3.0 * left, rel=1e-8)


def test_a_dose_spread_over_an_interval_is_what_its_integral_says() -> None:
    spread = doses((2.0, 7.0, 3.0))
    rate = math.log(2) / 10

    def left(since_start: float, since_end: float) -> float:
        return 3.0 / 5.0 * (math.exp(-rate * since_end) - math.exp(-rate * since_start)) / rate

    assert load_at(spread, 4.0, AT_ONCE) == pytest.approx(left(2, 0), rel=1e-12)
    assert load_at(spread, 7.0, AT_ONCE) == pytest.approx(left(5, 0), rel=1e-12)
    assert load_at(spread, 19.0, AT_ONCE) == pytest.approx(left(17, 12), rel=1e-12)


@pytest.mark.parametrize("moment", [-50.0, 0.0, 1.999, 2.0])
def test_nothing_acts_before_it_begins(moment: float) -> None:
    assert load_at(doses((2.0, 7.0, 3.0)), moment, AT_ONCE) == 0
    assert load_at(doses((2.0, 7.0, 3.0)), moment + 24, NEXT_DAY) == 0


def test_an_interval_ends_without_a_step() -> None:
    exposures = doses((2.0, 7.0, 3.0), (7.0, 9.0, 5.0), (30.0, 31.0, 4.0))
    for edge in (2.0, 7.0, 9.0, 30.0, 31.0):
        before, at, after = (load_at(exposures, edge + step, AT_ONCE) for step in (-1e-9, 0.0, 1e-9))
        assert [before, after] == pytest.approx([at, at], abs=1e-8)


def test_a_delayed_dose_acts_as_one_at_once_does_that_much_earlier() -> None:
    exposures = doses((0.0, 5.0, 2.0), (5.0, 14.0, 1.0), (40.0, 41.0, 7.0))
    at = np.linspace(-5, 120, 251)
    direct = loads(exposures, at, (AT_ONCE,))
    assert direct.max() > 5
    np.testing.assert_array_equal(loads(exposures, at + 24, (NEXT_DAY,)), direct)


def test_each_factor_and_kernel_has_its_own_column(path: Path) -> None:
    alone = doses((0.0, 5.0, 2.0))
    both = alone._replace(amount=np.array([[2.0, 8.0]]))
    at = np.array([3.0, 30.0])
    every = path.loads(both, at, KERNELS)
    assert every.shape == (2, 2, len(KERNELS))
    np.testing.assert_allclose(every[:, 1], 4 * every[:, 0], rtol=1e-14)
    for column, kernel in enumerate(KERNELS):
        np.testing.assert_array_equal(every[:, :1, column], path.loads(alone, at, (kernel,))[:, :, 0])


def test_without_exposures_there_is_no_load(path: Path) -> None:
    none = Exposures(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros((0, 2)))
    np.testing.assert_array_equal(path.loads(none, np.arange(3.0), KERNELS), np.zeros((3, 2, len(KERNELS))))


@given(exposures(), st.floats(1, 300), st.sampled_from(KERNELS))
def test_loads_are_the_slow_truth(path: Path, exposures: Exposures, moment: float, kernel: Kernel) -> None:
    truth, bound = slow_load(exposures, moment, kernel, slices=2000)
    assert path.loads(exposures, np.array([moment]), (kernel,))[0, 0, 0] == pytest.approx(truth, abs=bound)


@given(exposures(factors=2), st.floats(-5, 5), st.floats(-5, 5))
def test_loads_add_up(exposures: Exposures, a: float, b: float) -> None:
    at = np.linspace(-1, 250, 40)
    parts = loads(exposures, at)
    mixed = loads(exposures._replace(amount=exposures.amount @ np.array([[a], [b]])), at)
    # Each of at most six doses weighs at most its amount, 100, times 5: rounding is far below 1e-9.
    np.testing.assert_allclose(mixed[:, 0], a * parts[:, 0] + b * parts[:, 1], rtol=0, atol=1e-9)


@given(exposures(), st.floats(1, 250), st.floats(0, 2), st.sampled_from(KERNELS))
def test_a_reading_at_a_slightly_other_hour_sees_nearly_the_same(
    exposures: Exposures, moment: float, hours: float, kernel: Kernel
) -> None:
    """Not more than the share of an interval passed meanwhile can come, nor more than fades meanwhile can go."""
    change = load_at(exposures, moment + hours, kernel) - load_at(exposures, moment, kernel)
    passing = float((exposures.amount[:, 0] / (exposures.end - exposures.start)).max()) * hours
    fading = math.log(2) / kernel.half_life_h * hours * float(exposures.amount.sum())
    assert -fading - 1e-9 <= change <= passing + 1e-9


def test_a_blank_is_the_persons_own_average_of_that_part_of_the_day() -> None:
    blank = np.nan
    amount = np.array([[2.0, 1.0], [blank, 0.0], [4.0, blank], [10.0, 3.0], [0.0, blank], [blank, 5.0]])
    part = np.array([0, 0, 0, 1, 1, 1])
    end = np.arange(1.0, 7.0)
    filled = impute(Exposures(end - 1, end, part, amount))
    np.testing.assert_allclose(filled.amount, np.array([[2, 1], [3, 0], [4, 0.5], [10, 3], [0, 4], [5, 5]]))
    np.testing.assert_array_equal(filled.end, end)
    assert np.isnan(amount).sum() == 4, "what was given is left as it was"


def test_what_is_never_recorded_in_a_part_of_the_day_is_not_there() -> None:
    amount = np.array([[7.0], [np.nan], [8.0], [np.nan]])
    end = np.arange(1.0, 5.0)
    filled = impute(Exposures(end - 1, end, np.array([0, 2, 0, 2]), amount))
    np.testing.assert_array_equal(filled.amount[:, 0], [7, 0, 8, 0])


def test_the_first_row_of_a_day_is_judged_by_first_rows() -> None:
    """Sleep is told in the first row, late as it may be: a late one says nothing of that hour's other rows."""
    blank = np.nan
    opens = np.array([True, False, True, False, True, False, True])
    part = np.array([0, 1, 0, 1, 1, 1, 2])
    amount = np.array([[7.0], [blank], [6.0], [blank], [9.0], [blank], [blank]])
    end = np.arange(1.0, 8.0)
    filled = impute(Exposures(end - 1, end, part, amount, opens=opens))
    np.testing.assert_allclose(filled.amount[:, 0], [7, 0, 6, 0, 9, 0, 22 / 3])
