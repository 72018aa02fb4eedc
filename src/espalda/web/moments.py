"""The moment it is, and the moment a button was tapped on a phone that could not send at once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from datetime import timezone as fixed_zone
from typing import Final, NamedTuple

from django.utils import timezone

from espalda.web.models import Person

_SAME: Final = timedelta(minutes=2)
"""Ours: clocks that differ by less agree; the difference is that of the way between them as well."""
_WIDEST: Final = timedelta(hours=14)
"""The offsets from UTC in use go from -12 h to +14 h."""
_FARTHEST_S: Final = 100 * 366 * 86400


def local_now() -> datetime:
    """Return the moment it is, by the person's clock, to the second."""
    return with_offset(timezone.localtime().replace(microsecond=0))


def with_offset(moment: datetime) -> datetime:
    """Return a moment with its offset alone, so that sums with it are of the hours that pass.

    With a zone Python counts hours of the clock, wrong by one where the clocks change in between.
    """
    return moment.astimezone(fixed_zone(moment.utcoffset() or timedelta()))


class Tap(NamedTuple):
    """A tap: its moment with the phone's offset from UTC, and how far the phone's clock is ahead of the server's."""

    moment: datetime
    ahead: timedelta

    def corrected(self, written: datetime) -> datetime:
        """Return a moment written down, by the server's clock where it can only have been read off the phone's.

        That is where it has not come yet by the server's, and had by the phone's.
        """
        return written - self.ahead if local_now() < written <= self.moment + self.ahead else written


def tap(person: Person, sent: Mapping[str, str] | None) -> Tap | None:
    """Return the tap a form tells of, to the second; None where it tells none, or nothing that can be read.

    `sent` has ``tapped``, the phone's date and time with its offset, and ``ahead``, in seconds. A moment the server's
    clock has not reached becomes now: nobody taps later than the form arrives. One that has a reading already becomes
    the next second without: the phone may send many at once.
    """
    if not sent or "tapped" not in sent:
        return None
    try:
        local, seconds = datetime.fromisoformat(sent["tapped"]), float(sent.get("ahead", 0))
    except ValueError:
        return None
    offset = local.utcoffset()
    if offset is None or abs(offset) > _WIDEST or not math.isfinite(seconds) or abs(seconds) > _FARTHEST_S:
        return None
    ahead = timedelta(seconds=round(seconds))
    if abs(ahead) < _SAME:
        ahead = timedelta()
    try:
        moment = min(local.replace(microsecond=0) - ahead, local_now()).astimezone(local.tzinfo)
    except OverflowError:
        return None
    if moment.year < 1970:
        return None
    taken = set(person.readings.filter(time__gte=moment).values_list("time", flat=True))
    while moment.astimezone(UTC) in taken:
        moment += timedelta(seconds=1)
    return Tap(moment, ahead)
