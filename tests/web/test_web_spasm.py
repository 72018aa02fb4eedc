"""A spasm: begun by a reading with a grade, open on the first page, closed in one tap."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from espalda.diary import find_spasms
from espalda.web import spasms, store
from espalda.web.models import Person, Reading
from espalda.web.templatetags.espalda import lasting

ENGLISH = {"accept-language": "en"}


def write(person: Person, hours_ago: float, grade: float | None) -> Reading:
    moment = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=hours_ago)
    return store.record(person, store.Entry(moment, 60, spasm=grade, pain=3.0))


@pytest.fixture(autouse=True)
def _steady(no_clock_changes: None) -> None:
    """Some moments are typed here."""


def local(hours_ago: float) -> str:
    return timezone.localtime(timezone.now() - timedelta(hours=hours_ago)).strftime("%Y-%m-%dT%H:%M")


def test_the_first_page_shows_the_open_one_and_how_long_it_has_lasted(client: Client, own: Person) -> None:
    for hours_ago, grade in ((9, 0), (5, 1), (3, 2), (1, None)):
        write(own, hours_ago, grade)
    page = client.get("/", headers=ENGLISH).content.decode()
    assert "· 5 h" in page
    assert "It is over" in page
    assert "#grade-2" in page


@pytest.mark.parametrize("grades", [(), (0,), (2, 0), (None,)])
def test_the_first_page_shows_none_where_none_is_open(client: Client, own: Person, grades: tuple[float]) -> None:
    for n, grade in enumerate(grades):
        write(own, 9 - n, grade)
    assert "It is over" not in client.get("/", headers=ENGLISH).content.decode()


def test_one_not_written_of_for_two_days_is_asked_about(client: Client, own: Person) -> None:
    write(own, 47, 2)
    assert "Is it still there?" not in client.get("/", headers=ENGLISH).content.decode()
    own.readings.all().delete()
    write(own, 49, 2)
    assert "Is it still there?" in client.get("/", headers=ENGLISH).content.decode()


def test_it_is_closed_in_one_tap(client: Client, own: Person) -> None:
    write(own, 5, 2)
    response = client.post("/spasm/over/", {"when": "now", "form_id": str(uuid.uuid4())}, headers=ENGLISH)
    last = own.readings.last()
    assert last
    assert (last.spasm, last.pain) == (0.0, None)
    assert response["Location"] == f"/reading/{last.pk}/?done=saved"
    assert spasms.current(own) is None
    assert "It lasted 5 h." in client.get(response["Location"], headers=ENGLISH).content.decode()


def test_the_same_tap_sent_twice_closes_it_once(client: Client, own: Person) -> None:
    write(own, 5, 2)
    for _again in range(2):
        client.post("/spasm/over/", {"when": "now", "form_id": str(uuid.UUID(int=7))})
    assert [reading.spasm for reading in own.readings.all()] == [2.0, 0.0]


def test_it_can_have_ended_earlier(client: Client, own: Person) -> None:
    write(own, 5, 2)
    client.post("/spasm/over/", {"when": "at", "at": local(2)})
    (spasm,) = find_spasms(store.load(own))
    assert spasm.end
    assert 1.9 < (datetime.now(UTC) - spasm.end) / timedelta(hours=1) < 2.1


def test_it_can_not_have_ended_before_a_reading_that_says_it_was_there(client: Client, own: Person) -> None:
    write(own, 5, 2)
    write(own, 1, 1)
    response = client.post("/spasm/over/", {"when": "at", "at": local(2)}, headers=ENGLISH)
    assert response.status_code == 422
    assert "you wrote that there was a spasm" in response.content.decode()
    assert spasms.current(own)


def test_without_one_there_is_nothing_to_close(client: Client, own: Person) -> None:
    assert client.get("/spasm/over/")["Location"] == "/"


@pytest.mark.parametrize(("when", "hours"), [("now", 0.0), ("hour", 1.0), ("at", 30.0)])
def test_one_can_have_begun_a_while_ago(client: Client, own: Person, when: str, hours: float) -> None:
    client.post("/spasm/", {"spasm": "3", "when": when, "at": local(hours) if when == "at" else ""})
    spasm = spasms.current(own)
    assert spasm
    assert spasm.worst == 3
    assert spasm.hours(datetime.now(UTC)) == pytest.approx(hours, abs=0.05)


def test_one_that_began_on_waking_has_the_usual_hour(own: Person) -> None:
    now = timezone.make_aware(datetime(2026, 3, 20, 18))  # noqa: DTZ001 - made aware at once
    assert spasms.usual_waking(own, now).time().isoformat("minutes") == "07:30"
    for day, clock in ((17, "06:40"), (18, "06:50"), (19, "07:00"), (19, "14:00")):
        moment = timezone.make_aware(datetime.fromisoformat(f"2026-03-{day} {clock}"))
        offset = (moment.utcoffset() or timedelta()) // timedelta(minutes=1)
        store.record(own, store.Entry(moment.astimezone(UTC), offset, pain=1.0))
    waking = spasms.usual_waking(own, now)
    assert waking.isoformat(timespec="minutes")[:16] == "2026-03-20T06:50"


def test_it_can_not_have_begun_before_a_reading_that_says_there_was_none(client: Client, own: Person) -> None:
    write(own, 2, 0)
    response = client.post("/spasm/", {"spasm": "2", "when": "at", "at": local(4)}, headers=ENGLISH)
    assert response.status_code == 422
    assert "you wrote that there was no spasm" in response.content.decode()
    assert own.readings.count() == 1


def test_begun_at_the_moment_of_a_reading_it_goes_into_that_reading_and_can_be_undone(
    client: Client, own: Person
) -> None:
    moment = timezone.localtime().replace(second=0, microsecond=0) - timedelta(hours=3)
    offset = (moment.utcoffset() or timedelta()) // timedelta(minutes=1)
    kept = store.record(own, store.Entry(moment.astimezone(UTC), offset, pain=6.0))
    response = client.post("/spasm/", {"spasm": "2", "when": "at", "at": moment.strftime("%Y-%m-%dT%H:%M")})
    assert response["Location"] == f"/reading/{kept.pk}/?done=corrected"
    kept.refresh_from_db()
    assert (kept.pain, kept.spasm, own.readings.count()) == (6.0, 2.0, 1)
    client.post("/reading/undo/")
    kept.refresh_from_db()
    assert (kept.pain, kept.spasm) == (6.0, None)


@pytest.mark.parametrize("sent", [{"when": "now"}, {"spasm": "0", "when": "now"}, {"spasm": "2", "when": "at"}])
def test_what_can_not_be_kept_is_not(client: Client, own: Person, sent: dict[str, str]) -> None:
    assert client.post("/spasm/", sent).status_code == 422
    assert not own.readings.exists()


def test_one_that_takes_the_upright_posture_leads_to_the_safety_questions(client: Client, own: Person) -> None:
    response = client.post("/spasm/", {"spasm": "4", "when": "now"})
    kept = own.readings.get()
    assert response["Location"] == f"/safety/?reading={kept.pk}&why=spasm"


def test_in_the_demonstration_none_can_begin_or_end(in_demo: Client, demo: Person) -> None:
    before = demo.readings.count()
    for address in ("/spasm/", "/spasm/over/"):
        assert in_demo.post(address, {"spasm": "2", "when": "now"}).status_code == 403
    assert demo.readings.count() == before


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0.0, "0 min"), (0.99, "59 min"), (1.0, "1 h"), (47.4, "47 h"), (48.0, "2 days"), (24.0 * 40, "40 days")],
)
def test_how_long_it_lasted_is_said_in_one_unit(hours: float, words: str) -> None:
    with translation.override("en"):
        assert lasting(hours) == words
