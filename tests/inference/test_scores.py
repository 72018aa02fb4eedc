"""Scores against their definitions, rivals by hand, and a trial that knows nothing of what comes after."""

from __future__ import annotations

import math

import numpy as np
import pytest
from bench.forecast import between, joined, window
from bench.real import SERIES, knee
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import chi2
from tests.inference.people import moments, person, wandering

from espalda.inference import KERNELS, Readings, Series
from espalda.inference.forecasting import TOP
from espalda.inference.scores import (
    HORIZONS_H,
    average,
    backtest,
    crps,
    persistence,
    pit,
    trials,
    until,
)
from espalda.inference.series import Floats, Ints
from espalda.series import to_series

NUMBERS = np.arange(TOP + 1)
SHARES = st.lists(st.integers(0, 20), min_size=TOP + 1, max_size=TOP + 1).filter(any)


def share(counts: list[int]) -> Floats:
    return np.array(counts) / sum(counts)


def drawn(rng: np.random.Generator, n: int) -> tuple[Floats, Ints]:
    """Forecasts of all kinds, and readings that they are right about."""
    probability = rng.dirichlet(np.full(TOP + 1, 0.5), n)
    return probability, np.array([rng.choice(NUMBERS, p=one) for one in probability])


@given(SHARES, st.integers(0, TOP))
def test_crps_is_the_distance_less_half_the_spread(counts: list[int], y: int) -> None:
    p = share(counts)
    spread = p @ np.abs(NUMBERS[:, None] - NUMBERS) @ p
    expected = p @ np.abs(NUMBERS - y) - 0.5 * spread
    assert crps(p[None], np.array([float(y)]))[0] == pytest.approx(expected, abs=1e-12)


def test_crps_is_the_integral_of_the_squared_difference() -> None:
    p, y = share([0, 1, 4, 3, 0, 2, 0, 0, 0, 0, 1]), 4
    ends = np.arange(TOP)
    total = sum(quad(lambda x: (p[: math.floor(x) + 1].sum() - (x >= y)) ** 2, a, a + 1)[0] for a in ends)
    assert crps(p[None], np.array([4.0]))[0] == pytest.approx(total, abs=1e-9)


def test_a_forecast_of_one_number_scores_its_error() -> None:
    np.testing.assert_allclose(crps(np.eye(TOP + 1), np.full(TOP + 1, 3.0)), np.abs(NUMBERS - 3))


def test_pit_of_right_forecasts_is_flat() -> None:
    n = 4000
    p, y = drawn(np.random.default_rng(1), n)
    histogram = pit(p, y.astype(float))
    assert histogram.sum() == pytest.approx(1)
    # A reading spread over bins varies less than one counted in a bin: the bound errs on the strict one's side.
    assert n * ((histogram - 0.1) ** 2 / 0.1).sum() < chi2.isf(1e-4, 9)


@given(SHARES, st.integers(0, TOP), st.integers(1, 12))
def test_pit_spreads_a_reading_over_the_range_its_number_spans(counts: list[int], y: int, bins: int) -> None:
    p = share(counts)
    histogram = pit(p[None], np.array([float(y)]), bins)
    assert histogram.sum() == pytest.approx(1)
    if p[y] > 0:
        middle = (np.arange(bins) + 0.5) / bins
        expected = p[:y].sum() + 0.5 * p[y]
        assert histogram @ middle == pytest.approx(expected, abs=0.5 / bins + 1e-9)


def test_pit_of_what_was_held_impossible_is_at_the_end() -> None:
    certain = np.eye(TOP + 1)[[3, 3]]
    np.testing.assert_allclose(pit(certain, np.array([9.0, 0.0]))[[0, -1]], 0.5)


def test_pit_leans_where_forecasts_do() -> None:
    p, y = drawn(np.random.default_rng(2), 2000)
    higher = pit(p, np.minimum(y + 2.0, TOP))
    assert higher[-3:].sum() > 0.5


# Rivals.


def test_persistence_is_the_last_reading_and_the_persons_own_changes() -> None:
    """Up one, down one, day by day, with a step of two at the end of the scale."""
    t = np.linspace(0, 24 * 40, 41)
    y = np.where(np.arange(41) % 2 == 0, 9.0, 10.0)
    forecast = persistence(Readings(t, t % 24, y), np.array([24.0, 48.0]))
    np.testing.assert_allclose(forecast[0, [8, 10]], [0.5, 0.5])
    np.testing.assert_allclose(forecast[1, 9], 1.0)


