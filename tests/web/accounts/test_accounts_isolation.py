"""Nobody sees another's rows, view by view: every address of the site, asked for by whoever it is not meant for."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Any, NamedTuple

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.db.models.deletion import Collector
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from tests.web.accounts.conftest import Cast, signed_in
from tests.web.conftest import DEMO_WORD, OWN_WORD

from espalda.web.models import Person, Reading

DOOR = {"account_login", "account_signup", "account_inactive", "mfa_login_webauthn", "manifest", "worker", "offline"}
"""Pages that answer people who have not signed in."""

FOR_ANYBODY = {"manifest", "worker", "offline"}
"""What installs the app, and the page it has without network, empty for who has not signed in."""

SHARED = {"shared", "shared-findings", "shared-walks"}
"""Pages whose address is itself the key; here a wrong one is tried."""

FORM = {
    "pain": "9",
    "note": "de otra",
    "name": "de otra",
    "new": "de otra mano",
    "diary": "own",
    "because": "mistake",
    "theme": "dark",
    "sure": "yes",
}


class Route(NamedTuple):
    """An address of the site: its view, and what its path names."""

    name: str
    view: Any
    names: frozenset[str]


def routes(resolver: URLResolver, above: frozenset[str] = frozenset()) -> Iterator[Route]:
    """Yield every address of the site, the library's too."""
    for pattern in resolver.url_patterns:
        names = above | pattern.pattern.converters.keys()
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, names)
        else:
            assert pattern.name, pattern
            yield Route(pattern.name, pattern.callback, names)


ROUTES = list(routes(get_resolver()))
NAMES = [route.name for route in ROUTES]


@pytest.fixture
def authenticator(cast: Cast) -> Authenticator:
    data = {"name": f"llave {OWN_WORD}", "credential": {}}
    return Authenticator.objects.create(user=cast.first.user, type=Authenticator.Type.WEBAUTHN, data=data)


@pytest.fixture
def addresses(cast: Cast, authenticator: Authenticator) -> dict[str, str]:
    """Every address, where it names a thing of the first person's."""
    reading = cast.first.readings.last()
    assert reading
    reminder = cast.first.reminders.create(at=time(8, 30))
    device = cast.first.push_subscriptions.create(endpoint=f"https://push.example/{OWN_WORD}", p256dh="k", auth="a")
    moments = {"start": datetime(2026, 3, 1, 9, tzinfo=UTC), "end": datetime(2026, 3, 1, 10, tzinfo=UTC)}
    walk = cast.first.walks.create(digest="d", utc_offset_min=60, quality="good", method=1, minutes=60, **moments)
    things = {"reading": reading, "shares": cast.share, "mfa": authenticator, "reminders": reminder}
    things |= {"walks": walk, "device": device}
    found = {}
    for name, _view, names in ROUTES:
        kind = name.replace("_", "-").split("-")[0]
        assert names <= {"pk", "token"}, f"{name}: say here what of the first person's its address may name"
        assert "pk" not in names or kind in things, f"{name}: give the first person one of these, and say which here"
        given = {"token": cast.share.token_sha256} | ({"pk": things[kind].pk} if "pk" in names else {})
        found[name] = reverse(name, kwargs={one: given[one] for one in names})
    return found


def everything_of(person: Person) -> str:
    """Return every row of every table that is a person's, as text: all that would go with their account."""
    collector = Collector("default")
    collector.collect(User.objects.filter(person=person))
    keys: dict[type[Model], set[Any]] = {}
    for row in (row for kept in (*collector.data.values(), *collector.fast_deletes) for row in kept):
        keys.setdefault(type(row), set()).add(row.pk)
    tables = {model: model._base_manager.filter(pk__in=wanted).order_by("pk") for model, wanted in keys.items()}
    return "\n".join(f"{model.__name__}: {list(rows.values())}" for model, rows in tables.items())


def said(response: Any) -> str:
    """Return all that an answer tells: its headers, and its body, whatever it is."""
    body = b"".join(response) if response.streaming else response.content
    return f"{response.headers} {body.decode(errors='replace')}".lower()


