"""Work that no page waits for: one job at a time, in a thread of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from threading import Lock
from typing import Final

from django.db import close_old_connections

worker: Executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="background")

_waiting: Final[dict[Hashable, Future[None]]] = {}
_lock: Final = Lock()
_log: Final = logging.getLogger(__name__)


def soon(key: Hashable, job: Callable[[], None]) -> Future[None]:
    """Have a job done, and return what tells when it is; one of the same key that has yet to begin will do for both."""

    def run() -> None:
        with _lock:
            _waiting.pop(key, None)  # what changes from here on asks for another
        try:
            job()
        except Exception:
            _log.exception("A job in the background failed: %s", key)
            raise
        finally:
            close_old_connections()

    with _lock:
        waiting = _waiting.get(key)
        if waiting:
            return waiting
        asked: Future[None] = Future()
        _waiting[key] = asked
    ...
