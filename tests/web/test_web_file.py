"""The diary as a file: out, in, and refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings
from tests.web.conftest import some_days

from espalda.diary import dump_diary, make_diary, parse_diary
from espalda.web import store
from espalda.web.models import Person
from espalda.web.views import file


def bring(client: Client, text: str | bytes) -> tuple[int, str]:
    """Send a file and return the status and the page."""
    data = text.encode() if isinstance(text, str) else text
    response = client.post("/file/", {"diary": SimpleUploadedFile("diario.csv", data)})
    return response.status_code, response.content.decode()


def test_it_offers_both_ways(client: Client, own: Person) -> None:
    page = client.get("/file/").content.decode()
    assert "Descargar todo (ZIP)" in page
    assert 'type="file"' in page


def test_what_goes_out_comes_back_in_whole(client: Client, filled: Person) -> None:
    before = store.load(filled)
    sent = client.get("/file/espalda.csv")
    assert sent["Content-Type"] == "text/csv; charset=utf-8"
    assert sent["Content-Disposition"].startswith('attachment; filename="espalda-20')
    assert parse_diary(sent.content).diary == before
    filled.readings.all().delete()
    filled.factors.all().delete()
    assert "20 momentos añadidos" in bring(client, sent.content)[1]
    assert store.load(filled) == before


def test_what_is_there_already_is_not_repeated(client: Client, filled: Person) -> None:
    before = store.load(filled)
    _status, page = bring(client, dump_diary(before))
    assert "0 momentos añadidos" in page
    assert "20 ya estaban en tu diario." in page
    assert store.load(filled) == before


def test_new_moments_go_beside_those_that_are_there(client: Client, filled: Person) -> None:
    _status, page = bring(client, dump_diary(some_days("tractor", days=12)))
    assert "4 momentos añadidos" in page
    assert store.load(filled) == some_days("tractor", days=12)


def test_a_moment_that_says_something_else_is_named_and_nothing_goes_in(client: Client, filled: Person) -> None:
    before = store.load(filled)
    status, page = bring(client, "time,pain\n2027-01-01T08:00+01:00,1\n2026-03-01T08:30+01:00,9\n")
    assert status == 422
    assert "No se ha importado nada" in page
    assert "1 de marzo de 2026 a las 08:30" in page
    assert store.load(filled) == before


def test_a_factor_in_another_unit_is_named_and_nothing_goes_in(client: Client, filled: Person) -> None:
    before = store.load(filled)
    status, page = bring(client, "time,pain,dance [n],sleep [min]\n2027-01-01T08:00+01:00,1,2,420\n")
    assert status == 422
    assert "«sleep» en «h», no en «min»" in page
    assert store.load(filled) == before


def test_a_bad_file_gets_a_sentence_for_each_problem_and_nothing_goes_in(client: Client, own: Person) -> None:
    status, page = bring(client, "time,pain\n2026-03-01T07:30,11\nayer,3\n2026-03-02T07:30,3\n")
    assert status == 422
    problems = page.split("</section>")[0]
    assert problems.count("<li>") == 2
    assert not own.readings.exists()


@pytest.mark.parametrize("junk", [b"", b"\x00\x01\x02PNG", b"hola"])
def test_what_is_not_a_diary_is_refused(client: Client, own: Person, junk: bytes) -> None:
    assert bring(client, junk)[0] == 422
    assert not own.readings.exists()


def test_no_file_at_all_is_said(client: Client, own: Person) -> None:
    response = client.post("/file/", {})
    assert response.status_code == 422
    assert "No has elegido ningún archivo." in response.content.decode()


def test_times_without_offset_are_of_this_machine(client: Client, own: Person, settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Madrid"
    bring(client, "time,pain\n2026-07-01T07:30,3\n")
    assert own.readings.get().utc_offset_min == 120


def test_the_demonstration_goes_out_and_nothing_comes_in(in_demo: Client, demo: Person) -> None:
    assert parse_diary(in_demo.get("/file/espalda.csv").content).diary == store.load(demo)
    page = in_demo.get("/file/").content.decode()
    assert 'type="file"' not in page


def test_everything_goes_out_as_one_zip_and_comes_back(client: Client, filled: Person) -> None:
    before = store.load(filled)
    sent = client.get("/file/espalda.zip")
    assert sent["Content-Type"] == "application/zip"
    assert sent["Content-Disposition"].startswith('attachment; filename="espalda-20')
    store.erase(filled)
    assert "20 momentos añadidos" in bring(client, sent.content)[1]
    assert store.load(Person.objects.get(kind=Person.Kind.OWN)) == before
    assert "0 momentos añadidos" in bring(client, sent.content)[1]


def test_a_zip_that_can_t_be_read_is_refused_and_nothing_goes_in(client: Client, filled: Person) -> None:
    sent = client.get("/file/espalda.zip").content
    store.erase(filled)
    for broken in (sent[:-30], sent[:40] + b"\x00" * 40 + sent[80:], b"PK\x03\x04"):
        status, page = bring(client, broken)
        assert status == 422
        assert "No se ha importado nada" in page
    assert store.load(Person.objects.get(kind=Person.Kind.OWN)) == make_diary([], [])


def test_a_file_beyond_the_limit_is_refused_unread(
    client: Client, own: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file, "MAX_BYTES", 1_000_000)
    status, page = bring(client, b"time,pain\n" + b" " * 1_000_000)
    assert status == 422
    assert "pasa de 1 MB" in page


def test_it_says_where_the_diary_and_its_backups_are(client: Client, own: Person, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "espalda-2026-03-01.sqlite3").write_bytes(bytes(400_000))
    page = client.get("/file/").content.decode()
    assert str(tmp_path) in page
    assert "1 copia de seguridad" in page
    assert "390,6" in page
