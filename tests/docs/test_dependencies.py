"""The decision on dependencies names exactly those there are."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PINNED = re.compile(r"[a-z0-9-]+(\[[a-z-]+\])?==\S+ .*--hash=sha256:[0-9a-f]{64}")


def required(name: str) -> set[str]:
    """Return what a requirements file asks for by itself."""
    text = (ROOT / "requirements" / name).read_text("utf-8")
    return {found[0] for line in text.splitlines() if (found := re.match(r"[a-z][a-z0-9-]*", line))}


def listed() -> tuple[set[str], set[str]]:
    """Return the names in the decision's tables: to run, and to test."""
    page = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text("utf-8")
    run, test = page.split("### To run")[1].split("### To test and check")
    return _names(run), _names(test)


def _names(table: str) -> set[str]:
    rows = re.findall(r"^\| ([a-z][a-z0-9, -]*) \|", table, re.MULTILINE)
    return {name for row in rows for name in row.split(", ")} - {"name"}


def test_every_dependency_has_its_line() -> None:
    assert listed() == (required("run.in"), required("test.in"))


def test_the_package_needs_what_running_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    declared = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    names = {re.split(r"[~>=<\[]", need)[0].replace("_", "-") for need in declared}
    assert names == required("run.in")


@pytest.mark.parametrize("name", ["requirements/run.txt", "requirements/test.txt"])
def test_every_requirement_is_pinned_with_its_hash(name: str) -> None:
    text = (ROOT / name).read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert lines
    assert [line for line in lines if not PINNED.match(line)] == []
    assert "://" not in text


def test_pip_is_told_to_refuse_any_other() -> None:
    installs = re.findall(r"^\t.*install .*-r .*$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert len(installs) >= 2
    assert all("--require-hashes" in line for line in installs)
