"""What may come, in short on the first page: as drawn last, and never drawn for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.web.test_web_triggers import one_of_each, pain_ahead, spasms_ahead

from espalda import __version__, flows
from espalda.web import outlook
from espalda.web.models import CachedFindings, Person


@pytest.fixture
def kept(filled: Person) -> CachedFindings:
    """Findings drawn some time ago, with a chance and a forecast."""
    found = one_of_each()
    row, _ = CachedFindings.objects.update_or_create(
        person=filled, defaults={"fingerprint": f"{__version__} since", "es": found, "en": found}
    )
    return row


def test_it_says_the_week_and_the_next_part_of_the_day(client: Client, kept: CachedFindings) -> None:
    kept.person.readings.filter(spasm__gt=0).delete()
    page = client.get("/", headers={"accept-language": "en"}).content.decode()
    assert "The days ahead" in page
    assert "Maybe." in page
    assert "Part 1." in page
    assert "Pain about 3 (2 to 5)." in page


def test_the_first_page_never_draws(client: Client, filled: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows, "explain", lambda *_: 1 / 0)
    assert "Los próximos días" not in client.get("/").content.decode()
    assert outlook.in_short(filled) is None


def test_what_is_past_is_not_foreseen_but_in_the_example(kept: CachedFindings) -> None:
    old = {**one_of_each(), "spasms": None, "forecast": pain_ahead(timezone.now() - timedelta(days=3))}
    assert outlook.shown(old, past_too=False).parts == []
    assert len(outlook.shown(old, past_too=True).parts) == 6
    CachedFindings.objects.update(es=old, en=old)
    assert outlook.in_short(kept.person) is None


def test_findings_without_either_have_no_outlook() -> None:
    assert outlook.shown({"spasms": None, "forecast": None}, past_too=False).curves == ()


def test_everything_is_inside_the_charts() -> None:
    found = {"spasms": spasms_ahead(), "forecast": pain_ahead(timezone.now() + timedelta(hours=1))}
    whole = outlook.shown(found, past_too=False)
    for chart in whole.chances:
        for bar in chart.bars:
            assert chart.left <= bar.low < bar.mean < bar.high <= chart.right
            assert chart.top < bar.y < chart.height
    phone, desk = whole.curves
    assert (len(phone.dots), len(desk.dots)) == (4, 6)
    for curve in whole.curves:
        for box, dot in zip(curve.ranges, curve.dots, strict=True):
            assert curve.left <= box.x < dot.x < box.x + box.width <= curve.right
            assert 0 <= box.y < dot.y < box.y + box.height <= curve.floor
