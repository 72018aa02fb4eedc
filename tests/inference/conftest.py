"""The paths that the same tests run on: NumPy's, and where long tests run the compiled one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from espalda.inference.engine import NUMPY, Path


@pytest.fixture(scope="session", params=["numpy", pytest.param("compiled", marks=pytest.mark.slow)])
def path(request: pytest.FixtureRequest) -> Iterator[Path]:
    """The functions that do most of the work, on each path in turn."""
    if request.param == "numpy":
        yield NUMPY
    else:
        from espalda.inference.compiled import COMPILED  # noqa: PLC0415 - numba is for those who ask for it

        yield COMPILED
