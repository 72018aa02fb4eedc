"""Everything of a person in one ZIP: what goes out comes back, whole, once, or not at all."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from importlib.resources import files
from typing import Any

import pytest
from django.db import models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.diary.test_diary_properties import diaries

from espalda.diary import DiaryError
from espalda.web import archive, store
from espalda.web.models import (
    Amount,
    CachedFindings,
    Change,
    Person,
    PushSubscription,
    Reading,
    SentForm,
    Share,
)

SCHEMA = json.loads(files("espalda").joinpath("export.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)

LEFT_OUT = {PushSubscription, Share, CachedFindings, Change, SentForm}
"""Secrets, what is drawn from the rest, the last change that can be undone, and which forms have arrived."""
NOT_SET_BY_ANYONE = {"id", "person", "sent_at", "position"}
SECRETS = {"passphrase"}


def models_of_a_person() -> Iterator[type[models.Model]]:
    for relation in Person._meta.related_objects:
        yield relation.related_model


def everything(person: Person) -> dict[str, Any]:
    """Return all rows of a person, found through the models and not through the export's own list."""
    person = Person.objects.get(pk=person.pk)
    told: dict[str, Any] = {"person": _values(person, {"id", "kind", "user"} | SECRETS)}
    for model in models_of_a_person():
        if model not in LEFT_OUT:
            rows = model._default_manager.filter(person=person)
            told[model.__name__] = [_values(row, NOT_SET_BY_ANYONE) for row in rows]
    amounts = Amount.objects.filter(reading__person=person).order_by("reading__time", "factor__position")
    told["amounts"] = list(amounts.values_list("reading__time", "factor__name", "value"))
    return told


def _values(row: models.Model, without: set[str]) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in row._meta.concrete_fields if field.name not in without}


ABLE = st.none() | st.integers(0, 2)
AMOUNTS = st.none() | st.floats(0, 1e300)
MOMENTS = st.integers(0, 2**31).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
CLOCKS = st.times()
ANSWERS = st.dictionaries(st.sampled_from(["fever", "chest_pain", "gone"]), st.none() | st.booleans())

MAYBE = st.none() | st.floats(0, 1e4)
WALKS = st.fixed_dictionaries(
    {
        "start": MOMENTS,
        "end": MOMENTS,
        "utc_offset_min": st.integers(-720, 840),
        "kind": st.sampled_from(["", "foot", "swim"]),
        "quality": st.sampled_from(["good", "coarse", "time_only", "by_hand"]),
        "method": st.integers(0, 3),
        "minutes": st.floats(0, 1e4),
        "bands": st.none() | st.lists(st.floats(0, 1e3), min_size=5, max_size=5),
        "outline": st.none() | st.lists(st.lists(st.floats(-1e4, 1e4), min_size=2, max_size=2), min_size=2, max_size=3),
        "partial": st.booleans(),
        "ground": st.sampled_from(["", "paved", "rough"]),
        "partly": st.booleans(),
        **dict.fromkeys(("moving_minutes", "distance_m", "ascent_m", "descent_m", "longest_descent_m"), MAYBE),
    }
)
"""Any at all: whatever a file may say, the diary can be shown."""


@st.composite
def people(draw: st.DrawFn, person: Person) -> Person:
    """Fill the person with whatever a person may have."""
    store.merge(person, draw(diaries()))
    for factor in person.factors.all():
        factor.group = draw(st.sampled_from(["", "loads", "medicine"]))
        factor.hidden = draw(st.booleans())
        factor.habitual, factor.daily_max = draw(AMOUNTS), draw(AMOUNTS)
        factor.save()
    for reading in person.readings.all():
        reading.places = draw(st.lists(st.sampled_from(["low_left", "low_middle", "leg-right"]), unique=True))
        reading.bend, reading.sit, reading.stand, reading.walk = (draw(ABLE) for _ in range(4))
        reading.save()
    for at in draw(st.lists(CLOCKS, unique=True, max_size=3)):
        person.reminders.create(at=at, days=draw(st.integers(0, 127)))
    for moment in draw(st.lists(MOMENTS, unique=True, max_size=3)):  # nobody answers twice at one moment
        person.triage_answers.create(
            answers=draw(ANSWERS),
            answered_at=moment,
            set_aside_at=draw(st.none() | MOMENTS),
            set_aside_because=draw(st.sampled_from(["", "me vio el médico"])),
        )
    for digest in draw(st.lists(st.text("0123456789abcdef", min_size=64, max_size=64), unique=True, max_size=2)):
        person.walks.create(digest=digest, **draw(WALKS))
    person.records_every_walk = draw(st.none() | st.booleans())
    person.time_zone = draw(st.sampled_from(["", "Europe/Madrid", "America/Bogota"]))
    person.day_starts_h = draw(st.floats(0, 23.5))
    person.quiet_from, person.quiet_to = draw(st.none() | CLOCKS), draw(st.none() | CLOCKS)
    person.webhook = draw(st.sampled_from(["", "https://ntfy.example/mine"]))
    person.language = draw(st.sampled_from(["", "es", "en"]))
    person.save()
    return person


