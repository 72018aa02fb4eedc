"""Another program's file: asked about, looked at, and only then kept."""

from __future__ import annotations

import re
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from espalda.web import incoming
from espalda.web.models import Person

TABLE = "Fecha;Hora;Dolor;Nivel;Observaciones\n13/3/2026;7:30;4,5;2;cama\n1/3/2026;;3;1;\n"


@pytest.fixture(autouse=True)
def _zone(settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Madrid"


def send(client: Client, text: str = TABLE) -> str:
    response = client.post("/file/", {"diary": SimpleUploadedFile("mío.csv", text.encode())})
    assert response.status_code == 302
    assert response["Location"] == "/file/columns/"
    return client.get("/file/columns/").content.decode()


def choose(client: Client, sent: dict[str, str]) -> tuple[int, str]:
    """Press the button that keeps it, and return the status and the page."""
    response = client.post("/file/columns/", sent | {"do": "keep"})
    return response.status_code, response.content.decode()


def fields(page: str) -> dict[str, str]:
    """Return what the page's form would send, as a browser without scripts does."""
    sent = {
        name: "".join(re.findall(r'<option value="([^"]*)" selected', options))
        for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL)
    }
    return sent | dict(re.findall(r'name="(hour|seen)" value="([^"]+)"', page))


def test_it_is_shown_before_anything_is_kept(client: Client, own: Person) -> None:
    page = send(client)
    assert not own.readings.exists()
    assert "2 momentos" in page
    assert "mío.csv" in page
    assert "4,5" in page
    assert "cama" in page
    assert fields(page) | {"seen": ""} == {
        "role:0": "time",
        "role:1": "hour",
        "role:2": "pain",
        "role:3": "factor",
        "role:4": "note",
        "order": "dmy",
        "hour": "20:00",
        "seen": "",
    }


def test_what_was_seen_is_what_is_kept(client: Client, own: Person) -> None:
    sent = fields(send(client))
    assert "2 momentos" in choose(client, sent)[1]
    first, second = own.readings.all()
    assert (str(first.local_time), first.pain) == ("2026-03-01 20:00:00", 3.0)
    assert (str(second.local_time), second.pain, second.note) == ("2026-03-13 07:30:00", 4.5, "cama")
    assert own.factors.get().name == "Nivel"
    assert incoming.waiting(own) is None
    assert client.get("/file/columns/").status_code == 302


def test_another_choice_is_shown_again_before_it_is_kept(client: Client, own: Person) -> None:
    sent = fields(send(client)) | {"role:3": "stiffness"}
    _status, again = choose(client, sent)
    assert not own.readings.exists()
    choose(client, fields(again))
    assert [reading.stiffness for reading in own.readings.all()] == [1.0, 2.0]
    assert not own.factors.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"role:0": ""}, {"role:1": "time"}, {"role:2": "magic"}, {"hour": "x"}, {"order": "ymd"}, {"role:4": "pain"}],
)
def test_a_choice_that_can_t_be_read_says_why_and_keeps_nothing(
    client: Client, own: Person, wrong: dict[str, str]
) -> None:
    status, page = choose(client, fields(send(client)) | wrong)
    assert status == 422
    assert 'role="alert"' in page
    assert not own.readings.exists()
    assert incoming.waiting(own)


def test_giving_up_leaves_nothing(client: Client, own: Person) -> None:
    send(client)
    assert client.post("/file/columns/", {"do": "stop"})["Location"] == "/file/"
    assert incoming.waiting(own) is None


def test_a_clash_with_the_diary_keeps_nothing_of_it(client: Client, own: Person) -> None:
    choose(client, fields(send(client)))
    status, again = choose(client, fields(send(client, TABLE.replace("4,5", "9"))))
    assert status == 422
    assert "13 de marzo de 2026 a las 07:30" in again
    assert own.readings.count() == 2


def test_a_known_tracker_is_named(client: Client, own: Person) -> None:
    page = send(client, "FeatureName,Timestamp,Value,Label,Note\nDolor,2026-03-13T07:30:00+01:00,4.0,,\n")
    assert "Track &amp; Graph" in page
    choose(client, fields(page))
    assert own.readings.get().pain == 4.0


def test_each_person_has_a_file_of_their_own(client: Client, own: Person, demo: Person) -> None:
    send(client)
    assert incoming.waiting(demo) is None
    client.cookies["diary"] = "demo"
    assert client.get("/file/columns/").status_code == 302
    assert client.post("/file/columns/", {"do": "keep"}).status_code == 403


def test_markup_in_a_file_stays_text(client: Client, own: Person) -> None:
    text = send(client, "Fecha;<script>x</script>\n13/3/2026;<b>hola</b>\n")
    assert "<script>x" not in text
    assert "<b>hola" not in text


def test_a_file_nobody_came_back_to_is_given_up_after_a_day(own: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    incoming.keep(own, "x.csv", b"fecha\n")
    incoming.sweep()
    assert incoming.waiting(own)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 86_401)
    incoming.sweep()
    assert incoming.waiting(own) is None
