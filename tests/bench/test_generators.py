"""Every generator makes diaries that a diary's own rules allow, their truth told, the same again from the same seed."""

from __future__ import annotations

import numpy as np
import pytest
from bench.generators import GENERATORS, Truth
from bench.generators.people import load, memory

from espalda.diary import days_spanned, make_diary
from espalda.findings import draw_findings
from espalda.findings.draw import habitual_amount
from espalda.inference import fit, guards
from espalda.series import to_series

each = pytest.mark.parametrize("name", GENERATORS)


@each
@pytest.mark.parametrize("days", [30, 61])
def test_a_diary_is_what_its_rules_allow(name: str, days: int) -> None:
    diary = GENERATORS[name](np.random.default_rng(1), days).diary
    again = make_diary(
        diary.time,
        diary.utc_offset_min,
        pain=diary.pain,
        stiffness=diary.stiffness,
        spasm=diary.spasm,
        factors=diary.factors,
        amounts=diary.amounts,
        notes=diary.notes,
    )
    assert again == diary
    assert len(diary.factors) == 12
    assert days - 3 <= days_spanned(diary) <= days
    assert (~np.isnan(diary.pain)).sum() > days / 2


@each
def test_the_truth_is_of_factors_there_are(name: str) -> None:
    for seed in range(5):
        simulated = GENERATORS[name](np.random.default_rng(seed), 60)
        names = [factor.name for factor in simulated.diary.factors]
        assert set(simulated.truth) <= set(names)
        assert set(simulated.alike) <= set(names)
        assert len(simulated.truth) == (0 if name == "global_null" else 2 if name == "unmeasured_confounder" else 3)
        for factor, truth in simulated.truth.items():
            per = habitual_amount(simulated.diary.amounts[:, names.index(factor)], simulated.diary.factors[0])
            assert 0 < abs(truth.per_unit) * per < 10
            assert truth.half_life_h > 0
            assert truth.delay_h >= 0


@each
def test_a_seed_makes_the_same_diary_again_and_another_another(name: str) -> None:
    one, same, other = (GENERATORS[name](np.random.default_rng(seed), 30) for seed in (7, 7, 8))
    assert one.diary == same.diary
    assert one.truth == same.truth
    assert one.diary != other.diary


@each
def test_guards_change_no_verdict(name: str) -> None:
    """The bench leaves them out."""
    diary = GENERATORS[name](np.random.default_rng(3), 60).diary
    series = to_series(diary)
    fitted = fit(series)
    with_them = draw_findings(diary, fitted, guards(series, fitted)).factors
    assert with_them == draw_findings(diary, fitted, None).factors


@each
def test_a_generator_says_what_it_does(name: str) -> None:
    assert (GENERATORS[name].__doc__ or "").startswith("Return a diary ")


def test_a_dose_weighs_one_where_it_is_felt_and_half_a_half_life_later() -> None:
    moments = np.array([0.0, 10.0, 33.9, 34.0, 39.0])
    weight = load(moments, np.array([10.0]), np.array([3.0]), half_life_h=5.0, delay_h=24.0)
    np.testing.assert_allclose(weight, [0, 0, 0, 3, 1.5])


def test_memory_fades_as_it_says() -> None:
    t = np.arange(0.0, 240_000.0, 6.0)
    state = memory(np.random.default_rng(1), t, tau_h=36.0, sd=2.0)
    assert state.std() == pytest.approx(2.0, rel=0.05)
    assert np.corrcoef(state[:-6], state[6:])[0, 1] == pytest.approx(np.exp(-1), abs=0.03)


def test_two_hills_of_one_walk_go_together() -> None:
    r = []
    for seed in range(10):
        simulated = GENERATORS["uphill_downhill"](np.random.default_rng(seed), 180)
        names = [factor.name for factor in simulated.diary.factors]
        up, down = (simulated.diary.amounts[:, names.index(name)] for name in simulated.alike)
        r.append(np.corrcoef(up, down)[0, 1])
        assert len([name for name in simulated.alike if name in simulated.truth]) == 1
    assert np.mean(r) == pytest.approx(0.8, abs=0.03)


def test_in_flares_the_mean_moves_little_and_the_tail_a_lot() -> None:
    simulated = [GENERATORS["flare_state"](np.random.default_rng(seed), 180) for seed in range(20)]
    pain = np.concatenate([one.diary.pain for one in simulated])
    effects = [abs(truth.per_unit) for one in simulated for truth in one.truth.values()]
    assert 0.03 < np.nanmean(pain >= 7) < 0.2
    assert np.nanmean(pain) < 4.7
    assert max(effects) < 2.7


def test_a_point_of_pain_halves_what_is_avoided() -> None:
    simulated = GENERATORS["reverse_causation"](np.random.default_rng(5), 365)
    pain, amounts = simulated.diary.pain, simulated.diary.amounts
    before = np.concatenate([[np.nan], pain[:-1]])
    seen = ~np.isnan(before)
    r = [np.corrcoef(before[seen], one[seen])[0, 1] for one in amounts.T]
    assert min(r) < -0.15
    assert max(r) > 0.15


def test_a_truth_is_points_half_life_and_delay() -> None:
    assert Truth(1.0, 24.0) == (1.0, 24.0, 0.0)
