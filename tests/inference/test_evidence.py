"""The marginal likelihood and the coefficients, against the densities they stand for.

The oracle knows nothing of Gram matrices: with the base flat, what is left of the readings (any contrasts the base
can't touch) is multivariate t, and the coefficients given it are what conditioning a joint t says.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
from scipy.linalg import null_space
from scipy.stats import multivariate_t
from tests.inference.test_whitening import covariance

from espalda.inference.evidence import (
    PRIOR_SCALE,
    PRIOR_SHAPE,
    Grams,
    at_points,
    coefficients,
    factor_sets,
    gains,
    grams,
    log_evidence,
)
from espalda.inference.series import Floats
from espalda.inference.whitening import Grid, whiten

SLABS = (0.04, 0.25)
GRID = Grid(np.array([8.0, 40.0, 160.0]), np.array([0.4, 0.08, 0.2]))
POINTS = range(len(SLABS) * len(GRID.tau_h))
SETS = [[], [0], [3], [1, 4], [0, 2, 5], [1, 2, 3, 4]]


class Problem(NamedTuple):
    """Readings, base and columns, and their statistics."""

    t: Floats
    base: Floats
    columns: Floats
    y: Floats
    statistics: Grams


@pytest.fixture(scope="module")
def problem() -> Problem:
    rng = np.random.default_rng(3)
    n = 30
    t = np.cumsum(rng.uniform(0.5, 12, n))
    base = np.column_stack([np.ones(n), t / 100, np.cos(t)])
    columns = rng.standard_normal((n, 6))
    columns[:, 4] = columns[:, 1] + 0.2 * rng.standard_normal(n)
    y = 3 + 0.8 * columns[:, 1] + rng.standard_normal(n)
    white = whiten(t, np.column_stack([base, columns, y]), GRID)
    return Problem(t, base, columns, y, grams(white.columns, white.log_det, base.shape[1], SLABS))


class Contrasts(NamedTuple):
    """What the base can't touch: readings, columns and covariance in units of the variance, at a grid point."""

    y: Floats
    columns: Floats
    covariance: Floats
    slab: float


