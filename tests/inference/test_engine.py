"""The engine: what it recovers, what it must not depend on, what it must not find, and nothing that breaks it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from bench.generators import OuSettings, ou
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, norm
from tests.inference.people import exposed, moments, person, standardised, wandering, with_amounts

from espalda.inference import KERNELS, Exposures, Fit, Kernel, Path, Readings, Series, fit, found, guards
from espalda.inference.engine import (
    FALSE_DISCOVERY_RATE,
    FEWEST_DOSES,
    FEWEST_READINGS,
    SLABS,
    WIDEST,
    fit_columns,
)
from espalda.inference.evidence import PRIOR_SCALE, PRIOR_SHAPE
from espalda.inference.loads import loads
from espalda.inference.selection import PRIOR_A, PRIOR_B
from espalda.inference.series import Bools, Floats
from espalda.inference.whitening import base_columns, noise_grid
from espalda.series import to_series

CHANCE = 1e-4
"""Of a correct engine failing a statistical test, were its seed drawn anew."""
PLANTED = {0: (0.9, KERNELS[1]), 2: (-0.9, KERNELS[4])}


def numbers(fitted: Fit) -> Floats:
    """Every number of each factor's fit: ``(k, 10)``."""
    rows = [[one.probability, *one.effect, *one.swing, one.sign] for one in fitted.factors]
    return np.array(rows, dtype=float).reshape(len(rows), 10)


# What it recovers.


@pytest.mark.parametrize("kernel", KERNELS, ids=str)
@pytest.mark.parametrize("points", [1.2, -1.2])
def test_a_large_effect_is_recovered(points: float, kernel: Kernel, path: Path) -> None:
    fitted = fit(person(1, days=90, effects={1: (points, kernel)}), path)
    one = fitted.factors[1]
    assert found(fitted.probabilities).tolist() == [False, True, False]
    assert one.sign == pytest.approx(float(points > 0), abs=1e-6)
    assert one.effect.low < points < one.effect.high
    assert one.effect.low * one.effect.high > 0
    assert abs(np.log(one.kernel.half_life_h / kernel.half_life_h)) < np.log(1.7)
    assert abs(one.kernel.delay_h - kernel.delay_h) <= 9


def test_what_piles_up_is_told_in_points_of_the_diary() -> None:
    series = person(2, days=90, effects={1: (0.5, KERNELS[3])})
    one = fit(series).factors[1]
    truth = 0.5 * loads(series.exposures, series.readings.t)[:, 1, 3].std()
    assert one.swing.low < truth < one.swing.high


def test_doses_from_before_the_first_reading_count() -> None:
    """The readings of the second half alone still see what was done in the first."""
    series = person(3, days=120, effects={0: (1.0, Kernel(60, 0))})
    late = Readings(*(column[180:] for column in series.readings))
    assert fit(Series(late, series.exposures)).factors[0].probability > 0.99


def test_two_fits_of_one_diary_are_the_same() -> None:
    one, again = fit(person(4, effects=PLANTED)), fit(person(4, effects=PLANTED))
    assert one.factors == again.factors
    np.testing.assert_array_equal(one.together, again.together)
    np.testing.assert_array_equal(one.correlation, again.correlation)


# What it must not depend on. Rounding alone may differ, and where it turns a choice among equals, a model of
# weight exp(-11) or less: 1e-4 of a number, at most.


