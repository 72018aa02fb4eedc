"""The server's own clock: jobs that are looked at each minute, in one thread, for as long as the server runs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread

from django.db import close_old_connections

MINUTE_S = 60.0

Job = Callable[[], object]
_log = logging.getLogger(__name__)


@contextmanager
def running(jobs: Sequence[Job], every_s: float = MINUTE_S) -> Iterator[None]:
    """Run each job at once and then every minute until the block ends; a job decides itself whether it is due.

    A job that fails is logged and called again the next time; the others go on.
    """
    over = Event()
    thread = Thread(target=_run, args=(jobs, every_s, over), name="clock", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        # A job under way may finish; one that hangs doesn't keep the server from stopping.
        thread.join(timeout=5)


def _run(jobs: Sequence[Job], every_s: float, over: Event) -> None:
    while not over.is_set():
        for job in jobs:
            try:
                job()
            except Exception:
                _log.exception("A job of the clock failed.")
            finally:
                close_old_connections()
        over.wait(every_s)
