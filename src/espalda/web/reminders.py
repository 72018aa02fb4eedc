"""Reminders of a reading: who is due one, and by which of the ways they chose it goes out.

What a reminder says is the same for everybody and tells nothing of anybody: it may be read on a locked screen. Each
goes out at most once, whatever runs beside this or stops it; after a pause one comes late, not all that were missed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from espalda.web import outgoing, push, schedule
from espalda.web.models import Person, PushSubscription, Reminder

JUST_WRITTEN: Final = timedelta(hours=2)
"""Ours: after a reading no reminder comes for so long."""

_AT_ONCE: Final = 8
_log: Final = logging.getLogger(__name__)


class Outcome(NamedTuple):
    """What became of one notice: the host it went to, and the status it was answered with.

    The status is None where nothing answered, and `private` where the address may not be asked.
    """

    host: str
    status: int | None
    private: bool = False

    @property
    def arrived(self) -> bool:
        """Whether it was taken."""
        return self.status is not None and 200 <= self.status < 300


class _Way(NamedTuple):
    """One way to one person: where to, how, and the browser if it is one."""

    address: str
    send: Callable[[], int]
    browser: PushSubscription | None = None


class Message(NamedTuple):
    """What every reminder says, and in which language."""

    text: str
    lang: str


def message(person: Person) -> Message:
    """Return what a reminder says, in the language the person set theirs in."""
    lang = person.language or settings.LANGUAGE_CODE
    with translation.override(lang):
        return Message(_("Time for a reading"), lang)


def send_due(now: datetime | None = None) -> None:
    """Send what is due now, or at the moment given, to whoever wants it then."""
    now = now or timezone.now()
    rows = Reminder.objects.select_related("person__user").order_by("person", "at")
    wanted = []
    for person, theirs in groupby(rows, key=attrgetter("person")):
        if _claim(theirs, now) and _wants(person, now):
            wanted.append(person)
    send(wanted)


def send(people: Sequence[Person]) -> list[Outcome]:
    """Send each person the notice by every way they chose, and say what became of it; browsers that are gone go."""
    ways = [way for person in people for way in _ways(person)]
    if not ways:
        return []
    with ThreadPoolExecutor(min(_AT_ONCE, len(ways))) as pool:
        outcomes = list(pool.map(_try, ways))
    for way, outcome in zip(ways, outcomes, strict=True):
        if way.browser and outcome.status in (404, 410):
            way.browser.delete()
        elif outcome.status is not None and not outcome.arrived:
            _log.warning("A reminder by %s was answered %s.", "push" if way.browser else "webhook", outcome.status)
    return outcomes


def _claim(reminders: Iterable[Reminder], now: datetime) -> bool:
    """Return whether any of a person's reminders is due, and note that it is dealt with; True for one process alone."""
    theirs = [one for one in reminders if schedule.due(one.at, one.days, one.person.zone, one.sent_at, now)]
    if not theirs:
        return False
    # One statement, which whoever comes second finds nothing to change with.
    as_read = Reminder.objects.filter(pk__in=[one.pk for one in theirs], sent_at__in=[one.sent_at for one in theirs])
    return as_read.update(sent_at=now) > 0


def _wants(person: Person, now: datetime) -> bool:
    """Return whether the person is to be reminded now: not asleep, and nothing written lately."""
    if person.user and not person.user.is_active:
        return False
    clock = now.astimezone(person.zone).time()
    if schedule.is_quiet(clock, person.quiet_from, person.quiet_to):
        return False
    return not person.readings.filter(time__gt=now - JUST_WRITTEN, time__lte=now).exists()


def _ways(person: Person) -> list[_Way]:
    text, lang = message(person)
    ways = [
        _Way(browser.endpoint, partial(push.send, browser, text, lang), browser)
        for browser in person.push_subscriptions.all()
    ]
    if person.webhook:
        ways.append(_Way(person.webhook, partial(_to_webhook, person.webhook, text)))
    return ways


def _to_webhook(address: str, text: str) -> int:
    """POST the text alone, as ntfy takes it."""
    headers = {"Content-Type": "text/plain; charset=utf-8", "User-Agent": "reminder"}
    return outgoing.post(address, text.encode(), headers)


def _try(way: _Way) -> Outcome:
    host = urlsplit(way.address).hostname or ""
    try:
        return Outcome(host, way.send())
    except outgoing.NotSentError as error:
        _log.warning("A reminder was not sent: %s.", error)
        return Outcome(host, None, isinstance(error, outgoing.PrivateError))
    except Exception as error:
        # One person's way, whatever is wrong with it, never keeps another's notice back.
        _log.error("A reminder could not be made: %s.", type(error).__name__)
        return Outcome(host, None)
