"""Work that no page waits for: one job at a time, in a thread of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from concurrent.futures import Executor, ThreadPoolExecutor
from threading import Lock
from typing import Final

from django.db import close_old_connections

worker: Executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="background")

_waiting: Final[set[Hashable]] = set()
_lock: Final = Lock()
_log: Final = logging.getLogger(__name__)


def soon(key: Hashable, job: Callable[[], object]) -> None:
    """Have a job done soon; one of the same key that has yet to begin will do for both."""
    with _lock:
        if key in _waiting:
            return
        _waiting.add(key)
    worker.submit(_run, key, job)


def _run(key: Hashable, job: Callable[[], object]) -> None:
    with _lock:
        _waiting.discard(key)  # whoever asks from here on has seen more than this job will
    try:
        job()
    except Exception:
        _log.exception("A job in the background failed.")
    finally:
        close_old_connections()
