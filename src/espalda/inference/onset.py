"""Spasm onsets: what each factor does to their hazard, and the chance of another one.

Pain's mean may hardly move while bad spells become likelier: onsets are asked apart. Between two readings close
enough, the first of them free of a spasm, a person is at risk; the hazard there depends on the part of the day, a
slow trend, how the back was when the interval began, how recent the last spasm was, and on the factors' loads.

Only what was done before the interval began counts. What was done within it may be what the spasm made the person
do (lie down, take a tablet), and no diary tells the two apart; its carry-over counts from the next interval on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from espalda.inference.engine import LEVELS, STEPS, Estimate, FactorFit, per_unit, unknown
from espalda.inference.hazard import Problem, rows_of
from espalda.inference.loads import KERNELS, done_variously, impute, in_shares, loads, standardised, varying
from espalda.inference.onset_selection import Weighed, empty_model, search
from espalda.inference.selection import PRIOR_A, PRIOR_B, log_sum
from espalda.inference.series import Bools, Exposures, Floats, Ints

FEWEST_EPISODES: Final = 8
"""Episodes from which a factor may be declared to act on onsets; with fewer they are ranked only."""
FEWEST_DOSES: Final = 3
APART_H: Final = 24.0
"""A spasm that begins sooner after the last one belongs to the same episode (three in four are over in a day)."""
RECENT_H: Final = 48.0
"""Half-life of how much a recent spasm matters."""
SLAB_SD: Final = 0.7
"""Prior standard deviation of the log hazard ratio that one standard deviation of a factor's load brings."""
BASE_SD: Final = 1.0
"""The same of whatever every model holds: part of the day, trend, the back's state, a recent spasm."""
LEVEL: Final = (float(-np.log(14 * 24.0)), 2.0)
"""Prior mean and standard deviation of the log hazard per hour: a spasm in two weeks, give or take a factor of seven.
The diary is kept because they come back: in the general run of patients the median is 139 days (da Silva 2019)."""
WIDEST: Final = 5.0
"""No log hazard ratio is larger, and one nothing is known of may be anything up to it."""
BEND_DAYS: Final = 60
CHANCE_HOURS: Final = (24.0, 7 * 24.0, 30 * 24.0)
"""Stretches the chance of a spasm is told for."""
COMPONENTS: Final = 60
"""Models (by weight) that an interval is drawn from."""
PIECES: Final = 6
"""Parts an interval is cut in to average what reaches it."""


class AtRisk(NamedTuple):
    """The `n` intervals between readings in which a spasm could begin.

    Attributes
    ----------
    start, end
        The readings' moments in the hours of `Exposures`, ``start < end``, in order, shape ``(n,)``.
    part
        Part of the day its middle falls in, shape ``(n,)``.
    uneasy
        Whether the reading it starts with had a spasm of the mildest grade already, shape ``(n,)``.
    since
        Hours from the last reading in a spasm to its start, infinite before the first, shape ``(n,)``.
    event
        Whether the reading it ends with is in a spasm, shape ``(n,)``.
    """

    start: Floats
    end: Floats
    part: Ints
    uneasy: Bools
    since: Floats
    event: Bools


class OnsetSeries(NamedTuple):
    """One person's intervals at risk and exposures."""

    at_risk: AtRisk
    exposures: Exposures


class HazardPriors(NamedTuple):
    """What is known beforehand of each factor's hazard ratio, of the literature; shape ``(k,)`` each.

    Attributes
    ----------
    mean, sd
        Of the log hazard ratio of `per` units done at once, right after; NaN where nothing is known, `sd` above 0.
        Either may be NaN alone: a mean without `sd` leaves as much room as for a factor nothing is known of.
    per
        Amount it is told for, in the factor's unit.
    """

    mean: Floats
    sd: Floats
    per: Floats


class Mixture(NamedTuple):
    """A mixture of normals, its weights adding up to one; shape ``(c,)`` each."""

    weight: Floats
    mean: Floats
    sd: Floats


