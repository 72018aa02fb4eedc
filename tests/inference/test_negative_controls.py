"""The guards: what moving keeps, and what the future may not explain."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from tests.inference.people import exposed, moments, person, wandering

from espalda.inference import KERNELS, Exposures, Readings, Series, fit, guards, negative_controls
from espalda.inference.engine import FALSE_DISCOVERY_RATE, Estimate
from espalda.inference.negative_controls import SHIFTS, SHORTEST_DAYS, _fit_future, moved
from espalda.inference.series import Floats


def clock_differs(one: Floats, other: Floats) -> Floats:
    """Hours between two clock hours, the short way round."""
    return np.asarray(np.abs((one - other + 12) % 24 - 12))


@given(st.integers(0, 10_000), st.integers(1, 90), st.integers(0, 90))
def test_moving_keeps_amounts_lengths_and_clock_hours(seed: int, days: int, by: int) -> None:
    series = person(seed, days=days, factors=2)
    before = series.exposures
    # Each interval told apart by amounts of its own.
    before = before._replace(amount=np.column_stack([np.arange(len(before.end)), before.amount[:, 0]]))
    after = moved(Series(series.readings, before), 24.0 * by).exposures
    back = after.amount[:, 0].astype(int)
    assert sorted(back) == list(range(len(before.end)))
    np.testing.assert_array_equal(after.amount[:, 1], before.amount[back, 1])
    np.testing.assert_array_equal(after.part, before.part[back])
    np.testing.assert_allclose(after.end - after.start, (before.end - before.start)[back], atol=1e-9)
    assert clock_differs(after.end, before.end[back]).max() < 1e-9
    assert (np.diff(after.end) > 0).all()
    assert (after.start[1:] >= after.end[:-1] - 1e-9).all()


def test_moving_goes_round_the_end() -> None:
    end = np.array([20.0, 44.0, 68.0])
    exposures = Exposures(end - 10, end, np.zeros(3, dtype=np.int64), np.array([[1.0], [2.0], [3.0]]))
    readings = Readings(end, end % 24, end)
    after = moved(Series(readings, exposures), 24.0)
    np.testing.assert_array_equal(after.exposures.end, end)
    np.testing.assert_array_equal(after.exposures.amount[:, 0], [3, 1, 2])
    np.testing.assert_array_equal(after.readings.y, readings.y)


def test_the_guards_move_whole_days_to_far_apart_places(monkeypatch: pytest.MonkeyPatch) -> None:
    by: list[float] = []

    def noted(series: Series, hours: float) -> Series:
        by.append(hours)
        return moved(series, hours)

    monkeypatch.setattr("espalda.inference.negative_controls.moved", noted)
    series = person(43, days=70)
    guards(series, fit(series))
    assert by == [24.0 * 23, 24.0 * 46]


def reacting(seed: int, feedback: float) -> Series:
    """A person who does less of the first of three factors after a bad reading; nothing acts on the pain."""
    rng = np.random.default_rng(seed)
    end = moments(rng, 90)
    pain = 4.0 + wandering(rng, end) + 0.4 * rng.standard_normal(len(end))
    amount = rng.poisson(2.0, (len(end), 3)).astype(float)
    amount[1:, 0] = rng.poisson(2.0 * np.exp(-feedback * (pain[:-1] - 4.0)))
    return Series(Readings(end, end % 24.0, pain), exposed(end, amount))


@pytest.mark.parametrize("seed", range(5))
def test_what_is_done_because_of_the_pain_is_seen(seed: int) -> None:
    series = reacting(seed, feedback=0.8)
    guarded = guards(series, fit(series))
    assert guarded is not None
    assert 0 in guarded.future


def test_what_is_done_regardless_is_seldom_suspected() -> None:
    """Nothing acts and nothing reacts, so 5 % of checks at most may find anything."""
    people = 30
    every = [guards(series, fit(series)) for series in (reacting(100 + seed, feedback=0.0) for seed in range(people))]
    checks = [one for one in every if one is not None]
    most = binom.isf(1e-4, people, FALSE_DISCOVERY_RATE)
    assert len(checks) == people
    assert sum(bool(one.future) for one in checks) <= most
    for shift in range(len(SHIFTS)):
        assert sum(one.shifted[shift] > 0 for one in checks) <= most


def test_what_acts_is_not_found_again_far_away_or_in_the_future() -> None:
    series = person(40, days=90, effects={0: (0.9, KERNELS[2]), 1: (-0.9, KERNELS[1])})
    fitted = fit(series)
    assert (fitted.probabilities[:2] > 0.99).all()
    assert guards(series, fitted) == ((0,) * len(SHIFTS), (), ())


@pytest.mark.parametrize(("swing", "outdone"), [(0.9, False), (0.7, True), (0.3, True), (-0.3, False), (-0.9, False)])
def test_only_a_clearly_larger_effect_of_the_same_direction_stands_beside_the_futures(
    swing: float, outdone: bool
) -> None:
    """The first of three factors reacts to the pain; what it is taken to do is made up, before or after."""
    series = reacting(0, feedback=0.8)
    fitted = fit(series)
    after = _fit_future(series, fitted).factors[0].swing.mean
    made_up = fitted.factors[0]._replace(swing=Estimate(after * swing / 0.6, 0.0, 0.0, 0.1))
    guarded = guards(series, fitted._replace(factors=(made_up, *fitted.factors[1:])), shifts=())
    assert guarded is not None
    assert guarded.shifted == ()
    assert (0 in guarded.outdone) == outdone
    assert set(guarded.outdone) <= set(guarded.future)


@pytest.mark.parametrize(("chance", "held"), [(0.49, False), (0.51, True)])
def test_a_future_that_is_likely_is_enough_to_hold_back(
    chance: float, held: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    series = person(40, days=90, effects={0: (0.9, KERNELS[2])})
    fitted = fit(series)
    after = fitted.factors[0]._replace(probability=chance)
    nothing = (one._replace(probability=0.01) for one in fitted.factors[1:])
    monkeypatch.setattr(negative_controls, "_fit_future", lambda *_given: fitted._replace(factors=(after, *nothing)))
    assert guards(series, fitted, shifts=()) == ((), (0,) * held, (0,) * held)


@pytest.mark.parametrize(("days", "checked"), [(SHORTEST_DAYS - 1, False), (SHORTEST_DAYS + 2, True)])
def test_the_checks_begin_at_four_weeks(days: int, checked: bool) -> None:
    series = person(41, days=days)
    assert (guards(series, fit(series)) is not None) == checked


def test_few_readings_in_many_days_are_not_checked() -> None:
    series = person(42, days=60)
    few = Series(Readings(*(column[::20] for column in series.readings)), series.exposures)
    assert guards(few, fit(few)) is None
