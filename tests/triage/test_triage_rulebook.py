"""What a rulebook must have before it may be used, and what ours has."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import espalda.triage
from espalda.triage import RulebookError, load_rulebook
from espalda.triage.rulebook import SEEN, read_rulebook

SOUND = """
[[level]]
id = "emergency"
es = "Emergencia"
en = "Emergency"
now_es = "Llama."
now_en = "Call."
watch_es = "Vigila."
watch_en = "Watch."

[[level]]
id = "self_care"
es = "En casa"
en = "At home"
now_es = "Descansa."
now_en = "Rest."
watch_es = "Mira."
watch_en = "Look."

[[screen]]
id = "first"
es = "¿Algo de esto?"
en = "Any of this?"

[[question]]
id = "numb"
screen = "first"
keep = false
es = "¿Dormido?"
en = "Numb?"
explain_es = "Sin sentir."
explain_en = "Without feeling."

[[rule]]
id = "numb"
level = "emergency"
when = ["numb"]
source = "Someone 2020"
seen = "S"
since = 2026-11-22
es = "Lo notas dormido."
en = "It feels numb."
"""

RULE = SOUND[SOUND.index("[[rule]]") :]
QUESTION = SOUND[SOUND.index("[[question]]") : SOUND.index("[[rule]]")]
SECOND_SCREEN = '[[screen]]\nid = "second"\nes = "¿Y esto?"\nen = "And this?"\n'


def test_a_sound_rulebook_loads() -> None:
    book = read_rulebook(SOUND)
    assert [rule.when for rule in book.rules] == [("numb",)]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("[[rule", "not TOML", id="not TOML"),
        pytest.param(SOUND + '[[flag]]\nid = "x"\n', "unknown table 'flag'", id="unknown table"),
        pytest.param(SOUND.replace("[[rule]]", "[rule]"), "rule: not written [[rule]]", id="one table"),
        pytest.param(SOUND.replace('["numb"]', '[["numb"]]'), "rule numb: unknown question ['numb']", id="nested"),
        pytest.param(SOUND.replace('source = "Someone 2020"\n', ""), "rule numb: source is missing", id="source"),
        pytest.param(SOUND.replace("Someone 2020", "  "), "rule numb: source is empty", id="blank source"),
        pytest.param(SOUND.replace('seen = "S"\n', ""), "rule numb: seen is missing", id="seen"),
        pytest.param(SOUND.replace('seen = "S"', 'seen = "?"'), "rule numb: seen is '?'", id="remembered only"),
        pytest.param(SOUND.replace("since = 2026-11-22\n", ""), "rule numb: since is missing", id="since"),
        pytest.param(SOUND.replace("2026-11-22", '"2026-11-22"'), "rule numb: since is not a date", id="not a date"),
        pytest.param(SOUND.replace('es = "Lo notas dormido."\n', ""), "rule numb: es is missing", id="no es"),
        pytest.param(SOUND.replace('en = "It feels numb."\n', ""), "rule numb: en is missing", id="no en"),
        pytest.param(SOUND.replace('en = "Numb?"\n', ""), "question numb: en is missing", id="question"),
        pytest.param(SOUND.replace('now_es = "Llama."\n', ""), "level emergency: now_es is missing", id="level"),
        pytest.param(SOUND.replace('en = "Any of this?"\n', ""), "screen first: en is missing", id="screen"),
        pytest.param(SOUND.replace('when = ["numb"]', "when = []"), "rule numb: when is empty", id="empty when"),
        pytest.param(SOUND.replace('when = ["numb"]', 'when = "numb"'), "rule numb: when is not a list", id="when"),
        pytest.param(
            SOUND.replace('when = ["numb"]', 'when = ["numb", "cold"]'),
            "rule numb: unknown question 'cold'",
            id="unknown question",
        ),
        pytest.param(
            SOUND.replace('when = ["numb"]', 'when = ["numb", "numb"]'),
            "rule numb: a question is repeated",
            id="repeated question",
        ),
        pytest.param(
            SOUND.replace('level = "emergency"', 'level = "soon"'),
            "rule numb: unknown level 'soon'",
            id="unknown level",
        ),
        pytest.param(
            SOUND.replace('level = "emergency"', 'level = "self_care"'),
            "rule numb: self_care is the level of no rule",
            id="a rule for the last level",
        ),
        pytest.param(
            SOUND.replace('screen = "first"', 'screen = "second"'),
            "question numb: unknown screen 'second'",
            id="unknown screen",
        ),
        pytest.param(SOUND + RULE, "rule numb: declared 2 times", id="duplicate rule"),
        pytest.param(SOUND + QUESTION, "question numb: declared 2 times", id="duplicate question"),
        pytest.param(
            SOUND + QUESTION.replace('id = "numb"', 'id = "cold"'),
            "question cold: no rule uses it",
            id="idle question",
        ),
        pytest.param(
            SECOND_SCREEN
            + SOUND.replace('when = ["numb"]', 'when = ["numb", "cold"]')
            + QUESTION.replace('id = "numb"', 'id = "cold"').replace('"first"', '"second"'),
            "not in the order of their screens",
            id="asking order",
        ),
        pytest.param(
            SOUND.replace('explain_en = "Without feeling."\n', ""),
            "question numb: explain in one language only",
            id="explanation",
        ),
        pytest.param(SOUND + 'note_en = "A note."\n', "rule numb: note in one language only", id="note"),
        pytest.param(SOUND.replace("keep = false", 'keep = "no"'), "question numb: keep is not a bool", id="keep"),
        pytest.param(SOUND + "score = 3\n", "rule numb: unknown key 'score'", id="unknown key"),
        pytest.param(SOUND[: SOUND.index("[[rule]]")], "rule: there is none", id="no rules"),
        pytest.param(
            SOUND + '[[left_out]]\nwhat_es = "Niños"\nwhat_en = "Children"\n',
            "left_out 1: why_es is missing",
            id="left out",
        ),
    ],
)
def test_an_unsound_rulebook_does_not_load(text: str, problem: str) -> None:
    with pytest.raises(RulebookError, match=re.escape(problem)):
        read_rulebook(text)


def test_the_levels_go_from_the_most_urgent_to_the_least() -> None:
    book = load_rulebook()
    assert [level.id for level in book.levels] == ["emergency", "same_day", "days", "self_care"]
    assert [book.urgency(level.id) for level in book.levels] == [3, 2, 1, 0]


def test_emergency_questions_are_asked_first() -> None:
    """Every question able on its own to make an emergency is on the first screen."""
    book = load_rulebook()
    decisive = {rule.when[0] for rule in book.rules if rule.level == "emergency" and len(rule.when) == 1}
    assert book.screens[0].id == "emergency"
    assert {book.question(name).screen for name in decisive} == {"emergency"}


WEAK = ("over_70", "aged_60_to_70", "weak_defences", "osteoporosis", "anticoagulants", "fall", "sudden_severe_pain")


@pytest.mark.parametrize("flag", WEAK)
def test_a_lone_weak_flag_raises_nothing(flag: str) -> None:
    assert not [rule.id for rule in load_rulebook().rules if rule.when == (flag,)]


@pytest.mark.parametrize("fact", [question.id for question in load_rulebook().questions if question.keep])
def test_no_fact_about_a_person_calls_an_ambulance_by_itself(fact: str) -> None:
    """What someone is or has had is an emergency only together with something that is happening now."""
    facts = {question.id for question in load_rulebook().questions if question.keep}
    urgent = [rule for rule in load_rulebook().rules if rule.level == "emergency" and fact in rule.when]
    assert all(set(rule.when) - facts for rule in urgent)


def test_the_article_has_a_rule_of_its_own_for_pain_that_stops_movement() -> None:
    rule = load_rulebook().rule("cannot_move")
    assert (rule.level, rule.when) == ("same_day", ("cannot_move",))
    assert "S11" in rule.source


def test_every_rule_says_where_it_comes_from_and_when() -> None:
    for rule in load_rulebook().rules:
        assert rule.seen in SEEN, rule.id
        assert re.search(r"\b(19|20)\d\d\b", rule.source), rule.id


def pairs() -> Iterator[tuple[str, str, str]]:
    """Yield (where, Spanish, English) for every text a person reads."""
    data = load_rulebook().to_dict()
    for table in ("levels", "screens", "questions", "rules", "left_out"):
        for entry in data[table]:
            for key in (key for key in entry if key == "es" or key.endswith("_es")):
                yield f"{entry.get('id', table)}.{key}", entry[key], entry[key.removesuffix("es") + "en"]


TUTEO_BROKEN = re.compile(
    r"\b(usted(es)?|su|sus|llame|acuda|consulte|pida|busque|vaya|evite|descanse|camine|mantenga|cuente|muévase|"
    r"deje|vigile|conteste|espere|conduzca)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize(("where", "es", "en"), list(pairs()))
def test_both_languages_say_it(where: str, es: str, en: str) -> None:
    assert bool(es) == bool(en), where
    assert (not es and where.endswith(("explain_es", "note_es"))) or es != en
    assert es == es.strip()
    assert en == en.strip()
    assert "  " not in es + en
    assert where.endswith("note_es") or where.startswith("left_out") or not TUTEO_BROKEN.search(es), where
    assert ("?" in es) == ("?" in en) == ("¿" in es), where


def test_the_rulebook_as_plain_data() -> None:
    data = load_rulebook().to_dict()
    assert {"levels", "questions", "rules"} <= data.keys()
    assert all({"id", "es", "en"} <= question.keys() for question in data["questions"])
    keys = {"id", "level", "when", "source", "seen", "since", "es", "en"}
    assert all(keys <= rule.keys() for rule in data["rules"])
    assert data["rules"][0]["since"] == "2026-11-22"
    assert data["left_out"]


def test_the_data_is_in_the_package() -> None:
    """The rules are read from beside the code, with no other file needed."""
    folder = Path(espalda.triage.__file__).parent
    assert tomllib.loads((folder / "rules.toml").read_text(encoding="utf-8"))["rule"]


def test_every_entry_speaks_either_language() -> None:
    book = load_rulebook()
    level, question, rule = book.level("days"), book.question("steroids"), book.rule("steroids")
    assert (level.name("es"), level.name("en")) == (level.es, level.en)
    assert (level.now("es"), level.now("en")) == (level.now_es, level.now_en)
    assert (level.watch("es"), level.watch("en")) == (level.watch_es, level.watch_en)
    assert (question.text("es"), question.text("en")) == (question.es, question.en)
    assert (question.explain("es"), question.explain("en")) == (question.explain_es, question.explain_en)
    assert (rule.reason("es"), rule.reason("en")) == (rule.es, rule.en)
    assert book.screens[0].heading("es") != book.screens[0].heading("en")
    left, noted = book.left_out[0], book.rule("cannot_move")
    assert (left.what("es"), left.what("en")) == (left.what_es, left.what_en)
    assert (left.why("es"), left.why("en")) == (left.why_es, left.why_en)
    assert (noted.note("es"), noted.note("en")) == (noted.note_es, noted.note_en)
