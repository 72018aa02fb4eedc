"""The chance of a spasm tried on the diary's own past: told from what came before alone, and right where it can be."""

from __future__ import annotations

import numpy as np
import pytest
from tests.inference.onset_people import Person, lived
from tests.inference.people import person

from espalda.inference import fit, onset_pasts, proven_forecast
from espalda.inference.onset import AtRisk, chance, fit_onset_columns
from espalda.inference.scores import FEWEST_PAST, onset_past
from espalda.inference.series import Bools, Floats

DAYS = 120


def watched(event: Bools) -> AtRisk:
    """A day an interval, at risk all the time."""
    start: Floats = np.arange(0.0, 24.0 * len(event), 24.0)
    last = np.maximum.accumulate(np.where(event, start + 24.0, -np.inf))
    since = start - np.concatenate([[-np.inf], last[:-1]])
    nothing = np.zeros(len(event), dtype=np.int64)
    return AtRisk(start, start + 24.0, nothing, nothing.astype(bool), since, event)


def test_what_came_is_counted_and_what_was_said_knew_only_what_came_before() -> None:
    event = np.arange(DAYS) % 4 == 3
    past = onset_past(watched(event), 24.0)
    assert past
    assert past.moments == 60
    assert past.happened == pytest.approx(0.25, abs=0.02)
    said = [
        chance(fit_onset_columns(watched(event[:day]), np.zeros((day, 0, 1))), 24.0).mean for day in range(60, DAYS)
    ]
    assert past.said == pytest.approx(np.mean(said), abs=0.01)


def test_what_comes_after_changes_nothing_said() -> None:
    event = np.zeros(DAYS, dtype=bool)
    event[:60:5] = True
    worse = event.copy()
    worse[-1] = True
    calm, bad = onset_past(watched(event), 24.0), onset_past(watched(worse), 24.0)
    assert calm
    assert bad
    assert (bad.said, bad.moments) == (calm.said, calm.moments)
    assert bad.happened == pytest.approx(1 / 60)
    assert calm.happened == 0.0


def test_the_hazard_that_makes_spasms_is_found_on_the_past() -> None:
    """A spasm in one day of five, by chance: over 20 people, what was said and what came agree."""
    pasts = [onset_past(watched(np.random.default_rng(seed).random(DAYS) < 0.2), 24.0) for seed in range(20)]
    said, came = np.array([(past.said, past.happened) for past in pasts if past]).T
    assert said.mean() == pytest.approx(0.2, abs=0.03)
    assert came.mean() == pytest.approx(0.2, abs=5 * np.sqrt(0.2 * 0.8 / (20 * 60)))


def test_stretches_hardly_watched_are_left_out() -> None:
    at_risk = watched(np.arange(DAYS) % 4 == 3)
    gaps = AtRisk(*(column[np.arange(DAYS) % 3 == 0] for column in at_risk))
    week = onset_past(gaps, 7 * 24.0)
    assert week is None or week.happened == 1.0, "only where one came before the first gap"


def test_a_short_diary_has_no_past_to_tell_of() -> None:
    assert onset_past(watched(np.zeros(FEWEST_PAST - 1, dtype=bool)), 24.0) is None
    day, week, month = onset_pasts(watched(np.arange(30) % 4 == 3))
    assert day
    assert (week, month) == (None, None)
    assert onset_pasts(watched(np.zeros(0, dtype=bool))) == (None, None, None)


def test_a_last_stretch_longer_than_what_is_asked_of_has_a_past_too() -> None:
    at_risk = watched(np.arange(DAYS) % 4 == 3)
    longer = at_risk._replace(end=np.append(at_risk.end[:-1], at_risk.end[-1] + 7.0))
    assert onset_past(longer, 24.0)


def test_the_chance_of_people_who_live_is_calibrated_on_their_past() -> None:
    """Spasms of a real hour, three readings a day, some lost."""
    pasts = [onset_past(lived(Person(onsets=36), seed).onsets.at_risk, 24.0) for seed in range(12)]
    said, came = np.array([(past.said, past.happened) for past in pasts if past]).T
    assert said.mean() == pytest.approx(came.mean(), abs=0.06)


def test_a_forecast_is_shown_only_where_it_did_better_on_the_past() -> None:
    steady = person(0)
    fitted = fit(steady)
    shown = proven_forecast(steady, fitted, np.array([24.0]), np.array([8.0]))
    assert shown is None or shown[1].worth_showing
    assert proven_forecast(steady, fitted, np.zeros(0), np.zeros(0)) is None
    # Of pure noise nothing can be foreseen; "more than chance could easily bring" leaves one in twenty to chance.
    by_chance = 0
    for seed in range(3, 7):
        y = np.random.default_rng(seed).uniform(0, 10, len(steady.readings.y))
        noise = steady._replace(readings=steady.readings._replace(y=y))
        by_chance += proven_forecast(noise, fit(noise), np.array([24.0]), np.array([8.0])) is not None
    assert by_chance <= 1
