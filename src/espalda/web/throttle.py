"""How often something may fail in five minutes before nobody is listened to."""

from __future__ import annotations

import hashlib
from typing import Final

from django.core.cache import cache

MOST: Final = {"lock": 5, "link": 30, "notice": 10}
"""What may happen, and how often: a wrong passphrase of one diary, an unknown link from one address, a notice tried."""

_WITHIN_S: Final = 5 * 60


def is_spent(what: str, who: str) -> bool:
    """Return whether `who` has failed at `what` as often as may be."""
    return bool(cache.get(_key(what, who), 0) >= MOST[what])


def count(what: str, who: str) -> None:
    """Note that `who` has failed at `what`."""
    key = _key(what, who)
    cache.add(key, 0, _WITHIN_S)
    try:
        cache.incr(key)
    except ValueError:  # it ran out between the two lines
        cache.set(key, 1, _WITHIN_S)


def _key(what: str, who: str) -> str:
    return f"throttle:{what}:{hashlib.sha256(who.encode()).hexdigest()}"
