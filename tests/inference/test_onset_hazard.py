"""The onsets' likelihood, its modes and integrals, against slow truths: finite differences, scipy and quadrature."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import dblquad, quad
from scipy.optimize import minimize

from espalda.inference.evidence import factor_sets
from espalda.inference.hazard import Modes, Problem, derivatives, guess, modes, surrogate
from espalda.inference.series import Floats, Ints

LAPLACE_ERROR = {0: 0.05, 1: 0.05, 3: 0.05, 8: 0.02, 20: 0.02, 60: 0.02}
"""What Laplace's log evidence, and that of a Bayes factor of one column, may be off by, by the number of onsets."""


def problem_of(onsets: int, columns: int, *, n: int = 150, mean: float = 0.0, seed: int = 0) -> Problem:
    """Intervals of 4 to 12 hours, a level and so many columns; onsets likelier where the first is high."""
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((columns, n))
    likely = np.argsort(-(z[0] if columns else np.zeros(n)) - 1.5 * rng.gumbel(size=n))
    hours = rng.uniform(4, 12, n)
    held = np.vstack([np.full((1, n), 2.0), 0.7 * z[:, likely]])
    return Problem(held, np.concatenate([[-2.9], np.full(columns, mean)]), np.log(hours[likely]), onsets, 1)


def log_posterior(problem: Problem, rows: Ints, at: Floats) -> float:
    """Log likelihood and prior density, from their definitions."""
    expected = np.exp(problem.log_hours + at @ problem.columns[rows])
    hit, missed = expected[: problem.onsets], expected[problem.onsets :]
    off = at - problem.mean[rows]
    log_likelihood = float(np.log(1 - np.exp(-hit)).sum() - missed.sum())
    return log_likelihood - 0.5 * float(off @ off) - 0.5 * len(at) * float(np.log(2 * np.pi))


def fitted(problem: Problem, chosen: list[int]) -> Modes:
    sets = np.array([chosen], dtype=np.int64)
    start = np.concatenate([problem.mean[:1], np.zeros(len(chosen))])[None]
    return modes(problem, sets, start)


