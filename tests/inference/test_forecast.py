"""The forecast: the joint Gaussian it stands for, what moves it and when, what it comes to far ahead, its honesty."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import null_space
from scipy.stats import multivariate_t, norm
from tests.inference.people import CLOCK_H, exposed, moments, person, wandering, with_amounts
from tests.inference.test_whitening import covariance

from espalda.inference import KERNELS, Exposures, Fit, Kernel, Readings, Series, fit, found
from espalda.inference.evidence import PRIOR_SCALE, PRIOR_SHAPE
from espalda.inference.forecasting import (
    TOP,
    WIDTH,
    Design,
    Forecast,
    bad_from,
    forecast,
    loads_to_come,
    own_scale,
    predict,
    recent,
    shortest,
    whole,
)
from espalda.inference.loads import loads
from espalda.inference.series import Floats
from espalda.inference.whitening import Grid

NUMBERS = np.arange(TOP + 1)
NO_FACTORS = Fit((), np.zeros((0, 0)), np.zeros((0, 0)))
NOTHING_DONE = Exposures(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros((0, 0)))
DAYS_AHEAD = (24.0 * np.arange(1, 4)[:, None] + np.array(CLOCK_H) - CLOCK_H[-1]).ravel()


def ahead_of(series: Series, fitted: Fit, at: Floats) -> Forecast:
    """The forecast, which must be there and be one."""
    made = forecast(series, fitted, at, (series.readings.clock[-1] + at) % 24)
    assert made is not None
    assert made.probability.shape == (len(at), TOP + 1)
    assert (made.probability >= 0).all()
    np.testing.assert_allclose(made.probability.sum(axis=1), 1, atol=1e-9)
    np.testing.assert_allclose(made.mean, made.probability @ NUMBERS, atol=1e-9)
    np.testing.assert_allclose(made.bad, made.probability[:, made.threshold :].sum(axis=1), atol=1e-9)
    assert (made.inside >= WIDTH - 1e-9).all()
    assert (made.low <= made.high).all()
    return made


def alone(pain: Floats, t: Floats) -> Series:
    """Readings of somebody who writes of nothing else."""
    return Series(Readings(t, t % 24.0, pain), NOTHING_DONE)


# The joint Gaussian, computed densely.

GRID = Grid(np.array([8.0, 40.0, 160.0]), np.array([0.4, 0.08, 0.65]))
PRECISION = np.array([[0.0, 2.0, 1.0, 4.0], [0.0, 0.5, 3.0, 10.0]])


class Problem(NamedTuple):
    """Readings, what is held of them and of moments to come, and what they say of those."""

    t: Floats
    y: Floats
    design: Design
    at: Floats


@pytest.fixture(scope="module")
def problem() -> Problem:
    rng = np.random.default_rng(5)
    n, h = 35, 6
    t = np.cumsum(np.exp(rng.uniform(np.log(0.1), np.log(30), n)))
    columns, ahead = (np.column_stack([np.ones(rows), rng.standard_normal((rows, 3))]) for rows in (n, h))
    spread = np.column_stack([np.zeros((h, 2)), rng.uniform(0, 1, (h, 2))])
    y = columns @ [1.0, 0.5, -0.5, 0.3] + rng.standard_normal(n)
    return Problem(t, y, Design(columns, ahead, spread, PRECISION), np.array([0.0, 0.5, 6.0, 24.0, 72.0, 2000.0]))


class Dense(NamedTuple):
    """What the joint Gaussian of readings and moments says, at one point."""

    mean: Floats
    variance: Floats
    log_evidence: float


def dense(problem: Problem, point: int) -> Dense:
    t, y, (columns, ahead, spread, precisions), at = problem
    noise = GRID.noise_share[point % 3]
    n, every = len(t), np.concatenate([t, t[-1] + at])
    proper = 1 / precisions[point // 3][1:]
    held = np.vstack([columns, ahead])[:, 1:]
    joint = covariance(every, GRID, point % 3) + held @ np.diag(proper) @ held.T
    if at[0] == 0:  # two readings of one moment share the state and not the noise
        joint[n - 1, n] = joint[n, n - 1] = (1 - noise) + held[n - 1] @ np.diag(proper) @ held[n]
    own, across, later = joint[:n, :n], joint[:n, n:], joint[n:, n:]
    level = np.ones(n)
    weights = np.linalg.solve(own, np.column_stack([level, y]))
    information = level @ weights[:, 0]
    left = y - level * (weights[:, 0] @ y) / information
    solved = np.linalg.solve(own, left)
    unknown = 1 - across.T @ weights[:, 0]
    mean = (y - left)[0] + across.T @ solved
    posterior = later - across.T @ np.linalg.solve(own, across) + np.outer(unknown, unknown) / information
    shape = PRIOR_SHAPE + 0.5 * (n - 1)
    scale = (PRIOR_SCALE + 0.5 * left @ solved) / (shape - 1)
    effect = proper * (columns[:, 1:].T @ solved)
    contrast = null_space(level[None])
    density = multivariate_t(shape=PRIOR_SCALE / PRIOR_SHAPE * contrast.T @ own @ contrast, df=2 * PRIOR_SHAPE)
    return Dense(mean, scale * np.diag(posterior) + spread[:, 1:] @ effect**2, float(density.logpdf(contrast.T @ y)))


def test_the_forecast_is_the_joint_gaussian_given_the_readings(problem: Problem) -> None:
    """At every point of the grid and alternative, and the points weighed by how likely the readings are there."""
    ours = predict(*problem[:3], problem.at, GRID)
    expected = [dense(problem, point) for point in range(len(ours.weight))]
    assert len(expected) == len(GRID.tau_h) * len(PRECISION)
    np.testing.assert_allclose(ours.mean, [one.mean for one in expected], rtol=0, atol=1e-8)
    np.testing.assert_allclose(ours.variance, [one.variance for one in expected], rtol=0, atol=1e-8)
    evidence = np.array([one.log_evidence for one in expected])
    likely = np.exp(evidence - evidence.max())
    np.testing.assert_allclose(ours.weight, likely / likely.sum(), rtol=0, atol=1e-8)


# The person's own scale.


@pytest.mark.parametrize("given", [[0] * 30 + [1] * 5 + [4] * 2, [3, 4, 5] * 10, [2, 4, 6, 8] * 5, [10] * 20], ids=str)
def test_a_persons_own_scale_is_cut_where_their_readings_are(given: list[int]) -> None:
    scale = own_scale(np.array(given))
    share = np.diff(np.concatenate([[0.0], norm.cdf(scale.cuts), [1.0]]))
    np.testing.assert_allclose(share[given], [given.count(k) / len(given) for k in given], atol=5 / (len(given) + 5))
    assert (np.diff(scale.cuts) >= 0).all()
    assert (np.diff(scale.score[sorted(set(given))]) > 0).all()
    assert 0 <= scale.within <= 1


def test_a_number_stands_for_the_mean_of_its_piece() -> None:
    scale = own_scale(np.array([2, 3, 3, 4, 4, 4, 5, 5, 7] * 3))
    edge = np.concatenate([[-np.inf], scale.cuts, [np.inf]])
    for number in (2, 4, 7):
        mean = norm.expect(lb=edge[number], ub=edge[number + 1], conditional=True)
        assert scale.score[number] == pytest.approx(mean, abs=1e-6)


@pytest.mark.parametrize(
    ("given", "bad"),
    [([1, 2, 3, 4], 4), ([4] * 20, 5), ([0] * 20, 1), ([10] * 20, 10), ([0] * 9 + [9] * 3, 1), ([3, 9, 9, 9], 10)],
    ids=str,
)
def test_a_bad_day_is_one_that_a_quarter_at_most_reach(given: list[int], bad: int) -> None:
    assert bad_from(np.array(given)) == bad


@given(st.lists(st.integers(0, 20), min_size=TOP + 1, max_size=TOP + 1).filter(any))
def test_the_interval_is_the_shortest(counts: list[int]) -> None:
    share = np.array(counts) / sum(counts)
    low, high, inside = (value[0] for value in shortest(share[None]))
    runs = [(b - a, -share[a : b + 1].sum()) for a in NUMBERS for b in range(a, TOP + 1)]
    best = min(run for run in runs if -run[1] >= WIDTH - 1e-9)
    assert high - low == best[0]
    assert inside == pytest.approx(-best[1]) == pytest.approx(share[low : high + 1].sum())


# What it comes to.


def test_far_ahead_it_is_the_persons_average_by_part_of_the_day() -> None:
    t = moments(np.random.default_rng(1), 150)
    rng = np.random.default_rng(2)
    pain = 4 + 1.2 * np.cos(2 * np.pi * t / 24) + wandering(rng, t) + 0.4 * rng.standard_normal(len(t))
    series = alone(pain, t)
    year = 24.0 * 365 + DAYS_AHEAD[:3]
    record = whole(pain).reshape(-1, 3)
    made = ahead_of(series, NO_FACTORS, year)
    np.testing.assert_allclose(made.mean, record.mean(axis=0), atol=0.25)
    assert np.ptp(record.mean(axis=0)) > 1
    spread = np.sqrt((made.probability * (NUMBERS - made.mean[:, None]) ** 2).sum(axis=1))
    np.testing.assert_allclose(spread, record.std(axis=0), rtol=0.2)


def test_far_ahead_it_is_the_persons_own_record_floor_and_all() -> None:
    """Somebody mostly at 0 who never gives an odd number."""
    off = np.zeros(TOP + 1)
    for seed in range(4):
        rng = np.random.default_rng(seed)
        t = moments(rng, 150)
        pain = 2 * np.clip(np.rint(wandering(rng, t, tau_h=10, sd=1.2)), 0, 5)
        record = np.bincount(whole(pain), minlength=TOP + 1) / len(t)
        assert record[0] > 0.5
        off += (ahead_of(alone(pain, t), NO_FACTORS, np.array([24.0 * 365])).probability[0] - record) / 4
    np.testing.assert_allclose(off, 0, atol=0.015)


def test_the_next_hours_are_like_the_last() -> None:
    t = moments(np.random.default_rng(4), 60)
    pain = 4 + wandering(np.random.default_rng(5), t, tau_h=60, sd=1.5)
    for last in (2.0, 7.0):
        pain[-3:] = last
        made = ahead_of(alone(pain, t), NO_FACTORS, np.array([1.0, 12.0, 72.0, 24.0 * 365]))
        off = np.abs(made.mean - last)
        assert off[0] < 0.7
        assert (np.diff(off) > 0).all()


def test_a_drift_is_held_for_the_week_and_fades_in_the_year() -> None:
    t = moments(np.random.default_rng(8), 150)
    worse = np.where(t > 24 * 110, 2.0, 0.0)
    pain = 3 + worse + wandering(np.random.default_rng(9), t, tau_h=10, sd=0.8)
    week, year = ahead_of(alone(pain, t), NO_FACTORS, 24.0 * np.array([7, 3 * 365])).mean
    assert week > 4.3
    assert year == pytest.approx(pain.mean(), abs=0.5)


def test_only_the_last_half_year_is_used() -> None:
    t = moments(np.random.default_rng(6), 300)
    pain = 4 + wandering(np.random.default_rng(7), t)
    kept = recent(Readings(t, t % 24, pain))
    assert len(kept.t) == pytest.approx(180 * 3, abs=3)
    now = ahead_of(alone(pain, t), NO_FACTORS, DAYS_AHEAD)
    pain[: len(t) - len(kept.t)] = 10
    np.testing.assert_array_equal(ahead_of(alone(pain, t), NO_FACTORS, DAYS_AHEAD).probability, now.probability)


# What was done moves it, by as much and when it should.


def found_person(points: float, kernel: Kernel, seed: int = 11) -> tuple[Series, Fit]:
    """A person far from either end of the scale, and what their readings say, the way it acts being known."""
    series = person(seed, days=120, effects={0: (points, kernel)})
    y = series.readings.y
    series = Series(series.readings._replace(y=y - y.mean() + 5), series.exposures)
    fitted = fit(series)
    assert found(fitted.probabilities)[0]
    acting, *others = fitted.factors
    assert 0.5 < acting.kernel.half_life_h / kernel.half_life_h < 2
    assert abs(acting.kernel.delay_h - kernel.delay_h) <= 12
    return series, fitted._replace(factors=(acting._replace(kernel=kernel), *others))


def shift(series: Series, fitted: Fit, other: Series, at: Floats) -> Floats:
    return ahead_of(other, fitted, at).mean - ahead_of(series, fitted, at).mean


def since_the_last_reading(series: Series, dose: float) -> Series:
    """The same person two hours later, with one more thing done."""
    (start, end, part, amount, *_), row = series.exposures, np.array([[dose, np.nan, np.nan]])
    done = np.append(start, end[-1]), np.append(end, end[-1] + 2), np.append(part, 0), np.vstack([amount, row])
    return Series(series.readings, Exposures(*done))


@pytest.mark.parametrize("points", [1.0, -1.0])
@pytest.mark.parametrize("kernel", [KERNELS[1], KERNELS[4], KERNELS[5]], ids=str)
def test_what_was_done_moves_the_hours_it_acts_in(points: float, kernel: Kernel) -> None:
    """By what it does, drawn in by a tenth or so, as forecasts are; and not before, where it acts a day later."""
    at = np.array([2.0, 8.0, 13.0, 17.0, 24.0, 27.0, 34.0, 48.0])
    moved = np.zeros(len(at))
    seeds = range(11, 15)
    for seed in seeds:
        series, fitted = found_person(points, kernel, seed)
        done = (since_the_last_reading(series, dose) for dose in (0.0, 2.0))
        moved += shift(next(done), fitted, next(done), at) / len(seeds)
    acted = at - kernel.delay_h - 1.0
    truth = np.where(acted > 0, 2.0 * points * np.exp2(-acted / kernel.half_life_h), 0.0)
    assert np.abs(truth).max() > 1.5
    np.testing.assert_allclose(moved, truth, rtol=0.2, atol=0.12)
    assert np.abs(moved[at < kernel.delay_h]).max(initial=0.0) < 0.12


def test_what_was_not_found_to_act_moves_nothing() -> None:
    series, fitted = found_person(1.0, KERNELS[1])
    amount = series.exposures.amount.copy()
    amount[-5:, 1:] += 3.0
    np.testing.assert_allclose(shift(series, fitted, with_amounts(series, amount), DAYS_AHEAD), 0, atol=1e-12)


def test_a_habit_is_expected_to_go_on() -> None:
    """Done every evening, felt the next morning: it is the mornings' average that is forecast, not a day without.

    Of six people, so that how each of them is just now averages out: without the habit a morning would lack 2.4.
    """
    off = np.mean([_off_the_usual(seed) for seed in range(12, 18)], axis=0)
    np.testing.assert_allclose(off, 0, atol=0.3)


def _off_the_usual(seed: int) -> Floats:
    """How far forecasts of one person's days are off their average by part of the day, tomorrow's and a year's."""
    rng = np.random.default_rng(seed)
    t = moments(rng, 120)
    evening = np.arange(len(t)) % 3 == 2
    amount = np.where(evening, rng.poisson(3.0, len(t)), 0.0)[:, None].astype(float)
    exposures = exposed(t, amount)
    felt = 0.8 * np.concatenate([[0.0], amount[:-1, 0]])
    pain = 3 + felt + wandering(rng, t, sd=0.5) + 0.3 * rng.standard_normal(len(t))
    series = Series(Readings(t, t % 24, pain), exposures)
    fitted = fit(series)
    assert found(fitted.probabilities).all()
    made = ahead_of(series, fitted, np.concatenate([DAYS_AHEAD[3:], DAYS_AHEAD[:3] + 24 * 365]))
    return np.asarray(made.mean.reshape(-1, 3) - whole(pain).reshape(-1, 3).mean(axis=0))


