"""The two crossings with the database: rows become a `Diary` and back, and findings become a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final, NamedTuple
from uuid import uuid4

import numpy as np
from django.db import connection, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from espalda import __version__, flows
from espalda import diary as diaries
from espalda.diary import Diary
from espalda.web import background, walks
from espalda.web.models import Amount, CachedFindings, Change, Factor, Person, Reading
from espalda.words import Language


class ClashError(ValueError):
    """What a diary says and what is kept can't both be true; the text says where, in the reader's language."""


class Merged(NamedTuple):
    """How a merge went: moments added, and moments that were there already."""

    added: int
    known: int


@dataclass(frozen=True)
class Entry:
    """What is recorded of one moment: each part None, empty or absent where it was not recorded."""

    time: datetime
    utc_offset_min: int
    pain: float | None = None
    stiffness: float | None = None
    spasm: float | None = None
    note: str = ""
    amounts: Mapping[diaries.Factor, float] = field(default_factory=dict)
    places: Sequence[str] = ()
    bend: int | None = None
    sit: int | None = None
    stand: int | None = None
    walk: int | None = None

    @classmethod
    def at(cls, moment: datetime, **said: Any) -> Entry:
        """Return what is said of a moment that tells its offset from UTC."""
        offset = (moment.utcoffset() or timedelta()) // timedelta(minutes=1)
        return cls(moment.astimezone(UTC), offset, **said)

    @classmethod
    def of(cls, reading: Reading) -> Entry:
        """Return what a reading says."""
        amounts = {
            diaries.Factor(one.factor.name, one.factor.unit): one.value
            for one in reading.amounts.select_related("factor")
        }
        return cls(amounts=amounts, **{name: getattr(reading, name) for name in _COLUMNS})

    def to_data(self) -> dict[str, Any]:
        """Return it as plain data, of which `from_data` makes it again."""
        amounts = [[factor.name, factor.unit, value] for factor, value in self.amounts.items()]
        plain = {name: getattr(self, name) for name in _COLUMNS}
        return {**plain, "time": self.time.isoformat(), "places": list(self.places), "amounts": amounts}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Entry:
        """Return the entry that `to_data` told of."""
        amounts = {diaries.Factor(name, unit): value for name, unit, value in data["amounts"]}
        return cls(**{**data, "time": datetime.fromisoformat(data["time"]), "amounts": amounts})


SCALES: Final = ("pain", "stiffness", "spasm")
ABILITIES: Final = ("bend", "sit", "stand", "walk")
_COLUMNS: Final = ("time", "utc_offset_min", *SCALES, "note", "places", *ABILITIES)


# Rows and diaries ----------------------------------------------------------------------------------------------


def load(person: Person, *, with_walks: bool = True) -> Diary:
    """Return all a person has recorded; without their walks, the rows alone, as they were written."""
    factors = list(person.factors.all())
    readings = list(person.readings.all())
    row = {reading.pk: i for i, reading in enumerate(readings)}
    column = {factor.pk: j for j, factor in enumerate(factors)}
    amounts = np.full((len(readings), len(factors)), np.nan)
    kept = Amount.objects.filter(reading__person=person).values_list("reading_id", "factor_id", "value")
    for reading_id, factor_id, value in kept:
        if reading_id in row and factor_id in column:  # what was added since the rows were read comes the next time
            amounts[row[reading_id], column[factor_id]] = value
    return diaries.make_diary(
        np.array([reading.time.replace(tzinfo=None) for reading in readings], dtype="datetime64[us]"),
        [reading.utc_offset_min for reading in readings],
        **{name: np.array([getattr(reading, name) for reading in readings], np.float64) for name in SCALES},
        factors=[diaries.Factor(factor.name, factor.unit) for factor in factors],
        amounts=amounts,
        notes=[reading.note for reading in readings],
        walks=walks.as_columns(person, person.walks.defer("outline") if with_walks else ()),
    )


@transaction.atomic
def merge(person: Person, diary: Diary) -> Merged:
    """Add a diary to what a person has recorded, all of it or nothing.

    A moment that is there already with the same values is left as it is. ClashError where it has others, or where a
    factor is kept in another unit.
    """
    there = {entry.time: entry for entry in _entries(load(person, with_walks=False))}
    factors = _factors(person, diary.factors)
    new = []
    for entry in _entries(diary):
        kept = there.get(entry.time)
        if kept is None:
            new.append(entry)
        elif kept != entry:
            raise ClashError(_("On %(moment)s your diary already says something else.") % {"moment": _moment(kept)})
    _insert(person, new, factors)
    changed(person)
    return Merged(added=len(new), known=len(diary) - len(new))


def _entries(diary: Diary) -> Iterator[Entry]:
    """Yield the rows of a diary."""
    columns = zip(
        diary.time.tolist(),
        diary.utc_offset_min.tolist(),
        *(_blank_as_none(getattr(diary, name)) for name in SCALES),
        diary.notes,
        diary.amounts,
        strict=True,
    )
    for time, offset, pain, stiffness, spasm, note, row in columns:
        amounts = {factor: float(v) for factor, v in zip(diary.factors, row, strict=True) if not np.isnan(v)}
        yield Entry(time.replace(tzinfo=UTC), offset, pain, stiffness, spasm, note, amounts)


def _blank_as_none(values: NDArray[np.float64]) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]


def _moment(entry: Entry) -> str:
    """Return the moment as the reader writes it."""
    return date_format(entry.time.replace(tzinfo=None) + timedelta(minutes=entry.utc_offset_min), "DATETIME_FORMAT")


def _factors(person: Person, wanted: Sequence[diaries.Factor]) -> dict[diaries.Factor, Factor]:
    """Return the person's row of each factor, adding those that are new; ClashError where the unit is another."""
    rows = {row.name: row for row in person.factors.all()}
    for factor in wanted:
        row = rows.get(factor.name)
        if row is None:
            rows[factor.name] = person.factors.create(name=factor.name, unit=factor.unit, position=len(rows))
        elif row.unit != factor.unit:
            raise ClashError(
                _('Your diary keeps "%(name)s" in "%(kept)s", not in "%(given)s".')
                % {"name": factor.name, "kept": row.unit, "given": factor.unit}
            )
    return {factor: rows[factor.name] for factor in wanted}


