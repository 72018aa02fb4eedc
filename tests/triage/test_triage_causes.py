"""What can be behind the spasms: sourced, whole in both languages, and never a label."""

from __future__ import annotations

import re

import pytest

from espalda.triage import Cause, RulebookError, load_causes, load_rulebook
from espalda.triage.causes import read_causes

CAUSES = {cause.id: cause for cause in load_causes()}
SOUND = """
[[cause]]
id = "disc"
name_es = "Un disco"
name_en = "A disc"
what_es = "Amortigua."
what_en = "It cushions."
apart_es = "Baja por la pierna."
apart_en = "It runs down the leg."
ask_es = "¿Es el disco?"
ask_en = "Is it the disc?"
source = "Someone 2020"
seen = "S"
since = 2026-11-22
safety = ["one_leg_weak"]
"""


def test_a_sound_list_loads() -> None:
    assert read_causes(SOUND)[0].safety == ("one_leg_weak",)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("[[cause", "not TOML", id="not TOML"),
        pytest.param("", "at least one", id="empty"),
        pytest.param(SOUND + "[[label]]\n", "only [[cause]]", id="unknown table"),
        pytest.param(SOUND + SOUND, "an id is repeated", id="twice"),
        pytest.param(SOUND.replace('source = "Someone 2020"\n', ""), "cause disc: source is missing", id="source"),
        pytest.param(SOUND.replace('"Someone 2020"', '" "'), "cause disc: source is empty", id="blank source"),
        pytest.param(SOUND.replace('seen = "S"', 'seen = "?"'), "cause disc: seen is '?'", id="remembered only"),
        pytest.param(SOUND.replace("2026-11-22", '"today"'), "cause disc: since is not a date", id="date"),
        pytest.param(SOUND.replace('ask_en = "Is it the disc?"\n', ""), "cause disc: ask_en is missing", id="English"),
        pytest.param(SOUND + "chance = 3\n", "cause disc: unknown key 'chance'", id="unknown key"),
        pytest.param(SOUND.replace("one_leg_weak", "cold"), "cause disc: unknown question 'cold'", id="question"),
    ],
)
def test_an_unsound_list_does_not_load(text: str, problem: str) -> None:
    with pytest.raises(RulebookError, match=re.escape(problem)):
        read_causes(text)


def test_what_the_list_covers() -> None:
    assert {"muscle", "disc", "sciatica", "facet", "stenosis", "instability", "inflammatory"} <= CAUSES.keys()
    assert {"fracture", "infection", "cancer", "kidney", "other_organs"} <= CAUSES.keys()


@pytest.mark.parametrize("cause", CAUSES.values(), ids=CAUSES.keys())
def test_an_entry_is_whole_and_asks_the_doctor(cause: Cause) -> None:
    for text in (cause.name, cause.what, cause.apart, cause.ask):
        assert text("es") != text("en")
    assert cause.ask_es.endswith("?")
    assert "¿" in cause.ask_es
    assert cause.ask_en.endswith("?")
    assert re.search(r"\b(19|20)\d\d\b", cause.source)


@pytest.mark.parametrize("cause", CAUSES.values(), ids=CAUSES.keys())
def test_no_entry_labels_the_reader(cause: Cause) -> None:
    for text in (cause.name_es, cause.what_es, cause.apart_es):
        assert not re.search(r"\b(tienes|padeces|sufres|lo tuyo|tu diagnóstico)\b", text, re.IGNORECASE)
    for text in (cause.name_en, cause.what_en, cause.apart_en):
        assert not re.search(r"\b(you have|you suffer|your diagnosis)\b", text, re.IGNORECASE)


def test_dangerous_causes_point_to_the_safety_questions() -> None:
    asked = {question.id for question in load_rulebook().questions}
    for name in ("fracture", "infection", "cancer", "kidney", "other_organs"):
        assert CAUSES[name].safety
        assert set(CAUSES[name].safety) <= asked