def contrasts(problem: Problem, chosen: list[int], point: int) -> Contrasts:
    slab, place = SLABS[point // len(GRID.tau_h)], point % len(GRID.tau_h)
    left = null_space(problem.base.T)
    columns = left.T @ problem.columns[:, chosen]
    noise_covariance = left.T @ covariance(problem.t, GRID, place) @ left
    return Contrasts(left.T @ problem.y, columns, noise_covariance + slab * columns @ columns.T, slab)


def direct_log_evidence(problem: Problem, chosen: list[int], point: int) -> float:
    seen = contrasts(problem, chosen, point)
    scale = PRIOR_SCALE / PRIOR_SHAPE * seen.covariance
    return float(multivariate_t(shape=scale, df=2 * PRIOR_SHAPE).logpdf(seen.y))


def direct_coefficients(problem: Problem, chosen: list[int], point: int) -> tuple[Floats, Floats]:
    seen = contrasts(problem, chosen, point)
    across = np.linalg.solve(seen.covariance, seen.columns * seen.slab)
    mean = across.T @ seen.y
    variance = seen.slab * (1 - np.sum(seen.columns * across, axis=0))
    df, m = 2 * PRIOR_SHAPE, len(seen.y)
    distance = seen.y @ np.linalg.solve(PRIOR_SCALE / PRIOR_SHAPE * seen.covariance, seen.y)
    wider = (df + distance) / (df + m) * (df + m) / (df + m - 2) * PRIOR_SCALE / PRIOR_SHAPE
    return mean, wider * variance


def test_differences_of_evidence_are_those_of_the_densities(problem: Problem) -> None:
    """Between sets of any size, and between points of the grid."""
    ours, direct = [], []
    for chosen in SETS:
        sets = np.array([chosen], dtype=np.int64)
        factored = factor_sets(problem.statistics, sets)
        ours.append(log_evidence(problem.statistics, factored.rss, factored.log_det)[:, 0])
        direct.append([direct_log_evidence(problem, chosen, point) for point in POINTS])
    difference = np.array(ours) - np.array(direct)
    assert np.ptp(direct) > 5
    np.testing.assert_allclose(difference, difference[0, 0], rtol=0, atol=1e-9)


@pytest.mark.parametrize("chosen", SETS[1:], ids=str)
def test_coefficients_are_those_of_the_conditioned_density(problem: Problem, chosen: list[int]) -> None:
    sets = np.array([chosen], dtype=np.int64)
    mean, variance = coefficients(problem.statistics, sets, factor_sets(problem.statistics, sets))
    for point in POINTS:
        expected_mean, expected_variance = direct_coefficients(problem, chosen, point)
        np.testing.assert_allclose(mean[point, 0], expected_mean, rtol=1e-9, atol=1e-11)
        np.testing.assert_allclose(variance[point, 0], expected_variance, rtol=1e-9)


@pytest.mark.parametrize("chosen", SETS, ids=str)
def test_gains_are_what_the_grown_set_gives(problem: Problem, chosen: list[int]) -> None:
    sets = np.array([chosen], dtype=np.int64)
    rss, log_det = gains(problem.statistics, sets, factor_sets(problem.statistics, sets))
    for column in sorted(set(range(6)) - set(chosen)):
        grown = factor_sets(problem.statistics, np.array([[*chosen, column]]))
        np.testing.assert_allclose(rss[:, 0, column], grown.rss[:, 0], rtol=1e-10)
        np.testing.assert_allclose(log_det[:, 0, column], grown.log_det[:, 0], rtol=1e-10, atol=1e-12)


def test_the_order_of_a_sets_columns_changes_nothing(problem: Problem) -> None:
    orders = np.array([[0, 1, 4], [4, 0, 1], [1, 4, 0]])
    factored = factor_sets(problem.statistics, orders)
    mean, variance = coefficients(problem.statistics, orders, factored)
    by_column = np.argsort(orders, axis=1)[None]
    for each in (
        factored.rss,
        factored.log_det,
        np.take_along_axis(mean, by_column, axis=2),
        np.take_along_axis(variance, by_column, axis=2),
    ):
        for one, other in pairwise(range(len(orders))):
            np.testing.assert_allclose(each[:, one], each[:, other], rtol=1e-10)


def test_sets_are_scored_together_as_they_are_alone(problem: Problem) -> None:
    together = factor_sets(problem.statistics, np.array([[0, 1], [2, 5]]))
    alone = factor_sets(problem.statistics, np.array([[2, 5]]))
    np.testing.assert_array_equal(together.rss[:, 1], alone.rss[:, 0])
    np.testing.assert_array_equal(together.log_det[:, 1], alone.log_det[:, 0])


def test_some_points_are_those_points(problem: Problem) -> None:
    some = at_points(problem.statistics, np.array([4, 1]))
    sets = np.array([[0, 3]])
    np.testing.assert_array_equal(factor_sets(some, sets).rss, factor_sets(problem.statistics, sets).rss[[4, 1]])
    assert some.slab.tolist() == [SLABS[1], SLABS[0]]


def test_a_column_twice_has_a_finite_evidence(problem: Problem) -> None:
    columns = np.column_stack([problem.base, problem.columns[:, [0, 0]], problem.y])
    white = whiten(problem.t, columns, GRID)
    statistics = grams(white.columns, white.log_det, problem.base.shape[1], SLABS)
    sets = np.array([[0, 1]])
    factored = factor_sets(statistics, sets)
    mean, variance = coefficients(statistics, sets, factored)
    assert np.isfinite(log_evidence(statistics, factored.rss, factored.log_det)).all()
    np.testing.assert_allclose(mean[..., 0], mean[..., 1], rtol=1e-6)
    assert (variance > 0).all()
