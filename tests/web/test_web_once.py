"""A form arrives exactly once: sent twice, sent late, sent at the same time, its answer lost, its reading gone."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
from django.test import Client
from tests.web.test_web_server import serving

from espalda.web import once, safety, store
from espalda.web.models import Person, Reading, SentForm

DATA = {"accept": "application/json"}


def form(**fields: str) -> dict[str, str]:
    return {"form_id": str(uuid.uuid4()), **fields}


def send(client: Client, path: str, sent: Mapping[str, str]) -> Any:
    return client.post(path, sent, headers=DATA)


@pytest.mark.parametrize(
    ("path", "fields"),
    [("/", {"pain": "4"}), ("/spasm/", {"spasm": "2", "when": "now"}), ("/spasm/over/", {"when": "now"})],
)
def test_the_same_form_again_gets_the_same_answer_and_does_nothing(
    client: Client, own: Person, path: str, fields: dict[str, str]
) -> None:
    sent = form(**fields)
    first, again = send(client, path, sent), send(client, path, sent)
    assert first.json() == again.json()
    assert own.readings.count() == 1


def test_what_was_deleted_does_not_come_back(client: Client, own: Person) -> None:
    sent = form(pain="4")
    send(client, "/", sent)
    store.delete(own.readings.get())
    assert send(client, "/", sent).json() == {"go": "/diary/", "asks": False}
    assert not own.readings.exists()
    store.undo(own)
    send(client, "/", sent)
    assert own.readings.count() == 1


def test_what_was_corrected_stays_corrected(client: Client, reading: Reading) -> None:
    path = f"/reading/{reading.pk}/edit/"
    earlier, later = form(pain="5"), form(pain="6")
    for sent in (earlier, later, earlier):
        assert send(client, path, sent).status_code == 200
    assert reading.person.readings.get().pain == 6


def test_what_passed_once_is_not_judged_again(client: Client, own: Person) -> None:
    """A spasm's end that arrived stays arrived, though a later reading would refuse it now."""
    sent = form(when="now")
    send(client, "/spasm/over/", sent)
    own.readings.update(spasm=2)
    assert send(client, "/spasm/over/", sent).status_code == 200


def test_a_form_that_was_refused_may_come_again_corrected(client: Client, own: Person) -> None:
    sent = form(pain="4", when="2999-01-01T10:00")
    refused = send(client, "/", sent)
    assert refused.status_code == 422
    assert list(refused.json()["errors"]) == ["when"]
    assert not SentForm.objects.exists()
    assert send(client, "/", {**sent, "when": ""}).status_code == 200
    assert own.readings.count() == 1


def test_an_answer_that_got_lost_still_leads_to_the_safety_questions(client: Client, own: Person) -> None:
    sent = form(spasm="4", fever="on")
    send(client, "/", sent)
    answer = send(client, "/", sent).json()
    assert answer["asks"] is True
    assert answer["go"].startswith("/safety/?reading=")
    assert own.triage_answers.count() == 1


def test_all_of_a_form_is_kept_or_nothing(client: Client, own: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    client.raise_request_exception = False
    sent = form(pain="7", fever="on")
    with monkeypatch.context() as broken:
        broken.setattr(safety, "keep", lambda *_args: 1 / 0)
        assert send(client, "/", sent).status_code == 500
    assert not own.readings.exists()
    assert send(client, "/", sent).json()["asks"] is True
    assert (own.readings.count(), own.triage_answers.count()) == (1, 1)


def test_what_one_person_wrote_is_never_another_s(client: Client, own: Person) -> None:
    theirs = once.who(Person(pk=own.pk + 1, kind=Person.Kind.OWN))
    assert send(client, "/", form(pain="4", who=theirs)).status_code == 409
    assert not own.readings.exists()
    assert send(client, "/", form(pain="4", who=once.who(own))).status_code == 200


def test_who_erased_everything_is_another_from_then_on(own: Person) -> None:
    before = once.who(own)
    assert once.who(store.erase(own)) not in (before, "")


@pytest.mark.parametrize("given", ["", "7", "not an id"])
def test_a_form_without_an_id_is_sent_as_it_is(client: Client, own: Person, given: str) -> None:
    response = client.post("/", {"pain": "4", "form_id": given})
    assert response.status_code == (422 if given else 302)
    assert not SentForm.objects.exists()


def test_without_the_script_it_is_a_page_as_ever(client: Client, own: Person) -> None:
    sent = form(pain="4")
    assert client.post("/", sent)["Location"] == client.post("/", sent)["Location"]
    assert "text/html" in client.post("/", form())["Content-Type"]


def test_sent_many_times_at_once_it_is_one(tmp_path: Path) -> None:
    """On the server itself, whose database is a file: eight at once, three times."""
    with serving(tmp_path / "data") as (_process, address):
        browser = build_opener(HTTPCookieProcessor(CookieJar()))
        token = json.loads(browser.open(f"{address}sync/").read())["token"]
        headers = {**DATA, "X-CSRFToken": token, "Origin": address.rstrip("/")}

        def go(body: bytes) -> str:
            with browser.open(Request(address, body, headers)) as answer:  # noqa: S310 - our own address
                return str(json.loads(answer.read())["go"])

        with ThreadPoolExecutor(8) as eight:
            answers = [
                set(eight.map(go, [urlencode(form(pain=str(pain), when=f"2026-03-0{pain}T10:00")).encode()] * 8))
                for pain in (1, 2, 3)
            ]
    assert [len(same) for same in answers] == [1, 1, 1]
    with closing(sqlite3.connect(tmp_path / "data" / "espalda.sqlite3")) as base:
        mine = "select pain from web_reading where person_id in (select id from web_person where kind = 'own')"
        assert base.execute(f"{mine} order by time").fetchall() == [(1,), (2,), (3,)]
