"""The server's clock: each job in its turn, whatever another one does."""

from __future__ import annotations

from threading import Event

import pytest

from espalda.web import clock


def test_a_job_that_fails_stops_neither_the_others_nor_itself(caplog: pytest.LogCaptureFixture) -> None:
    failed, done = 0, Event()

    def fail() -> None:
        nonlocal failed
        failed += 1
        raise RuntimeError("the disk is full")

    def after_two() -> None:
        if failed >= 2:
            done.set()

    with clock.running((fail, after_two), every_s=0.001):
        assert done.wait(60)
    assert "the disk is full" in caplog.text


def test_nothing_runs_once_it_has_stopped() -> None:
    ran = 0

    def count() -> None:
        nonlocal ran
        ran += 1

    with clock.running((count,), every_s=0.001):
        pass
    at_the_end = ran
    assert not Event().wait(0.05)
    assert ran == at_the_end
