"""The cast of the tests with accounts: three people on one server, of whom the third must never see the first's things.

Settings are read once in a process, so these tests have one of their own: `test_web_accounts.py` runs them, and by hand
``ESPALDA_ACCOUNTS=1 pytest tests/web/accounts``.
"""

from __future__ import annotations

import os
from typing import NamedTuple

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.web.browser import conftest as chromium
from tests.web.conftest import OWN_WORD, some_days

from espalda.web import safety, shares, store
from espalda.web.models import Person, Share

ALONE = os.environ.get("ESPALDA_ACCOUNTS") == "1"
collect_ignore_glob = [] if ALONE else ["test_*.py"]

browser = chromium.browser
"""The same Chromium as in the other tests."""

PASSWORD = "tres-gatos-verdes"  # noqa: S105 - nobody's


class Cast(NamedTuple):
    """Three people with an account each, and a link the first has shared."""

    first: Person
    second: Person
    third: Person
    share: Share
    token: str


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def enrol(name: str) -> Person:
    user = User.objects.create_user(name, password=PASSWORD)
    return Person.objects.create(kind=Person.Kind.OWN, user=user)


@pytest.fixture
def cast(db: None) -> Cast:
    """The first with a full diary, urgent answers and a link; the second with other days; the third with nothing."""
    first, second, third = enrol(f"ana-{OWN_WORD}"), enrol("berta"), enrol("carla")
    store.merge(first, some_days(OWN_WORD))
    store.merge(second, some_days("guitarra"))
    safety.keep(first, {"cannot_move": True}, timezone.now())
    share, token = shares.make(first, f"Dr. {OWN_WORD}", 7, with_findings=True, with_safety=True, with_walks=True)
    return Cast(first, second, third, share, token)


def signed_in(person: Person) -> Client:
    """Return a browser in which a person has signed in."""
    assert person.user
    client = Client()
    client.force_login(person.user)
    return client
