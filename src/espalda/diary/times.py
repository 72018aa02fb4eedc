"""Times as a diary writes them: ISO 8601, with an offset or in a time zone given apart."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tzlocal import get_localzone

from espalda.diary.model import YEARS
from espalda.diary.problems import Refused, excerpt
from espalda.words import Message

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})[Tt ]+(?P<clock>\d{2}:\d{2}(:\d{2}([.,]\d+)?)?)"
    r" ?(?P<offset>[Zz]|[+-]\d{2}(:?\d{2}(:?\d{2}([.,]\d+)?)?)?)?",
    re.ASCII,
)


class Moment(NamedTuple):
    """A time with its offset from UTC, and how the offset was known.

    `assumed`: it was not written and comes from the time zone. `repeated`: so it was, the clock showed this
    hour twice that day, and the first was taken.
    """

    time: datetime
    assumed: bool
    repeated: bool


def zone_of(tz: str | None) -> tzinfo:
    """Time zone of this IANA name; without one, that of this machine.

    Raises
    ------
    Refused
        If there is none of this name.
    """
    try:
        return get_localzone() if tz is None else ZoneInfo(tz)
    except (LookupError, ValueError, OSError):
        if tz is None:
            raise Refused(
                Message("The time zone of this machine cannot be told: give it, such as Europe/Madrid.")
            ) from None
        raise Refused(
            Message(
                "There is no time zone called “{zone}”: write a name such as Europe/Madrid.",
                {"zone": excerpt(tz)},
            )
        ) from None


def is_iso(text: str) -> bool:
    """Say whether a cell is written as the diary writes a date and hour."""
    return _TIME.fullmatch(text.strip()) is not None


def read_time(text: str, tz: str | None) -> Moment:
    """Moment in a cell, in the time zone `zone_of` gives for `tz` where it has no offset.

    Raises
    ------
    Refused
        If it is not an ISO 8601 date and hour, no such time existed, or there is no such zone.
    """
    written = text.strip()
    match = _TIME.fullmatch(written)
    if match is None:
        raise Refused(_not_a_time(written))
    try:
        # Spaces are where other programs put them; the standard library accepts none.
        time = datetime.fromisoformat(f"{match['date']}T{match['clock']}{match['offset'] or ''}".upper())
    except ValueError:
        raise Refused(
            Message(
                "“{text}” is not in the calendar or on the clock: check the day, the hour and the offset.",
                {"text": excerpt(written)},
            )
        ) from None
    if time.year not in YEARS:
        raise Refused(
            Message(
                "“{text}” is outside the years {first} to {last}: correct the year.",
                {"text": excerpt(written), "first": YEARS[0], "last": YEARS[-1]},
            )
        )
    moment = _in_zone(time, zone_of(tz), written) if time.tzinfo is None else Moment(time, False, False)
    if _offset(moment.time) % timedelta(minutes=1):
        raise Refused(
            Message(
                "the offset of “{text}” from universal time has seconds: "
                "write it in hours and minutes, such as +01:00.",
                {"text": excerpt(written)},
            )
        )
    return moment


def _in_zone(local: datetime, zone: tzinfo, written: str) -> Moment:
    """Return the moment a clock in `zone` showed `local`: the first one, where it did so twice."""
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        raise Refused(
            Message(
                "“{text}” does not exist in {zone}, where the clock was put forward past it: "
                "correct the hour, or write its offset, such as +01:00.",
                {"text": excerpt(written), "zone": str(zone)},
            )
        )
    # A fixed offset, since datetimes of one zone compare by their clocks and not by their moments.
    fixed = local.replace(tzinfo=timezone(_offset(first)))
    return Moment(fixed, assumed=True, repeated=first.utcoffset() != second.utcoffset())


def _offset(time: datetime) -> timedelta:
    return time.utcoffset() or timedelta()


def _not_a_time(written: str) -> Message:
    if not written:
        return Message("the time is missing: write the date and the hour, such as 2026-03-01T07:30.")
    if _DATE.fullmatch(written):
        return Message("“{text}” has no hour: write it too, such as {text}T07:30.", {"text": written})
    return Message(
        "“{text}” is not a date and hour as the diary writes them: write year-month-day and hours:minutes, "
        "such as 2026-03-01T07:30.",
        {"text": excerpt(written)},
    )
