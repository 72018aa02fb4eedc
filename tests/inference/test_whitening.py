"""Whitening: the joint Gaussian it stands for, and the columns every model holds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from espalda.inference import Readings
from espalda.inference.series import Floats
from espalda.inference.whitening import Grid, Whitened, base_columns, independent, noise_grid, whiten

POINTS = range(len(noise_grid().tau_h))


def irregular(seed: int, n: int = 40) -> Floats:
    """Moments from a minute to half a day apart, with a gap of three months in their middle."""
    rng = np.random.default_rng(seed)
    gap = np.exp(rng.uniform(np.log(1 / 60), np.log(12), n))
    gap[n // 2] = 24 * 90
    return np.cumsum(gap)


def covariance(t: Floats, grid: Grid, point: int) -> Floats:
    state = np.exp(-np.abs(t[:, None] - t) / grid.tau_h[point])
    noise = grid.noise_share[point]
    return np.asarray((1 - noise) * state + noise * np.eye(len(t)))


def stands_for_the_joint_gaussian(whitening: Callable[[Floats, Floats, Grid], Whitened], point: int) -> None:
    """Find the likelihood of one column, at one point of the grid, as SciPy has it."""
    t, grid = irregular(point), noise_grid()
    y = np.random.default_rng(100 + point).normal(0, 2, len(t))
    white = whitening(t, y[:, None], grid)
    residual = white.columns[point, :, 0]
    log_density = -0.5 * (len(t) * np.log(2 * np.pi) + white.log_det[point] + residual @ residual)
    assert log_density == pytest.approx(multivariate_normal(cov=covariance(t, grid, point)).logpdf(y), rel=1e-9)


@pytest.mark.parametrize("point", POINTS)
def test_the_likelihood_is_that_of_the_joint_gaussian(point: int) -> None:
    stands_for_the_joint_gaussian(whiten, point)


@pytest.mark.parametrize("point", POINTS)
def test_columns_are_whitened_alike(point: int) -> None:
    t, grid = irregular(point), noise_grid()
    columns = np.random.default_rng(200 + point).standard_normal((len(t), 4))
    white = whiten(t, columns, grid).columns[point]
    expected = columns.T @ np.linalg.solve(covariance(t, grid, point), columns)
    np.testing.assert_allclose(white.T @ white, expected, rtol=1e-9, atol=1e-9 * expected.max())


def test_one_reading_is_itself() -> None:
    white = whiten(np.array([5.0]), np.array([[3.0]]), noise_grid())
    np.testing.assert_allclose(white.columns, 3.0)
    np.testing.assert_allclose(white.log_det, 0.0, atol=1e-15)


def test_the_grid_holds_every_pair_once() -> None:
    grid = noise_grid()
    pairs = set(zip(grid.tau_h.tolist(), grid.noise_share.tolist(), strict=True))
    assert len(pairs) == len(grid.tau_h) == len(set(grid.tau_h)) * len(set(grid.noise_share))


WEEK, WHOLE_WEEK = 4, 6
"""Columns of the week: two harmonics from four weeks on, three from eight."""


def readings(clock: list[float], days: int) -> Readings:
    wander = np.random.default_rng(days).uniform(-0.4, 0.4, (days, len(clock)))
    t = (24.0 * np.arange(days)[:, None] + np.array(clock) + wander).ravel()
    return Readings(t, t % 24.0, np.zeros(len(t)))


@pytest.mark.parametrize(
    ("clock", "days", "columns"),
    [
        ([9.0], 20, 2),
        ([9.0, 21.0], 20, 4),
        ([9.0, 14.5, 21.0], 20, 6),
        ([9.0, 14.5, 21.0], 30, 6 + WEEK),
        ([9.0, 14.5, 21.0], 130, 8 + WHOLE_WEEK),
        ([9.0, 14.5, 21.0], 3000, 12 + WHOLE_WEEK),
    ],
    ids=["one hour", "two parts of the day", "three", "a week", "bends once in two months", "six bends at most"],
)
def test_every_model_holds_a_level_a_trend_and_a_day(clock: list[float], days: int, columns: int) -> None:
    given = readings(clock, days)
    base = base_columns(given)
    assert base.shape == (len(given.t), columns)
    np.testing.assert_allclose(base.T @ base, len(base) * np.eye(columns), atol=1e-8 * len(base))
    for held in (np.ones_like(given.t), given.t):
        left = held - base @ (base.T @ held) / len(base)
        assert np.abs(left).max() < 1e-8 * np.abs(held).max()


def test_a_day_told_at_its_hours_alone_has_as_many_directions_as_hours() -> None:
    t = (24.0 * np.arange(20)[:, None] + [9.0, 21.0]).ravel()
    assert base_columns(Readings(t, t % 24.0, np.zeros(40))).shape == (40, 3)


def test_directions_the_readings_cannot_tell_apart_are_held_once() -> None:
    rng = np.random.default_rng(1)
    one, other = rng.standard_normal((2, 30))
    base = independent(np.column_stack([one, other, one + other, 2 * one]))
    assert base.shape == (30, 2)
    left = one - base @ (base.T @ one) / 30
    assert np.abs(left).max() < 1e-12
