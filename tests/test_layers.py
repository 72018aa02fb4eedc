"""Imports point down only, and inference knows only numbers: what import-linter is told is kept."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    tool = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([tool, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


def test_imports_point_down_only() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    assert f"Contracts: {len(contracts)} kept, 0 broken." in done.stdout


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("inference/loads.py", "import espalda.words", "Inference knows only numbers"),
        ("inference/loads.py", "import scipy", "Inference knows only numbers"),
        ("words.py", "import espalda.diary", "Imports point down only"),
        ("flows.py", "import django", "Django lives in web alone"),
        ("stray.py", "", "Imports point down only"),
    ],
)
def test_an_import_that_points_up_is_caught(file: str, line: str, contract: str, tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(
        ROOT / "src" / "espalda", tmp_path / "espalda", ignore=shutil.ignore_patterns("*.mo", "__pycache__")
    )
    with (tmp_path / "espalda" / file).open("a", encoding="utf-8") as changed:
        changed.write(f"\n{line}\n")
    done = lint(tmp_path)
    assert done.returncode == 1, done.stdout
    assert f"{contract} BROKEN" in done.stdout or ("stray" in done.stdout and not line)
