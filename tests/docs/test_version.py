"""The version is the same wherever it is written."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import espalda
from espalda.triage import load_rulebook

ROOT = Path(__file__).resolve().parents[2]
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
RELEASES = re.findall(r"^## (.+)$", CHANGELOG, re.MULTILINE)


def test_the_package_its_metadata_and_the_changelog_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == espalda.__version__ == RELEASES[0].split(" - ")[0]


def test_every_release_has_a_version_a_day_and_its_rules() -> None:
    parts = re.split(r"^## ", CHANGELOG, flags=re.MULTILINE)[1:]
    assert len(parts) == len(RELEASES)
    for release, part in zip(RELEASES, parts, strict=True):
        version, day = release.split(" - ")
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        assert date.fromisoformat(day)
        assert "### Rules" in part


def test_the_changelog_names_every_day_a_rule_came_into_force() -> None:
    rules = "".join(re.findall(r"^### Rules\n(.*?)(?=^##|\Z)", CHANGELOG, re.MULTILINE | re.DOTALL))
    assert {rule.since.isoformat() for rule in load_rulebook().rules} <= set(re.findall(r"\d{4}-\d{2}-\d{2}", rules))
