"""The engine: from readings and exposures to what each factor does, with its uncertainty."""

from __future__ import annotations

from collections.abc import Callable
from statistics import NormalDist
from typing import Final, NamedTuple

import numpy as np

from espalda.inference.censoring import beyond_the_ends, is_censored
from espalda.inference.evidence import Grams, at_points, coefficients, factor_sets, grams
from espalda.inference.loads import KERNELS, Kernel, done_variously, impute, in_shares, loads, standardised, varying
from espalda.inference.outliers import drawn_in
from espalda.inference.refinement import FINE, MOST, Through, refine
from espalda.inference.selection import PRIOR_A, PRIOR_B, Models, both_act, peak_of, search
from espalda.inference.series import Bools, Exposures, Floats, Ints, Readings, Series
from espalda.inference.whitening import Grid, Whitened, base_columns, noise_grid, whiten

FALSE_DISCOVERY_RATE: Final = 0.05
SLABS: Final = (0.04, 0.25)
"""Prior variances of an effect per SD of load, in units of the readings' variance: SDs of 0.2 and 0.5."""
WIDEST: Final = 10.0
"""NRS points: no effect is larger, and one nothing is known of may be anything up to it."""
FEWEST_READINGS: Final = 12
FEWEST_DOSES: Final = 5
LIKELY: Final = 0.8
"""Probability from which a factor counts as acting where effects are told finely: of two that stand in for each other
one acts, not both."""
MODEL_ERROR: Final = 0.1
"""Standard deviation of what the model itself gets wrong, as a share of an effect: doses do not quite add up, pain
steers what is done beyond what the readings tell, numbers are rounded. It does not shrink as the diary grows."""
COMPONENTS: Final = 200
"""Models (by weight) that a factor's interval is drawn from."""
NEGLIGIBLE: Final = 1e-4
"""Share of the weight of the models of one size below which a grid point's coefficients are left out."""
STEPS: Final = np.array([NormalDist().inv_cdf((i + 0.5) / 50) for i in range(50)])
"""Points of equal weight that a standard normal counts as in a mixture."""
LEVELS: Final = np.array([0.025, 0.975])
"""What lies below either end of an interval."""


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


def unknown(widest: float) -> FactorFit:
    """Return the fit of a factor nothing is known of, whose effect may be anything up to `widest`."""
    nothing = Estimate(0.0, -widest, widest, widest)
    return FactorFit(PRIOR_A / (PRIOR_A + PRIOR_B), nothing, nothing, 0.5, KERNELS[0], informed=False)


def per_unit(factor: FactorFit, units: float) -> FactorFit:
    """Return a fit told per share of `units` as one told per unit."""
    if not factor.informed:
        return factor
    return factor._replace(effect=Estimate(*(value / units for value in factor.effect)))


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


class Told(NamedTuple):
    """What the models tell of one factor's effect if it acts; `kernel` is the place of the likeliest."""

    effect: Estimate
    swing: Estimate
    sign: float
    kernel: int


class Path(NamedTuple):
    """The functions that do most of the work: `NUMPY` below, or the same numbers by loops compiled beforehand.

    Attributes
    ----------
    loads
        Carry-over of exposures at some moments through some kernels.
    search
        The models that matter, given moments, base, loads and readings, the prior variances and how many factors.
    told
        What the models tell of each factor's effect, given each column's SD, how many factors and kernels.
    refine
        What acting factors do through finer kernels.
    whiten
        Columns made independent at each point of a noise grid.
    """

    loads: Callable[[Exposures, Floats, tuple[Kernel, ...]], Floats]
    search: Callable[[Floats, Floats, Floats, Floats, tuple[float, ...], int], Models]
    told: Callable[[Models, Floats, int, int], list[Told]]
    refine: Callable[[Readings, Floats, Exposures, list[Kernel], tuple[float, ...]], list[Through]]
    whiten: Callable[[Floats, Floats, Grid], Whitened]


