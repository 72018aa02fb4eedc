"""Readings at the end of the scale: what is expected beyond it, and effects that come out whole."""

from __future__ import annotations

import numpy as np
import pytest
from bench.generators import OuSettings, ou
from scipy.stats import truncnorm

from espalda.inference import Readings, Series, fit
from espalda.inference.censoring import (
    FURTHEST,
    HIGHEST,
    LOWEST,
    ROUNDING,
    _below,
    beyond_the_ends,
    is_censored,
)
from espalda.series import to_series


def lowered(seed: int, by: float) -> tuple[Series, dict[str, float]]:
    """A diary lowered until much of it lies on the floor, and the true effect of each factor that acts, by place."""
    simulated = ou(np.random.default_rng([seed, 77]), 120, OuSettings(feedback=0.0))
    series = to_series(simulated.diary)
    floored = series.readings._replace(y=np.maximum(series.readings.y - by, LOWEST))
    names = [factor.name for factor in simulated.diary.factors]
    truth = {str(names.index(name)): one.per_unit for name, one in simulated.truth.items()}
    return series._replace(readings=floored), truth


def spread(n: int, seed: int) -> Readings:
    rng = np.random.default_rng(seed)
    t = np.sort(rng.uniform(0, 8.0 * n, n))
    return Readings(t, t % 24.0, np.clip(np.round(rng.normal(1.0, 1.5, n)), 0, 10))


@pytest.mark.parametrize("middle", [-4.0, 0.3, 2.0, 9.0])
def test_the_expectation_below_an_end_is_that_of_a_truncated_normal(middle: float) -> None:
    end, sd = 0.5, 1.3
    truth = truncnorm(-np.inf, (end - middle) / sd, loc=middle, scale=sd).mean()

    assert _below(end, np.array([middle]), np.array([sd]))[0] == pytest.approx(truth, rel=1e-9, abs=1e-9)


def test_the_expectation_stays_finite_where_hardly_anything_is_below() -> None:
    far = _below(0.5, np.array([400.0]), np.array([1.0]))[0]

    assert far == pytest.approx(0.5, abs=1 / 30)


def test_readings_within_the_scale_are_not_touched() -> None:
    readings = spread(80, 1)
    inside = (readings.y > LOWEST) & (readings.y < HIGHEST)

    beyond = beyond_the_ends(readings, np.ones((80, 1)))

    np.testing.assert_array_equal(beyond.y[inside], readings.y[inside])
    assert (beyond.y[~inside] <= LOWEST + ROUNDING).all()
    assert (beyond.y >= LOWEST - FURTHEST).all()


def test_the_two_ends_mirror_each_other() -> None:
    readings = spread(60, 2)
    mirrored = readings._replace(y=HIGHEST - readings.y)

    one, other = (beyond_the_ends(each, np.ones((60, 1))).y for each in (readings, mirrored))

    np.testing.assert_allclose(other, HIGHEST - one, atol=1e-9)


def test_a_reading_on_the_floor_among_worse_ones_is_expected_higher_than_one_among_its_like() -> None:
    t = 8.0 * np.arange(60.0)
    y = np.repeat([2.0, 0.0], 30)
    y[1::3] += 0.5
    y[15] = 0.0
    beyond = beyond_the_ends(Readings(t, t % 24, y), np.ones((60, 1)))

    assert beyond.y[15] > beyond.y[45]


def test_few_readings_at_an_end_leave_the_answer_alone() -> None:
    readings = spread(100, 3)
    few = readings._replace(y=np.clip(readings.y, 1, 9))

    assert is_censored(readings)
    assert not is_censored(few)


@pytest.mark.slow
def test_effects_come_out_whole_from_under_the_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    """People whose pain is cut off at 0: the error of the effects that act shrinks by a third or more."""
    errors: dict[bool, list[float]] = {True: [], False: []}
    for seed in range(30):
        floored, truth = lowered(seed, 2.2)
        if not is_censored(floored.readings):
            continue
        for corrected in (True, False):
            with monkeypatch.context() as patch:
                if not corrected:
                    patch.setattr("espalda.inference.engine.is_censored", lambda _: False)
                fitted = fit(floored)
            errors[corrected] += [
                abs(np.log(max(fitted.factors[int(place)].effect.mean / effect, 0.05)))
                for place, effect in truth.items()
            ]

    assert len(errors[True]) > 20
    assert np.median(errors[True]) < 2 / 3 * np.median(errors[False])
