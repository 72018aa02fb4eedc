"""Everything of a person erased in one step, and nobody else's."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from espalda.web import backups, incoming, store
from espalda.web.models import CachedFindings, Change, Person

MOMENT = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def full(filled: Person) -> Person:
    """The reader, with something in every table."""
    filled.time_zone, filled.day_starts_h, filled.webhook = "Europe/Madrid", 5.0, "https://ntfy.example/x"
    filled.save()
    reading = filled.readings.first()
    assert reading
    store.delete(reading)
    CachedFindings.objects.update_or_create(person=filled, defaults={"fingerprint": "x", "es": {}, "en": {}})
    filled.triage_answers.create(answers={"fever": True}, answered_at=datetime(2026, 3, 1, tzinfo=UTC))
    filled.reminders.create(at="08:00")
    filled.walks.create(digest="d", start=MOMENT, end=MOMENT, utc_offset_min=60, quality="good", method=1, minutes=5)
    filled.sent_forms.create(form_id=uuid4(), went_to="/")
    filled.push_subscriptions.create(endpoint="https://push.example/1", p256dh="k", auth="a")
    share = filled.shares.create(name="Dra. Gil", token_sha256="t", expires_at=datetime(2030, 1, 1, tzinfo=UTC))  # noqa: S106
    share.visits.create(page="diary")
    incoming.keep(filled, "x.csv", b"fecha\n")
    return filled


@pytest.fixture
def backed_up() -> Path:
    folder = Path(settings.DATA) / "backups"
    folder.mkdir()
    path = folder / f"espalda-{date(2026, 3, 1)}.sqlite3"
    path.write_bytes(b"all of it")
    return path


def rows() -> dict[str, int]:
    """Return how many rows each of our tables has."""
    return {model.__name__: model._default_manager.count() for model in apps.get_app_config("web").get_models()}


def test_the_copy_is_offered_first_and_nothing_is_erased_by_looking(client: Client, full: Person) -> None:
    before = rows()
    page = client.get("/file/erase/").content.decode()
    assert page.index("/file/espalda.zip") < page.index('name="sure"')
    assert rows() == before


def test_what_goes_is_named(client: Client, full: Person) -> None:
    page = client.get("/file/erase/", headers={"accept-language": "en"}).content.decode()
    for word in ("reading", "walk", "safety answers", "reminders", "shared links", "settings"):
        assert word in page


def test_unsure_is_not_sure(client: Client, full: Person, backed_up: Path) -> None:
    before = rows()
    for sent in ({}, {"sure": "no"}):
        response = client.post("/file/erase/", sent)
        assert response.status_code == 422
        assert "No se ha borrado nada" in response.content.decode()
    assert rows() == before
    assert backed_up.exists()


def test_every_table_is_empty_of_the_person_and_the_backups_go(client: Client, full: Person, backed_up: Path) -> None:
    before = rows()
    assert all(before.values()), "else what follows would prove nothing"
    assert Change.objects.exists()
    response = client.post("/file/erase/", {"sure": "yes"})
    assert response["Location"] == "/file/?erased=1"
    assert "Todo está borrado" in client.get(response["Location"]).content.decode()
    assert rows() == dict.fromkeys(before, 0) | {"Person": 1}
    new = Person.objects.get()
    assert (new.time_zone, new.day_starts_h, new.webhook) == ("", 4.0, "")
    assert incoming.waiting(full) is None
    assert backups.listed() == []
    assert not backed_up.exists()


def test_what_others_wrote_stays(client: Client, full: Person, demo: Person, backed_up: Path) -> None:
    other = Person.objects.create(kind=Person.Kind.OWN, user=User.objects.create(username="ana"))
    store.record(other, store.Entry(datetime(2026, 3, 1, tzinfo=UTC), 60, pain=4.0))
    theirs = demo.readings.count()
    assert "copias de seguridad del servidor se quedan" in client.get("/file/erase/").content.decode()
    client.post("/file/erase/", {"sure": "yes"})
    assert other.readings.count() == 1
    assert demo.readings.count() == theirs
    assert backed_up.exists()


def test_an_account_stays_with_an_empty_diary(db: None) -> None:
    user = User.objects.create(username="ana")
    person = Person.objects.create(kind=Person.Kind.OWN, user=user)
    store.record(person, store.Entry(datetime(2026, 3, 1, tzinfo=UTC), 60, pain=4.0))
    new = store.erase(person)
    assert new.user == user
    assert Person.objects.get(user=user) == new
    assert not new.readings.exists()


def test_the_demonstration_can_t_be_erased(in_demo: Client, demo: Person) -> None:
    before = rows()
    assert in_demo.get("/file/erase/").status_code == 302
    assert in_demo.post("/file/erase/", {"sure": "yes"}).status_code == 403
    assert rows() == before
