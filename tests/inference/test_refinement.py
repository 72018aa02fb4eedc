"""Effects told finely: half-lives and delays the search has no kernel for."""

from __future__ import annotations

import numpy as np
import pytest
from tests.inference.people import person

from espalda.inference import Kernel, fit
from espalda.inference.engine import SLABS
from espalda.inference.loads import KERNELS
from espalda.inference.refinement import DELAYED, FINE, LOG_PRIOR, Through, log_prior, refine
from espalda.inference.whitening import base_columns


def test_the_prior_of_the_fine_kernels_is_that_of_the_coarse() -> None:
    weight = np.exp(LOG_PRIOR)
    delayed = np.array([kernel.delay_h > 0 for kernel in FINE])

    assert weight.sum() == pytest.approx(1, rel=1e-12)
    assert weight[delayed].sum() == pytest.approx(DELAYED)
    assert pytest.approx(np.mean([kernel.delay_h > 0 for kernel in KERNELS])) == DELAYED


def test_readings_a_day_apart_tell_no_hours() -> None:
    rare, often = (np.isfinite(log_prior(hours * np.arange(40.0))) for hours in (24.0, 8.0))

    assert often.all()
    assert {kernel.delay_h for kernel, seen in zip(FINE, rare, strict=True) if seen} == {0.0, 24.0, 48.0}
    assert min(kernel.half_life_h for kernel, seen in zip(FINE, rare, strict=True) if seen) >= 6.0


@pytest.mark.parametrize("kernel", [Kernel(6.3, 0), Kernel(16, 0), Kernel(12, 20), Kernel(14, 29)], ids=str)
def test_what_acts_between_the_coarse_kernels_is_told_whole(kernel: Kernel) -> None:
    one = fit(person(3, days=150, effects={1: (1.2, kernel)})).factors[1]

    assert one.effect.low < 1.2 < one.effect.high
    assert abs(one.kernel.delay_h - kernel.delay_h) <= 9
    assert abs(np.log(one.kernel.half_life_h / kernel.half_life_h)) < np.log(1.7)


def refined(seed: int, start: list[Kernel]) -> list[Through]:
    series = person(seed, days=90, factors=2, effects={0: (1.0, Kernel(14, 0)), 1: (-1.0, Kernel(14, 24))})
    return refine(series.readings, base_columns(series.readings), series.exposures, start, SLABS)


def test_where_it_starts_matters_little() -> None:
    near, far = refined(4, [KERNELS[1], KERNELS[5]]), refined(4, [KERNELS[3], KERNELS[4]])

    for one, other in zip(near, far, strict=True):
        spread = np.sqrt(one.weight @ (one.variance + (one.mean - one.weight @ one.mean) ** 2))
        assert abs(one.weight @ one.mean - other.weight @ other.mean) < 0.3 * spread


def test_weights_add_up_to_one_and_nothing_is_known_better_than_its_variance() -> None:
    for one in refined(5, [KERNELS[1], KERNELS[5]]):
        assert one.weight.shape == one.mean.shape == one.variance.shape == one.scale.shape == (len(FINE),)
        assert one.weight.sum() == pytest.approx(1, rel=1e-12)
        assert (one.weight >= 0).all()
        assert (one.variance[one.weight > 0] > 0).all()
