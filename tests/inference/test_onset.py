"""Onsets: what is recovered, what it must not depend on, what must not be found, and nothing that breaks it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from tests.inference.onset_people import Person, intervals, lived

from espalda.inference import KERNELS, Exposures, found
from espalda.inference.loads import loads
from espalda.inference.onset import (
    FEWEST_EPISODES,
    LEVEL,
    AtRisk,
    HazardPriors,
    OnsetFit,
    OnsetSeries,
    chance,
    fit_onset_columns,
    fit_onsets,
    joined,
    loads_at_risk,
)
from espalda.inference.selection import PRIOR_A, PRIOR_B
from espalda.inference.series import Floats

CHANCE = 1e-4
"""Of correct code failing a statistical test, were its seed drawn anew."""
PRIOR = PRIOR_A / (PRIOR_A + PRIOR_B)
FOUR = np.log(4.0)


def numbers(fitted: OnsetFit) -> Floats:
    """Every number of each factor's fit: ``(k, 10)``."""
    return np.array([[one.probability, *one.effect, *one.swing, one.sign] for one in fitted.factors]).reshape(-1, 10)


def with_amounts(series: OnsetSeries, amount: Floats) -> OnsetSeries:
    return series._replace(exposures=series.exposures._replace(amount=amount))


@pytest.fixture(scope="module")
def planted() -> OnsetSeries:
    """Four times the hazard with one factor, a quarter with another, for a year."""
    return lived(Person(days=365, factors=5, ratios=((0, FOUR), (3, -FOUR)), onsets=150, spell_h=6), 1).onsets


@pytest.fixture(scope="module")
def fitted(planted: OnsetSeries) -> OnsetFit:
    return fit_onsets(planted)


# What is recovered.


def test_large_ratios_are_recovered(fitted: OnsetFit) -> None:
    assert fitted.enough
    assert found(fitted.probabilities).tolist() == [True, False, False, True, False]
    for place, ratio in ((0, FOUR), (3, -FOUR)):
        one = fitted.factors[place]
        assert one.effect.low < ratio < one.effect.high
        assert one.effect.low * one.effect.high > 0
        assert one.sign == pytest.approx(float(ratio > 0), abs=1e-3)
        assert one.informed


def test_a_swing_is_the_effect_of_a_standard_deviation(planted: OnsetSeries, fitted: OnsetFit) -> None:
    columns = loads_at_risk(planted.at_risk, planted.exposures)
    for place in (0, 3):
        one = fitted.factors[place]
        sd = columns[:, place, KERNELS.index(one.kernel)].std()
        assert one.swing.mean == pytest.approx(one.effect.mean * sd, rel=0.3)


def test_what_the_literature_says_weighs() -> None:
    """The same diary, told beforehand that a unit trebles the hazard; or that it does next to nothing."""
    series = lived(Person(days=90, factors=3, ratios=((0, np.log(3.0)),), onsets=20), 2).onsets
    nothing = np.full(3, np.nan)
    none = HazardPriors(nothing, nothing, np.ones(3))
    plain = fit_onsets(series)
    np.testing.assert_array_equal(numbers(fit_onsets(series, none)), numbers(plain))
    told = fit_onsets(series, none._replace(mean=np.array([np.log(3), np.nan, np.nan]), sd=np.array([0.4, 1.0, 1.0])))
    assert told.factors[0].probability > plain.factors[0].probability
    assert told.factors[0].effect.sd < plain.factors[0].effect.sd
    tight = fit_onsets(series, none._replace(mean=np.zeros(3), sd=np.full(3, 0.01)))
    np.testing.assert_allclose(numbers(tight)[:, 1:4], 0.0, atol=0.05)
    np.testing.assert_allclose(tight.probabilities, PRIOR, atol=0.05)


