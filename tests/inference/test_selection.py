"""Which factors act: the search against every model there is, and what no search may do."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from bench.engine.calibration import draw
from bench.generators import OuSettings, ou
from tests.inference.people import person, searched, statistics, with_amounts

from espalda.inference import KERNELS, Path
from espalda.inference.evidence import at_points, factor_sets, log_evidence
from espalda.inference.selection import (
    LARGEST,
    PRIOR_A,
    PRIOR_B,
    Models,
    Rest,
    _key,
    _likely_points,
    both_act,
    enumerate_models,
    log_prior,
    search,
)
from espalda.inference.series import Floats
from espalda.series import to_series

MOST_WRONG = 0.01
"""What an inclusion probability may be wrong by, of the engine's own targets."""


def inclusion(models: Models, factors: int) -> Floats:
    """Return the probability that each factor acts, of all models at all grid points."""
    return np.diagonal(both_act(models, factors, len(KERNELS)))


@pytest.mark.parametrize("seed", range(12))
def test_the_search_finds_what_enumeration_does(seed: int, path: Path) -> None:
    acting = seed % 4
    diary = ou(np.random.default_rng(seed), 60 + 10 * (seed % 4), OuSettings(factors=4, acting=acting)).diary
    series = to_series(diary)
    oracle = both_act(enumerate_models(statistics(series), 4, len(KERNELS)), 4, len(KERNELS))
    found = both_act(searched(series, path), 4, len(KERNELS))
    np.testing.assert_allclose(found, oracle, rtol=0, atol=MOST_WRONG)
    assert acting == 0 or np.diagonal(oracle).max() > 0.9, "there is something to find"


@pytest.mark.parametrize("seed", [5, 11])
def test_what_was_not_visited_is_not_lost(seed: int) -> None:
    """Six factors of a diary drawn from the prior, most of them uncertain: many light models weigh much together."""
    drawn, _ = draw(np.random.default_rng([3, seed]), 60, 6)
    given = statistics(drawn)
    some = at_points(given, _likely_points(given, 6, len(KERNELS))[:3])
    oracle = both_act(enumerate_models(some, 6, len(KERNELS)), 6, len(KERNELS))
    models = search(some, 6, len(KERNELS))
    np.testing.assert_allclose(both_act(models, 6, len(KERNELS)), oracle, rtol=0, atol=MOST_WRONG)
    without = both_act(models._replace(rest=Rest(-np.inf, np.zeros((6, 6)))), 6, len(KERNELS))
    assert np.abs(without - oracle).max() > MOST_WRONG, "what was visited is not enough"


@pytest.mark.parametrize("factors", [1, 2])
def test_few_factors_are_searched_whole(factors: int, path: Path) -> None:
    series = person(5, factors=factors, effects={0: (0.5, KERNELS[1])})
    oracle = inclusion(enumerate_models(statistics(series), factors, len(KERNELS)), factors)
    found = inclusion(searched(series, path), factors)
    np.testing.assert_allclose(found, oracle, rtol=0, atol=MOST_WRONG)
    assert oracle[0] > 0.9


@pytest.mark.parametrize(("factors", "kernels"), [(0, 6), (1, 6), (4, 6), (7, 2), (25, 6)])
def test_the_prior_adds_up_to_one(factors: int, kernels: int) -> None:
    every = [
        comb(factors, size) * kernels**size * np.exp(log_prior(size, factors, kernels)) for size in range(factors + 1)
    ]
    assert sum(every) == pytest.approx(1, rel=1e-12)
    acting = sum(size / max(factors, 1) * one for size, one in enumerate(every))
    assert acting == pytest.approx(PRIOR_A / (PRIOR_A + PRIOR_B) * (factors > 0), rel=1e-12)