def _insert(person: Person, entries: Sequence[Entry], factors: Mapping[diaries.Factor, Factor]) -> list[Reading]:
    """Add the rows of new moments and return their readings."""
    readings = Reading.objects.bulk_create(
        Reading(person=person, **{name: getattr(entry, name) for name in _COLUMNS} | {"places": list(entry.places)})
        for entry in entries
    )
    Amount.objects.bulk_create(
        Amount(reading=reading, factor=factors[factor], value=value)
        for reading, entry in zip(readings, entries, strict=True)
        for factor, value in entry.amounts.items()
    )
    return readings


# One reading ---------------------------------------------------------------------------------------------------


@transaction.atomic
def record(person: Person, entry: Entry) -> Reading:
    """Add a reading."""
    (reading,) = _insert(person, [entry], _factors(person, list(entry.amounts)))
    changed(person)
    return reading


@transaction.atomic
def correct(reading: Reading, entry: Entry) -> None:
    """Replace what a reading says."""
    _remember(reading, entry.time)
    _rewrite(reading, entry)


@transaction.atomic
def delete(reading: Reading) -> None:
    """Delete a reading; it can be put back until something else is corrected or deleted."""
    _remember(reading, None)
    reading.delete()


@transaction.atomic
def undo(person: Person) -> Reading | None:
    """Take the last correction or deletion back and return the reading; None, and no change, when there is none.

    ClashError where the diary says something else by now at the moment concerned.
    """
    change = Change.objects.filter(person=person).first()
    if change is None or "deleted_walk" in change.before:
        return None
    before = Entry.from_data(change.before)
    reading = person.readings.filter(time=change.time).first() if change.time else None
    if person.readings.filter(time=before.time).exclude(pk=reading.pk if reading else 0).exists():
        raise ClashError(_("On %(moment)s your diary already says something else.") % {"moment": _moment(before)})
    if reading:
        _rewrite(reading, before)
    else:
        (reading,) = _insert(person, [before], _factors(person, list(before.amounts)))
    change.delete()
    changed(person)
    return reading


def _rewrite(reading: Reading, entry: Entry) -> None:
    factors = _factors(reading.person, list(entry.amounts))
    for name in _COLUMNS:
        setattr(reading, name, getattr(entry, name))
    reading.save()
    reading.amounts.all().delete()
    Amount.objects.bulk_create(
        Amount(reading=reading, factor=factors[factor], value=value) for factor, value in entry.amounts.items()
    )