def test_persistence_takes_the_nearest_changes_where_none_is_so_long() -> None:
    t = np.linspace(0, 8 * 29, 30)
    forecast = persistence(Readings(t, t % 24, np.tile([0.0, 1, 2, 3, 4], 6)), np.array([1.0, 1e4]))
    np.testing.assert_allclose(forecast.sum(axis=1), 1)


def test_the_average_is_what_was_given_near_that_hour() -> None:
    t = (24.0 * np.arange(20)[:, None] + [8.0, 21.0]).ravel()
    y = np.tile([6.0, 2.0], 20)
    forecast = average(Readings(t, t % 24, y), np.array([9.5, 22.0, 23.9, 3.0]))
    np.testing.assert_allclose(forecast[:3, [6, 2]], [[1, 0], [0, 1], [0, 1]])
    np.testing.assert_allclose(forecast[3, [6, 2]], [0.5, 0.5])


# The trial on the person's own diary.


def told(seed: int, days: int, tau_h: float, sd: float, noise: float) -> Series:
    """A person who does things that change nothing."""
    rng = np.random.default_rng(seed)
    series = person(seed, days=days)
    t = series.readings.t
    pain = 4 + wandering(rng, t, tau_h, sd) + noise * rng.standard_normal(len(t))
    return Series(series.readings._replace(y=np.clip(np.rint(pain), 0, TOP)), series.exposures)


def test_a_trial_knows_nothing_of_what_comes_after() -> None:
    series = person(30, days=60, effects={0: (1.5, KERNELS[1])})
    origins = np.array([100, 120, 140])
    before = trials(series, origins)
    now = series.readings.t[120]
    y, amount = series.readings.y.copy(), series.exposures.amount.copy()
    y[series.readings.t > now] = 9.0
    amount[series.exposures.end > now] = 50.0
    after = trials(Series(series.readings._replace(y=y), series.exposures._replace(amount=amount)), origins)
    for place in (0, 1):
        np.testing.assert_array_equal(after[place].probability, before[place].probability)
    assert not np.array_equal(after[2].probability, before[2].probability)


def test_until_a_moment_is_what_was_known_then() -> None:
    series = person(31, days=20)
    now = series.readings.t[30]
    before = until(series, now)
    assert before.readings.t[-1] == now == before.exposures.end[-1]
    assert len(before.exposures.amount) == 31


def test_scores_are_those_of_the_moments() -> None:
    tried = backtest(told(32, 90, 40, 1.2, 0.4))
    assert tried is not None
    assert [score.hours for score in tried.scores] == list(HORIZONS_H)
    assert all(score.moments > 0 for score in tried.scores)
    assert tried.pit.sum() == pytest.approx(1)


def test_where_pain_lasts_for_days_the_forecast_is_worth_showing() -> None:
    """It beats both rivals by far in each of these people."""
    shown = [backtest(told(40 + seed, 120, 40, 1.5, 0.5)) for seed in range(8)]
    assert sum(one is not None and one.worth_showing for one in shown) >= 4


def test_a_forecast_that_ties_is_not_shown() -> None:
    series = person(33, days=60)
    constant = Series(series.readings._replace(y=np.full_like(series.readings.y, 4.0)), series.exposures)
    tried = backtest(constant)
    assert tried is not None
    assert not tried.worth_showing


@pytest.mark.parametrize("readings", [0, 1, 12, 23])
def test_a_short_diary_has_no_trial(readings: int) -> None:
    t = moments(np.random.default_rng(1), 8)[:readings]
    series = person(34, days=8)
    assert backtest(Series(Readings(t, t % 24, np.full(readings, 3.0)), series.exposures)) is None


@pytest.mark.shared
@pytest.mark.skipif(not SERIES.is_dir(), reason="the real series are not here")
def test_a_real_series_is_forecast_better_than_by_its_rivals() -> None:
    """Eight stretches of a month, three months before each learnt from; `python -m bench.forecast` does them all."""
    series = to_series(knee(SERIES / "knee"))
    starts = 24.0 * 120 * np.arange(8)
    done = [window(between(series, start, start + 24.0 * 120)) for start in starts]
    tried = joined([one.trial for one in done if one is not None])
    assert tried.ours.mean() < 0.95 * tried.persistence.mean()
    assert tried.ours.mean() < 0.95 * tried.average.mean()