class OnsetFit(NamedTuple):
    """What the onsets say of each factor, and how often they come.

    Attributes
    ----------
    factors
        One for each factor, in order: as of pain, `effect` and `swing` being logs of hazard ratios.
    onsets, episodes
        How many spasms began, and how many of these at least a day after the last.
    days
        Time at risk.
    per_day
        Onsets expected in a day at risk, factors as they were.
    enough
        Whether there were episodes enough to declare anything.
    log_hazard
        Posterior of the log of the hazard per hour at risk that, if steady, would bring as many.
    """

    factors: tuple[FactorFit, ...]
    onsets: int
    episodes: int
    days: float
    per_day: Estimate
    enough: bool
    log_hazard: Mixture

    @property
    def probabilities(self) -> Floats:
        """The probability of each factor that it acts on onsets, shape ``(k,)``."""
        return np.array([factor.probability for factor in self.factors])


def fit_onsets(series: OnsetSeries, priors: HazardPriors | None = None) -> OnsetFit:
    """Return what the onsets say of each factor.

    Without `priors` a factor's log hazard ratio is around zero: nobody knows beforehand which way it goes.
    """
    shares, largest = in_shares(series.exposures)
    columns = loads_at_risk(series.at_risk, impute(shares))
    columns = columns * done_variously(series.exposures, FEWEST_DOSES)[:, None]
    in_share = None if priors is None else priors._replace(per=priors.per / largest)
    fitted = fit_onset_columns(series.at_risk, columns, in_share)
    return fitted._replace(factors=tuple(map(per_unit, fitted.factors, largest.tolist())))


def fit_onset_columns(at_risk: AtRisk, columns: Floats, priors: HazardPriors | None = None) -> OnsetFit:
    """Return what the onsets say of each factor, its loads given, shape ``(n, k, kernels)``.

    A factor all of whose loads are constant is one the onsets can say nothing of.
    """
    n, k, kernels = columns.shape
    fits = [unknown(WIDEST)] * k
    informed = np.asarray(varying(columns).any(axis=1) & at_risk.event.any())
    if not informed.any():
        problem = problem_of(at_risk, np.zeros((n, 0)), np.zeros(0))
        base = Weighed(np.zeros((1, 0), dtype=np.int64), np.zeros(1), empty_model(problem))
        return _told(at_risk, problem, [base], fits)
    chosen, scale = standardised(columns[:, informed].reshape(n, -1))
    mean, sd = _slabs(scale.reshape(-1, kernels), informed, priors)
    problem = problem_of(at_risk, chosen * sd, mean / sd)
    levels = search(problem, int(informed.sum()), kernels)
    for place, factor in enumerate(np.flatnonzero(informed)):
        fits[factor] = _factor_fit(levels, place, kernels, problem.bases, scale, sd)
    return _told(at_risk, problem, levels, fits)


def loads_at_risk(at_risk: AtRisk, exposures: Exposures) -> Floats:
    """Return each factor's mean load in each interval, of what was done before it began: ``(n, k, kernels)``.

    Amounts must be complete (see `impute`).
    """
    start, hours = at_risk.start, at_risk.end - at_risk.start
    moment = start[:, None] + hours[:, None] * (np.arange(PIECES) + 0.5) / PIECES
    out = np.zeros((len(start), exposures.amount.shape[1], len(KERNELS)))
    for delay in {kernel.delay_h for kernel in KERNELS}:
        which = [column for column, kernel in enumerate(KERNELS) if kernel.delay_h == delay]
        # What is done from the start on would arrive from `last` on: only what had arrived by then, fading, is left.
        last = start[:, None] + delay
        reached = loads(exposures, np.minimum(moment, last).ravel(), tuple(KERNELS[column] for column in which))
        half_life = np.array([KERNELS[column].half_life_h for column in which])
        fade = np.exp2(-np.maximum(moment - last, 0.0)[:, :, None] / half_life)
        out[:, :, which] = (reached.reshape(*moment.shape, out.shape[1], len(which)) * fade[:, :, None]).mean(axis=1)
    return out


