"""What makes it worse and what eases it, as the findings say it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

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
                "sentence": f"Sentence of {verdict}.",
            }
        )
    guards = {"shifted": None, "future": None, "sentences": ["The guards speak."]}
    return {"schema": 1, "diary": {"readings": 60, "days": 20}, "factors": factors[::-1], "guards": guards}


@pytest.fixture
def of_each(monkeypatch: pytest.MonkeyPatch, own: Person) -> None:
    monkeypatch.setattr(store, "findings", lambda *_person_and_language: one_of_each())


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
def test_an_interval_off_the_chart_is_cut_with_an_arrow_and_stays_inside(client: Client) -> None:
    page = client.get("/triggers/").content.decode()
    assert "None" not in page
    assert "nan" not in page


def test_findings_are_drawn_once_and_again_only_when_the_diary_changes(
    client: Client, filled: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    explain = flows.explain

    def counted(diary: Diary) -> Findings:
        drawn.append(len(diary))
        return explain(diary)

    monkeypatch.setattr(flows, "explain", counted)
    for language in ("es", "en", "es"):
        client.get("/triggers/", headers={"accept-language": language})
    assert drawn == [20]
    client.post("/", {"pain": "3"})
    client.get("/triggers/")
    assert drawn == [20, 21]
    assert CachedFindings.objects.count() == 1


def test_the_reader_of_english_gets_english_sentences(client: Client, filled: Person) -> None:
    page = client.get("/triggers/", headers={"accept-language": "en"}).content.decode()
    assert "Can&#x27;t tell yet" in page
    assert "Aún" not in page
