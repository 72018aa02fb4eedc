"""The engine: from readings and exposures to what each factor does, with its uncertainty."""

from __future__ import annotations

from statistics import NormalDist
from typing import Final, NamedTuple

import numpy as np

from espalda.inference.censoring import beyond_the_ends, is_censored
from espalda.inference.evidence import Grams, at_points, coefficients, factor_sets, grams
from espalda.inference.loads import KERNELS, Kernel, impute, in_shares, loads
from espalda.inference.selection import PRIOR_A, PRIOR_B, Models, search
from espalda.inference.series import Bools, Exposures, Floats, Ints, Readings, Series
from espalda.inference.whitening import base_columns, noise_grid, whiten

FALSE_DISCOVERY_RATE: Final = 0.05
SLABS: Final = (0.04, 0.25)
"""Prior variances of an effect per SD of load, in units of the readings' variance: SDs of 0.2 and 0.5."""
WIDEST: Final = 10.0
"""NRS points: no effect is larger, and one nothing is known of may be anything up to it."""
FEWEST_READINGS: Final = 12
FEWEST_DOSES: Final = 5
LIKELY: Final = 0.5
"""Probability from which a factor counts as acting where readings at the end of the scale are judged."""
COMPONENTS: Final = 200
"""Models (by weight) that a factor's interval is drawn from."""
_STEPS = np.array([NormalDist().inv_cdf((i + 0.5) / 50) for i in range(50)])


class Estimate(NamedTuple):
    """Posterior mean, 95 % interval and standard deviation."""

    mean: float
    low: float
    high: float
    sd: float


class FactorFit(NamedTuple):
    """What is known of one factor.

    Attributes
    ----------
    probability
        That it acts at all.
    effect
        If it acts: points of the symptom that one unit adds, done at once, where it is felt most.
    swing
        If it acts: points that one standard deviation of its load adds, as its doses pile up in this diary.
    sign
        Probability that the effect, if there is one, is positive.
    kernel
        The likeliest way it acts, if it does.
    informed
        Whether the readings say anything about it: it was recorded, and varied.
    """

    probability: float
    effect: Estimate
    swing: Estimate
    sign: float
    kernel: Kernel
    informed: bool


class Fit(NamedTuple):
    """All factors' fits, and how they hang together.

    Attributes
    ----------
    factors
        One for each factor, in order.
    together
        Probability that at least one of two factors acts, shape ``(k, k)``.
    correlation
        Of the factors' likeliest loads at the readings, base curves taken out, shape ``(k, k)``.
    """

    factors: tuple[FactorFit, ...]
    together: Floats
    correlation: Floats

    @property
    def probabilities(self) -> Floats:
        """The probability of each factor that it acts, shape ``(k,)``."""
        return np.array([factor.probability for factor in self.factors])


def found(probability: Floats, rate: float = FALSE_DISCOVERY_RATE) -> Bools:
    """Return which factors to declare so that no more than `rate` of those declared are expected false.

    The Bayesian false discovery rate: the likeliest are declared while their mean probability of not acting stays
    within it (Newton et al. 2004).
    """
    order = np.argsort(-probability, kind="stable")
    false = np.cumsum(1.0 - probability[order]) / np.arange(1, len(order) + 1)
    declared = np.zeros(len(probability), dtype=bool)
    declared[order[: int((false <= rate).sum())]] = True
    return declared


def fit(series: Series) -> Fit:
    """Return what the readings say of each factor."""
    readings, exposures = series
    if len(readings.y) < FEWEST_READINGS:
        return fit_columns(readings, np.zeros((0, exposures.amount.shape[1], len(KERNELS))), np.zeros((0, 0)))
    varied = _varied(exposures)
    shares, largest = in_shares(exposures)
    columns = loads(impute(shares), readings.t) * varied[:, None]
    base = base_columns(readings)
    fitted = fit_columns(readings, columns, base)
    if is_censored(readings):
        acting = np.flatnonzero(fitted.probabilities >= LIKELY)
        through = [KERNELS.index(fitted.factors[place].kernel) for place in acting]
        beyond = beyond_the_ends(readings, np.hstack([base, columns[:, acting, through]]))
        fitted = fit_columns(beyond, columns, base)
    return fitted._replace(factors=tuple(map(_per_unit, fitted.factors, largest.tolist())))


def fit_columns(readings: Readings, columns: Floats, base: Floats) -> Fit:
    """Return what the readings say of each factor, its loads given.

    `columns` are the loads through each kernel, ``(n, k, kernels)``; a factor all of whose loads are constant is
    one the readings can say nothing of. `base` holds what every model holds, ``(n, q)``.
    """
    n, k, kernels = columns.shape
    nothing = Estimate(0.0, -WIDEST, WIDEST, WIDEST)
    unknown = FactorFit(PRIOR_A / (PRIOR_A + PRIOR_B), nothing, nothing, 0.5, KERNELS[0], informed=False)
    informed = np.asarray(_varying(columns).any(axis=1)) if n else np.zeros(k, dtype=bool)
    if not informed.any():
        return Fit((unknown,) * k, np.eye(k) * unknown.probability, np.eye(k))
    loaded = columns[:, informed].reshape(n, -1)
    scale = np.where(_varying(loaded), loaded.std(axis=0), np.inf)
    loaded = (loaded - loaded.mean(axis=0)) / scale
    white = whiten(readings.t, np.column_stack([base, loaded, readings.y - readings.y.mean()]), noise_grid())
    models = search(grams(white.columns, white.log_det, base.shape[1], SLABS), int(informed.sum()), kernels)
    return _summarise(models, scale, informed, unknown, loaded - base @ np.linalg.lstsq(base, loaded)[0])