def bring(person: Person, data: bytes) -> archive.Brought:
    found = archive.members(data)
    assert found is not None
    return archive.bring(person, found, "Europe/Madrid")


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_out_erased_and_back_gives_the_same_rows(own: Person, data: st.DataObject) -> None:
    with transaction.atomic():
        person = data.draw(people(Person.objects.get(kind=Person.Kind.OWN)))
        before = everything(person)
        packed = archive.pack(person)
        VALIDATOR.validate(written(packed))
        new = store.erase(person)
        assert new.pk != person.pk
        assert not Reading.objects.filter(person__kind=Person.Kind.OWN).exists()
        first = bring(new, packed)
        assert first.merged.known == 0
        assert everything(new) == before
        again = bring(new, packed)
        assert again.merged.added == 0
        assert again.notices == []
        assert everything(new) == before
        transaction.set_rollback(True)


def written(packed: bytes) -> Any:
    with zipfile.ZipFile(io.BytesIO(packed)) as file:
        assert file.namelist() == ["diary.csv", "espalda.json"]
        return json.loads(file.read("espalda.json"))


def test_every_model_of_a_person_goes_out_or_is_left_out_on_purpose() -> None:
    parts = {part.model for part in archive.PARTS}
    assert set(models_of_a_person()) == parts | LEFT_OUT


IN_THE_DIARY = {"readings": {"utc_offset_min", "pain", "stiffness", "spasm", "note"}, "factors": {"unit"}}


@pytest.mark.parametrize("part", [archive.SETTINGS, *archive.PARTS], ids=lambda part: part.key)
def test_every_field_of_it_goes_out(part: archive.Part) -> None:
    there = {field.name for field in part.model._meta.concrete_fields}
    told = set(part.fields) | IN_THE_DIARY.get(part.key, set())
    whose = {"kind", "user"} if part.model is Person else set()
    assert there - NOT_SET_BY_ANYONE - SECRETS - whose == told


def test_the_schema_describes_every_field_and_no_other() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    for part in archive.PARTS:
        assert set(SCHEMA["properties"][part.key]["items"]["properties"]) == set(part.fields), part.key
    assert set(SCHEMA["properties"]["settings"]["properties"]) == set(archive.SETTINGS.fields)
    assert set(SCHEMA["properties"]) == {"espalda", "written_by", "settings", *(part.key for part in archive.PARTS)}


def test_no_secret_goes_out(own: Person) -> None:
    own.passphrase = "hash-of-it"  # noqa: S105
    own.save()
    own.push_subscriptions.create(endpoint="https://push.example/secret", p256dh="key-of-it", auth="auth-of-it")
    own.shares.create(name="Dra. Gil", token_sha256="token-of-it", expires_at=datetime.now(UTC))  # noqa: S106
    with zipfile.ZipFile(io.BytesIO(archive.pack(own))) as file:
        told = b"".join(file.read(name) for name in file.namelist()).decode()
    for secret in ("hash-of-it", "push.example", "key-of-it", "auth-of-it", "token-of-it", "Gil"):
        assert secret not in told


# Into a diary that is there already ----------------------------------------------------------------------------


def pack(rest: Mapping[str, Any], csv: str = "time,pain\n2026-03-01T07:30+01:00,4\n") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as out:
        out.writestr("diary.csv", csv)
        out.writestr("espalda.json", json.dumps({"espalda": 1, **rest}))
    return file.getvalue()


MOMENT = "2026-03-01T06:30:00+00:00"


def test_what_is_not_set_here_is_filled_in(own: Person) -> None:
    store.record(own, store.Entry(datetime.fromisoformat(MOMENT), 60, pain=4.0, bend=0))
    bring(own, pack({"readings": [{"time": MOMENT, "places": ["low_left"], "bend": 0, "sit": 2}]}))
    reading = own.readings.get()
    assert (reading.places, reading.bend, reading.sit, reading.walk) == (["low_left"], 0, 2, None)


def test_a_reading_that_says_otherwise_is_named_and_nothing_goes_in(own: Person) -> None:
    store.record(own, store.Entry(datetime.fromisoformat(MOMENT), 60, pain=4.0, bend=0))
    before = everything(own)
    rest = {"reminders": [{"at": "08:00:00", "days": 127}], "readings": [{"time": MOMENT, "bend": 2}]}
    with pytest.raises(store.ClashError, match="1 de marzo de 2026 a las 07:30"):
        bring(own, pack(rest))
    assert everything(own) == before