def _base(at_risk: AtRisk) -> Floats:
    """Return what every model holds beside the level, constant columns left out: ``(q, n)``."""
    start, _, part, uneasy, since, _ = at_risk
    span = max(float(start[-1] - start[0]), 1.0) if len(start) else 1.0
    where = (start - start[:1]) / span
    rows = [np.sqrt(12.0) * (where - 0.5)]
    rows += [np.sqrt(2.0) * np.cos(np.pi * bend * where) for bend in range(2, 2 + int(min(span // 24 // BEND_DAYS, 3)))]
    rows += [part == one for one in np.unique(part)]
    rows += [uneasy, np.exp2(-since / RECENT_H)]
    columns = np.array(rows, dtype=np.float64).reshape(len(rows), len(start))
    return np.asarray(columns[varying(columns.T)])


def problem_of(at_risk: AtRisk, candidates: Floats, mean: Floats) -> Problem:
    """Return the intervals as the likelihood takes them; candidates ``(n, p)`` and prior means in prior SDs."""
    order = np.argsort(~at_risk.event, kind="stable")
    base = _base(at_risk)
    columns = np.vstack([np.full((1, len(order)), LEVEL[1]), BASE_SD * base, candidates.T])
    means = np.concatenate([[LEVEL[0] / LEVEL[1]], np.zeros(len(base)), mean])
    hours = (at_risk.end - at_risk.start)[order]
    return Problem(
        np.ascontiguousarray(columns[:, order]), means, np.log(hours), int(at_risk.event.sum()), 1 + len(base)
    )


def _slabs(scale: Floats, informed: Bools, priors: HazardPriors | None) -> tuple[Floats, Floats]:
    """Return prior means and SDs of the log hazard ratio per standard deviation of load, ``(p,)`` both.

    `scale` is the loads' standard deviation, ``(factors, kernels)``, infinite for those that never varied.
    """
    mean, sd = np.zeros(scale.shape), np.full(scale.shape, SLAB_SD)
    if priors is not None:
        per = np.where(np.isfinite(scale), scale, 0.0) / priors.per[informed][:, None]
        told = per * priors.mean[informed][:, None], per * priors.sd[informed][:, None]
        mean, sd = (
            np.where((per > 0) & np.isfinite(one), one, other) for one, other in zip(told, (mean, sd), strict=True)
        )
    return mean.ravel(), sd.ravel()


def _factor_fit(levels: list[Weighed], place: int, kernels: int, bases: int, scale: Floats, sd: Floats) -> FactorFit:
    """Return the fit of the factor at `place` among those informed, of all models by weight."""
    total = log_sum(np.concatenate([level.log_weight for level in levels]))
    probability = 0.0
    drawn: list[Floats] = []
    for sets, log_weight, at in levels:
        model, position = np.nonzero(sets // kernels == place)
        weight = np.exp(log_weight[model] - total)
        probability += float(weight.sum())
        if at is not None:
            variance = np.diagonal(at.covariance, axis1=1, axis2=2)[model, bases + position]
            drawn.append(np.array([sets[model, position], weight, at.mean[model, bases + position], np.sqrt(variance)]))
    numbers = np.concatenate(drawn, axis=1)
    column, weight = numbers[0].astype(np.int64), numbers[1] / numbers[1].sum()
    middle, spread = numbers[2] * sd[column], numbers[3] * sd[column]
    through = np.bincount(column - place * kernels, weights=weight, minlength=kernels)
    # A kernel that reached no interval says nothing of the effect of a dose.
    felt = np.where(np.isfinite(scale[column]), weight, 0.0)
    effect = Mixture(felt / felt.sum(), middle / scale[column], spread / scale[column])
    swing = Mixture(weight, middle, spread)
    points = middle[:, None] + spread[:, None] * STEPS
    return FactorFit(
        probability=min(probability, 1.0),
        effect=_through(_heaviest(effect), np.asarray),
        swing=_through(_heaviest(swing), np.asarray),
        sign=float(weight @ (points > 0).mean(axis=1)),
        kernel=KERNELS[int(np.argmax(through))],
        informed=True,
    )


def _told(at_risk: AtRisk, problem: Problem, levels: list[Weighed], fits: list[FactorFit]) -> OnsetFit:
    log_hazard = _hazard(problem, levels)
    episodes = int((at_risk.event & (at_risk.since >= APART_H)).sum())
    return OnsetFit(
        factors=tuple(fits),
        onsets=int(at_risk.event.sum()),
        episodes=episodes,
        days=float((at_risk.end - at_risk.start).sum()) / 24.0,
        per_day=_through(log_hazard, lambda log_rate: 24.0 * np.exp(log_rate)),
        enough=episodes >= FEWEST_EPISODES,
        log_hazard=log_hazard,
    )


def _hazard(problem: Problem, levels: list[Weighed]) -> Mixture:
    """Return the posterior of the log of the hazard per hour that, if steady, would bring as many onsets as come.

    Not the mean hazard: an hour that brings a spasm for sure brings no more of them if it does so ten times over.
    """
    if not len(problem.log_hours):
        return Mixture(np.ones(1), np.array([LEVEL[0]]), np.array([LEVEL[1]]))
    hours = float(np.exp(problem.log_hours).mean())
    parts = []
    for sets, log_weight, at in levels:
        if at is None:
            continue
        expected = np.exp(at.log_hazard)
        comes = np.minimum(-np.expm1(-expected).mean(axis=1), 1.0 - 1e-12)
        rate = -np.log1p(-comes)
        by_interval = expected * np.exp(-expected) / (expected.shape[1] * (1.0 - comes) * rate)[:, None]
        slope = np.matmul(problem.columns[rows_of(problem, sets)], by_interval[:, :, None])[:, :, 0]
        variance = np.einsum("mi,mij,mj->m", slope, at.covariance, slope)
        parts.append(np.array([log_weight, np.log(rate / hours), np.sqrt(variance)]))
    log_weight, mean, sd = np.concatenate(parts, axis=1)
    return _heaviest(Mixture(np.exp(log_weight - log_sum(log_weight)), mean, sd))


def _heaviest(mixture: Mixture) -> Mixture:
    """Return the mixture's heaviest components, their weights adding up to one."""
    keep = np.argsort(-mixture.weight, kind="stable")[:COMPONENTS]
    weight, mean, sd = (column[keep] for column in mixture)
    return Mixture(weight / weight.sum(), mean, sd)


def _through(mixture: Mixture, function: Callable[[Floats], Floats]) -> Estimate:
    """Return the estimate of a rising function of what a mixture is the posterior of."""
    points = (mixture.mean[:, None] + mixture.sd[:, None] * STEPS).ravel()
    weight = np.repeat(mixture.weight / len(STEPS), len(STEPS))
    order = np.argsort(points)
    value, weight = function(points[order]), weight[order]
    mean = float(weight @ value)
    low, high = value[np.searchsorted(np.cumsum(weight), LEVELS).clip(max=len(value) - 1)]
    return Estimate(mean, float(low), float(high), float(np.sqrt(weight @ (value - mean) ** 2)))


def chance(fitted: OnsetFit, hours: float) -> Estimate:
    """Return the chance that a spasm begins within the next `hours` for someone not in one now.

    As onsets came in the diary's time at risk, the factors done as they were and the parts of the day as they come
    (which whole days do). The interval is what is not known of how often that is. Bunches of spasms are not
    foreseen: where spasms come in bunches, the chance over weeks is too high rather than too low.
    """
    return _through(fitted.log_hazard, lambda log_rate: -np.expm1(-hours * np.exp(log_rate)))


def joined(pain: Floats, onset: Floats) -> Floats:
    """Return the probability of each factor that it acts on pain, on onsets or on both; shape ``(k,)`` each.

    `pain` and `onset` are the probabilities that either fit gave alone. Beforehand a factor acts with the same prior
    as in each, PRIOR_A / (PRIOR_A + PRIOR_B), and if it does, on pain alone, on onsets alone or on both, a third
    each. A fit's Bayes factor is its odds over the prior's, and the two are taken as independent given what acts, so

        odds = prior odds × (BF_pain + BF_onset + BF_pain × BF_onset) / 3.

    Where the onsets say nothing (their probability is the prior's own) a pain finding keeps at least two thirds of
    its odds; where both point the same way they multiply.
    """
    odds = PRIOR_A / PRIOR_B
    tiny = np.finfo(float).tiny
    of_pain, of_onset = (np.asarray(one / np.maximum(1.0 - one, 1e-12) / odds + tiny) for one in (pain, onset))
    either = odds * (of_pain + of_onset + of_pain * of_onset) / 3.0
    return np.asarray(either / (1.0 + either))