def _per_unit(factor: FactorFit, units: float) -> FactorFit:
    """Return a fit told per share of `units` as one told per unit."""
    if not factor.informed:
        return factor
    return factor._replace(effect=Estimate(*(value / units for value in factor.effect)))


def _varying(columns: Floats) -> Bools:
    """Return which columns are more than one number and the rounding of it, whatever their unit."""
    return np.asarray(np.ptp(columns, axis=0) > 1e-9 * np.abs(columns).max(axis=0))


def _varied(exposures: Exposures) -> Bools:
    """Return for each factor whether it was done often enough, and not always alike, to learn from."""
    known = ~np.isnan(exposures.amount)
    doses = (known & (exposures.amount != 0)).sum(axis=0)
    low = np.where(known, exposures.amount, np.inf).min(axis=0, initial=np.inf)
    high = np.where(known, exposures.amount, -np.inf).max(axis=0, initial=-np.inf)
    return np.asarray((doses >= FEWEST_DOSES) & (high > low))


class _Weighed(NamedTuple):
    """Posterior draws of coefficients, one a row: column, weight, mean and variance in SDs of load."""

    column: Ints
    weight: Floats
    mean: Floats
    variance: Floats


def _summarise(
    models: Models,
    scale: Floats,
    informed: Bools,
    unknown: FactorFit,
    loads_left: Floats,
) -> Fit:
    kernels, count = len(KERNELS), int(informed.sum())
    every = [*models.levels, *models.light]
    peak = max(float(level.log_weight.max(initial=-np.inf)) for level in every)
    total = sum(float(np.exp(level.log_weight - peak).sum()) for level in every)
    both = np.zeros((count, count))
    for level in every:
        weight = np.exp(level.log_weight - peak).sum(axis=0) / total
        member = np.zeros((len(level.sets), count))
        np.put_along_axis(member, level.sets // kernels, 1.0, axis=1)
        both += member.T @ (weight[:, None] * member)
    parts = [
        _coefficients(models.statistics, level.sets, np.exp(level.log_weight - peak))
        for level in models.levels
        if level.sets.size
    ]
    drawn = _Weighed(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    inclusion = np.diagonal(both)
    fits: list[FactorFit] = [unknown] * len(informed)
    best_column = np.zeros(count, dtype=np.int64)
    for place, factor in enumerate(np.flatnonzero(informed)):
        fits[factor], best_column[place] = _factor_fit(drawn, place, float(inclusion[place]), scale)
    together, correlation = np.eye(len(informed)) * unknown.probability, np.eye(len(informed))
    inside = np.ix_(informed, informed)
    together[inside] = inclusion[:, None] + inclusion[None, :] - both
    left = loads_left[:, best_column]
    size = np.linalg.norm(left, axis=0)
    size[size == 0] = 1.0  # a load that reached no reading goes together with no other
    correlation[inside] = left.T @ left / np.outer(size, size)
    np.fill_diagonal(correlation, 1.0)
    return Fit(tuple(fits), together, correlation)


def _coefficients(statistics: Grams, sets: Ints, weight: Floats) -> _Weighed:
    """Return the coefficients of sets of one size, each a normal with the moments of its grid points' mixture."""
    points = np.flatnonzero(weight.sum(axis=1) > 1e-4 * weight.sum())
    some = at_points(statistics, points)
    mean, variance = coefficients(some, sets, factor_sets(some, sets))
    total = np.maximum(weight[points].sum(axis=0), 1e-300)
    share = (weight[points] / total)[:, :, None]
    middle = (share * mean).sum(axis=0)
    spread = (share * (variance + (mean - middle) ** 2)).sum(axis=0)
    return _Weighed(sets.ravel(), np.repeat(total, sets.shape[1]), middle.ravel(), spread.ravel())


def _factor_fit(drawn: _Weighed, place: int, probability: float, scale: Floats) -> tuple[FactorFit, int]:
    """Return the fit of the factor at `place`, and its likeliest column."""
    kernels = len(KERNELS)
    mine = drawn.column // kernels == place
    column, weight = drawn.column[mine], drawn.weight[mine]
    through = np.bincount(column - place * kernels, weights=weight, minlength=kernels)
    best = int(np.argmax(through))
    keep = np.argsort(-weight)[:COMPONENTS]
    column, weight = column[keep], weight[keep] / weight[keep].sum()
    middle, spread = drawn.mean[mine][keep], np.sqrt(drawn.variance[mine][keep])
    points = (middle[:, None] + spread[:, None] * _STEPS).ravel()
    sign = float(np.repeat(weight / len(_STEPS), len(_STEPS))[points > 0].sum())
    # A kernel that reached no reading yet says nothing of the effect of a dose.
    felt = np.where(np.isfinite(scale[column]), weight, 0.0)
    effect = _estimate(felt / felt.sum(), middle / scale[column], spread / scale[column])
    fit = FactorFit(probability, effect, _estimate(weight, middle, spread), sign, KERNELS[best], informed=True)
    return fit, place * kernels + best


def _estimate(weight: Floats, middle: Floats, spread: Floats) -> Estimate:
    """Return the estimate of a mixture of normals, its weights adding up to one."""
    mean = float(weight @ middle)
    sd = float(np.sqrt(weight @ (spread**2 + (middle - mean) ** 2)))
    points = (middle[:, None] + spread[:, None] * _STEPS).ravel()
    order = np.argsort(points)
    below = np.cumsum(np.repeat(weight / len(_STEPS), len(_STEPS))[order])
    low, high = points[order][np.searchsorted(below, [0.025, 0.975]).clip(max=len(order) - 1)]
    return Estimate(mean, float(low), float(high), sd)
