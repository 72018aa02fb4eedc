"""Everything of a person in one ZIP file, and back: the diary as CSV, all else as JSON.

`PARTS` lists what the JSON holds; a model joins by a line there, and one in ``export.schema.json``. Secrets stay out:
the passphrase, the keys of browsers that get reminders, and shared links. So does what is drawn from the rest.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from heapq import merge as merge_sorted
from operator import attrgetter
from typing import Any, Final, NamedTuple, get_args

from django.db import transaction
from django.db.models import Model
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from espalda import __version__, diary, flows
from espalda.diary import Ground
from espalda.terrain import BANDS, OUTLINE_POINTS
from espalda.web import store, values
from espalda.web.models import Factor, Person, Reading, Reminder, TriageAnswers, Walk

VERSION: Final = 1
DIARY: Final = "diary.csv"
REST: Final = "espalda.json"


class ArchiveError(ValueError):
    """An export that can't be read; the text says why, in the reader's language."""


class Part(NamedTuple):
    """Rows of a person in the JSON: under which key, which fields with their checks, and which of them tell rows apart.

    `with_diary`: they come with the diary, which is read first, and the JSON adds what a diary's file has no column
    for. `exact`: another value than is kept is a clash and nothing goes in; else what is kept stays, and it is said.
    `order`: rows are kept in the order of this field, whatever order they came in. `whole`: a row has all its fields.
    """

    key: str
    words: Promise
    model: type[Model]
    same: tuple[str, ...]
    fields: Mapping[str, values.Check]
    with_diary: bool = False
    exact: bool = False
    order: str = ""
    whole: bool = False


class Brought(NamedTuple):
    """What an export brought: moments of the diary, what stayed as it was here, and what this version can't keep."""

    merged: store.Merged
    notices: list[str]


_ABLE: Final = values.or_none(values.whole(0, 2))
_AMOUNT: Final = values.or_none(values.number(0, math.inf))
_MINUTES: Final = values.number(0, 1e5)
_METRES: Final = values.or_none(values.number(0, 1e8))
_PLACE: Final = values.several(values.number(-1e8, 1e8), 2, 2)

SETTINGS: Final = Part(
    "settings",
    gettext_lazy("your settings"),
    Person,
    (),
    {
        "time_zone": values.zone,
        "day_starts_h": values.number(0, math.nextafter(24, 0)),
        "quiet_from": values.or_none(values.clock),
        "quiet_to": values.or_none(values.clock),
        "webhook": values.address,
        "language": values.text(2, "(es|en)?"),
        "records_every_walk": values.or_none(values.truth),
    },
)
PARTS: Final = (
    Part(
        "factors",
        gettext_lazy("what you keep of a factor"),
        Factor,
        ("name",),
        {
            "name": values.text(1_000_000),
            "group": values.text(16),
            "hidden": values.truth,
            "habitual": _AMOUNT,
            "daily_max": _AMOUNT,
        },
        with_diary=True,
    ),
    Part(
        "readings",
        gettext_lazy("readings"),
        Reading,
        ("time",),
        {"time": values.moment, "places": values.words, "bend": _ABLE, "sit": _ABLE, "stand": _ABLE, "walk": _ABLE},
        with_diary=True,
        exact=True,
    ),
    Part(
        "walks",
        gettext_lazy("walks"),
        Walk,
        ("digest",),
        {
            "digest": values.text(64, "[0-9a-f]{64}"),
            "start": values.lived,
            "end": values.lived,
            "utc_offset_min": values.whole(-14 * 60, 14 * 60),
            "kind": values.text(8, "[a-z]*"),
            "quality": values.text(9, "good|coarse|time_only|by_hand"),
            "method": values.whole(0, 1000),
            "minutes": _MINUTES,
            "moving_minutes": values.or_none(_MINUTES),
            "distance_m": _METRES,
            "ascent_m": _METRES,
            "descent_m": _METRES,
            "longest_descent_m": _METRES,
            "bands": values.or_none(values.several(_MINUTES, len(BANDS), len(BANDS))),
            "outline": values.or_none(values.several(_PLACE, 2, OUTLINE_POINTS)),
            "partial": values.truth,
            "ground": values.text(6, f"({'|'.join(get_args(Ground))})?"),
            "partly": values.truth,
        },
        whole=True,
    ),
    Part(
        "reminders",
        gettext_lazy("reminders"),
        Reminder,
        ("at",),
        {"at": values.clock, "days": values.whole(0, 127)},
    ),
    Part(
        "safety_answers",
        gettext_lazy("safety answers"),
        TriageAnswers,
        ("answers", "answered_at", "set_aside_at", "set_aside_because"),
        {
            "answers": values.answers,
            "answered_at": values.moment,
            "set_aside_at": values.or_none(values.moment),
            "set_aside_because": values.text(10_000),
        },
        order="answered_at",
    ),
)


