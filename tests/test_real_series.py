"""The real series at hand, read where they are: converted, written, read back and explained."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from bench.real import SERIES, esm, knee

from espalda import explain, read_diary, write_diary
from espalda.diary import Diary
from espalda.findings import VERDICTS

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SERIES.is_dir(), reason="the real series are not here"),
]


@pytest.fixture(scope="module", params=["knee", "esm"])
def diary(request: pytest.FixtureRequest) -> Diary:
    return {"knee": knee, "esm": esm}[request.param](SERIES / request.param)


def test_a_real_series_survives_the_file(diary: Diary, tmp_path: Path) -> None:
    write_diary(diary, tmp_path / "diary.csv")

    assert read_diary(tmp_path / "diary.csv") == diary


def test_every_factor_of_a_real_series_gets_a_verdict_and_the_guards_find_nothing(diary: Diary) -> None:
    findings = explain(diary)

    assert {one.name for one in findings.factors} == {factor.name for factor in diary.factors}
    assert {one.verdict for one in findings.factors} <= set(VERDICTS)
    assert all(np.isfinite([one.effect.low, one.effect.high, one.probability]).all() for one in findings.factors)
    assert findings.guards is not None
    assert sum(findings.guards.shifted) == 0


def test_the_knee_series_is_whole() -> None:
    diary = knee(SERIES / "knee")

    assert len(diary) == 1187
    assert "run" in {factor.name for factor in diary.factors}
    assert np.nansum(diary.amounts[:, [factor.name for factor in diary.factors].index("nsaids")]) > 50
