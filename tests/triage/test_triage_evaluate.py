"""From answers to a level: known answers, unanswered questions, and answers that can't be used."""

from __future__ import annotations

from typing import cast

import pytest

from espalda.triage import AnswerError, assess, load_rulebook

BOOK = load_rulebook()
ALL_NO: dict[str, bool | None] = {question.id: False for question in BOOK.questions}

EMERGENCIES = [
    ["saddle_numbness"],
    ["bladder_trouble"],
    ["bowel_trouble"],
    ["sexual_function"],
    ["both_legs_pain"],
    ["both_legs_weak"],
    ["serious_accident"],
    ["chest_pain"],
    ["belly_pain"],
    ["collapse"],
    ["aneurysm", "sudden_severe_pain"],
    ["aneurysm", "first_episode"],
    ["aneurysm", "different"],
    ["aneurysm", "constant"],
    ["sudden_severe_pain", "different", "aged_60_to_70"],
    ["sudden_severe_pain", "first_episode", "aged_60_to_70"],
    ["sudden_severe_pain", "different", "over_70"],
    ["sudden_severe_pain", "first_episode", "over_70"],
    ["sudden_severe_pain", "different", "upper_back"],
    ["sudden_severe_pain", "first_episode", "upper_back"],
    ["past_cancer", "one_leg_weak"],
    ["past_cancer", "one_leg_numb"],
    ["one_leg_weak", "anticoagulants"],
    ["one_leg_numb", "anticoagulants"],
    ["weak_defences", "fever"],
    ["steroids", "fever"],
    ["fever", "recent_procedure"],
    ["fever", "one_leg_weak"],
    ["one_leg_weak", "recent_procedure"],
    ["recent_procedure", "one_leg_numb"],
    ["sudden_severe_pain", "pregnant"],
    ["pregnant", "pregnancy_bleeding"],
    ["child", "fever"],
    ["child", "one_leg_weak"],
    ["child", "cannot_move"],
    ["child", "leg_pain_worse"],
    ["child", "one_leg_numb"],
    ["child", "worse_at_night"],
    ["child", "weight_loss"],
]
"""Each set of yeses that makes an emergency, written here apart from the rules."""


def answers(*yes: str) -> dict[str, bool | None]:
    return ALL_NO | dict.fromkeys(yes, True)


@pytest.mark.parametrize("yes", EMERGENCIES, ids="+".join)
def test_an_emergency_is_one_whatever_else_is_answered(yes: list[str]) -> None:
    assert assess(answers(*yes)).level == "emergency"
    assert assess(dict.fromkeys(yes, True)).level == "emergency"
    assert assess(dict.fromkeys(ALL_NO, True)).level == "emergency"


def test_no_emergency_rule_is_missing_above() -> None:
    rules = {rule.when for rule in BOOK.rules if rule.level == "emergency"}
    assert rules == {tuple(yes) for yes in EMERGENCIES}


def test_nothing_answered_reassures_nobody() -> None:
    verdict = assess({})
    assert (verdict.level, verdict.could_be, verdict.because) == ("self_care", "emergency", ())
    assert verdict.ask == tuple(question.id for question in BOOK.questions)


def test_every_answer_no_is_self_care_and_nothing_left_to_ask() -> None:
    verdict = assess(ALL_NO)
    assert verdict.to_dict() == {"level": "self_care", "could_be": "self_care", "because": [], "ask": []}


def test_none_means_not_answered() -> None:
    assert assess(dict.fromkeys(ALL_NO)) == assess({})


def test_the_rules_that_decide_are_those_of_the_level() -> None:
    verdict = assess(answers("saddle_numbness", "chest_pain", "fever", "different"))
    assert verdict.because == ("saddle_numbness", "chest_pain")


def test_at_the_top_level_nothing_is_asked() -> None:
    verdict = assess({"chest_pain": True})
    assert (verdict.level, verdict.could_be, verdict.ask) == ("emergency", "emergency", ())


def test_questions_that_can_no_longer_change_the_level_are_not_asked() -> None:
    """A slight fall is asked only while age or steroids could make something of it."""
    without = {name: False for name in ALL_NO if name != "fall"}
    assert assess(without).ask == ()
    assert assess(without | {"over_70": True}).ask == ("fall",)


def test_mornings_are_followed_up_only_when_they_are_the_worst() -> None:
    followed = [question.id for question in BOOK.questions if question.screen == "mornings"]
    known = {name: False for name in ALL_NO if name not in followed}
    assert assess(known).ask == ()
    assert assess(known | {"mornings_worst": True}).ask == tuple(followed)


def test_a_known_level_is_kept_while_a_worse_one_is_still_open() -> None:
    verdict = assess({name: no for name, no in answers("fever").items() if name != "bladder_trouble"})
    assert (verdict.level, verdict.could_be, verdict.ask) == ("same_day", "emergency", ("bladder_trouble",))


def test_an_unknown_question_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(AnswerError, match='no safety question called "fevr"') as caught:
        assess({"fevr": True})
    assert "fever" in caught.value.sentence("en")
    assert "fever" in caught.value.sentence("es")


def test_a_question_like_no_other_is_refused_without_a_suggestion() -> None:
    with pytest.raises(AnswerError) as caught:
        assess({"zzzz": True})
    assert "mean" not in caught.value.sentence("en")


@pytest.mark.parametrize("answer", ["yes", 1, 0, "false", []])
def test_an_answer_is_true_false_or_null(answer: object) -> None:
    with pytest.raises(AnswerError, match='"fever" takes true, false or null'):
        assess({"fever": cast(bool, answer)})
