"""Where the clocks change, what is counted is the hours that pass."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.web.test_web_amounts import wrote

from espalda.web import moments, store
from espalda.web.models import Person

SPRING, AUTUMN = datetime(2027, 3, 28, 1, 30, tzinfo=UTC), datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
"""Half an hour after the clocks of Madrid are put forward, and half an hour after they are put back."""

TurnTo = Callable[[datetime], None]


@pytest.fixture
def turn_to(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> TurnTo:
    """Have it be another moment, in Madrid."""
    settings.TIME_ZONE = "Europe/Madrid"
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.mark.parametrize("moment", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_a_day_before_is_24_hours_before(turn_to: TurnTo, moment: datetime) -> None:
    turn_to(moment)
    assert moments.local_now() - timedelta(days=1) == moment - timedelta(days=1)
    assert moments.local_now().hour == (3 if moment == SPRING else 2)


@pytest.mark.parametrize("moment", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_an_hour_ago_is_an_hour_before(client: Client, own: Person, turn_to: TurnTo, moment: datetime) -> None:
    turn_to(moment)
    client.post("/spasm/", {"spasm": "3", "when": "hour"})
    assert own.readings.get().time == moment - timedelta(hours=1)


@pytest.mark.parametrize("moment", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_a_walk_takes_the_minutes_it_took(client: Client, own: Person, turn_to: TurnTo, moment: datetime) -> None:
    turn_to(moment)
    client.post("/walks/by-hand/", {"minutes": "40", "when": "now"})
    walk = own.walks.get()
    assert (walk.start, walk.end) == (moment - timedelta(minutes=40), moment)


@pytest.mark.parametrize(("hours_ago", "status"), [(23.5, 422), (24.5, 302)], ids=["within", "past"])
@pytest.mark.parametrize("moment", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_the_most_in_a_day_is_of_24_hours(
    client: Client, own: Person, turn_to: TurnTo, moment: datetime, hours_ago: float, status: int
) -> None:
    turn_to(moment)
    wrote(own, hours_ago, ibuprofen=1200)
    sent = {"medicine": "ibuprofen", "amount": "400", "when": "now"}
    assert client.post("/medicines/", sent).status_code == status


def test_a_reading_written_further_east_is_corrected_at_its_own_moment(
    client: Client, own: Person, settings: Settings
) -> None:
    """Its hour has not come yet here."""
    settings.TIME_ZONE = "America/New_York"
    moment = timezone.now().replace(microsecond=0) - timedelta(hours=1)
    kept = store.record(own, store.Entry(moment, 60, pain=3.0))
    sent = {"pain": "5", "when": kept.local_time.strftime("%Y-%m-%dT%H:%M")}
    assert client.post(f"/reading/{kept.pk}/edit/", sent).status_code == 302
    kept.refresh_from_db()
    assert (kept.pain, kept.time, kept.utc_offset_min) == (5.0, moment, 60)