def test_settings_made_here_stay_and_it_is_said(own: Person) -> None:
    own.day_starts_h = 6.0
    own.save()
    own.reminders.create(at=time(8), days=31)
    rest = {"settings": {"day_starts_h": 3.0, "time_zone": "Europe/Madrid"}, "reminders": [{"at": "08:00", "days": 3}]}
    brought = bring(own, pack(rest))
    own.refresh_from_db()
    assert (own.day_starts_h, own.time_zone) == (6.0, "Europe/Madrid")
    assert own.reminders.get().days == 31
    (notice,) = brought.notices
    assert "tus ajustes" in notice
    assert "recordatorios" in notice


def test_where_reminders_go_from_now_on_is_said(own: Person) -> None:
    brought = bring(own, pack({"settings": {"webhook": "https://ntfy.example/other"}}))
    (notice,) = brought.notices
    assert "https://ntfy.example/other" in notice


def test_older_safety_answers_never_come_after_newer_ones(own: Person) -> None:
    now = datetime(2026, 5, 1, 12, tzinfo=UTC)
    own.triage_answers.create(answers={"chest_pain": True}, answered_at=now)
    rest = [
        {"answers": {"chest_pain": False}, "answered_at": (now + timedelta(days=d)).isoformat(), "set_aside_at": None}
        | {"set_aside_because": ""}
        for d in (-9, 3)
    ]
    bring(own, pack({"safety_answers": rest}))
    given = list(own.triage_answers.values_list("answered_at", flat=True))
    assert given == sorted(given)
    assert len(given) == 3
    bring(own, pack({"safety_answers": rest}))
    assert own.triage_answers.count() == 3


def test_what_this_version_does_not_know_is_named(own: Person) -> None:
    brought = bring(own, pack({"moods": [1], "reminders": [{"at": "08:00", "days": 1, "tune": "x"}]}))
    (notice,) = brought.notices
    assert "moods, reminders.tune" in notice
    assert own.reminders.count() == 1


# What can't be read --------------------------------------------------------------------------------------------

WRONG: dict[str, Mapping[str, Any]] = {
    "a later version": {"espalda": 2},
    "no version": {"espalda": None},
    "not a list": {"reminders": {"at": "08:00"}},
    "a row that is none": {"reminders": [7]},
    "a row without what tells it apart": {"reminders": [{"days": 7}]},
    "an hour that is none": {"reminders": [{"at": "25:00"}]},
    "an hour with offset": {"reminders": [{"at": "08:00+01:00"}]},
    "days beyond the week": {"reminders": [{"at": "08:00", "days": 128}]},
    "a day that never starts": {"settings": {"day_starts_h": 99}},
    "a day that starts nowhere": {"settings": {"day_starts_h": float("nan")}},
    "no such zone": {"settings": {"time_zone": "../../etc/passwd"}},
    "a hook that is no address": {"settings": {"webhook": "javascript:alert(1)"}},
    "a hook with a password in it": {"settings": {"webhook": "https://ana:clave@ntfy.example/mine"}},
    "a number that is a word": {"readings": [{"time": MOMENT, "bend": "2"}]},
    "a place that is markup": {"readings": [{"time": MOMENT, "places": ["<b>"]}]},
    "a time without offset": {"readings": [{"time": "2026-03-01T07:30"}]},
    "a reading the diary lacks": {"readings": [{"time": "2026-03-02T06:30:00+00:00", "bend": 1}]},
    "a walk without all it needs": {"walks": [{"digest": "0" * 64}]},
    "an answer that is a number": {
        "safety_answers": [
            {"answers": {"fever": 1}, "answered_at": MOMENT, "set_aside_at": None, "set_aside_because": ""}
        ]
    },
}


@pytest.mark.parametrize("rest", WRONG.values(), ids=WRONG.keys())
def test_what_can_t_be_read_is_refused_whole(own: Person, rest: Mapping[str, Any]) -> None:
    before = everything(own)
    with pytest.raises(archive.ArchiveError) as refused:
        bring(own, pack(rest))
    assert str(refused.value)
    assert everything(own) == before


def test_a_bad_diary_inside_is_told_by_its_rows(own: Person) -> None:
    with pytest.raises(DiaryError):
        bring(own, pack({"reminders": [{"at": "08:00"}]}, csv="time,pain\nayer,3\n"))
    assert not own.reminders.exists()


def test_json_that_is_none_and_json_too_deep(own: Person) -> None:
    for text in ("", "[]", "{", "[" * 100_000):
        with pytest.raises(archive.ArchiveError):
            archive.bring(own, {"diary.csv": b"time,pain\n", "espalda.json": text.encode()}, "UTC")


def test_a_zip_without_diary_is_refused(own: Person) -> None:
    with pytest.raises(archive.ArchiveError):
        archive.bring(own, {"espalda.json": b'{"espalda": 1}'}, "UTC")


def test_another_zip_is_no_archive() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as out:
        out.writestr("Habits.csv", "")
    assert archive.members(file.getvalue()) is None
    assert archive.members(b"time,pain\n") is None
