"""The compiled path against the one in NumPy: the same numbers, for anyone; and nobody else waits for a compiler."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from bench.generators import GENERATORS, OuSettings, ou
from tests.inference.people import standardised
from tests.inference.test_engine import AWKWARD, numbers
from tests.inference.test_whitening import stands_for_the_joint_gaussian

from espalda.inference import KERNELS, Series, fit, guards
from espalda.inference.engine import NUMPY, SLABS, Path
from espalda.inference.selection import both_act
from espalda.inference.series import Floats
from espalda.inference.whitening import base_columns, noise_grid
from espalda.series import to_series

ROUNDING = 1e-8


def test_no_page_and_no_first_run_needs_a_compiler() -> None:
    code = "import sys, espalda.cli, espalda.web.urls; print('numba' in sys.modules, 'llvmlite' in sys.modules)"
    setup = "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'espalda.web.settings'; django.setup(); "
    told = subprocess.run([sys.executable, "-c", setup + code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "False"]


@pytest.fixture(scope="module")
def compiled() -> Path:
    from espalda.inference.compiled import COMPILED  # noqa: PLC0415

    return COMPILED


def assert_same(series: Series, compiled: Path) -> None:
    one, other = fit(series), fit(series, compiled)
    np.testing.assert_allclose(numbers(other), numbers(one), rtol=ROUNDING, atol=ROUNDING)
    np.testing.assert_allclose(other.together, one.together, rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(other.correlation, one.correlation, rtol=0, atol=ROUNDING)
    assert [factor.kernel for factor in other.factors] == [factor.kernel for factor in one.factors]
    assert [factor.informed for factor in other.factors] == [factor.informed for factor in one.factors]


ALIKE = {"a column twice", "two columns that cancel"}
"""Where columns are equal, rounding chooses between equals: models as heavy as each other, one of which is left out."""


@pytest.mark.slow
@pytest.mark.parametrize("what", [what for what in AWKWARD if what not in ALIKE])
def test_awkward_diaries_come_out_the_same(what: str, compiled: Path) -> None:
    assert_same(AWKWARD[what](), compiled)


@pytest.mark.slow
@pytest.mark.parametrize("what", sorted(ALIKE))
def test_equal_columns_come_out_as_nearly_the_same(what: str, compiled: Path) -> None:
    series = AWKWARD[what]()
    np.testing.assert_allclose(numbers(fit(series, compiled)), numbers(fit(series)), rtol=1e-3, atol=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("generator", GENERATORS)
def test_every_kind_of_person_comes_out_the_same(generator: str, compiled: Path) -> None:
    for seed in range(2):
        assert_same(to_series(GENERATORS[generator](np.random.default_rng([seed, 8]), 90).diary), compiled)


@pytest.mark.slow
@pytest.mark.parametrize("days", [200, 365])
def test_long_diaries_come_out_the_same(days: int, compiled: Path) -> None:
    """Here grid points are judged by a few columns before all are worked out."""
    for seed in range(2):
        assert_same(to_series(ou(np.random.default_rng(seed), days, OuSettings(factors=25)).diary), compiled)


@pytest.mark.slow
def test_guards_come_out_the_same(compiled: Path) -> None:
    series = to_series(ou(np.random.default_rng(1), 90).diary)
    fitted = fit(series)
    assert guards(series, fitted, path=compiled) == guards(series, fitted)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_the_same_grid_points_matter(seed: int, compiled: Path) -> None:
    series = to_series(ou(np.random.default_rng(seed), 150 + 20 * seed, OuSettings(factors=16)).diary)
    readings, base = series.readings, base_columns(series.readings)
    given = readings.t, base, standardised(series), readings.y - readings.y.mean(), SLABS, 16
    one, other = (path.search(*given) for path in (NUMPY, compiled))
    np.testing.assert_array_equal(other.statistics.slab, one.statistics.slab)
    np.testing.assert_allclose(other.statistics.constant, one.statistics.constant, rtol=1e-10)
    np.testing.assert_allclose(
        both_act(other, 16, len(KERNELS)), both_act(one, 16, len(KERNELS)), rtol=0, atol=ROUNDING
    )


@pytest.mark.slow
@pytest.mark.parametrize("point", range(len(noise_grid().tau_h)))
def test_the_likelihood_is_that_of_the_joint_gaussian(point: int) -> None:
    from espalda.inference.compiled.columns import whiten  # noqa: PLC0415

    stands_for_the_joint_gaussian(whiten, point)


@pytest.mark.slow
def test_a_logarithm_is_one() -> None:
    from espalda.inference.compiled.jit import log  # noqa: PLC0415

    x: Floats = np.exp(np.random.default_rng(1).uniform(-300, 300, 10_000))
    own = np.append(x, [1.0, np.nextafter(1.0, 2), np.sqrt(0.5), 2.0, 1e-300, 1e300])
    expected = np.log(own)
    log(own)
    np.testing.assert_allclose(own, expected, rtol=4e-16, atol=2e-16)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_a_quantile_is_the_least_point_with_enough_below(seed: int) -> None:
    from espalda.inference.compiled.told import _quantile  # noqa: PLC0415

    rng = np.random.default_rng(seed)
    points = np.concatenate([rng.normal(0, 10.0**seed, 3000), np.full(500, 0.25), rng.normal(5, 1e-9, 3000)])
    weight = rng.dirichlet(np.full(len(points), 0.1))
    order = np.argsort(points)
    below = np.cumsum(weight[order])
    for level in (0.025, 0.5, 0.975):
        expected = points[order][np.searchsorted(below, level)]
        assert _quantile(points.copy(), weight.copy(), level) == expected
