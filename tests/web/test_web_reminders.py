"""Reminders: who gets one and who doesn't, by which way, and that nothing leaves before somebody chose a way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings
from tests.web.peer import asked, listening
from tests.web.test_web_push import Browser

from espalda.web import reminders, store
from espalda.web.models import Person, Reminder

__all__ = ["asked"]

NOW = datetime(2026, 3, 3, 7, 0, 20, tzinfo=UTC)
"""A Tuesday, 08:00:20 in Madrid."""
DAY = timedelta(days=1)


@pytest.fixture
def person(own: Person) -> Person:
    own.time_zone = "Europe/Madrid"
    own.save()
    return own


def remind(person: Person, *clocks: str, days: int = 127, since: datetime = NOW - DAY) -> None:
    for clock in clocks:
        person.reminders.create(at=time.fromisoformat(clock), days=days, sent_at=since)


def sent_at(person: Person, now: datetime) -> int:
    """Return how many notices go out at a moment, by the address the person set."""
    with listening() as peer:
        Person.objects.filter(pk=person.pk).update(webhook=f"{peer.address}/topic")
        reminders.send_due(now)
    assert all(path == "/topic" for path, _headers, _body in peer.got)
    return len(peer.got)


def write(person: Person, moment: datetime) -> None:
    store.record(person, store.Entry(moment, 60, pain=3.0))


def test_it_says_only_that_it_is_time(person: Person) -> None:
    for lang, text in (("", "Hora de una lectura"), ("en", "Time for a reading")):
        Reminder.objects.all().delete()
        remind(person, "08:00")
        with listening() as peer:
            Person.objects.update(webhook=f"{peer.address}/topic", language=lang)
            reminders.send_due(NOW)
        ((_path, headers, body),) = peer.got
        assert body.decode() == text
        assert headers.keys() == {"host", "accept-encoding", "content-type", "content-length", "user-agent"}
        assert "espalda" not in str(headers).lower()


def test_it_rings_once_at_its_time_by_the_persons_clock(person: Person) -> None:
    remind(person, "08:00")
    assert sent_at(person, NOW - timedelta(minutes=1)) == 0
    assert sent_at(person, NOW) == 1
    assert sent_at(person, NOW) == 0
    assert sent_at(person, NOW + timedelta(minutes=1)) == 0
    assert sent_at(person, NOW + DAY) == 1


def test_on_the_days_chosen_alone(person: Person) -> None:
    remind(person, "08:00", days=0b1111101)
    assert sent_at(person, NOW) == 0
    assert sent_at(person, NOW + DAY) == 1


@pytest.mark.parametrize(
    ("ago", "comes"),
    [(timedelta(minutes=-1), 1), (timedelta(), 0), (timedelta(minutes=119), 0), (timedelta(hours=2), 1), (DAY, 1)],
)
def test_none_comes_soon_after_a_reading(person: Person, ago: timedelta, comes: int) -> None:
    remind(person, "08:00")
    write(person, NOW - ago)
    assert sent_at(person, NOW) == comes
    assert sent_at(person, NOW + timedelta(hours=2)) == 0  # nor is it made up for


def test_anothers_reading_is_not_mine(person: Person, demo: Person) -> None:
    remind(person, "08:00")
    write(demo, NOW - timedelta(minutes=5))
    assert sent_at(person, NOW) == 1


@pytest.mark.parametrize(("quiet_from", "quiet_to", "comes"), [("23:00", "08:01", 0), ("23:00", "08:00", 1)])
def test_none_comes_in_the_quiet_hours(person: Person, quiet_from: str, quiet_to: str, comes: int) -> None:
    remind(person, "08:00")
    Person.objects.update(quiet_from=quiet_from, quiet_to=quiet_to)
    assert sent_at(person, NOW) == comes
    assert sent_at(person, NOW + timedelta(hours=1)) == 0


def test_a_late_one_does_not_ring_in_the_quiet_hours(person: Person) -> None:
    remind(person, "07:30")
    Person.objects.update(quiet_from="07:45", quiet_to="10:00")
    assert sent_at(person, NOW) == 0


def test_a_machine_that_slept_sends_one_not_all_it_missed(person: Person) -> None:
    remind(person, "05:30", "06:00", "06:30", "07:00", "07:59", since=NOW - 5 * DAY)
    assert sent_at(person, NOW) == 1
    assert sent_at(person, NOW + timedelta(minutes=1)) == 0


def test_long_after_its_time_none_comes(person: Person) -> None:
    remind(person, "08:00")
    assert sent_at(person, NOW + timedelta(hours=4)) == 0


def test_one_set_for_earlier_today_waits_for_tomorrow(person: Person) -> None:
    remind(person, "07:30", since=NOW)
    assert sent_at(person, NOW) == 0
    assert sent_at(person, NOW + DAY) == 1


def test_of_two_servers_one_sends(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second has read the same rows, and comes to write them after the first."""
    remind(person, "07:30", "08:00")
    claim, first = reminders._claim, []

    def both(theirs: Iterable[Reminder], now: datetime) -> bool:
        rows = list(theirs)
        first.append(claim(list(rows), now))
        return claim(rows, now)

    monkeypatch.setattr(reminders, "_claim", both)
    assert sent_at(person, NOW) == 0
    assert first == [True]