@pytest.mark.parametrize("kernel", [KERNELS[1], KERNELS[4]], ids=str)
def test_what_is_to_come_is_what_past_days_did_from_that_hour_on(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taken literally: each past day's later exposures alone, and what they weighed so many hours on."""
    monkeypatch.setattr("espalda.inference.forecasting.HABIT_RIDGE", 1e12)
    (readings, (start, end, part, amount, *_)), ahead = person(25, days=40), np.array([3.0, 20.0, 30.0, 71.0])
    mean, variance = loads_to_come(Exposures(start, end, part, amount), 1, kernel, readings, end[-1] + ahead)
    weighed = []
    for day in range(3, 40):
        opened = end[-1] - 24.0 * day
        later = end > opened
        begun = np.maximum(start[later], opened)
        left = amount[later] * ((end[later] - begun) / (end - start)[later])[:, None]
        weighed.append(loads(Exposures(begun, end[later], part[later], left), opened + ahead, (kernel,))[:, 1, 0])
    np.testing.assert_allclose(mean, np.mean(weighed, axis=0), rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(variance, np.var(weighed, axis=0), rtol=1e-8, atol=1e-12)


def test_units_and_the_hour_the_clock_starts_at_change_nothing() -> None:
    series, _ = found_person(1.0, KERNELS[1])
    (t, clock, y), (start, end, part, amount, *_) = series
    plain = ahead_of(series, fit(series), DAYS_AHEAD).probability
    for times, hours in ((2.0**-30, 0.0), (2.0**30, 0.0), (1.0, 1000.0)):
        other = Series(Readings(t + hours, clock, y), Exposures(start + hours, end + hours, part, amount * times))
        np.testing.assert_allclose(ahead_of(other, fit(other), DAYS_AHEAD).probability, plain, atol=1e-6)


# Its honesty.


@pytest.mark.parametrize("hours", [11.0, 24.0, 72.0])
def test_the_interval_holds_as_many_readings_as_it_claims(hours: float) -> None:
    """Over 150 people, with people of other time constants and more noise than the middle of the grid."""
    inside, claimed = [], []
    for seed in range(150):
        rng = np.random.default_rng([int(hours), seed])
        t = moments(rng, 60)
        sd, noise = rng.uniform(0.5, 1.5), rng.uniform(0.3, 1.0)
        pain = 4 + wandering(rng, t, rng.uniform(10, 120), sd) + noise * rng.standard_normal(len(t))
        y = whole(pain)
        last = len(t) - 1 - round(hours / 8)
        made = ahead_of(alone(y[: last + 1].astype(float), t[: last + 1]), NO_FACTORS, t[-1:] - t[last])
        inside.append(made.low[0] <= y[-1] <= made.high[0])
        claimed.append(made.inside[0])
    chance = np.array(claimed)
    error = np.sqrt((chance * (1 - chance)).sum())
    assert abs(sum(inside) - chance.sum()) <= norm.isf(1e-4) * error


# What could break it.


@pytest.mark.parametrize("readings", [0, 1, 5, 11])
def test_few_readings_give_no_forecast(readings: int) -> None:
    t = np.linspace(0, 80, readings)
    assert forecast(alone(np.full(readings, 3.0), t), NO_FACTORS, DAYS_AHEAD, DAYS_AHEAD % 24) is None


@pytest.mark.parametrize("pain", [0.0, 4.0, 10.0])
def test_constant_pain_goes_on(pain: float) -> None:
    t = moments(np.random.default_rng(20), 30)
    made = ahead_of(alone(np.full(len(t), pain), t), NO_FACTORS, DAYS_AHEAD)
    assert (made.low == pain).all()
    assert (made.high == pain).all()
    assert (made.inside > 0.9).all()


@pytest.mark.parametrize(
    "t",
    [
        np.linspace(0, 24 * 11, 12),
        np.linspace(0, 3, 12),
        np.concatenate([np.linspace(0, 5, 6), np.linspace(4000, 4005, 6)]),
        1e6 + np.linspace(0, 24 * 39, 40) + np.tile([0.0, 10.0], 20),
    ],
    ids=["twelve evenings", "twelve in an afternoon", "months between", "far from the origin"],
)
@pytest.mark.parametrize("edge", [(0, 10), (0, 1), (9, 10)], ids=str)
def test_odd_diaries_give_sane_numbers(t: Floats, edge: tuple[int, int]) -> None:
    pain = np.random.default_rng(21).choice(edge, len(t)).astype(float)
    made = ahead_of(alone(pain, t), NO_FACTORS, np.array([0.0, 0.01, 24.0, 1e5]))
    assert np.isfinite(made.probability).all()
    assert (made.probability[:, edge[0] : edge[1] + 1].sum(axis=1) > 0.7).all()


@pytest.mark.parametrize("days", [4, 6, 15])
def test_a_short_diary_with_a_factor_in_it(days: int) -> None:
    series = person(22, days=days, effects={0: (3.0, KERNELS[1])})
    fitted = fit(series)
    sure = fitted._replace(factors=tuple(one._replace(probability=0.999) for one in fitted.factors))
    ahead_of(series, sure, np.concatenate([DAYS_AHEAD, [24.0 * 30, 24.0 * 365]]))


def test_factors_never_done_or_never_told_are_let_be() -> None:
    series = person(23, days=40, effects={0: (1.5, KERNELS[1])})
    amount = series.exposures.amount.copy()
    amount[:, 1], amount[:, 2] = 0.0, np.nan
    changed = with_amounts(series, amount)
    ahead_of(changed, fit(changed), DAYS_AHEAD)
    assert ahead_of(changed, fit(changed), np.zeros(0)).mean.shape == (0,)
