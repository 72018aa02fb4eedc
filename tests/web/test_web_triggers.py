"""What makes it worse and what eases it, as the findings say it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from espalda import flows
from espalda.diary import Diary, make_diary
from espalda.findings import Findings
from espalda.web import store
from espalda.web.models import CachedFindings, Person
from espalda.web.wording import VERDICTS


def one_of_each() -> dict[str, Any]:
    """Findings with a factor of every verdict, one of them off the chart."""
    sizes = {"aggravates": (1.0, 0.5, 1.5), "eases": (-1.0, -9.0, -0.4), "unclear": (0.1, -8.0, 8.0)}
    factors = []
    for place, verdict in enumerate(VERDICTS):
        mean, low, high = sizes.get(verdict.removeprefix("possibly_"), (0.0, -0.2, 0.2))
        factors.append(
            {
                "name": f"thing_{verdict}",
                "unit": "min" if place else None,
                "verdict": verdict,
                "probability": 1.0 - place / 10,
                "effect": {"mean": mean, "low": low, "high": high, "per": 20.0},
                "half_life_h": 10,
                "delay_h": 0,
                "group": None,
                "more_days": 14 if verdict == "unclear" else None,
                "acts_on": None,
                "spasms": {"mean": 2.5, "low": 1.2, "high": 5.0, "probability": 0.9, "verdict": "unclear"},
                "sentence": f"Sentence of {verdict}.",
            }
        )
    guards = {"shifted": None, "future": None, "sentences": ["The guards speak."]}
    ahead = {"spasms": spasms_ahead(), "forecast": pain_ahead(timezone.now() - timedelta(hours=3))}
    return {"schema": 1, "diary": {"readings": 60, "days": 20}, "factors": factors[::-1], "guards": guards, **ahead}


def spasms_ahead() -> dict[str, Any]:
    """Three chances, the first of them tried on the past."""
    chances: list[dict[str, Any]] = [
        {
            "hours": hours,
            "mean": mean,
            "low": mean / 2,
            "high": 1 - (1 - mean) / 2,
            "past": None,
            "sentence": "Maybe.",
        }
        for hours, mean in ((24.0, 0.1), (168.0, 0.6), (720.0, 0.98))
    ]
    chances[0]["past"] = {"moments": 40, "said": 0.13, "happened": 0.21}
    return {"chance": chances, "sentences": ["Spasms speak."]}


def pain_ahead(start: datetime) -> dict[str, Any]:
    """Six parts of the day, six hours apart."""
    parts = [
        {
            "time": (start + timedelta(hours=6 * place)).isoformat(timespec="minutes"),
            "part": "night",
            "name": f"part {place}",
            "mean": 3.4,
            "low": 2,
            "high": 5,
            "inside": 0.83,
            "bad": 0.31,
        }
        for place in range(6)
    ]
    return {"bad_from": 6, "parts": parts, "past": [], "sentences": ["Pain.", "Forecasts did better."]}


@pytest.fixture
def of_each(monkeypatch: pytest.MonkeyPatch, own: Person) -> None:
    shown = store.Shown(one_of_each(), fresh=True)
    monkeypatch.setattr(store, "findings", lambda *_person_and_language: shown)


def test_without_readings_it_says_so(client: Client, own: Person) -> None:
    assert "Aún no hay lecturas" in client.get("/triggers/").content.decode()


def test_without_factors_it_says_what_is_missing(client: Client, own: Person) -> None:
    store.merge(own, make_diary(["2026-03-01T07:30"], 60, pain=[4.0]))
    assert "aún no has anotado lo que hiciste antes" in client.get("/triggers/").content.decode()


def test_a_few_days_can_not_tell_and_that_is_said_to_be_normal(client: Client, filled: Person) -> None:
    page = client.get("/triggers/").content.decode()
    assert "Todavía no se sabe" in page
    assert "Es lo normal" in page
    assert 'role="img"' not in page
    assert "Los números" not in page


@pytest.mark.usefixtures("of_each")
def test_every_verdict_has_its_heading_sentence_chart_and_row(client: Client) -> None:
    page = client.get("/triggers/").content.decode()
    headings = [page.index(f"<h2>{heading}</h2>") for heading in VERDICTS.values()]
    assert headings == sorted(headings)
    for verdict in VERDICTS:
        assert f"Sentence of {verdict}." in page
        assert page.count(f'<g class="{verdict}">') == 2
    assert "(14 días más)" in page
    assert "The guards speak." in page
    assert "no prueba que una cause la otra" in page


@pytest.mark.usefixtures("of_each")
def test_spasms_and_pain_to_come_have_their_charts_and_tables(client: Client) -> None:
    page = client.get("/triggers/", headers={"accept-language": "en"}).content.decode()
    assert "Spasms speak." in page
    assert "said 13%, came 21% (40 tries)" in page
    assert page.count("too short to try") == 2
    assert page.count('<svg class="chances') == 2
    assert "Forecasts did better." in page
    assert "Chance of 6 or more" in page
    assert "2.5 (1.2 to 5)" in page
    assert [f"Part {place}" in page for place in range(6)] == [False, True, True, True, True, True], "what is past"


def test_what_acts_on_spasms_alone_is_not_on_the_chart_of_pain(
    client: Client, own: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = one_of_each()
    (worse,) = (row for row in found["factors"] if row["verdict"] == "aggravates")
    worse["acts_on"] = "spasms"
    monkeypatch.setattr(store, "findings", lambda *_person_and_language: store.Shown(found, fresh=True))
    page = client.get("/triggers/").content.decode()
    assert '<g class="aggravates">' not in page
    assert "Sentence of aggravates." in page
    assert page.count('<g class="eases">') == 2


def test_nothing_to_come_is_told_of_a_few_days(client: Client, filled: Person) -> None:
    page = client.get("/triggers/").content.decode()
    assert 'id="spasms-ahead"' not in page
    assert 'id="pain-ahead"' not in page


@pytest.mark.usefixtures("of_each")
def test_an_interval_off_the_chart_is_cut_with_an_arrow_and_stays_inside(client: Client) -> None:
    page = client.get("/triggers/").content.decode()
    assert "None" not in page
    assert "nan" not in page


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each diary had that findings were drawn from."""
    rows: list[int] = []
    explain = flows.explain

    def counted(diary: Diary, day_starts_h: float) -> Findings:
        rows.append(len(diary))
        return explain(diary, day_starts_h)

    monkeypatch.setattr(flows, "explain", counted)
    return rows