def test_an_account_that_is_closed_is_left_alone(person: Person) -> None:
    person.user = User.objects.create(username="ana", is_active=False)
    person.save()
    remind(person, "08:00")
    assert sent_at(person, NOW) == 0


def test_each_person_by_their_own_clock_and_way(person: Person) -> None:
    other = Person.objects.create(
        kind=Person.Kind.OWN, user=User.objects.create(username="ana"), time_zone="Asia/Tokyo"
    )
    for one in (person, other):
        remind(one, "08:00", "16:00", since=NOW - timedelta(hours=1))
    Person.objects.filter(pk=other.pk).update(quiet_from="15:00", quiet_to="17:00")  # there it is four in the afternoon
    with listening() as theirs:
        Person.objects.filter(pk=other.pk).update(webhook=theirs.address)
        assert sent_at(person, NOW) == 1
    assert theirs.got == []


# Ways ----------------------------------------------------------------------------------------------------------


def test_nothing_leaves_the_machine_before_a_way_is_chosen(client: Client, person: Person, asked: list[Any]) -> None:
    remind(person, "08:00")
    for page in ("/settings/reminders/", "/settings/reminders/espalda.ics", "/settings/"):
        assert client.get(page).status_code == 200
    client.post("/settings/reminders/", {"at": "09:00", "days": ["0", "1"]})
    client.post("/settings/reminders/quiet/", {"quiet_from": "23:00", "quiet_to": "07:00"})
    client.post("/settings/reminders/test/")
    reminders.send_due(NOW)
    assert asked == []
    assert sent_at(person, NOW + DAY) == 1
    assert asked  # so it would have been seen


def test_every_way_is_used_and_a_browser_that_is_gone_is_forgotten(person: Person) -> None:
    remind(person, "08:00")
    here, browsers = {}, {}
    with listening(201) as good, listening(410) as gone, listening(404) as lost, listening(503) as busy:
        for name, service in (("good", good), ("gone", gone), ("lost", lost), ("busy", busy)):
            here[name], browsers[name] = service, Browser()
            made = browsers[name].subscription(f"{service.address}/{name}")
            made.person = person
            made.save()
        assert sent_at(person, NOW) == 1
    for name, service in here.items():
        ((path, _headers, body),) = service.got
        assert path == f"/{name}"
        assert browsers[name].read(body) == {"text": "Hora de una lectura", "lang": "es"}
    kept = {one.endpoint.rpartition("/")[2] for one in person.push_subscriptions.all()}
    assert kept == {"good", "busy"}


