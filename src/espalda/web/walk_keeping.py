"""Walks written: brought from recordings, each as soon as it is measured; changed, deleted and put back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.forms.models import model_to_dict
from django.utils import timezone
from django.utils.translation import gettext as _

from espalda import flows, terrain
from espalda.terrain import METHOD, Source
from espalda.web import store
from espalda.web.models import Change, Person, Walk
from espalda.web.walks import is_walk
from espalda.web.wording import reader_language

READ, PARTIAL, OTHER, KNOWN, REFUSED = "read", "partial", "other", "known", "refused"
STATES: Final = (READ, PARTIAL, OTHER, KNOWN, REFUSED)
"""What became of an outing: read; read in part; read, and no walk; known already; nothing could be kept of it."""


class Outcome(NamedTuple):
    """What became of one outing: the name of its file, which is told and not kept, and a sentence where one is due."""

    file: str
    state: str
    sentence: str = ""


class _Known(Collection[str]):
    """Digests of what was read before, which counts how often one was met again."""

    def __init__(self, digests: Iterable[str]) -> None:
        self._digests = set(digests)
        self.met = 0

    def __contains__(self, digest: object) -> bool:
        is_known = digest in self._digests
        self.met += is_known
        return is_known

    def __iter__(self) -> Iterator[str]:
        return iter(self._digests)

    def __len__(self) -> int:
        return len(self._digests)

    def add(self, digest: str) -> None:
        """Know one more."""
        self._digests.add(digest)


def bring(person: Person, sources: Iterable[Source]) -> Iterator[Outcome]:
    """Measure and keep the outings of some recordings, one by one, and yield what became of each.

    Whatever stops it, what was yielded is kept; brought again, it is known. Of a file only its walks are kept.
    """
    known = _Known(person.walks.values_list("digest", flat=True))
    for source in sources:
        name = str(source[0] if isinstance(source, tuple) else source)
        before, nothing = known.met, True
        for measured in flows.measure_walks([source], known=known):
            while known.met > before:
                yield Outcome(name, KNOWN)
                before += 1
            nothing = False
            yield _kept(person, measured)
            if measured.status != "refused":
                known.add(measured.digest)
        nothing = nothing and known.met == before
        yield from (Outcome(name, KNOWN) for _again in range(known.met - before))
        if nothing:
            yield Outcome(name, REFUSED, _("There are no walks in it."))


def _kept(person: Person, measured: terrain.Walk) -> Outcome:
    """Keep one outing, and return what became of it."""
    why = measured.reason.sentence(reader_language()) if measured.reason else ""
    if measured.status == "refused":
        return Outcome(measured.file, REFUSED, why)
    if measured.start is None or measured.end is None or measured.end <= measured.start:
        return Outcome(measured.file, REFUSED, _("It does not say when it was and how long it took: it is not kept."))
    walk = _row(measured)
    if not add(person, walk):
        return Outcome(measured.file, KNOWN)
    if measured.status == "partial":
        return Outcome(measured.file, PARTIAL, why)
    return Outcome(measured.file, READ if is_walk(walk) else OTHER, why)


def _row(measured: terrain.Walk) -> Walk:
    """Return what is kept of an outing: no place, and no name of its file."""
    profile = measured.profile
    if measured.start is None or measured.end is None or profile is None:
        raise ValueError("an outing that was not measured")
    offset = measured.start.utcoffset() or timedelta()
    if measured.start.tzinfo is UTC:  # the recording does not tell: it was where the person lives
        offset = measured.start.astimezone(timezone.get_current_timezone()).utcoffset() or timedelta()
    bands = profile.band_minutes
    return Walk(
        digest=measured.digest,
        start=measured.start.astimezone(UTC),
        end=measured.end.astimezone(UTC),
        utc_offset_min=offset // timedelta(minutes=1),
        kind=measured.kind.value if measured.kind else "",
        quality=profile.quality,
        method=METHOD,
        minutes=_rounded(profile.minutes) or 0.0,
        moving_minutes=_rounded(profile.moving_minutes),
        distance_m=_rounded(profile.distance_m),
        ascent_m=_rounded(profile.ascent_m),
        descent_m=_rounded(profile.descent_m),
        longest_descent_m=_rounded(profile.longest_descent_m),
        bands=None if bands is None else [round(minutes, 1) for minutes in bands],
        outline=profile.outline,
        partial=measured.status == "partial",
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


@transaction.atomic
def add(person: Person, walk: Walk) -> bool:
    """Keep a walk, unless its recording is known already; return whether it was new."""
    walk.person = person
    told = {field.name: getattr(walk, field.name) for field in walk._meta.concrete_fields if not field.primary_key}
    _kept, is_new = Walk.objects.get_or_create(person=person, digest=walk.digest, defaults=told)
    if is_new:
        store.mark_stale(person)
    return is_new


@transaction.atomic
def change(walk: Walk, **told: Any) -> None:
    """Keep what a person says of a walk."""
    for name, value in told.items():
        setattr(walk, name, value)
    walk.save(update_fields=list(told))
    store.changed(walk.person)


@transaction.atomic
def say_every(person: Person, every: bool) -> None:
    """Keep whether every walk of a person's is recorded."""
    person.records_every_walk = every
    person.save(update_fields=["records_every_walk"])
    store.changed(person)


@transaction.atomic
def delete(walk: Walk) -> None:
    """Delete a walk; it can be put back until something else is corrected or deleted."""
    person = walk.person
    row = model_to_dict(walk, exclude=["id", "person"])
    before = {"deleted_walk": row | {name: getattr(walk, name).isoformat() for name in ("start", "end")}}
    Change.objects.update_or_create(person=person, defaults={"before": before, "time": None})
    walk.delete()
    store.changed(person)


def can_undo(person: Person) -> bool:
    """Return whether what was done last is that a walk was deleted."""
    return Change.objects.filter(person=person, before__has_key="deleted_walk").exists()


@transaction.atomic
def undo(person: Person) -> None:
    """Put the walk back that was deleted last, if there is one."""
    last = Change.objects.filter(person=person, before__has_key="deleted_walk").first()
    if last is None:
        return
    row = last.before["deleted_walk"]
    times = {name: datetime.fromisoformat(row[name]) for name in ("start", "end")}
    add(person, Walk(**row | times))
    last.delete()
    store.changed(person)
