"""The hazard of an onset within an interval: likelihood, modes and marginal likelihoods of many models at once.

In an interval the chance of an onset is 1 - exp(-exp(eta)), eta = log(hours) + Z b: the complementary log-log link,
which is what a hazard constant within the interval gives (Prentice and Gloeckler 1978). The coefficients b are
normal beforehand, each with standard deviation one: columns come scaled so. Given a model, the likelihood is
log-concave, its mode is found by Newton's method and its integral taken by Laplace's approximation.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from espalda.inference.evidence import Grams
from espalda.inference.series import Floats, Ints

LONGEST_STEP: Final = 2.0
"""No Newton step moves the log hazard of any interval by more."""
SETTLED: Final = 1e-10
"""A mode is found when the next step would gain less, in units of log evidence."""
MOST_STEPS: Final = 40
_LEAST_LOG, _MOST_LOG = -60.0, 6.0


class Problem(NamedTuple):
    """Intervals at risk, those that ended in an onset first, with `q` columns of every model and `p` to choose from.

    Attributes
    ----------
    columns
        Base and candidate columns times their coefficients' prior standard deviations, shape ``(q + p, n)``.
    mean
        Prior means of the coefficients in those standard deviations, shape ``(q + p,)``.
    log_hours
        Log of each interval's length, shape ``(n,)``.
    onsets, bases
        How many of the intervals ended in an onset; how many of the columns every model holds, `q`.
    """

    columns: Floats
    mean: Floats
    log_hours: Floats
    onsets: int
    bases: int


class Modes(NamedTuple):
    """Models of one size, each at the mode of its posterior.

    Attributes
    ----------
    mean, covariance
        Of the normal approximation to the coefficients, base first: ``(models, d)`` and ``(models, d, d)``.
    log_evidence
        Laplace's approximation of the log marginal likelihood, shape ``(models,)``.
    log_hazard
        Log of the expected onsets of each interval, shape ``(models, n)``.
    """

    mean: Floats
    covariance: Floats
    log_evidence: Floats
    log_hazard: Floats


def derivatives(eta: Floats, onsets: int) -> tuple[Floats, Floats, Floats]:
    """Return the log likelihood of each interval, its slope and its negative curvature in `eta`, ``(…, n)`` each."""
    expected = np.exp(np.clip(eta, _LEAST_LOG, _MOST_LOG))
    value, slope, curvature = -expected, -expected, expected.copy()
    hit = expected[..., :onsets]
    ratio = hit / np.expm1(hit)
    value[..., :onsets] = np.log(-np.expm1(-hit))
    slope[..., :onsets] = ratio
    curvature[..., :onsets] = np.maximum(ratio * (hit + ratio - 1.0), 0.0)
    return value, slope, curvature


def rows_of(problem: Problem, sets: Ints) -> Ints:
    """Return the rows of `Problem.columns` that models with these sets of candidates hold, base first."""
    base = np.broadcast_to(np.arange(problem.bases), (len(sets), problem.bases))
    return np.concatenate([base, problem.bases + sets], axis=1)


def modes(problem: Problem, sets: Ints, start: Floats) -> Modes:
    """Return models of one size at their modes, searched from `start`, shape ``(models, bases + size)``."""
    rows = rows_of(problem, sets)
    held, prior = problem.columns[rows], problem.mean[rows]
    mean = start.copy()
    unit = np.eye(rows.shape[1])
    for _ in range(MOST_STEPS):
        eta = problem.log_hours + np.matmul(mean[:, None], held)[:, 0]
        value, slope, curvature = derivatives(eta, problem.onsets)
        off = mean - prior
        gradient = np.matmul(held, slope[:, :, None])[:, :, 0] - off
        information = np.matmul(held * curvature[:, None], held.transpose(0, 2, 1)) + unit
        step = np.linalg.solve(information, gradient[:, :, None])[:, :, 0]
        gain = 0.5 * (gradient * step).sum(axis=1)
        if gain.max() < SETTLED:
            break
        longest = np.abs(np.matmul(step[:, None], held)[:, 0]).max(axis=1, initial=0.0)
        mean = mean + step * np.minimum(1.0, LONGEST_STEP / np.maximum(longest, LONGEST_STEP))[:, None]
    reached = value.sum(axis=1) - 0.5 * (off * off).sum(axis=1) + gain
    log_evidence = reached - 0.5 * np.linalg.slogdet(information)[1]
    return Modes(mean, np.linalg.inv(information), log_evidence, eta)


class Surrogate(NamedTuple):
    """The log likelihood of all columns taken as quadratic about a point: exact where the point is the mode.

    Attributes
    ----------
    grams
        The statistics of the candidate columns with the base integrated out, one grid point, slab variance one.
    bonus
        What a column adds to the log evidence beside, for the sake of its prior mean, shape ``(p,)``.
    information, score
        The quadratic: ``(q + p, q + p)`` and ``(q + p,)``, priors included.
    """

    grams: Grams
    bonus: Floats
    information: Floats
    score: Floats


def surrogate(problem: Problem, log_hazard: Floats) -> Surrogate:
    """Return the quadratic about the point where the intervals have these log expected onsets, shape ``(n,)``."""
    columns, q = problem.columns, problem.bases
    _, slope, curvature = derivatives(log_hazard, problem.onsets)
    information = (columns * curvature) @ columns.T
    score = columns @ (slope + curvature * (log_hazard - problem.log_hours)) + problem.mean
    information[np.diag_indices(q)] += 1.0
    across = np.linalg.solve(information[:q, :q], np.column_stack([information[:q, q:], score[:q]]))
    xx = information[q:, q:] - information[q:, :q] @ across[:, :-1]
    xy = score[q:] - information[q:, :q] @ across[:, -1]
    information[np.arange(q, len(columns)), np.arange(q, len(columns))] += 1.0
    # Residual sums are differences from one that no set of columns can use up.
    yy = 1.0 + float(xy @ np.linalg.solve(xx + np.eye(len(xx)), xy))
    one = np.ones(1)
    return Surrogate(
        Grams(xx[None], xy[None], yy * one, one, 0.0 * one, shape=np.inf),
        -0.5 * problem.mean[q:] ** 2,
        information,
        score,
    )


def guess(problem: Problem, quadratic: Surrogate, sets: Ints) -> Floats:
    """Return where the quadratic puts the modes of models with these sets, shape ``(models, bases + size)``."""
    rows = rows_of(problem, sets)
    information = quadratic.information[rows[:, :, None], rows[:, None, :]]
    return np.asarray(np.linalg.solve(information, quadratic.score[rows][:, :, None])[:, :, 0])