def test_a_failure_keeps_nobody_else_waiting_and_tells_no_secret(
    person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    other = Person.objects.create(kind=Person.Kind.OWN, user=User.objects.create(username="ana"))
    other.webhook = "http://localhost:1/secret-topic"
    other.time_zone = "Europe/Madrid"
    other.save()
    bad = {"p256dh": "secret-key", "auth": "secret-auth"}
    other.push_subscriptions.create(endpoint="https://localhost:1/secret-path", **bad)
    with listening(500) as peer:
        good = Browser().subscription(f"{peer.address}/secret-path")
        good.person = other
        good.save()
        for one in (other, person):
            remind(one, "08:00")
        assert sent_at(person, NOW) == 1
    assert len(peer.got) == 1
    assert "500" in caplog.text
    assert "ConnectionRefusedError" in caplog.text
    assert "secret" not in caplog.text
    assert other.push_subscriptions.count() == 2


def test_with_several_people_nothing_is_sent_inside_the_servers_network(person: Person, settings: Settings) -> None:
    settings.ACCOUNTS = True
    with listening() as peer:
        person.webhook = peer.address
        made = Browser().subscription(f"{peer.address}/abc")
        made.person = person
        made.save()
        assert reminders.send([person]) == [reminders.Outcome("localhost", None, private=True)] * 2
    assert peer.got == []


# The page ------------------------------------------------------------------------------------------------------

PAGE = "/settings/reminders/"


def test_a_time_is_added_and_removed(client: Client, person: Person) -> None:
    assert client.post(PAGE, {"at": "08:00", "days": ["0", "2", "6"]})["Location"] == f"{PAGE}?saved=1"
    one = person.reminders.get()
    assert (one.at, one.days) == (time(8), 0b1000101)
    assert "08:00" in client.get(PAGE).content.decode()
    client.post(PAGE, {"at": "08:00", "days": ["1"]})
    assert person.reminders.get().days == 0b10
    client.post(f"{PAGE}{person.reminders.get().pk}/remove/")
    assert not person.reminders.exists()


def test_the_language_it_was_set_in_is_that_of_the_notice(client: Client, person: Person) -> None:
    client.post(PAGE, {"at": "08:00", "days": ["0"]}, headers={"accept-language": "en"})
    person.refresh_from_db()
    assert reminders.message(person) == ("Time for a reading", "en")


@pytest.mark.parametrize(
    "wrong", [{"days": ["0"]}, {"at": "25:00", "days": ["0"]}, {"at": "08:00"}, {"at": "08:00", "days": ["7"]}]
)
def test_what_is_no_time_or_no_day_is_refused(client: Client, person: Person, wrong: dict[str, Any]) -> None:
    assert client.post(PAGE, wrong).status_code == 422
    assert not person.reminders.exists()


def test_there_is_an_end_to_the_times(client: Client, person: Person) -> None:
    remind(person, *(f"{hour:02}:00" for hour in range(12)))
    assert client.post(PAGE, {"at": "12:00", "days": ["0"]}).status_code == 422
    assert client.post(PAGE, {"at": "11:00", "days": ["0"]}).status_code == 302
    assert person.reminders.count() == 12


def test_quiet_hours_are_kept_and_taken_off(client: Client, person: Person) -> None:
    remind(person, "07:00")
    client.post(f"{PAGE}quiet/", {"quiet_from": "23:00", "quiet_to": "07:30"})
    person.refresh_from_db()
    assert (person.quiet_from, person.quiet_to) == (time(23), time(7, 30))
    assert "no suena" in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}quiet/", {"quiet_from": "23:00"}).status_code == 422
    client.post(f"{PAGE}quiet/", {"none": "yes"})
    person.refresh_from_db()
    assert (person.quiet_from, person.quiet_to) == (None, None)


