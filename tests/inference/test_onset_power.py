"""How often an onset's cause is found where pain's mean hardly moves, and how often what is none.

Each row is so many diaries of 180 days, three readings a day, twelve factors. Shown with ``-s``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from scipy.stats import binom
from tests.inference.onset_people import Person, lived

from espalda.inference import Kernel, fit, found
from espalda.inference.engine import FALSE_DISCOVERY_RATE
from espalda.inference.onset import fit_onsets, joined

DIARIES = 40
CHANCE = 1e-4
"""Of correct code failing a statistical test, were its seed drawn anew."""


class Row(NamedTuple):
    """What came of a row's diaries, as means: spasms seen, the true factor found, any false, intervals that hold."""

    onsets: float
    power: float
    false: float
    cover: float
    of_pain: float
    of_both: float


pytestmark = pytest.mark.slow


def row(name: str, person: Person, *, pain: bool = False, diaries: int = DIARIES) -> Row:
    """Return what came of so many diaries of the person, and print it."""
    seen = np.full((diaries, 6), np.nan)
    for seed in range(diaries):
        one = lived(person, seed)
        fitted = fit_onsets(one.onsets)
        acts = np.isin(np.arange(person.factors), [place for place, _ in person.ratios])
        says = found(fitted.probabilities) & fitted.enough
        holds = [
            float(fitted.factors[place].effect.low <= ratio <= fitted.factors[place].effect.high)
            for place, ratio in person.ratios
        ]
        seen[seed, :4] = fitted.onsets, says[acts].any(), says[~acts].any(), np.mean(holds or [np.nan])
        if pain:
            of_pain = fit(one.pain).probabilities
            seen[seed, 4] = found(of_pain)[acts].any()
            seen[seed, 5] = found(joined(of_pain, fitted.probabilities))[acts].any()
    result = Row(*seen.mean(axis=0).tolist())
    print(f"\n{name:<44}" + " ".join(f"{key} {value:5.2f}" for key, value in result._asdict().items()), end="")
    return result


@pytest.mark.parametrize(("ratio", "least"), [(3.0, 0.2), (4.0, 0.4), (6.0, 0.6)])
def test_causes_of_onsets_are_found_that_pain_does_not_tell(ratio: float, least: float) -> None:
    person = Person(ratios=((0, float(np.log(ratio))),), onsets=36, spell_h=10)
    result = row(f"hazard × {ratio:g} a unit, half-life 24 h", person, pain=True)
    assert result.onsets < 25
    assert result.power >= least
    assert result.of_pain < 0.1
    assert result.false <= binom.isf(CHANCE, DIARIES, FALSE_DISCOVERY_RATE) / DIARIES
    assert result.cover >= binom.ppf(CHANCE, DIARIES, 0.9) / DIARIES


def test_what_protects_is_found_as_well() -> None:
    person = Person(ratios=((0, float(-np.log(6.0))),), onsets=36, spell_h=10)
    assert row("hazard ÷ 6 a unit, half-life 24 h", person).power >= 0.3


NULLS = {
    "nothing acts": Person(onsets=36),
    "rest and a tablet in the spasm": Person(onsets=36, rest=True),
    "spasms come in bunches": Person(onsets=36, bunched=1.5),
    "bunches felt ahead, rest and a tablet": Person(onsets=36, bunched=1.0, ahead=1.5, rest=True),
    "factors that last for days, bunches": Person(onsets=36, bunched=1.0, lasting=True),
}


@pytest.mark.parametrize("name", NULLS)
def test_coincidence_and_what_follows_a_spasm_are_not_found(name: str) -> None:
    """Where nothing acts every discovery is false, so 5 % of diaries at most may hold one."""
    assert row(name, NULLS[name]).false <= binom.isf(CHANCE, DIARIES, FALSE_DISCOVERY_RATE) / DIARIES


@pytest.mark.parametrize(("half_life_h", "least", "most"), [(4.0, 0.0, 0.3), (60.0, 0.6, 1.0)])
def test_what_lasts_is_found_and_what_passes_before_the_next_reading_is_not(
    half_life_h: float, least: float, most: float
) -> None:
    """A dose all gone by then leaves nothing to find: the interval it was done in is not asked."""
    person = Person(ratios=((0, float(np.log(4.0))),), kernel=Kernel(half_life_h, 0), onsets=60, spell_h=10)
    assert least <= row(f"hazard × 4 a unit, half-life {half_life_h:g} h", person, diaries=20).power <= most
