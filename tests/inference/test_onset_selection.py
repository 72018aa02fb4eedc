"""Which factors act on onsets: the search against every model there is."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from tests.inference.onset_people import Person, lived

from espalda.inference import KERNELS
from espalda.inference.hazard import Problem
from espalda.inference.onset import SLAB_SD, AtRisk, fit_onset_columns, loads_at_risk, problem_of
from espalda.inference.onset_selection import LARGEST, Weighed, empty_model, search, weigh
from espalda.inference.selection import log_sum
from espalda.inference.series import Floats

MOST_WRONG = 0.01
"""What an inclusion probability may be wrong by, of the engine's own targets."""
MANY = len(KERNELS)


def given(person: Person, seed: int) -> tuple[AtRisk, Floats]:
    """The intervals of a person, and every factor's load through every kernel."""
    onsets = lived(person, seed).onsets
    return onsets.at_risk, loads_at_risk(onsets.at_risk, onsets.exposures)


def problem(at_risk: AtRisk, columns: Floats) -> Problem:
    flat = columns.reshape(len(columns), -1)
    flat = SLAB_SD * (flat - flat.mean(axis=0)) / flat.std(axis=0)
    return problem_of(at_risk, flat, np.zeros(flat.shape[1]))


def enumerated(of: Problem, factors: int) -> list[Weighed]:
    """Every model, each weighed about its own mode, sought from the empty one's."""
    empty = empty_model(of).mean
    levels = []
    for size in range(factors + 1):
        every = [
            [factor * MANY + kernel for factor, kernel in zip(chosen, through, strict=True)]
            for chosen in combinations(range(factors), size)
            for through in product(range(MANY), repeat=size)
        ]
        sets = np.array(every, dtype=np.int64).reshape(len(every), size)
        start = np.hstack([np.repeat(empty, len(sets), axis=0), np.zeros((len(sets), size))])
        levels.append(weigh(of, sets, start, factors, MANY))
    return levels


def inclusion(levels: list[Weighed], factors: int) -> Floats:
    total = log_sum(np.concatenate([level.log_weight for level in levels]))
    acts = np.zeros(factors)
    for level in levels:
        for column in level.sets.T:
            np.add.at(acts, column // MANY, np.exp(level.log_weight - total))
    return acts


SEARCHED = [(factors, acting, seed) for factors in (3, 4) for acting in (0, 1, 2) for seed in (1, 2)]


@pytest.mark.parametrize(("factors", "acting", "seed"), SEARCHED)
def test_the_search_finds_what_enumeration_does(factors: int, acting: int, seed: int) -> None:
    ratios = ((0, np.log(4.0)), (2, -np.log(4.0)))[:acting]
    at_risk, columns = given(Person(factors=factors, ratios=ratios, onsets=40), seed)
    of = problem(at_risk, columns)
    oracle = inclusion(enumerated(of, factors), factors)
    np.testing.assert_allclose(inclusion(search(of, factors, MANY), factors), oracle, rtol=0, atol=MOST_WRONG)
    fitted = fit_onset_columns(at_risk, columns)
    np.testing.assert_allclose(fitted.probabilities, oracle, rtol=0, atol=MOST_WRONG)


def test_no_model_is_counted_twice_nor_holds_a_factor_twice() -> None:
    of = problem(*given(Person(factors=6, ratios=((0, np.log(5.0)),), onsets=40), 3))
    sets = [tuple(row) for level in search(of, 6, MANY) for row in level.sets.tolist()]
    assert len(sets) == len(set(sets)) > 300
    assert all(len({column // MANY for column in row}) == len(row) for row in sets)
    assert all(list(row) == sorted(row) for row in sets)


def test_every_factor_is_weighed_beside_the_best() -> None:
    of = problem(*given(Person(factors=LARGEST + 8, onsets=30), 4))
    levels = search(of, LARGEST + 8, MANY)
    weighed = {column // MANY for level in levels if level.modes for column in level.sets.ravel().tolist()}
    assert weighed == set(range(LARGEST + 8))


def test_a_model_weighs_the_same_wherever_its_mode_is_sought_from() -> None:
    of = problem(*given(Person(factors=4, ratios=((0, np.log(5.0)),), onsets=40), 5))
    for level in search(of, 4, MANY):
        if level.modes is None:
            continue
        start = np.hstack([np.repeat(empty_model(of).mean, len(level.sets), axis=0), np.zeros(level.sets.shape)])
        again = weigh(of, level.sets, start, 4, MANY)
        np.testing.assert_allclose(again.log_weight, level.log_weight, atol=1e-5)
