"""What no page waits for: one job at a time, none twice, and a failure that is told and stops nothing."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from espalda.web import background


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch, db: None) -> ThreadPoolExecutor:
    """A thread of the test's own."""
    own = ThreadPoolExecutor(max_workers=1)
    monkeypatch.setattr(background, "worker", own)
    return own


def test_nobody_waits_for_it_and_what_waits_is_done_once(worker: ThreadPoolExecutor) -> None:
    go, done = threading.Event(), []

    def first() -> None:
        go.wait(10)
        done.append("first")

    background.soon("a", first)
    for _ in range(3):
        background.soon("b", lambda: done.append("second"))
    assert done == []
    go.set()
    worker.shutdown(wait=True)
    assert done == ["first", "second"]


def test_what_is_asked_while_it_runs_is_done_after(worker: ThreadPoolExecutor) -> None:
    started, go, done = threading.Event(), threading.Event(), []

    def first() -> None:
        started.set()
        go.wait(10)
        done.append("old")

    background.soon("a", first)
    assert started.wait(10)
    background.soon("a", lambda: done.append("new"))
    go.set()
    worker.shutdown(wait=True)
    assert done == ["old", "new"]


def test_a_failure_is_told_and_the_next_job_is_done(
    worker: ThreadPoolExecutor, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []
    with caplog.at_level(logging.ERROR):
        background.soon("a", lambda: 1 / 0)
        background.soon("b", lambda: done.append("b"))
        worker.shutdown(wait=True)
    assert done == ["b"]
    assert "A job in the background failed." in caplog.text
