"""Outliers: drawn in to where they are rare, all else left to the bit as it was."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm
from tests.inference.people import moments, person, wandering

from espalda.inference import KERNELS, Readings, fit
from espalda.inference.engine import found
from espalda.inference.outliers import FAR, drawn_in
from espalda.inference.series import Floats


def readings_of(seed: int, days: int = 60) -> Readings:
    rng = np.random.default_rng(seed)
    t = moments(rng, days)
    return Readings(t, t % 24, 5 + wandering(rng, t) + rng.normal(0, 0.4, len(t)))


def level(readings: Readings) -> Floats:
    return np.ones((len(readings.t), 1))


def test_where_nothing_is_far_the_readings_are_the_same_object() -> None:
    """Normal ones are seldom further than that: of ten people's readings as many as chance would have."""
    people = [readings_of(seed) for seed in range(10)]
    changed = sum(int((drawn_in(one, level(one)).y != one.y).sum()) for one in people)
    expected = 2 * norm.sf(FAR) * sum(len(one.t) for one in people)
    assert changed <= expected + 4 * np.sqrt(expected)
    assert any(drawn_in(one, level(one)) is one for one in people)


@given(st.integers(0, 500), st.integers(5, 170), st.sampled_from([-6.0, 6.0]))
def test_a_slip_is_drawn_in_and_all_others_stay_to_the_bit(seed: int, place: int, slip: float) -> None:
    plain = readings_of(seed)
    y = plain.y.copy()
    y[place] += slip
    within = drawn_in(plain._replace(y=y), level(plain))
    changed = np.flatnonzero(within.y != y)
    assert place in changed
    assert len(changed) <= 4
    assert abs(within.y[place] - plain.y[place]) < abs(slip)
    assert (within.t is plain.t, within.clock is plain.clock) == (True, True)


@pytest.mark.parametrize("value", [0.0, 3.0])
def test_one_number_repeated_has_none(value: float) -> None:
    t = moments(np.random.default_rng(1), 30)
    same = Readings(t, t % 24, np.full(len(t), value))
    assert drawn_in(same, level(same)) is same


def test_what_acts_is_found_among_slips() -> None:
    """Of eight people one reading in twenty-five is any number: as they are, and with outliers left in."""
    told = {True: 0, False: 0}
    for seed in range(8):
        series = person(50 + seed, days=60, effects={0: (0.6, KERNELS[1])})
        y = series.readings.y.copy()
        rng = np.random.default_rng(seed)
        slips = rng.random(len(y)) < 0.04
        y[slips] = rng.integers(0, 11, slips.sum())
        slipped = series._replace(readings=series.readings._replace(y=y))
        told[True] += int(found(fit(slipped).probabilities)[0])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("espalda.inference.engine.drawn_in", lambda readings, *_given: readings)
            told[False] += int(found(fit(slipped).probabilities)[0])
    assert told[True] > told[False]