def test_priors_are_told_for_an_amount() -> None:
    series = lived(Person(days=90, factors=2, ratios=((0, np.log(3.0)),), onsets=20), 3).onsets
    once = HazardPriors(np.array([1.0, 0.2]), np.array([0.5, 0.3]), np.ones(2))
    twice = HazardPriors(2 * once.mean, 2 * once.sd, np.full(2, 2.0))
    np.testing.assert_allclose(numbers(fit_onsets(series, twice)), numbers(fit_onsets(series, once)), rtol=1e-9)
    in_halves = with_amounts(series, series.exposures.amount * 2)
    doubled = numbers(fit_onsets(in_halves, once._replace(per=np.full(2, 2.0))))
    direct = numbers(fit_onsets(series, once))
    np.testing.assert_allclose(doubled[:, 1:5] * 2, direct[:, 1:5], rtol=1e-9)
    np.testing.assert_allclose(doubled[:, 0], direct[:, 0], rtol=1e-9)


# Only what was done before an interval counts in it.


def test_what_is_done_in_an_interval_is_not_its_cause(planted: OnsetSeries) -> None:
    """Whatever was done from an interval's start on, its load is the same; what was done before does tell."""
    at_risk, exposures = planted
    row = 200
    direct = loads_at_risk(at_risk, exposures)[row]
    later = exposures.start >= at_risk.start[row] - 1e-9
    after = exposures._replace(amount=exposures.amount + 9.0 * later[:, None])
    np.testing.assert_allclose(loads_at_risk(at_risk, after)[row], direct, rtol=1e-12, atol=1e-12)
    before = exposures._replace(amount=exposures.amount + 9.0 * ~later[:, None])
    assert (loads_at_risk(at_risk, before)[row] > direct + 0.1).all()


def test_loads_are_averaged_over_the_interval() -> None:
    dose = Exposures(np.array([0.0]), np.array([0.01]), np.zeros(1, dtype=np.int64), np.ones((1, 1)))
    at_risk = intervals(np.array([0.01, 30.0]), np.zeros(2, dtype=bool), np.zeros(2, dtype=bool))
    load = loads_at_risk(at_risk, dose)[0, 0]
    fine = loads(dose, np.linspace(0.01, 30.0, 20_000))[:, 0].mean(axis=0)
    np.testing.assert_allclose(load, fine, atol=0.05)
    np.testing.assert_allclose(load[2:4], fine[2:4], atol=0.002)


def test_a_delayed_dose_within_the_interval_does_not_arrive_in_it() -> None:
    dose = Exposures(np.array([1.0]), np.array([1.1]), np.zeros(1, dtype=np.int64), np.ones((1, 1)))
    at_risk = intervals(np.array([0.5, 36.0]), np.zeros(2, dtype=bool), np.zeros(2, dtype=bool))
    np.testing.assert_array_equal(loads_at_risk(at_risk, dose), 0.0)


# What it must not depend on.