def fit(series: Series, path: Path | None = None) -> Fit:
    """Return what the readings say of each factor."""
    path = path or NUMPY
    readings, exposures = series
    if len(readings.y) < FEWEST_READINGS:
        return fit_columns(readings, np.zeros((0, exposures.amount.shape[1], len(KERNELS))), np.zeros((0, 0)))
    varied = done_variously(exposures, FEWEST_DOSES)
    shares, largest = in_shares(exposures)
    complete = impute(shares)
    columns = path.loads(complete, readings.t, KERNELS) * varied[:, None]
    base = base_columns(readings)
    fitted = fit_columns(readings, columns, base, path)
    within = drawn_in(readings, _explained(fitted, base, columns), path.whiten)
    if within is not readings:
        readings, fitted = within, fit_columns(within, columns, base, path)
    acting = _acting(fitted)
    if len(acting):
        if is_censored(readings):
            readings = beyond_the_ends(readings, _explained(fitted, base, columns))
        fitted = _refined(fitted, acting, readings, base, complete, path)
    return fitted._replace(factors=tuple(map(per_unit, fitted.factors, largest.tolist())))


def _explained(fitted: Fit, base: Floats, columns: Floats) -> Floats:
    """Return what every model holds, and beside it the loads of the factors likely to act, ``(n, q)``."""
    acting = _acting(fitted)
    return np.hstack([base, columns[:, acting, [KERNELS.index(fitted.factors[place].kernel) for place in acting]]])


def _acting(fitted: Fit) -> Ints:
    """Return the places of the factors that are likely to act, the strongest first and no more than can be refined."""
    strength = np.array([-abs(factor.swing.mean) for factor in fitted.factors])
    order = np.argsort(strength, kind="stable")
    return order[fitted.probabilities[order] >= LIKELY][:MOST]


def _refined(fitted: Fit, acting: Ints, readings: Readings, base: Floats, exposures: Exposures, path: Path) -> Fit:
    """Return the fit with the effects of the factors that act told through finer kernels."""
    factors = list(fitted.factors)
    some = exposures._replace(amount=exposures.amount[:, acting])
    refined = path.refine(readings, base, some, [factors[place].kernel for place in acting], SLABS)
    for place, (weight, mean, variance, scale) in zip(acting, refined, strict=True):
        spread = np.sqrt(variance + (MODEL_ERROR * mean) ** 2)
        felt = np.where(np.isfinite(scale), weight, 0.0)
        factors[place] = factors[place]._replace(
            effect=_estimate(felt / felt.sum(), mean / scale, spread / scale),
            swing=_estimate(weight, mean, spread),
            sign=float(weight @ (mean[:, None] + spread[:, None] * STEPS > 0).mean(axis=1)),
            kernel=FINE[int(np.argmax(weight))],
        )
    return fitted._replace(factors=tuple(factors))


def fit_columns(readings: Readings, columns: Floats, base: Floats, path: Path | None = None) -> Fit:
    """Return what the readings say of each factor, its loads given.

    `columns` are the loads through each kernel, ``(n, k, kernels)``; a factor all of whose loads are constant is
    one the readings can say nothing of. `base` holds what every model holds, ``(n, q)``.
    """
    n, k, kernels = columns.shape
    nothing = unknown(WIDEST)
    together, correlation = np.eye(k) * nothing.probability, np.eye(k)
    informed = np.asarray(varying(columns).any(axis=1))
    if not informed.any():
        return Fit((nothing,) * k, together, correlation)
    loaded, scale = standardised(columns[:, informed].reshape(n, -1))
    path, count = path or NUMPY, int(informed.sum())
    models = path.search(readings.t, base, loaded, readings.y - readings.y.mean(), SLABS, count)
    both = both_act(models, count, kernels)
    told = path.told(models, scale, count, kernels)
    fits: list[FactorFit] = [nothing] * k
    for factor, probability, one in zip(np.flatnonzero(informed), np.diagonal(both).tolist(), told, strict=True):
        fits[factor] = FactorFit(probability, one.effect, one.swing, one.sign, KERNELS[one.kernel], informed=True)
    inside = np.ix_(informed, informed)
    together[inside] = np.diagonal(both)[:, None] + np.diagonal(both) - both
    left = loaded[:, np.arange(count) * kernels + [one.kernel for one in told]]
    left = left - base @ (base.T @ left) / n
    size = np.linalg.norm(left, axis=0)
    size[size == 0] = 1.0  # a load that reached no reading goes together with no other
    correlation[inside] = left.T @ left / np.outer(size, size)
    np.fill_diagonal(correlation, 1.0)
    return Fit(tuple(fits), together, correlation)