@pytest.mark.parametrize("order", [[2, 1, 0, 3, 4], [4, 3, 2, 1, 0], [1, 2, 3, 4, 0]], ids=str)
def test_the_order_of_factors_changes_nothing(order: list[int]) -> None:
    series = person(5, factors=5, effects=PLANTED)
    direct = fit(series)
    permuted = fit(with_amounts(series, series.exposures.amount[:, order]))
    np.testing.assert_allclose(numbers(permuted), numbers(direct)[order], rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(permuted.together, direct.together[np.ix_(order, order)], rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(permuted.correlation, direct.correlation[np.ix_(order, order)], atol=1e-9)
    assert [one.kernel for one in permuted.factors] == [direct.factors[place].kernel for place in order]


@pytest.mark.parametrize("points", [3.0, -20.0])
def test_pain_higher_throughout_changes_nothing(points: float) -> None:
    series = person(6, effects=PLANTED)
    moved = Series(series.readings._replace(y=series.readings.y + points), series.exposures)
    np.testing.assert_allclose(numbers(fit(moved)), numbers(fit(series)), rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("times", [2.0**-40, 2.0**-10, 2.0**10, 2.0**40], ids=lambda value: f"{value:.0e}")
def test_another_unit_rescales_the_effect_alone(times: float) -> None:
    series = person(7, effects=PLANTED)
    direct = fit(series)
    scaled = fit(with_amounts(series, series.exposures.amount * times))
    for one, other in zip(direct.factors, scaled.factors, strict=True):
        np.testing.assert_allclose(np.array(other.effect) * times, one.effect, rtol=1e-9, atol=1e-12)
        assert other.swing == pytest.approx(one.swing, rel=1e-9, abs=1e-12)
        assert (other.probability, other.sign) == pytest.approx((one.probability, one.sign), rel=1e-9, abs=1e-12)
        assert (other.kernel, other.informed) == (one.kernel, True)


def test_the_hour_the_clock_starts_at_changes_nothing() -> None:
    series = person(8, effects=PLANTED)
    readings, exposures = series
    later = Series(
        readings._replace(t=readings.t + 1000),
        exposures._replace(start=exposures.start + 1000, end=exposures.end + 1000),
    )
    np.testing.assert_allclose(numbers(fit(later)), numbers(fit(series)), rtol=1e-6, atol=1e-6)


# What it must not find.


def test_pure_noise_finds_next_to_nothing() -> None:
    """Where nothing acts every discovery is false, so 5 % of diaries at most may hold one."""
    diaries, settings = 40, OuSettings(factors=6, acting=0, feedback=0.0)
    with_any = sum(
        bool(found(fit(to_series(ou(np.random.default_rng(seed), 60, settings).diary)).probabilities).any())
        for seed in range(diaries)
    )
    assert with_any <= binom.isf(CHANCE, diaries, FALSE_DISCOVERY_RATE)


class Drawn(NamedTuple):
    """A person drawn from the engine's own prior: what it was given and what is true."""

    fitted: Fit
    acts: Bools
    effect: Floats


FACTORS = 5


def drawn_from_the_prior(seed: int, path: Path) -> Drawn:
    """Draw who acts, how and how much, and the noise, from the prior; then readings; and fit them."""
    rng = np.random.default_rng(seed)
    t = moments(rng, 40)
    series = Series(Readings(t, t % 24.0, t), exposed(t, rng.poisson(0.5, (len(t), FACTORS)).astype(float)))
    columns = loads(series.exposures, t)
    acts = rng.random(FACTORS) < rng.beta(PRIOR_A, PRIOR_B)
    through = rng.integers(len(KERNELS), size=FACTORS)
    variance = PRIOR_SCALE / rng.gamma(PRIOR_SHAPE)
    effect = acts * np.sqrt(variance * rng.choice(SLABS)) * rng.standard_normal(FACTORS)
    point = rng.integers(len(noise_grid().tau_h))
    tau_h, noise = noise_grid().tau_h[point], noise_grid().noise_share[point]
    y = wandering(rng, t, tau_h, np.sqrt(variance * (1 - noise)))
    y += np.sqrt(variance * noise) * rng.standard_normal(len(t))
    chosen = np.arange(FACTORS), through
    y += standardised(series).reshape(columns.shape)[:, *chosen] @ effect
    fitted = fit_columns(Readings(t, t % 24.0, y), columns, base_columns(series.readings), path)
    return Drawn(fitted, acts, effect / columns.std(axis=0)[chosen])


@pytest.fixture(scope="module")
def drawn(path: Path) -> list[Drawn]:
    return [drawn_from_the_prior(seed, path) for seed in range(130)]


@pytest.mark.parametrize(("low", "high"), [(0, 0.1), (0.1, 0.3), (0.3, 0.8), (0.8, 1)])
def test_probabilities_are_frequencies(drawn: list[Drawn], low: float, high: float) -> None:
    """Of the factors given about a probability, that share acts; the error of the count follows from the fits."""
    expected = variance = acting = 0.0
    for one in drawn:
        p = one.fitted.probabilities
        both = p[:, None] + p - one.fitted.together
        within = (p > low) & (p <= high)
        expected += p[within].sum()
        variance += (both - p[:, None] * p)[np.ix_(within, within)].sum()
        acting += one.acts[within].sum()
    assert variance > 1, "enough factors to tell"
    assert abs(acting - expected) <= norm.isf(CHANCE / 2) * np.sqrt(variance)


def test_intervals_hold_the_truth_as_often_as_they_say(drawn: list[Drawn]) -> None:
    """Of each person the first factor that acts: those are independent of each other."""
    firsts = [(one, int(np.argmax(one.acts))) for one in drawn if one.acts.any()]
    inside = sum(
        one.fitted.factors[place].effect.low <= one.effect[place] <= one.fitted.factors[place].effect.high
        for one, place in firsts
    )
    assert len(firsts) > 50
    assert inside >= binom.ppf(CHANCE, len(firsts), 0.95)


@pytest.mark.parametrize(
    ("probability", "declared"),
    [
        ([], []),
        ([0.2, 0.5, 0.0], [False, False, False]),
        ([0.94], [False]),
        ([0.96], [True]),
        ([1.0, 0.99, 0.98], [True, True, True]),
        ([0.2, 0.99, 0.92, 0.97], [False, True, True, True]),
        ([0.2, 0.99, 0.87, 0.97], [False, True, False, True]),
    ],
    ids=["no factors", "none", "too unsure alone", "sure alone", "all", "carried by the surer", "not even so"],
)
def test_as_many_are_declared_as_the_rate_allows(probability: list[float], declared: list[bool]) -> None:
    assert found(np.array(probability)).tolist() == declared


@given(st.lists(st.floats(0, 1), max_size=12), st.floats(0.01, 0.5))
def test_those_declared_are_the_likeliest_and_seldom_false(probability: list[float], rate: float) -> None:
    p = np.array(probability)
    declared = found(p, rate)
    assert (1 - p[declared]).sum() <= rate * declared.sum() + 1e-12
    rest = np.sort(p[~declared])[::-1]
    assert (p[declared] >= rest[:1].sum()).all() or not declared.any()
    if len(rest):
        assert (1 - np.append(p[declared], rest[0])).mean() > rate, "one more would be too many"


# Nothing to learn from.


NOT_INFORMED: dict[str, Callable[[Floats], Floats]] = {
    "never recorded": lambda amount: np.full_like(amount, np.nan),
    "never done": np.zeros_like,
    "always the same": lambda amount: np.full_like(amount, 0.1),
    "done too seldom": lambda amount: np.where(np.arange(len(amount)) < FEWEST_DOSES - 1, 5.0, 0.0),
    "recorded too seldom": lambda amount: np.where(np.arange(len(amount)) < FEWEST_DOSES - 1, amount + 1, np.nan),
}


@pytest.mark.parametrize("what", NOT_INFORMED)
def test_a_factor_without_information_may_be_anything(what: str) -> None:
    series = person(20, effects=PLANTED)
    amount = series.exposures.amount.copy()
    amount[:, 1] = NOT_INFORMED[what](amount[:, 1])
    fitted = fit(with_amounts(series, amount))
    one = fitted.factors[1]
    assert not one.informed
    assert (one.effect.low, one.effect.high, one.swing.low, one.swing.high) == (-WIDEST, WIDEST, -WIDEST, WIDEST)
    assert one.probability == PRIOR_A / (PRIOR_A + PRIOR_B)
    others = fit(with_amounts(series, amount[:, [0, 2]]))
    np.testing.assert_array_equal(numbers(fitted)[[0, 2]], numbers(others))


def first(series: Series, readings: int) -> Series:
    return Series(Readings(*(column[:readings] for column in series.readings)), series.exposures)


def test_too_few_readings_say_nothing() -> None:
    series = person(21, effects=PLANTED)
    assert not any(one.informed for one in fit(first(series, FEWEST_READINGS - 1)).factors)
    assert all(one.informed for one in fit(first(series, FEWEST_READINGS)).factors)


# Nothing breaks it.


def readings(series: Series, y: Floats) -> Series:
    return Series(series.readings._replace(y=y), series.exposures)


def at_hours(series: Series, kept: Bools) -> Series:
    return Series(Readings(*(column[kept] for column in series.readings)), series.exposures)


def without_days(series: Series, low: int, high: int) -> Series:
    def out(t: Floats) -> Bools:
        return np.asarray((t < 24 * low) | (t > 24 * high))

    start, end, part, amount, *_ = series.exposures
    kept = out(end)
    exposures = Exposures(start[kept], end[kept], part[kept], amount[kept])
    return Series(at_hours(series, out(series.readings.t)).readings, exposures)


def done_only(series: Series, where: slice) -> Series:
    amount = series.exposures.amount.copy()
    amount[:, 0] = 0.0
    amount[where, 0] = np.arange(1, len(amount[where]) + 1)
    return with_amounts(series, amount)


def pain_and(effect: Callable[[Series], Series], *, days: int = 60, factors: int = 3) -> Callable[[], Series]:
    return lambda: effect(person(30, days=days, factors=factors, effects={0: (0.9, KERNELS[1])}))


AWKWARD: dict[str, Callable[[], Series]] = {
    "no readings": pain_and(lambda series: first(series, 0)),
    "two readings": pain_and(lambda series: first(series, 2)),
    "twelve readings": pain_and(lambda series: first(series, 12)),
    "no factors": pain_and(lambda series: with_amounts(series, series.exposures.amount[:, :0])),
    "one factor": pain_and(lambda series: with_amounts(series, series.exposures.amount[:, :1])),
    "twenty factors": pain_and(lambda series: series, factors=20),
    "one hour of the day": pain_and(lambda series: at_hours(series, series.readings.clock < 12)),
    "two years": pain_and(lambda series: series, days=730),
    "a gap of five months": pain_and(lambda series: without_days(series, 30, 180), days=210),
    "pain always five": pain_and(lambda series: readings(series, np.full_like(series.readings.y, 5.0))),
    "pain always none": pain_and(lambda series: readings(series, np.zeros_like(series.readings.y))),
    "pain always the worst": pain_and(lambda series: readings(series, np.full_like(series.readings.y, 10.0))),
    "pain none or the worst": pain_and(lambda series: readings(series, np.where(series.readings.y > 4, 10.0, 0.0))),
    "huge amounts": pain_and(lambda series: with_amounts(series, 1e9 * series.exposures.amount)),
    "tiny amounts": pain_and(lambda series: with_amounts(series, 1e-9 * series.exposures.amount)),
    "one amount mistyped": pain_and(
        lambda series: with_amounts(series, np.where(series.exposures.end[:, None] < 99, 1e9, series.exposures.amount))
    ),
    "an empty column": pain_and(
        lambda series: with_amounts(series, np.where([True, False, False], np.nan, series.exposures.amount))
    ),
    "a column twice": pain_and(lambda series: with_amounts(series, series.exposures.amount[:, [0, 0, 1]])),
    "two columns that cancel": pain_and(
        lambda series: with_amounts(series, np.column_stack([series.exposures.amount, 9 - series.exposures.amount]))
    ),
    "begun on the last day": pain_and(lambda series: done_only(series, slice(-3, None))),
    "done on the first day alone": pain_and(lambda series: done_only(series, slice(0, 3))),
    "begun after the last reading": pain_and(lambda series: first(done_only(series, slice(-9, None)), 120)),
}


@pytest.mark.parametrize("what", AWKWARD)
def test_nothing_breaks_it(what: str, path: Path) -> None:
    series = AWKWARD[what]()
    fitted = fit(series, path)
    p = fitted.probabilities
    k = series.exposures.amount.shape[1]
    assert len(fitted.factors) == k
    assert np.isfinite(numbers(fitted)).all()
    assert ((p >= 0) & (p <= 1 + 1e-12)).all()
    assert all(one.effect.low <= one.effect.high and one.swing.low <= one.swing.high for one in fitted.factors)
    assert all(0 <= one.sign <= 1 + 1e-12 for one in fitted.factors)
    informed = np.flatnonzero([one.informed for one in fitted.factors])
    together = fitted.together[np.ix_(informed, informed)]
    assert (together >= np.maximum.outer(p[informed], p[informed]) - 1e-9).all()
    assert (together <= np.add.outer(p[informed], p[informed]) + 1e-9).all()
    assert np.isfinite(fitted.correlation).all()
    assert (np.abs(fitted.correlation) <= 1 + 1e-9).all()
    np.testing.assert_allclose(np.diagonal(fitted.correlation), 1.0)
    guarded = guards(series, fitted, path=path)
    assert guarded is None or all(0 <= count <= k for count in guarded.shifted)


def test_what_began_on_the_last_day_is_hardly_known() -> None:
    late = fit(AWKWARD["begun on the last day"]())
    long = fit(AWKWARD["one factor"]()).factors[0].effect
    effect = late.factors[0].effect
    assert not found(late.probabilities)[0]
    assert effect.low < 0 < effect.high
    assert effect.high - effect.low > 2 * (long.high - long.low)


@pytest.mark.parametrize("amount", [0.1, 1e9, 1e-9])
def test_identical_factors_are_one_or_the_other(amount: float) -> None:
    fitted = fit(with_amounts(AWKWARD["a column twice"](), amount * AWKWARD["a column twice"]().exposures.amount))
    one, twin = fitted.factors[:2]
    assert one.probability == pytest.approx(twin.probability, abs=1e-3)
    assert fitted.together[0, 1] > 0.99
    assert fitted.correlation[0, 1] == pytest.approx(1, abs=1e-9)
    assert tuple(one.effect) == pytest.approx(tuple(twin.effect), rel=1e-4)


def test_without_any_informed_factor_nothing_is_said_to_act() -> None:
    series = person(31)
    fitted = fit(with_amounts(series, np.zeros_like(series.exposures.amount)))
    assert not found(fitted.probabilities).any()
    np.testing.assert_array_equal(fitted.correlation, np.eye(3))
    assert guards(series, fitted) is not None


@pytest.mark.parametrize("unit", [1e-300, 1e308])
def test_amounts_of_any_size_are_weighed_alike(unit: float) -> None:
    series = to_series(ou(np.random.default_rng(5), 60).diary)
    amount = series.exposures.amount / np.nanmax(series.exposures.amount, axis=0)
    shares = series._replace(exposures=series.exposures._replace(amount=amount))
    huge = series._replace(exposures=series.exposures._replace(amount=amount * unit))

    one, other = fit(shares), fit(huge)

    np.testing.assert_allclose(other.probabilities, one.probabilities, rtol=1e-6)
    np.testing.assert_allclose(
        [factor.effect.mean * unit for factor in other.factors],
        [factor.effect.mean for factor in one.factors],
        rtol=1e-6,
    )