# Out -----------------------------------------------------------------------------------------------------------


def pack(person: Person) -> bytes:
    """Return the ZIP file of everything a person has recorded or set."""
    with transaction.atomic():
        recorded = store.load(person, with_walks=False)  # they have a part of their own
        rest = {
            "espalda": VERSION,
            "written_by": __version__,
            SETTINGS.key: _plain(person, SETTINGS),
            **{part.key: list(_told(person, part)) for part in PARTS},
        }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(DIARY, flows.export(recorded))
        archive.writestr(REST, json.dumps(rest, ensure_ascii=False, indent=1, allow_nan=False))
    return file.getvalue()


def _rows(person: Person, part: Part) -> Iterable[Any]:
    return part.model._default_manager.filter(person=person)


def _told(person: Person, part: Part) -> Iterable[dict[str, Any]]:
    """Yield the rows of a part; of those the diary has told already, only what says more."""
    for row in _rows(person, part):
        if not part.with_diary or any(not _unset(row, name) for name in part.fields if name not in part.same):
            yield _plain(row, part)


def _plain(row: Model, part: Part) -> dict[str, Any]:
    return {name: _as_json(getattr(row, name)) for name in part.fields}


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date | time) else value


def _unset(row: Model, name: str) -> bool:
    """Say whether a field holds nothing a person chose; 0 is a choice."""
    value = getattr(row, name)
    if isinstance(row, Person) and value == getattr(Person(), name):
        return True
    said = value is False and row._meta.get_field(name).null  # a no that could have been left open
    return value is None or (value is False and not said) or value in ("", [])


# In ------------------------------------------------------------------------------------------------------------


def members(data: bytes, source: str = "espalda.zip") -> dict[str, bytes] | None:
    """Return the files in an export as `pack` writes it; None where it is something else.

    Raises
    ------
    DiaryError
        If it is a ZIP file that can't be read.
    """
    if not data.startswith(b"PK"):
        return None
    found = diary.open_zip(data, {DIARY, REST}, source)
    return found if REST in found else None


def bring(person: Person, files: Mapping[str, bytes], tz: str) -> Brought:
    """Add the files of an export to what a person has, all of it or nothing.

    Raises
    ------
    DiaryError
        If the diary can't be read.
    ArchiveError
        If the rest can't.
    ClashError
        If it says something else of a moment than is kept.
    """
    if DIARY not in files:
        raise ArchiveError(_("The ZIP file has no %(file)s in it.") % {"file": DIARY})
    rest = _read(files[REST])
    read = flows.read_bytes(files[DIARY], tz, DIARY)
    parts = {part.key: [_checked(plain, part, n) for n, plain in _listed(rest, part)] for part in (SETTINGS, *PARTS)}
    stayed: dict[str, str] = {}
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person.pk)
        before = (person.day_starts_h, person.webhook)
        merged = store.merge(person, read.diary)
        for part in (SETTINGS, *PARTS):
            if _merge(person, part, parts[part.key]):
                stayed[part.key] = str(part.words)
        if person.day_starts_h != before[0]:
            store.choose_day_start(person, person.day_starts_h)
    notices = []
    if stayed:
        what = ", ".join(stayed.values())
        notices.append(_("Left as it is here, though the file says otherwise: %(what)s.") % {"what": what})
    if person.webhook != before[1]:
        notices.append(
            _("Reminders now go to %(address)s, as the file says. Change it if that is not yours.")
            % {"address": person.webhook}
        )
    unknown = _unknown(rest)
    if unknown:
        notices.append(_("What this version does not know was left out: %(what)s.") % {"what": ", ".join(unknown)})
    return Brought(merged, notices)


