"""A command line whose language is known, and put back; and a diary to give it."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from pathlib import Path

import pytest

from espalda import flows
from espalda.diary import write_diary


@pytest.fixture(autouse=True)
def spoken(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No language is set but by a test; the one a command sets for the parser ends with it."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("COLUMNS", "200")
    domain = gettext.textdomain()
    yield
    gettext.textdomain(domain)


@pytest.fixture(scope="session")
def demo_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "demo.csv"
    write_diary(flows.demo(), path)
    return path
