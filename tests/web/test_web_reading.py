"""One reading: shown, corrected, deleted and put back."""

from __future__ import annotations

import re

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from espalda.diary import Diary, Factor, make_diary
from espalda.web import store
from espalda.web.models import Person, Reading


def test_it_shows_what_was_kept(client: Client, reading: Reading) -> None:
    page = client.get(f"/reading/{reading.pk}/?done=saved").content.decode()
    for words in ("Guardada", "Es una molestia", "Estar sentado", "90 min", "Ayer"):
        assert words in page


def test_more_amounts_ask_no_more_of_the_database(client: Client, reading: Reading) -> None:
    with CaptureQueriesContext(connection) as with_one:
        client.get(f"/reading/{reading.pk}/")
    amounts = {Factor(name, "min"): 30.0 for name in ("sitting", "standing", "driving")}
    store.correct(reading, store.Entry(reading.time, 60, amounts=amounts))
    with CaptureQueriesContext(connection) as with_three:
        assert client.get(f"/reading/{reading.pk}/").content.decode().count("30 min") == 3
    assert len(with_three) == len(with_one)


def test_the_form_holds_what_was_kept(client: Client, reading: Reading) -> None:
    page = client.get(f"/reading/{reading.pk}/edit/").content.decode()
    assert '<input type="radio" name="pain" value="4" id="id_pain_4" checked>' in page
    assert 'name="amount:sitting" value="90"' in page
    assert reading.local_time.strftime("%Y-%m-%dT%H:%M") in page


def test_it_shows_and_holds_where_it_hurts_and_what_can_be_done(client: Client, reading: Reading) -> None:
    store.correct(reading, store.Entry(reading.time, 60, places=["left", "left_leg"], sit=1))
    page = client.get(f"/reading/{reading.pk}/", headers={"accept-language": "en"}).content.decode()
    assert "Left side, Left leg" in page
    assert "<dt>Sit</dt><dd>With trouble</dd>" in page
    form = client.get(f"/reading/{reading.pk}/edit/").content.decode()
    assert len(re.findall(r'name="places" value="\w+" id="\w+" checked', form)) == 2
    assert '<input type="radio" name="sit" value="1" id="id_sit_1" checked>' in form


def test_only_what_was_just_done_says_so_and_offers_to_undo_it(client: Client, reading: Reading) -> None:
    address = f"/reading/{reading.pk}/"
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert "It is saved" not in page
    assert "Undo" not in page
    page = client.get(f"{address}?done=saved", headers={"accept-language": "en"}).content.decode()
    assert "It is saved" in page
    assert f'action="{address}delete/"' in page


def test_a_correction_is_undone(client: Client, reading: Reading) -> None:
    before = store.load(reading.person)
    response = client.post(f"/reading/{reading.pk}/edit/", {"pain": "6", "when": "2026-01-15T08:05"})
    assert response["Location"] == f"/reading/{reading.pk}/?done=corrected"
    assert 'action="/reading/undo/"' in client.get(response["Location"]).content.decode()
    response = client.post("/reading/undo/")
    assert response["Location"] == f"/reading/{reading.pk}/?done=undone"
    assert store.load(reading.person) == before


def test_a_correction_replaces_what_was_kept_and_nothing_else(client: Client, reading: Reading) -> None:
    client.post(
        f"/reading/{reading.pk}/edit/",
        {
            "pain": "6",
            "spasm": "",
            "note": "Mejor así",
            "amount:sitting": "",
            "amount:sleep": "6,5",
            "when": reading.local_time.strftime("%Y-%m-%dT%H:%M"),
        },
    )
    corrected = Reading.objects.get(pk=reading.pk)
    assert (corrected.pain, corrected.spasm, corrected.note) == (6.0, None, "Mejor así")
    assert (corrected.time, corrected.utc_offset_min) == (reading.time, reading.utc_offset_min)
    assert {amount.factor.name: amount.value for amount in corrected.amounts.all()} == {"sleep": 6.5}


def test_its_moment_can_be_corrected(client: Client, reading: Reading) -> None:
    client.post(f"/reading/{reading.pk}/edit/", {"pain": "6", "when": "2026-01-15T08:05"})
    moved = Reading.objects.get(pk=reading.pk)
    assert moved.local_time.isoformat() == "2026-01-15T08:05:00"


def test_a_correction_that_can_not_be_kept_changes_nothing(client: Client, reading: Reading) -> None:
    response = client.post(f"/reading/{reading.pk}/edit/", {"pain": "12"})
    assert response.status_code == 422
    assert Reading.objects.get(pk=reading.pk).pain == 4.0


def test_a_value_between_two_tiles_has_a_tile_of_its_own(client: Client, own: Person) -> None:
    store.merge(own, make_diary(["2026-03-01T07:30"], 60, pain=[4.5]))
    kept = own.readings.get()
    page = client.get(f"/reading/{kept.pk}/edit/").content.decode()
    assert 'value="4.5"' in page
    assert "4,5" in page
    client.post(f"/reading/{kept.pk}/edit/", {"pain": "4.5", "note": "igual"})
    assert own.readings.get().pain == 4.5


def test_an_amount_left_as_it_was_is_the_very_same(client: Client, own: Person) -> None:
    amount = 0.1234567890123
    entry = make_diary(["2026-03-01T07:30"], 60, factors=[Factor("heat", "min")], amounts=[[amount]])
    store.merge(own, entry)
    kept = own.readings.get()
    page = client.get(f"/reading/{kept.pk}/edit/").content.decode()
    typed = re.search(r'name="amount:heat" value="([^"]+)"', page)
    assert typed
    client.post(f"/reading/{kept.pk}/edit/", {"amount:heat": typed[1], "when": "2026-03-01T08:30"})
    assert store.load(own) == entry


def test_a_deleted_reading_can_be_put_back_whole(client: Client, filled: Person) -> None:
    before: Diary = store.load(filled)
    gone = filled.readings.order_by("time")[4]
    response = client.post(f"/reading/{gone.pk}/delete/", follow=True)
    assert "La lectura está borrada." in response.content.decode()
    assert not Reading.objects.filter(pk=gone.pk).exists()
    client.post("/reading/undo/")
    assert store.load(filled) == before
    assert "La lectura está borrada." not in client.get("/diary/?deleted=1").content.decode()


def test_putting_back_twice_or_nothing_does_nothing(client: Client, reading: Reading) -> None:
    assert client.post("/reading/undo/").status_code == 302
    client.post(f"/reading/{reading.pk}/delete/")
    for _again in range(2):
        client.post("/reading/undo/")
    assert reading.person.readings.count() == 1


def test_a_reading_is_not_put_back_over_a_newer_one(client: Client, reading: Reading) -> None:
    person, moment = reading.person, reading.time
    client.post(f"/reading/{reading.pk}/delete/")
    store.record(person, store.Entry(moment, 60, pain=9.0, amounts={Factor("sitting", "min"): 1.0}))
    response = client.post("/reading/undo/")
    assert response.status_code == 409
    assert "Tu diario ya dice otra cosa" in response.content.decode()
    assert person.readings.get().pain == 9.0


def test_the_demonstration_has_readings_to_see_and_none_to_correct(in_demo: Client, demo: Person) -> None:
    shown = demo.readings.first()
    assert shown
    page = in_demo.get(f"/reading/{shown.pk}/").content.decode()
    assert "Corregir" not in page
    assert "Borrar" not in page
    assert in_demo.get(f"/reading/{shown.pk}/edit/").status_code == 302
