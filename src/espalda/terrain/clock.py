"""Times as files write them."""

from __future__ import annotations

import math
import re
from datetime import datetime
from functools import lru_cache

_TIME = re.compile(
    r"\s*(\d{4}-\d\d-\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\d*\s*(Z|[+-]\d\d:?\d\d)?\s*",
    re.IGNORECASE | re.ASCII,
)


def parse_time(text: str) -> tuple[float, int | None]:
    """Return seconds since 1970, NaN if it is no time, and the seconds local time is ahead where they are written.

    Without a zone it is UTC, as GPX and TCX demand.
    """
    found = _TIME.fullmatch(text)
    if not found:
        return math.nan, None
    day, hour, minute, second, fraction, zone = found.groups()
    midnight = _midnight(day)
    ahead = None if zone in {None, "Z", "z"} else _ahead(zone)
    seconds = midnight + int(hour) * 3600 + int(minute) * 60 + int(second) + (float(f"0.{fraction}") if fraction else 0)
    return seconds - (ahead or 0), ahead


def _ahead(zone: str) -> int | None:
    seconds = int(zone[1:3]) * 3600 + int(zone[-2:]) * 60
    return (-seconds if zone[0] == "-" else seconds) if seconds <= 14 * 3600 else None


@lru_cache(maxsize=64)
def _midnight(day: str) -> float:
    try:
        return datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp()
    except ValueError:
        return math.nan
