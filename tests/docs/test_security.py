"""Every test that SECURITY.md names as the guard of a promise is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROMISES = re.findall(r"^\| (?!promise |---)(.+?) \| (.+) \|$", (ROOT / "SECURITY.md").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("promise", "guards"), PROMISES, ids=[promise[:40] for promise, _ in PROMISES])
def test_a_promise_has_its_guards(promise: str, guards: str) -> None:
    for named in guards.split("; "):
        (path,) = re.findall(r"\]\((tests/[^)]+\.py)\)", named)
        text = (ROOT / path).read_text("utf-8")
        missing = [name for name in re.findall(r"`(test_\w+)`", named) if f"def {name}(" not in text]
        assert missing == [], promise


def test_there_are_promises() -> None:
    assert len(PROMISES) > 5