@pytest.mark.parametrize("eta", [-40.0, -12.0, -3.0, -0.5, 0.4, 2.0, 4.0])
def test_derivatives_are_those_of_the_likelihood(eta: float) -> None:
    step = 1e-4
    at = np.array([[eta - step] * 2, [eta] * 2, [eta + step] * 2])
    value, slope, curvature = derivatives(at, 1)
    np.testing.assert_allclose(value[1], [np.log(-np.expm1(-np.exp(eta))), -np.exp(eta)], rtol=1e-12)
    np.testing.assert_allclose(slope[1], (value[2] - value[0]) / (2 * step), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(-curvature[1], (slope[2] - slope[0]) / (2 * step), rtol=1e-6, atol=1e-9)


@given(st.floats(-1e6, 1e6))
def test_no_hazard_is_too_small_or_too_large(eta: float) -> None:
    for numbers in derivatives(np.full((1, 2), eta), 1):
        assert np.isfinite(numbers).all()


@pytest.mark.parametrize("onsets", [0, 1, 8, 40, 150])
@pytest.mark.parametrize("mean", [0.0, 1.5])
def test_modes_are_those_scipy_finds(onsets: int, mean: float) -> None:
    problem = problem_of(onsets, 3, mean=mean)
    at = fitted(problem, [0, 2])
    rows = np.array([0, 1, 3])
    scipys = minimize(lambda b: -log_posterior(problem, rows, b), np.array([-2.5, 0, 0]), method="BFGS")
    np.testing.assert_allclose(at.mean[0], scipys.x, atol=2e-5)
    assert log_posterior(problem, rows, at.mean[0]) >= -scipys.fun - 1e-9


def test_with_much_data_and_a_wide_prior_the_mode_is_the_likeliest() -> None:
    """Constant hazard, no columns: the intervals' own maximum likelihood, found by bisection of its slope."""
    problem = problem_of(60, 0, n=600)
    wide = problem._replace(columns=problem.columns * 50, mean=problem.mean / 50)
    hours = np.exp(problem.log_hours)

    def slope(rate: float) -> float:
        hit = hours[:60]
        return float((hit / np.expm1(rate * hit)).sum() - hours[60:].sum())

    low, high = 1e-4, 1.0
    for _ in range(80):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    assert np.exp(100.0 * fitted(wide, []).mean[0, 0]) == pytest.approx(low, rel=1e-4)


@given(
    onsets=st.integers(0, 30),
    columns=st.integers(0, 4),
    times=st.floats(0.01, 3),
    level=st.floats(-8, 3),
    seed=st.integers(0, 99),
)
def test_newton_arrives_from_anywhere(onsets: int, columns: int, times: float, level: float, seed: int) -> None:
    problem = problem_of(onsets, columns, n=30, seed=seed)
    problem = problem._replace(columns=problem.columns * times)
    rows = np.arange(columns + 1)
    start = np.concatenate([[level / times], np.full(columns, 0.5 / times)])[None]
    at = modes(problem, np.arange(columns)[None], start)
    _, slope, _ = derivatives(problem.log_hours + at.mean[0] @ problem.columns[rows], onsets)
    gradient = problem.columns[rows] @ slope - (at.mean[0] - problem.mean[rows])
    assert gradient @ at.covariance[0] @ gradient < 1e-6
    assert np.isfinite(at.log_evidence).all()


@pytest.mark.parametrize("onsets", LAPLACE_ERROR)
def test_evidence_of_a_level_is_the_integral(onsets: int) -> None:
    problem = problem_of(onsets, 0)
    at = fitted(problem, [])
    (mode,), sd = at.mean[0], float(np.sqrt(at.covariance[0, 0, 0]))
    rows, peak = np.array([0]), float(at.log_evidence[0])
    grid = (mode - 12 * sd, mode + 10 * sd)
    integral = quad(lambda b: np.exp(log_posterior(problem, rows, np.array([b])) - peak), *grid, points=[mode])[0]
    assert abs(np.log(integral)) < LAPLACE_ERROR[onsets]


@pytest.mark.parametrize("onsets", LAPLACE_ERROR)
@pytest.mark.parametrize("mean", [0.0, 1.5])
def test_evidence_of_a_level_and_a_column_is_the_integral(onsets: int, mean: float) -> None:
    problem = problem_of(onsets, 1, n=80, mean=mean)
    at = fitted(problem, [0])
    spread, turn = np.linalg.eigh(at.covariance[0])
    peak = float(at.log_evidence[0])

    def density(u: float, v: float) -> float:
        place = at.mean[0] + turn @ (np.sqrt(spread) * np.array([u, v]))
        return float(np.exp(log_posterior(problem, np.array([0, 1]), place) - peak))

    mass = dblquad(density, -8, 8, -8, 8, epsabs=1e-4, epsrel=1e-4)[0] * np.sqrt(spread.prod())
    error = np.log(mass)
    assert abs(error) < LAPLACE_ERROR[onsets]
    level = fitted(problem, [])
    (mode,), sd = level.mean[0], float(np.sqrt(level.covariance[0, 0, 0]))
    alone = quad(
        lambda b: np.exp(log_posterior(problem, np.array([0]), np.array([b])) - level.log_evidence[0]),
        mode - 12 * sd,
        mode + 10 * sd,
        points=[mode],
    )[0]
    assert abs(error - np.log(alone)) < LAPLACE_ERROR[onsets]


def test_models_are_fitted_together_as_they_are_alone() -> None:
    problem = problem_of(12, 5)
    sets = np.array([[0, 1], [2, 4], [1, 3]])
    together = modes(problem, sets, np.zeros((3, 3)))
    for place, chosen in enumerate(sets.tolist()):
        alone = fitted(problem, chosen)
        np.testing.assert_allclose(together.mean[place], alone.mean[0], atol=1e-5)
        assert together.log_evidence[place] == pytest.approx(alone.log_evidence[0], abs=1e-5)


@pytest.mark.parametrize("mean", [0.0, -1.0])
def test_the_quadratic_about_a_mode_is_that_of_the_likelihood(mean: float) -> None:
    """Same mode, same spread; and sets are weighed as integrating the quadratic over base and columns would."""
    problem = problem_of(15, 4, mean=mean)
    sets = np.array([[0, 3]])
    at = fitted(problem, [0, 3])
    quadratic = surrogate(problem, at.log_hazard[0])
    held = np.ix_([0, 1, 4], [0, 1, 4])
    np.testing.assert_allclose(guess(problem, quadratic, sets), at.mean, atol=1e-5)
    np.testing.assert_allclose(np.linalg.inv(at.covariance[0]), quadratic.information[held])
    factored = factor_sets(quadratic.grams, sets)
    gain = 0.5 * (quadratic.grams.yy[0] - factored.rss[0, 0] - factored.log_det[0, 0]) + quadratic.bonus[[0, 3]].sum()
    score, level = quadratic.score[[0, 1, 4]], quadratic.information[0, 0]
    integral = 0.5 * (score @ np.linalg.solve(quadratic.information[held], score) - quadratic.score[0] ** 2 / level)
    integral -= 0.5 * (np.linalg.slogdet(quadratic.information[held])[1] - np.log(level)) + mean**2
    assert gain == pytest.approx(integral, abs=1e-9)