def _read(data: bytes) -> dict[str, Any]:
    try:
        rest = json.loads(data)
    except (ValueError, RecursionError):
        rest = None
    if not isinstance(rest, dict) or not isinstance(rest.get("espalda"), int):
        raise ArchiveError(_("%(file)s is not what Espalda writes.") % {"file": REST})
    if rest["espalda"] > VERSION:
        raise ArchiveError(_("The file was written by a later version of Espalda. Update Espalda first."))
    return rest


def _listed(rest: Mapping[str, Any], part: Part) -> Iterable[tuple[int, Any]]:
    """Yield the number and the data of each row of a part; what an earlier version did not have is empty."""
    given = rest.get(part.key, [])
    if part is SETTINGS:
        given = [given] if given else []
    if not isinstance(given, list):
        raise _unreadable(part, 1, part.key)
    return enumerate(given, start=1)


def _checked(plain: Any, part: Part, number: int) -> dict[str, Any]:
    """Return a row's values; what an earlier version did not write is left out."""
    if not isinstance(plain, dict) or not plain.keys() >= set(part.fields if part.whole else part.same):
        raise _unreadable(part, number, part.key)
    read = {}
    for name, check in part.fields.items():
        if name in plain:
            try:
                read[name] = check(plain[name])
            except (ValueError, TypeError, LookupError, OSError, OverflowError):
                raise _unreadable(part, number, name) from None
    return read


def _unreadable(part: Part, number: int, name: str) -> ArchiveError:
    where = {"file": REST, "part": part.key, "number": number, "name": name}
    return ArchiveError(
        _("%(file)s: “%(name)s” of number %(number)d in “%(part)s” can't be read. Download the ZIP file again.") % where
    )


def _unknown(rest: Mapping[str, Any]) -> list[str]:
    """Return the names of the file that this version has no place for."""
    found = dict.fromkeys(rest.keys() - {"espalda", "written_by", *(part.key for part in (SETTINGS, *PARTS))})
    for part in (SETTINGS, *PARTS):
        for _number, plain in _listed(rest, part):
            found |= dict.fromkeys(f"{part.key}.{name}" for name in plain.keys() - part.fields.keys())
    return sorted(found)


def _merge(person: Person, part: Part, given: list[dict[str, Any]]) -> bool:
    """Add the rows of a part that are new and fill in what is not set; say whether something stayed otherwise."""
    rows = {_identity(row, part): row for row in ([person] if part is SETTINGS else _rows(person, part))}
    new, changed, stayed = [], [], False
    for told in given:
        row = part.model(person=person, **told) if part is not SETTINGS else person
        key = _identity(row, part)
        if key not in rows:
            if part.with_diary:
                raise ArchiveError(
                    _("%(file)s speaks of something that is not in %(diary)s.") % {"file": REST, "diary": DIARY}
                )
            rows[key] = row
            new.append(row)
            continue
        filled, differs = _fill(rows[key], told, part)
        stayed = stayed or differs
        if filled and rows[key].pk:  # else it is a row of this file itself, to be added below
            changed.append(rows[key])
    for row in changed:  # several times as fast as one statement of as many cases
        row.save(update_fields=[name for name in part.fields if name not in part.same])
    _add(person, part, new)
    return stayed


def _identity(row: Any, part: Part) -> str:
    return json.dumps([_as_json(getattr(row, name)) for name in part.same], sort_keys=True)


def _fill(row: Any, told: Mapping[str, Any], part: Part) -> tuple[bool, bool]:
    """Set the fields that are not set here; return whether any was, and whether any is set otherwise."""
    filled = differs = False
    for name, value in told.items():
        if value == getattr(row, name):
            continue
        if _unset(row, name):
            setattr(row, name, value)
            filled = True
        elif not _unset(part.model(**{name: value}), name):
            if part.exact:
                moment = date_format(row.local_time, "DATETIME_FORMAT")
                raise store.ClashError(_("On %(moment)s your diary already says something else.") % {"moment": moment})
            differs = True
    return filled, differs


def _add(person: Person, part: Part, new: list[Any]) -> None:
    """Keep new rows, among those that are there in the part's order."""
    manager = part.model._default_manager
    there = list(_rows(person, part)) if part.order and new else []
    if there:
        manager.filter(person=person).delete()
        new = list(merge_sorted(there, new, key=attrgetter(part.order)))
        for row in new:
            row.pk = None
            row._state.adding = True
    manager.bulk_create(new, batch_size=400)
