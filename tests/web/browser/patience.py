"""Waiting for what a page, its worker or the server does in its own time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from playwright.sync_api import Error, Page

_TURN_MS, _TURNS = 20, 3000


def until(page: Page, holds: Callable[[], object]) -> bool:
    """Wait until something holds, a minute or more at most; return whether it does.

    For scripts that are asynchronous, whose promise Playwright's `wait_for_function` takes for a yes.
    """
    for _turn in range(_TURNS):
        with suppress(Error):  # the page is on its way elsewhere
            if holds():
                return True
        page.wait_for_timeout(_TURN_MS)
    return False
