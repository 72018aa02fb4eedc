"""The vignettes: each reaches the level it says, for the reasons it gives."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from espalda.triage import assess, load_rulebook

Case = dict[str, Any]
FOLDER = Path(__file__).parents[1] / "cases" / "triage"
BOOK = load_rulebook()
IDS = [question.id for question in BOOK.questions]
CASES: dict[str, Case] = {
    case["id"]: case
    for path in sorted(FOLDER.glob("*.toml"))
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
}
PAIRS = [(case, CASES[case["pair"]]) for case in CASES.values() if "pair" in case]
KEYS = {"id", "es", "en", "yes", "level", "because", "why_es", "why_en", "source"}
OPTIONAL = {"pair", "unanswered", "could_be"}
AGES = {"es": r", (\d+) años", "en": r", (\d+)[.,]"}
NEVER_YES = {"night_eases_on_rising"}
"""In the sets of morning signs that have no case of their own."""


def answers(case: Case) -> dict[str, bool | None]:
    open_ = case.get("unanswered", [])
    return {name: name in case["yes"] for name in IDS if name not in open_}


def test_no_two_cases_share_a_name() -> None:
    texts = [path.read_text(encoding="utf-8") for path in FOLDER.glob("*.toml")]
    assert sum(text.count("[[case]]") for text in texts) == len(CASES)


@pytest.mark.parametrize("case", list(CASES.values()), ids=list(CASES))
def test_a_case_is_whole(case: Case) -> None:
    assert case.keys() >= KEYS
    assert case.keys() <= KEYS | OPTIONAL
    assert set(case["yes"]) | set(case.get("unanswered", [])) <= set(IDS)
    assert case["es"] != case["en"]
    assert case["why_es"] != case["why_en"]


@pytest.mark.parametrize("case", list(CASES.values()), ids=list(CASES))
def test_a_case_reaches_its_level_for_its_reasons(case: Case) -> None:
    verdict = assess(answers(case))
    assert verdict.level == case["level"]
    assert list(verdict.because) == case["because"]
    assert verdict.could_be == case.get("could_be", case["level"])


@pytest.mark.parametrize(("case", "near"), PAIRS, ids=[f"{case['id']}-{near['id']}" for case, near in PAIRS])
def test_a_near_miss_is_one_answer_away(case: Case, near: Case) -> None:
    assert len(set(case["yes"]) ^ set(near["yes"])) == 1
    assert case["level"] != near["level"]


def test_there_are_many_and_at_every_level() -> None:
    assert len(CASES) >= 60
    assert len(PAIRS) >= 40
    levels = [case["level"] for case in CASES.values()]
    assert min(levels.count(level.id) for level in BOOK.levels) >= 10
    assert sum("unanswered" in case for case in CASES.values()) >= 3


@pytest.mark.parametrize("case", list(CASES.values()), ids=list(CASES))
def test_the_age_told_is_the_age_answered(case: Case) -> None:
    ages = {int(re.search(pattern, case[lang])[1]) for lang, pattern in AGES.items()}  # type: ignore[index]
    assert len(ages) == 1, case["id"]
    (age,) = ages
    truth = {"over_70": age > 70, "aged_60_to_70": 60 <= age <= 70, "child": age < 16, "small_child": age < 6}
    assert {name: name in case["yes"] for name in truth} == truth


@pytest.mark.parametrize("case", list(CASES.values()), ids=list(CASES))
def test_both_languages_tell_it(case: Case) -> None:
    assert not re.search(r"\b(usted|ustedes)\b", case["es"] + case["why_es"], re.IGNORECASE)
    assert re.search(r"\b(19|20)\d\d\b", case["source"])


FAMILIES = ("inflammatory", "aneurysm", "cancer", "child", "procedure", "weak_defences", "sudden_different", "upper")
"""Rules alike but for one question; a case for some of them is enough."""


def test_every_rule_or_its_family_has_a_case() -> None:
    def family(rule: str) -> str:
        return next((name for name in FAMILIES if rule.startswith(f"{name}_")), rule)

    shown = {family(rule) for case in CASES.values() for rule in case["because"]}
    assert {family(rule.id) for rule in BOOK.rules} - shown == set()


@pytest.mark.parametrize("name", IDS)
def test_every_question_is_yes_in_some_case(name: str) -> None:
    assert name in NEVER_YES or any(name in case["yes"] for case in CASES.values())