def _search(t: Floats, base: Floats, loaded: Floats, y: Floats, slabs: tuple[float, ...], factors: int) -> Models:
    """Return the models that matter of columns ordered factor by factor, from readings `y` of mean zero."""
    white = whiten(t, np.column_stack([base, loaded, y]), noise_grid())
    return search(grams(white.columns, white.log_det, base.shape[1], slabs), factors, loaded.shape[1] // factors)


class _Weighed(NamedTuple):
    """Posterior draws of coefficients, one a row: column, weight, mean and variance in SDs of load."""

    column: Ints
    weight: Floats
    mean: Floats
    variance: Floats


def _told(models: Models, scale: Floats, factors: int, kernels: int) -> list[Told]:
    """Return what the models tell of each factor's effect, if it acts; `scale` is the SD of each column, ``(p,)``."""
    peak = peak_of(models.levels)
    parts = [
        _coefficients(models.statistics, level.sets, np.exp(level.log_weight - peak))
        for level in models.levels
        if level.sets.size
    ]
    drawn = _Weighed(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    return [_factor_told(drawn, place, kernels, scale) for place in range(factors)]


def _coefficients(statistics: Grams, sets: Ints, weight: Floats) -> _Weighed:
    """Return the coefficients of sets of one size, each a normal with the moments of its grid points' mixture."""
    points = np.flatnonzero(weight.sum(axis=1) > NEGLIGIBLE * weight.sum())
    some = at_points(statistics, points)
    mean, variance = coefficients(some, sets, factor_sets(some, sets))
    total = np.maximum(weight[points].sum(axis=0), 1e-300)
    share = (weight[points] / total)[:, :, None]
    middle = (share * mean).sum(axis=0)
    spread = (share * (variance + (mean - middle) ** 2)).sum(axis=0)
    return _Weighed(sets.ravel(), np.repeat(total, sets.shape[1]), middle.ravel(), spread.ravel())


def _factor_told(drawn: _Weighed, place: int, kernels: int, scale: Floats) -> Told:
    """Return what is told of the factor at `place`."""
    mine = drawn.column // kernels == place
    column, weight = drawn.column[mine], drawn.weight[mine]
    through = np.bincount(column - place * kernels, weights=weight, minlength=kernels)
    best = int(np.argmax(through))
    keep = np.argsort(-weight)[:COMPONENTS]
    column, weight = column[keep], weight[keep] / weight[keep].sum()
    middle, spread = drawn.mean[mine][keep], np.sqrt(drawn.variance[mine][keep])
    points = (middle[:, None] + spread[:, None] * STEPS).ravel()
    sign = float(np.repeat(weight / len(STEPS), len(STEPS))[points > 0].sum())
    # A kernel that reached no reading yet says nothing of the effect of a dose.
    felt = np.where(np.isfinite(scale[column]), weight, 0.0)
    effect = _estimate(felt / felt.sum(), middle / scale[column], spread / scale[column])
    return Told(effect, _estimate(weight, middle, spread), sign, best)


def _estimate(weight: Floats, middle: Floats, spread: Floats) -> Estimate:
    """Return the estimate of a mixture of normals, its weights adding up to one."""
    mean = float(weight @ middle)
    sd = float(np.sqrt(weight @ (spread**2 + (middle - mean) ** 2)))
    points = (middle[:, None] + spread[:, None] * STEPS).ravel()
    order = np.argsort(points)
    below = np.cumsum(np.repeat(weight / len(STEPS), len(STEPS))[order])
    low, high = points[order][np.searchsorted(below, LEVELS).clip(max=len(order) - 1)]
    return Estimate(mean, float(low), float(high), sd)


NUMPY: Final = Path(loads, _search, _told, refine, whiten)
"""The path of one person's answer: no compiler to wait for."""
