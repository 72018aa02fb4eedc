"""The two crossings with the database: rows become a `Diary` and back, and findings become a row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any, Final, NamedTuple
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from espalda import diary as diaries
from espalda import flows
from espalda.diary import Diary
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


_SCALES: Final = ("pain", "stiffness", "spasm")
ABILITIES: Final = ("bend", "sit", "stand", "walk")
_COLUMNS: Final = ("time", "utc_offset_min", *_SCALES, "note", "places", *ABILITIES)


# Rows and diaries ----------------------------------------------------------------------------------------------


def load(person: Person) -> Diary:
    """Return all a person has recorded."""
    factors = list(person.factors.all())
    readings = list(person.readings.all())
    row = {reading.pk: i for i, reading in enumerate(readings)}
    column = {factor.pk: j for j, factor in enumerate(factors)}
    amounts = np.full((len(readings), len(factors)), np.nan)
    kept = Amount.objects.filter(reading__person=person).values_list("reading_id", "factor_id", "value")
    for reading_id, factor_id, value in kept:
        amounts[row[reading_id], column[factor_id]] = value
    return diaries.make_diary(
        np.array([reading.time.replace(tzinfo=None) for reading in readings], dtype="datetime64[us]"),
        [reading.utc_offset_min for reading in readings],
        **{name: np.array([getattr(reading, name) for reading in readings], np.float64) for name in _SCALES},
        factors=[diaries.Factor(factor.name, factor.unit) for factor in factors],
        amounts=amounts,
        notes=[reading.note for reading in readings],
    )


@transaction.atomic
def merge(person: Person, diary: Diary) -> Merged:
    """Add a diary to what a person has recorded, all of it or nothing.

    A moment that is there already with the same values is left as it is. ClashError where it has others, or where a
    factor is kept in another unit.
    """
    there = {entry.time: entry for entry in _entries(load(person))}
    factors = _factors(person, diary.factors)
    new = []
    for entry in _entries(diary):
        kept = there.get(entry.time)
        if kept is None:
            new.append(entry)
        elif kept != entry:
            raise ClashError(_("On %(moment)s your diary already says something else.") % {"moment": _moment(kept)})
    _insert(person, new, factors)
    return Merged(added=len(new), known=len(diary) - len(new))


def _entries(diary: Diary) -> Iterator[Entry]:
    """Yield the rows of a diary."""
    columns = zip(
        diary.time.tolist(),
        diary.utc_offset_min.tolist(),
        *(_blank_as_none(getattr(diary, name)) for name in _SCALES),
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
def record(person: Person, entry: Entry, form_id: UUID | None = None) -> Reading:
    """Add a reading; the same form sent twice is the reading it made the first time."""
    sent = person.readings.filter(form_id=form_id).first() if form_id else None
    if sent is None:
        (sent,) = _insert(person, [entry], _factors(person, list(entry.amounts)))
        sent.form_id = form_id
        sent.save(update_fields=["form_id"])
    return sent


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
def undo(person: Person) -> None:
    """Take the last correction or deletion back; nothing happens when there is none.

    ClashError where the diary says something else by now at the moment concerned.
    """
    change = Change.objects.filter(person=person).first()
    if change is None:
        return
    before = Entry.from_data(change.before)
    reading = person.readings.filter(time=change.time).first() if change.time else None
    if person.readings.filter(time=before.time).exclude(pk=reading.pk if reading else 0).exists():
        raise ClashError(_("On %(moment)s your diary already says something else.") % {"moment": _moment(before)})
    if reading:
        _rewrite(reading, before)
    else:
        _insert(person, [before], _factors(person, list(before.amounts)))
    change.delete()


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


@transaction.atomic
def replace_demo(diary: Diary) -> None:
    """Make the demonstration this diary; nothing is written when it is already."""
    demo, _created = Person.objects.get_or_create(kind=Person.Kind.DEMO)
    if load(demo) != diary:
        demo.readings.all().delete()
        demo.factors.all().delete()
        merge(demo, diary)


# Findings ------------------------------------------------------------------------------------------------------


def findings(person: Person, lang: Language) -> dict[str, Any]:
    """Return what the person's diary says, as `Findings.to_dict` does; drawn again only when the diary changed."""
    diary = load(person)
    source = f"{version('espalda')}\n{diaries.dump_diary(diary)}"
    fingerprint = hashlib.sha256(source.encode()).hexdigest()
    kept = CachedFindings.objects.filter(person=person, fingerprint=fingerprint).first()
    if kept is None:
        found = flows.explain(diary)
        kept, _created = CachedFindings.objects.update_or_create(
            person=person,
            defaults={"fingerprint": fingerprint, "es": found.to_dict("es"), "en": found.to_dict("en")},
        )
    return dict(kept.en if lang == "en" else kept.es)