def asked(client: Client, address: str) -> Iterator[Any]:
    file = SimpleUploadedFile("diario.csv", b"time,pain\n2026-03-01T07:30,3\n")
    yield client.get(address)
    yield client.post(address, {**FORM, "diary": file} if "file" in address else FORM)


def test_the_walk_can_fail(cast: Cast, authenticator: Authenticator, addresses: dict[str, str]) -> None:
    """Else it would prove nothing: the first person does see their things at those addresses."""
    own = signed_in(cast.first)
    for name in ("diary", "reading", "reading-edit", "triggers", "file-download", "shares", "account"):
        assert OWN_WORD in said(own.get(addresses[name])), name
    assert OWN_WORD in everything_of(cast.first)


def test_every_view_of_ours_has_the_gate() -> None:
    ours = [route for route in ROUTES if route.view.__module__.startswith("espalda")]
    assert len(ours) >= 20
    assert [route.name for route in ours if not getattr(route.view, "gated", False)] == []


def test_the_third_never_sees_the_firsts_things(cast: Cast, addresses: dict[str, str]) -> None:
    before = everything_of(cast.first)
    for name, address in addresses.items():
        for response in asked(signed_in(cast.third), address):
            assert response.status_code < 500, name
            assert OWN_WORD not in said(response), name
        assert everything_of(cast.first) == before, name


def test_who_is_not_signed_in_sees_nothing(cast: Cast, addresses: dict[str, str]) -> None:
    before = everything_of(cast.first)
    for name, address in addresses.items():
        for response in asked(Client(), address):
            assert OWN_WORD not in said(response), name
            if name not in DOOR | FOR_ANYBODY:
                assert response.status_code in (302, 400, 401, 404, 405), (name, response.status_code)
    assert everything_of(cast.first) == before


def test_the_cookie_of_the_example_opens_no_more(cast: Cast, demo: Person, addresses: dict[str, str]) -> None:
    client = Client()
    client.cookies["diary"] = "demo"
    for name in set(NAMES) - DOOR - FOR_ANYBODY - SHARED:
        response = client.get(addresses[name])
        assert response.status_code in (302, 401, 405), name
        assert DEMO_WORD not in said(response), name


def test_a_thing_of_anothers_is_not_there(cast: Cast, addresses: dict[str, str], authenticator: Authenticator) -> None:
    third = signed_in(cast.third)
    for name in ("reading", "reading-edit", "walks-one"):
        assert third.get(addresses[name]).status_code == 404
    for name in ("reading-edit", "reading-delete", "shares-revoke", "walks-one", "walks-delete"):
        assert third.post(addresses[name], FORM).status_code == 404
    assert Reading.objects.filter(person=cast.first).count() == 20


def test_two_people_write_each_in_their_own(cast: Cast) -> None:
    for person, pain in ((cast.second, "2"), (cast.third, "7")):
        assert signed_in(person).post("/", {"pain": pain}).status_code == 302
    assert cast.third.readings.get().pain == 7
    assert cast.second.readings.last().pain == 2  # type: ignore[union-attr]
    assert cast.first.readings.count() == 20


def test_what_is_brought_from_a_file_goes_to_ones_own(cast: Cast) -> None:
    file = io.BytesIO(signed_in(cast.first).get(reverse("file-download")).content)
    file.name = "mio.csv"
    assert signed_in(cast.third).post(reverse("file"), {"diary": file}).status_code in (200, 302)
    assert (cast.first.readings.count(), cast.third.readings.count()) == (20, 20)
    assert not set(cast.first.readings.values_list("pk")) & set(cast.third.readings.values_list("pk"))


def test_the_machines_own_diary_is_nobodys_account(cast: Cast) -> None:
    """What was written before there were accounts stays out of every account."""
    Person.objects.get_or_create(kind=Person.Kind.OWN, user=None)[0].readings.create(
        time="2026-01-01T10:00Z", utc_offset_min=0, pain=1, note="antes"
    )
    for person in (cast.first, cast.second, cast.third):
        assert "antes" not in said(signed_in(person).get(reverse("file-download")))