def _remember(reading: Reading, time: datetime | None) -> None:
    """Keep what the reading says, in place of the change before, and the moment it is to have, None for none."""
    kept = {"before": Entry.of(reading).to_data(), "time": time}
    Change.objects.update_or_create(person=reading.person, defaults=kept)
    changed(reading.person)


@transaction.atomic
def choose_day_start(person: Person, hour: float) -> None:
    """Keep the hour at which the person's day begins: readings fall on other days, and findings are drawn anew."""
    person.day_starts_h = hour
    person.save(update_fields=["day_starts_h"])
    changed(person)


@transaction.atomic
def replace_demo(diary: Diary) -> None:
    """Make the demonstration this diary; nothing is written when it is already."""
    demo, _created = Person.objects.get_or_create(kind=Person.Kind.DEMO)
    if load(demo) != diary:
        for rows in (demo.readings, demo.factors, demo.walks):
            rows.all().delete()
        walks.invent(demo, diary.walks)
        merge(demo, diary)


@transaction.atomic
def erase(person: Person) -> Person:
    """Delete everything of a person, whatever the table, and return them as new, with nothing recorded or set.

    Nothing of it remains in the database's file once the transaction ends.
    """
    _overwrite()
    new = Person(kind=person.kind, user=person.user)
    person.delete()
    new.save()
    transaction.on_commit(_shrink)
    return new


def _overwrite() -> None:
    """Have SQLite write zeros over what is deleted: should rewriting the file fail, nothing can be read in it."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=ON")


def _shrink() -> None:
    """Write the database's file anew, without what was deleted, and empty the log beside it."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


# Findings ------------------------------------------------------------------------------------------------------


_NOTHING_DRAWN: Final[dict[str, Any]] = {"fingerprint": __version__, "es": {}, "en": {}}


class Shown(NamedTuple):
    """Findings as `Findings.to_dict` tells them, and whether the diary has not changed since they were drawn."""

    found: dict[str, Any]
    fresh: bool


def findings(person: Person, lang: Language) -> Shown:
    """Return what the person's diary says: as drawn last, while they are drawn anew; the first time, drawn at once."""
    kept = last_findings(person, lang)
    if kept is None:
        _draw(person)
        kept = last_findings(person, lang)
    elif not kept.fresh:
        _draw_soon(person)
    return kept or Shown({}, fresh=False)


def last_findings(person: Person, lang: Language) -> Shown | None:
    """Return what was drawn last from the person's diary; None where this version of the program has drawn nothing."""
    kept = CachedFindings.objects.filter(person=person).first()
    if kept is None or not kept.es or kept.fingerprint.split()[0] != __version__:
        return None
    return Shown(dict(kept.en if lang == "en" else kept.es), fresh=kept.fingerprint == __version__)


def changed(person: Person) -> None:
    """Note that the findings are older than the diary, and have them drawn anew once the change is kept."""
    mark_stale(person)
    transaction.on_commit(partial(_draw_soon, person))


def mark_stale(person: Person) -> None:
    """Note that the findings are older than the diary; who asks for them has them drawn anew."""
    row, _created = CachedFindings.objects.get_or_create(person=person, defaults=_NOTHING_DRAWN)
    row.fingerprint = f"{row.fingerprint.split()[0]} {uuid4().hex}"
    row.save(update_fields=["fingerprint"])


def _draw_soon(person: Person) -> None:
    background.soon(person.pk, partial(_draw_again, person.pk))


def _draw_again(pk: int) -> None:
    """Draw a person's findings, unless they have been erased by now."""
    person = Person.objects.filter(pk=pk).first()
    if person:
        _draw(person)


def _draw(person: Person) -> None:
    """Draw the findings and keep them; they stay marked as older than the diary where it changed meanwhile."""
    row, _created = CachedFindings.objects.get_or_create(person=person, defaults=_NOTHING_DRAWN)
    found = flows.explain(_with_amounts(load(person)), person.day_starts_h)
    mine = CachedFindings.objects.filter(person=person)
    mine.update(es=found.to_dict("es"), en=found.to_dict("en"))
    mine.filter(fingerprint=row.fingerprint).update(fingerprint=__version__)


def _with_amounts(diary: Diary) -> Diary:
    """Return a diary without the factors it has no amount of, which a person keeps to be asked about or left alone."""
    there = np.flatnonzero(~np.isnan(diaries.in_rows(diary).amounts).all(axis=0))
    factors = tuple(diary.factors[j] for j in there)
    return replace(diary, factors=factors, amounts=diary.amounts[:, there])
