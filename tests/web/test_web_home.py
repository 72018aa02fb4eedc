"""The first page: a reading is asked for and kept."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from espalda.web import store, today
from espalda.web.models import Person, Reading


def some_days_ago(days: float, pain: float | None = None, spasm: float | None = None) -> store.Entry:
    """An entry so many days ago, by the clock of now."""
    now = timezone.localtime().replace(microsecond=0)
    offset = (now.utcoffset() or timedelta()) // timedelta(minutes=1)
    return store.Entry(now.astimezone(UTC) - timedelta(days=days), offset, pain=pain, spasm=spasm)


def test_an_empty_diary_says_what_it_is_and_shows_the_way(client: Client, own: Person) -> None:
    page = client.get("/").content.decode()
    assert "¿Cómo está tu espalda hoy?" in page
    assert "Tu diario está vacío" in page
    assert "Ver antes un ejemplo" in page


def test_it_says_when_the_last_reading_was(client: Client, reading: Reading) -> None:
    page = client.get("/").content.decode()
    assert "Última lectura:" in page
    assert "ayer a las" in page
    assert "Tu diario está vacío" not in page


def test_pain_and_spasm_make_a_reading_of_now(client: Client, own: Person) -> None:
    response = client.post("/", {"pain": "4", "spasm": "1"})
    kept = own.readings.get()
    assert response["Location"] == f"/reading/{kept.pk}/?done=saved"
    assert (kept.pain, kept.spasm, kept.stiffness) == (4.0, 1.0, None)
    assert abs(kept.time - datetime.now(UTC)) < timedelta(seconds=10)


@pytest.mark.parametrize(
    "alone",
    [
        {"pain": "0"},
        {"spasm": "0"},
        {"stiffness": "3"},
        {"note": "hola"},
        {"amount:sleep": "7"},
        {"places": ["left"]},
        {"bend": "0"},
        {"walk": "2"},
    ],
)
def test_any_one_thing_is_enough(client: Client, own: Person, alone: dict[str, str | list[str]]) -> None:
    assert client.post("/", alone).status_code == 302
    assert own.readings.count() == 1


def test_nothing_at_all_is_not_a_reading(client: Client, own: Person) -> None:
    response = client.post("/", {})
    assert response.status_code == 422
    assert "Aún no has marcado nada" in response.content.decode()
    assert not own.readings.exists()


def test_the_same_form_sent_twice_is_one_reading(client: Client, own: Person) -> None:
    sent = {"pain": "4", "form_id": str(uuid.uuid4())}
    first, second = client.post("/", sent), client.post("/", sent)
    assert first["Location"] == second["Location"]
    assert own.readings.count() == 1


def test_a_spasm_that_takes_the_upright_posture_leads_to_the_safety_questions(client: Client, own: Person) -> None:
    response = client.post("/", {"pain": "9", "spasm": "4"}, follow=True)
    kept = own.readings.get()
    assert response.redirect_chain == [(f"/safety/?reading={kept.pk}&why=spasm", 302)]
    assert "Tu lectura está guardada" in response.content.decode()


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"spasm": "4"}, ["spasm"]),
        ({"fever": "on"}, ["fever"]),
        ({"legs": "on"}, ["legs"]),
        ({"stand": "0", "walk": "0"}, ["movement"]),
        ({"places": ["left_leg"]}, ["legs"]),
        ({"stand": "0", "walk": "1"}, []),
        ({"bend": "0", "sit": "0"}, []),
        ({"places": ["left", "left_buttock"]}, []),
    ],
)
def test_what_may_be_serious_brings_the_safety_questions_up(
    client: Client, own: Person, sent: dict[str, str | list[str]], why: list[str]
) -> None:
    response = client.post("/", {"pain": "3", **sent})
    kept = own.readings.get()
    signs = "".join(f"&why={sign}" for sign in why)
    assert response["Location"] == (f"/safety/?reading={kept.pk}{signs}" if why else f"/reading/{kept.pk}/?done=saved")
    assert client.get(response["Location"]).status_code == 200


def test_pain_in_a_leg_is_new_until_it_was_written_in_the_last_two_weeks(client: Client, own: Person) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    for days, places in ((13, ["left_leg"]), (15, ["right_leg"])):
        store.record(own, store.Entry(now - timedelta(days=days), 60, pain=2.0, places=places))
    assert client.post("/", {"places": ["left_leg"]})["Location"].startswith("/reading/")
    own.readings.last().delete()  # type: ignore[union-attr]
    assert "why=legs" in client.post("/", {"places": ["left_leg", "right_leg"]})["Location"]


def test_where_it_hurts_and_what_can_be_done_are_kept(client: Client, own: Person) -> None:
    client.post("/", {"pain": "3", "places": ["right", "upper"], "bend": "0", "sit": "1", "walk": "2"})
    kept = own.readings.get()
    assert kept.places == ["right", "upper"]
    assert (kept.bend, kept.sit, kept.stand, kept.walk) == (0, 1, None, 2)


@pytest.mark.parametrize("sent", [{"places": ["elbow"]}, {"bend": "3"}, {"walk": "0.5"}])
def test_a_place_or_an_ability_nobody_asked_about_is_refused(
    client: Client, own: Person, sent: dict[str, str | list[str]]
) -> None:
    assert client.post("/", {"pain": "3", **sent}).status_code == 422
    assert not own.readings.exists()


@pytest.mark.parametrize(
    ("days_ago", "words"),
    [(0, "Your first day."), (3, "Day 4. With a week"), (9, "Day 10. What affects"), (400, "Day 401 of your diary.")],
)
def test_the_first_page_knows_how_long_the_diary_has_been_kept(
    client: Client, own: Person, days_ago: int, words: str
) -> None:
    for ago in {0, days_ago}:
        store.record(own, some_days_ago(ago, pain=4.0))
    assert words in client.get("/", headers={"accept-language": "en"}).content.decode()


def test_the_week_has_the_worst_of_each_day_and_nothing_for_a_day_not_kept(own: Person) -> None:
    kept = ((0, 3.0, None), (0.001, 5.0, 0.0), (2, None, 2.0), (6, 0.0, 0.0), (9, 9.0, 4.0))
    for days_ago, pain, spasm in kept:
        store.record(own, some_days_ago(days_ago, pain=pain, spasm=spasm))
    # So that a few minutes ago was today, whatever the time is.
    own.day_starts_h = (timezone.localtime() - timedelta(hours=2)).hour
    week = today.shown(own).week
    assert [(day.pain, day.spasm) for day in week[-3:]] == [(None, 2.0), (None, None), (5.0, 0.0)]
    assert all(day.pain != 9.0 for day in week)
    assert [day.tall > 0 for day in week if day.pain is None] == [False] * sum(day.pain is None for day in week)


def test_blank_is_not_recorded_and_zero_is_none(client: Client, own: Person) -> None:
    client.post("/", {"pain": "2", "amount:sitting": "0", "amount:driving": ""})
    assert {amount.factor.name: amount.value for amount in own.readings.get().amounts.all()} == {"sitting": 0.0}


@pytest.mark.parametrize(("typed", "kept"), [("7,5", 7.5), ("7.5", 7.5), (" 8 ", 8.0)])
def test_a_decimal_comma_and_a_decimal_point_are_read(client: Client, own: Person, typed: str, kept: float) -> None:
    client.post("/", {"amount:sleep": typed})
    assert own.readings.get().amounts.get().value == kept


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"amount:sitting": "mucho"}, "Escribe un número o déjalo en blanco."),
        ({"amount:sitting": "nan"}, "Escribe un número o déjalo en blanco."),
        ({"amount:sitting": "inf"}, "Escribe un número o déjalo en blanco."),
        ({"amount:sitting": "-1"}, "No puede ser menos de 0."),
        ({"amount:stress": "11"}, "Tiene que ir de 0 a 10."),
        ({"when": "ayer"}, "No se entiende esa fecha y hora."),
        ({"when": "2999-01-01T10:00"}, "Ese momento aún no ha llegado."),
        ({"when": "9999-12-31T23:59"}, "Ese momento aún no ha llegado."),
        ({"when": "0001-01-01T00:00"}, "No se entiende esa fecha y hora."),
        ({"listed_name": "swimming"}, "¿Cuánto? Escribe 0 si no hubo nada."),
        ({"listed_amount": "5"}, "¿De qué?"),
        ({"listed_name": "alcohol", "listed_amount": "-2"}, "No puede ser menos de 0."),
        ({"own_name": "Baile", "own_unit": "min"}, "¿Cuánto? Escribe 0 si no hubo nada."),
        ({"own_amount": "5"}, "¿De qué?"),
        ({"own_name": "sitting", "own_amount": "5", "own_unit": "min"}, "Eso ya está en la lista."),
        ({"own_name": "pain", "own_amount": "5", "own_unit": "min"}, "Eso no sirve como nombre."),
        ({"own_name": "Pena", "own_amount": "11", "own_unit": "0-10"}, "Tiene que ir de 0 a 10."),
    ],
)
def test_what_can_not_be_kept_is_said_beside_its_field(
    client: Client, own: Person, sent: dict[str, str], sentence: str
) -> None:
    response = client.post("/", {"pain": "3", **sent})
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not own.readings.exists()


def test_a_number_no_tile_has_is_refused(client: Client, own: Person) -> None:
    assert client.post("/", {"pain": "11"}).status_code == 422
    assert client.post("/", {"spasm": "5"}).status_code == 422


def test_something_from_the_list_and_something_of_ones_own_are_kept_and_asked_next_time(
    client: Client, own: Person
) -> None:
    sent = {
        "listed_name": "swimming",
        "listed_amount": "20",
        "own_name": "Baile  lento",
        "own_unit": "min",
        "own_amount": "45",
    }
    assert client.post("/", sent).status_code == 302
    amounts = {(a.factor.name, a.factor.unit): a.value for a in own.readings.get().amounts.all()}
    assert amounts == {("swimming", "min"): 20.0, ("Baile lento", "min"): 45.0}
    page = client.get("/").content.decode()
    assert 'name="amount:swimming"' in page
    assert 'name="amount:Baile lento"' in page


def test_a_reading_can_be_of_an_earlier_moment(client: Client, own: Person) -> None:
    client.post("/", {"pain": "3", "when": "2026-01-15T08:05"})
    zone = timezone.get_default_timezone()
    kept = own.readings.get()
    assert kept.time == datetime(2026, 1, 15, 8, 5, tzinfo=zone)
    assert kept.local_time == datetime(2026, 1, 15, 8, 5)  # noqa: DTZ001 - what the clock showed


@pytest.mark.parametrize(
    ("typed", "offset", "shown"),
    [
        ("2026-01-15T08:05", 60, "2026-01-15T08:05"),
        ("2025-07-15T08:05", 120, "2025-07-15T08:05"),
        ("2026-03-29T02:30", 120, "2026-03-29T03:30"),  # an hour the clock skipped
    ],
)
def test_the_offset_of_the_season_is_kept(
    client: Client, own: Person, settings: Settings, typed: str, offset: int, shown: str
) -> None:
    settings.TIME_ZONE = "Europe/Madrid"
    client.post("/", {"pain": "3", "when": typed})
    kept = own.readings.get()
    assert kept.utc_offset_min == offset
    assert kept.local_time.isoformat(timespec="minutes") == shown


def test_a_note_pasted_from_anywhere_can_be_kept(client: Client, own: Person) -> None:
    client.post("/", {"note": " uno\r\ndos\x0btres\x07 🦴 "})
    assert own.readings.get().note == "uno\ndos tres  🦴"
    assert store.load(own).notes == ("uno\ndos tres  🦴",)


def test_two_readings_of_one_moment_are_refused(client: Client, own: Person) -> None:
    client.post("/", {"pain": "3", "when": "2026-01-15T08:05"})
    response = client.post("/", {"pain": "5", "when": "2026-01-15T08:05"})
    assert "Ya hay una lectura en ese momento." in response.content.decode()
    assert own.readings.get().pain == 3.0


def test_in_english_every_word_is(client: Client, own: Person) -> None:
    page = client.get("/", headers={"accept-language": "en-GB"}).content.decode()
    assert '<html lang="en" ' in page
    assert "How is your back today?" in page
    assert "espalda hoy" not in page