@pytest.mark.parametrize("order", [[4, 3, 2, 1, 0], [1, 2, 3, 4, 0]], ids=str)
def test_the_order_of_factors_changes_nothing(planted: OnsetSeries, fitted: OnsetFit, order: list[int]) -> None:
    permuted = fit_onsets(with_amounts(planted, planted.exposures.amount[:, order]))
    np.testing.assert_allclose(numbers(permuted), numbers(fitted)[order], rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(permuted.per_day, fitted.per_day, rtol=1e-4)


@pytest.mark.parametrize("times", [2.0**-40, 2.0**-10, 2.0**10, 2.0**40], ids=lambda value: f"{value:.0e}")
def test_another_unit_rescales_the_effect_alone(planted: OnsetSeries, fitted: OnsetFit, times: float) -> None:
    scaled = numbers(fit_onsets(with_amounts(planted, planted.exposures.amount * times)))
    scaled[:, 1:5] *= times
    np.testing.assert_allclose(scaled, numbers(fitted), rtol=1e-9, atol=1e-12)


def test_the_hour_the_clock_starts_at_changes_nothing(planted: OnsetSeries, fitted: OnsetFit) -> None:
    at_risk, exposures = planted
    later = OnsetSeries(
        at_risk._replace(start=at_risk.start + 1000, end=at_risk.end + 1000),
        exposures._replace(start=exposures.start + 1000, end=exposures.end + 1000),
    )
    np.testing.assert_allclose(numbers(fit_onsets(later)), numbers(fitted), rtol=1e-6, atol=1e-6)


def test_two_fits_of_one_diary_are_the_same(planted: OnsetSeries, fitted: OnsetFit) -> None:
    np.testing.assert_array_equal(numbers(fit_onsets(planted)), numbers(fitted))


# What must not be declared.


@pytest.mark.parametrize("seed", range(4))
def test_few_episodes_rank_and_are_not_enough(seed: int) -> None:
    series = lived(Person(factors=4, ratios=((0, np.log(6.0)),), onsets=60), seed).onsets
    at_risk = series.at_risk
    begun = np.cumsum(at_risk.event & (at_risk.since >= 24.0))
    early = begun < FEWEST_EPISODES
    start, end, part, uneasy, since, event = at_risk
    first = AtRisk(start[early], end[early], part[early], uneasy[early], since[early], event[early])
    few = OnsetSeries(first, series.exposures)
    fit = fit_onsets(few)
    assert fit.episodes == FEWEST_EPISODES - 1
    assert not fit.enough
    assert np.ptp(fit.probabilities) > 0


def test_spasms_of_one_bad_day_are_one_episode() -> None:
    t: Floats = np.arange(0.0, 24.0 * 20, 6.0)
    spasm = (np.arange(len(t)) % 2 == 1) & (t < 120)
    series = OnsetSeries(intervals(t, spasm, ~spasm), Exposures(t - 1, t, np.arange(len(t)) % 4, spasm[:, None] * 1.0))
    fit = fit_onsets(series)
    assert (fit.onsets, fit.episodes, fit.enough) == (10, 1, False)


# Nothing breaks it.


def nothing_odd(fit: OnsetFit) -> bool:
    at_all = np.concatenate([numbers(fit).ravel(), fit.per_day, chance(fit, 24), chance(fit, 720), [fit.days]])
    return bool(np.isfinite(at_all).all())


def some(spasm: list[bool], factors: int = 2) -> OnsetSeries:
    """Readings every eight hours, in a spasm or not."""
    t: Floats = 8.0 * np.arange(float(len(spasm)))
    in_spasm = np.array(spasm, dtype=bool)
    amount = np.random.default_rng(0).poisson(0.7, (len(t), factors)).astype(float)
    exposures = Exposures(t - 7, t, np.arange(len(t)) % 3, amount)
    return OnsetSeries(intervals(t, in_spasm, ~in_spasm & (t % 3 == 0)), exposures)


@pytest.mark.parametrize(
    "spasm",
    [[], [False], [True], [False] * 90, [True] * 90, [False, True], [False, True] * 45, [False] * 89 + [True]],
    ids=["empty", "one", "one spasm", "no onsets", "all in a spasm", "one interval", "every interval", "one onset"],
)
@pytest.mark.parametrize("factors", [0, 1, 4])
def test_extreme_diaries_break_nothing(spasm: list[bool], factors: int) -> None:
    series = some(spasm, factors)
    fit = fit_onsets(series)
    assert nothing_odd(fit)
    assert len(fit.factors) == factors
    assert fit.onsets == series.at_risk.event.sum()
    if not fit.onsets:
        assert [one.probability for one in fit.factors] == [pytest.approx(PRIOR)] * factors
        assert not any(one.informed for one in fit.factors)


def test_a_factor_never_recorded_or_always_alike_is_one_nothing_is_known_of(planted: OnsetSeries) -> None:
    amount = planted.exposures.amount.copy()
    amount[:, 1], amount[:, 2] = np.nan, 1.0
    amount[2:, 4] = 0.0
    fit = fit_onsets(with_amounts(planted, amount))
    assert [one.informed for one in fit.factors] == [True, False, False, True, False]
    assert nothing_odd(fit)


@given(
    spasm=st.lists(st.booleans(), max_size=40),
    gaps=st.lists(st.floats(0.1, 60), min_size=40, max_size=40),
    seed=st.integers(0, 9),
)
def test_any_diary_has_an_answer(spasm: list[bool], gaps: list[float], seed: int) -> None:
    t = np.cumsum(gaps)[: len(spasm)]
    amount = np.random.default_rng(seed).poisson(1.0, (len(t), 2)) * 10.0 ** np.array([-6, 6])
    amount[np.random.default_rng(seed + 1).random(amount.shape) < 0.3] = np.nan
    in_spasm = np.array(spasm, dtype=bool)
    exposures = Exposures(t - 0.1, t, np.arange(len(t)) % 4, amount)
    fit = fit_onsets(OnsetSeries(intervals(t, in_spasm, ~in_spasm), exposures))
    assert nothing_odd(fit)
    assert all(0 <= one.probability <= 1 and one.effect.low <= one.effect.high for one in fit.factors)


# The chance of another one.


def steady(rate: float, rng: np.random.Generator, days: int = 60) -> AtRisk:
    """Intervals of eight hours, each with an onset at a hazard that never changes."""
    t: Floats = 8.0 * np.arange(3.0 * days + 1)
    event = rng.random(len(t) - 1) < -np.expm1(-8.0 * rate)
    rest = np.zeros(len(event), dtype=bool)
    return AtRisk(t[:-1], t[1:], np.arange(len(event)) % 3, rest, np.full(len(event), np.inf), event)


def test_a_chance_follows_from_the_rate() -> None:
    at_risk = steady(1 / 72, np.random.default_rng(1), days=300)
    fit = fit_onset_columns(at_risk, np.zeros((len(at_risk.start), 0, len(KERNELS))))
    assert fit.days == 300
    assert fit.per_day.mean == pytest.approx(24 * -np.log1p(-at_risk.event.mean()) / 8.0, rel=0.03)
    for hours in (24.0, 168.0, 720.0):
        expected = -np.expm1(-fit.per_day.mean * hours / 24.0)
        assert chance(fit, hours).mean == pytest.approx(expected, rel=0.05)
    assert chance(fit, 0.0) == (0, 0, 0, 0)
    assert chance(fit, 24).low < chance(fit, 24).mean < chance(fit, 24).high < chance(fit, 720).high <= 1


def test_intervals_of_a_chance_hold_the_truth_as_often_as_they_say() -> None:
    """Rates drawn from the prior; the chance within a week, and the onsets that did follow."""
    rng = np.random.default_rng(2)
    people, inside, expected, came = 200, 0, 0.0, 0
    for _ in range(people):
        rate = float(np.exp(rng.normal(*LEVEL)))
        at_risk = steady(rate, rng)
        week = chance(fit_onset_columns(at_risk, np.zeros((len(at_risk.start), 0, len(KERNELS)))), 168.0)
        truth = -np.expm1(-168.0 * rate)
        inside += week.low <= truth <= week.high
        expected += week.mean
        came += rng.random() < truth
    assert inside >= binom.ppf(CHANCE, people, 0.95)
    assert abs(came - expected) <= 4 * np.sqrt(people * 0.25)


def test_nothing_watched_leaves_the_prior() -> None:
    fit = fit_onsets(some([]))
    assert fit.days == 0
    assert fit.log_hazard.mean[0] == LEVEL[0]
    assert fit.log_hazard.sd[0] == LEVEL[1]


# Pain and onsets together.


def test_joined_is_what_bayes_says_of_a_shared_indicator() -> None:
    pain, onset = np.array([0.5, 0.9, 0.05]), np.array([0.7, 0.2, 0.1])
    for a, b, both in zip(pain, onset, joined(pain, onset), strict=True):
        of_pain, of_onset = (p / (1 - p) * (1 - PRIOR) / PRIOR for p in (a, b))
        acts = PRIOR * np.mean([of_pain, of_onset, of_pain * of_onset])
        assert both == pytest.approx(acts / (acts + 1 - PRIOR), rel=1e-12)


def test_joined_learns_nothing_from_nothing() -> None:
    assert joined(np.array([PRIOR]), np.array([PRIOR]))[0] == pytest.approx(PRIOR)
    kept = joined(np.array([0.99]), np.array([PRIOR]))[0]
    assert 2 / 3 * 99 <= kept / (1 - kept) <= 99


def test_joined_is_alike_both_ways_and_rises_with_either() -> None:
    grid = np.linspace(0, 1, 21)
    one, other = (each.ravel() for each in np.meshgrid(grid, grid))
    both = joined(one, other)
    np.testing.assert_allclose(both, joined(other, one), rtol=1e-12)
    assert ((both >= 0) & (both <= 1)).all()
    assert (np.diff(both.reshape(21, 21), axis=0) >= 0).all()
    assert joined(np.array([0.8]), np.array([0.8]))[0] > 0.85
    assert joined(np.array([1.0, 0.0]), np.array([0.0, 0.0]))[0] > 0.999