def test_an_address_is_kept_tried_and_taken_off(client: Client, person: Person) -> None:
    with listening() as peer:
        client.post(f"{PAGE}webhook/", {"address": f"{peer.address}/mi-tema"})
        assert f"{peer.address}/mi-tema" in client.get(PAGE).content.decode()
        answer = client.post(f"{PAGE}test/")
    assert [(path, body.decode()) for path, _headers, body in peer.got] == [("/mi-tema", "Hora de una lectura")]
    assert "Enviado." in answer.content.decode()
    client.post(f"{PAGE}webhook/", {"none": "yes"})
    person.refresh_from_db()
    assert person.webhook == ""


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "ntfy.sh/x",
        "ftp://a/x",
        "javascript:alert(1)",
        "https://",
        "http://a:b/",
        "http://ana:clave@a/",
        "http://[a",
    ],
)
def test_what_is_no_address_is_refused(client: Client, person: Person, wrong: str) -> None:
    assert client.post(f"{PAGE}webhook/", {"address": wrong}).status_code == 422
    person.refresh_from_db()
    assert person.webhook == ""


@pytest.mark.parametrize(
    ("status", "said"), [(308, "se ha mudado"), (403, "código 403"), (None, "No ha contestado nadie")]
)
def test_the_test_says_what_went_wrong(client: Client, person: Person, status: int | None, said: str) -> None:
    with listening(status or 200) as peer:
        Person.objects.update(webhook=peer.address if status else "http://localhost:1/")
        assert said in client.post(f"{PAGE}test/").content.decode()


def test_the_test_cannot_be_used_to_flood(client: Client, person: Person) -> None:
    cache.clear()
    answers = [client.post(f"{PAGE}test/").status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]


def told(browser: Browser, endpoint: str = "https://push.example/abc") -> dict[str, str]:
    made = browser.subscription(endpoint)
    return {"endpoint": made.endpoint, "p256dh": made.p256dh, "auth": made.auth}


def test_a_browser_is_kept_once_and_forgotten(client: Client, person: Person) -> None:
    for _ in range(2):
        assert client.post(f"{PAGE}device/", told(Browser())).status_code == 302
    one = person.push_subscriptions.get()
    page = client.get(PAGE).content.decode()
    assert "push.example" in page
    assert one.p256dh not in page
    client.post(f"/settings/device/{one.pk}/remove/")
    assert not person.push_subscriptions.exists()


def test_of_too_many_browsers_the_oldest_goes(client: Client, person: Person) -> None:
    for n in range(12):
        client.post(f"{PAGE}device/", told(Browser(), f"https://push.example/{n}"))
    kept = {one.endpoint.rpartition("/")[2] for one in person.push_subscriptions.all()}
    assert kept == {str(n) for n in range(2, 12)}


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "http://push.example/abc"},
        {"endpoint": "https://ana@push.example/abc"},
        {"endpoint": ""},
        {"p256dh": "abc"},
        {"auth": "abc"},
    ],
)
def test_what_no_browser_tells_is_refused(client: Client, person: Person, wrong: dict[str, str]) -> None:
    answer = client.post(f"{PAGE}device/", told(Browser()) | wrong)
    assert answer.status_code == 422
    assert "no ha dado ninguna dirección" in answer.content.decode()
    assert not person.push_subscriptions.exists()


def test_a_time_or_a_browser_of_anothers_is_not_there(client: Client, person: Person) -> None:
    other = Person.objects.create(kind=Person.Kind.OWN, user=User.objects.create(username="ana"))
    remind(other, "08:00")
    made = Browser().subscription("https://push.example/abc")
    made.person = other
    made.save()
    assert client.post(f"{PAGE}{other.reminders.get().pk}/remove/").status_code == 404
    assert client.post(f"/settings/device/{made.pk}/remove/").status_code == 404
    assert (other.reminders.count(), other.push_subscriptions.count()) == (1, 1)


def test_the_demonstration_has_none(in_demo: Client, demo: Person) -> None:
    page = in_demo.get(PAGE).content.decode()
    assert 'name="at"' not in page
    assert "reminders.js" not in page
    assert in_demo.get(f"{PAGE}espalda.ics").status_code == 404