def test_findings_are_drawn_once_while_the_diary_stays(client: Client, filled: Person, drawn: list[int]) -> None:
    for language in ("es", "en", "es"):
        page = client.get("/triggers/", headers={"accept-language": language})
        assert "Refresh" not in page
    assert drawn == [20]
    assert CachedFindings.objects.count() == 1


def test_after_a_change_the_last_are_shown_while_they_are_drawn_anew(
    client: Client, filled: Person, drawn: list[int]
) -> None:
    client.get("/triggers/")
    store.record(filled, store.Entry(datetime(2026, 3, 20, 8, tzinfo=UTC), 60, pain=3.0))
    first = client.get("/triggers/")
    assert "Lecturas: 20." in first.content.decode()
    assert first["Refresh"] == "2; url=?again=1"
    again = client.get("/triggers/?again=1")
    assert "Lecturas: 21." in again.content.decode()
    assert "Refresh" not in again
    assert drawn == [20, 21]


def test_a_reading_kept_has_them_drawn_anew_at_once(
    client: Client, filled: Person, drawn: list[int], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    client.get("/triggers/")
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/", {"pain": "3"})
    assert drawn == [20, 21]
    assert "Refresh" not in client.get("/triggers/")


def test_a_page_does_not_ask_again_for_ever(client: Client, filled: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get("/triggers/")
    store.record(filled, store.Entry(datetime(2026, 3, 20, 8, tzinfo=UTC), 60, pain=3.0))
    monkeypatch.setattr(flows, "explain", lambda *_diary: 1 / 0)
    for again in ("0", "4", "5", "x"):
        page = client.get("/triggers/", {"again": again})
        assert "Lecturas: 20." in page.content.decode()
        assert ("Refresh" in page) == (again in {"0", "4"})


def test_what_changes_while_they_are_drawn_leaves_them_to_be_drawn_again(
    filled: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.findings(filled, "es")
    explain = flows.explain

    def interrupted(diary: Diary, day_starts_h: float) -> Findings:
        store.record(filled, store.Entry(datetime(2026, 3, 20 + len(diary) - 20, 8, tzinfo=UTC), 60, pain=3.0))
        return explain(diary, day_starts_h)

    store.record(filled, store.Entry(datetime(2026, 3, 19, 8, tzinfo=UTC), 60, pain=3.0))
    monkeypatch.setattr(flows, "explain", interrupted)
    assert not store.findings(filled, "es").fresh
    kept = store.last_findings(filled, "es")
    assert kept
    assert kept.found["diary"]["readings"] == 21
    assert not kept.fresh


def test_findings_of_another_version_are_not_shown(filled: Person) -> None:
    store.findings(filled, "es")
    CachedFindings.objects.update(fingerprint="0.0.1")
    assert store.last_findings(filled, "es") is None
    assert store.findings(filled, "es").fresh


def test_the_reader_of_english_gets_english_sentences(client: Client, filled: Person) -> None:
    page = client.get("/triggers/", headers={"accept-language": "en"}).content.decode()
    assert "Can&#x27;t tell yet" in page
    assert "Aún" not in page