def test_every_model_is_enumerated_once() -> None:
    models = enumerate_models(statistics(person(6, factors=3)), 3, len(KERNELS))
    sets = [tuple(row) for level in models.levels for row in level.sets.tolist()]
    assert len(sets) == len(set(sets)) == (1 + len(KERNELS)) ** 3
    assert all(len({column // len(KERNELS) for column in row}) == len(row) for row in sets)


def test_no_model_is_counted_twice_nor_holds_a_factor_twice() -> None:
    given = statistics(person(7, factors=8, effects={0: (0.6, KERNELS[1]), 3: (-0.6, KERNELS[2])}))
    models = search(given, 8, len(KERNELS))
    sets = [tuple(row) for level in models.levels for row in level.sets.tolist()]
    assert len(sets) == len(set(sets)) > 500
    assert all(len({column // len(KERNELS) for column in row}) == len(row) for row in sets)
    assert all(list(row) == sorted(row) for row in sets)


def test_a_model_weighs_its_evidence_times_its_prior() -> None:
    given = statistics(person(8, factors=4, effects={0: (0.6, KERNELS[1])}))
    models = search(given, 4, len(KERNELS))
    for size, level in enumerate(models.levels):
        factored = factor_sets(models.statistics, level.sets)
        expected = log_evidence(models.statistics, factored.rss, factored.log_det) + log_prior(size, 4, len(KERNELS))
        np.testing.assert_allclose(level.log_weight, expected, rtol=1e-12)


def test_more_factors_than_a_model_can_hold() -> None:
    many = LARGEST + 4
    effects = dict.fromkeys(range(many), (2.5, KERNELS[1]))
    models = search(statistics(person(9, days=90, factors=many, effects=effects)), many, len(KERNELS))
    sizes = {level.sets.shape[1] for level in models.levels}
    seen = {column // len(KERNELS) for level in models.levels for column in level.sets.ravel().tolist()}
    assert max(sizes) == LARGEST + 1, "the largest models, and each other factor beside the best of them"
    assert seen == set(range(many))
    probability = inclusion(models, many)
    assert np.isfinite(probability).all()
    assert probability.sum() > LARGEST - 1


def test_identical_columns_share_the_probability() -> None:
    one = person(10, factors=2, effects={0: (0.7, KERNELS[1])})
    amount = one.exposures.amount
    twice = with_amounts(one, np.column_stack([amount[:, 0], amount[:, 1], amount[:, 0]]))
    probability = inclusion(search(statistics(twice), 3, len(KERNELS)), 3)
    assert probability[0] == pytest.approx(probability[2], abs=1e-3)
    assert probability[0] + probability[2] > 0.99
    assert probability[0] < 0.9


ALIKE_UNDER_POWERS = [
    (180, [82, 110, 116, 120, 126, 140, 144, 150, 156, 162], [0, 6, 12, 43, 76, 78, 105, 111, 137, 174]),
    (240, [32, 48, 65, 66, 72, 102, 108, 121, 145, 150], [0, 6, 12, 23, 25, 30, 71, 72, 78, 102]),
    (384, [0, 12, 18, 24, 30, 36, 42, 48, 54, 60], [2, 12, 18, 24, 30, 36, 42, 48, 54, 60]),
    (3000, [0, 12, 18, 24, 30, 36, 42, 48, 54, 60], [2, 12, 18, 24, 30, 36, 42, 48, 54, 60]),
]
"""Pairs of the largest sets that are one number modulo 2**64 when read as digits in base p."""


@pytest.mark.parametrize(("p", "one", "other"), ALIKE_UNDER_POWERS, ids=lambda value: str(value)[:5])
def test_the_largest_sets_are_told_apart(p: int, one: list[int], other: list[int]) -> None:
    assert len(one) == len(other) == LARGEST
    key = _key(np.array([one, other]), p)
    assert key[0] != key[1]


def test_thirty_thousand_sets_are_told_apart() -> None:
    rng = np.random.default_rng(11)
    sets = np.unique(np.sort(rng.random((30_000, 150)).argsort(axis=1)[:, :LARGEST], axis=1), axis=0)
    assert len(np.unique(_key(sets, 150))) == len(sets) > 29_900


def test_a_sets_number_is_its_own_wherever_it_stands() -> None:
    sets = np.array([[0, 7, 20], [1, 7, 20], [0, 8, 23]])
    np.testing.assert_array_equal(_key(sets, 24)[[2, 0]], _key(sets[[2, 0]], 24))
