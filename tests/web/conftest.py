"""The cast of the web's tests: a reader with a diary of their own, and the demonstration beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone, translation
from pytest_django.fixtures import Settings

from espalda.diary import Diary, Factor, make_diary
from espalda.web import background, store
from espalda.web.models import Person, Reading

OWN_WORD, DEMO_WORD = "tractor", "piano"
"""A factor and a note only the one diary has."""


def some_days(word: str, days: int = 10) -> Diary:
    """Two readings a day, with sitting, sleep, and a factor and notes called `word`."""
    rows = 2 * days
    start = np.datetime64("2026-03-01T07:30", "us")
    hours = np.array([24 * (row // 2) + 11 * (row % 2) for row in range(rows)])
    amounts = np.array([[60.0 * (row % 3), 7.5 if row % 2 == 0 else np.nan, float(row % 2)] for row in range(rows)])
    return make_diary(
        start + hours.astype("timedelta64[h]"),
        60,
        pain=[float(row % 7) for row in range(rows)],
        stiffness=[float(row % 5) for row in range(rows)],
        spasm=[float(row % 4) for row in range(rows)],
        factors=[Factor("sitting", "min"), Factor("sleep", "h"), Factor(word, "min")],
        amounts=amounts,
        notes=[f"Una nota de {word}" if row % 5 == 0 else "" for row in range(rows)],
    )


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    """Keep what tests write to disk in a folder of their own."""
    settings.DATA = tmp_path


@pytest.fixture
def no_clock_changes(settings: Settings) -> None:
    """Where the clocks never change, an hour typed without its offset is one moment alone."""
    settings.TIME_ZONE = "UTC"


@pytest.fixture(autouse=True)
def _spanish() -> Iterator[None]:
    """Begin in Spanish, whatever language the test before asked a page in."""
    with translation.override("es"):
        yield


class AtOnce(Executor):
    """Does what it is given before it returns."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left to the background is done there and then, so that every test sees the same."""
    monkeypatch.setattr(background, "worker", AtOnce())


@pytest.fixture
def own(db: None) -> Person:
    """The reader, with an empty diary."""
    return Person.objects.get_or_create(kind=Person.Kind.OWN)[0]


@pytest.fixture
def demo(db: None) -> Person:
    """The demonstration, filled."""
    store.replace_demo(some_days(DEMO_WORD))
    return Person.objects.get(kind=Person.Kind.DEMO)


@pytest.fixture
def filled(own: Person) -> Person:
    """The reader, with ten days written."""
    store.merge(own, some_days(OWN_WORD))
    return own


@pytest.fixture
def reading(own: Person) -> Reading:
    """The only reading of the reader's diary, of yesterday: by the calendar and, at that hour, by the person's day."""
    night = timezone.make_aware(datetime.combine(timezone.localdate() - timedelta(days=1), time(1, 30)))
    amounts = {Factor("sitting", "min"): 90.0}
    return store.record(own, store.Entry.at(night, pain=4.0, spasm=1.0, note="Ayer", amounts=amounts))


@pytest.fixture
def in_demo(client: Client, demo: Person) -> Client:
    """A browser with the demonstration open."""
    client.cookies["diary"] = "demo"
    return client
