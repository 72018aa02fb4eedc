"""Which questions come next: emergencies first, one screen at a time, and none that can no longer matter."""

from __future__ import annotations

import pytest

from espalda.triage import assess, kept, load_rulebook, next_screen

BOOK = load_rulebook()
Answers = dict[str, bool | None]


def walk(yes: set[str], known: Answers | None = None) -> tuple[list[str], list[str], Answers]:
    """Answer every screen, yes to `yes` and no to the rest; return the screens, the questions asked and the answers."""
    answers: Answers = dict(known or {})
    screens, asked = [], []
    while shown := next_screen(answers):
        screen, questions = shown
        screens.append(screen.id)
        asked += [question.id for question in questions]
        answers |= {question.id: question.id in yes for question in questions}
    return screens, asked, answers


def test_the_emergency_questions_come_first_and_together() -> None:
    shown = next_screen({})
    assert shown is not None
    screen, questions = shown
    assert screen.id == "emergency"
    assert [question.id for question in questions] == [one.id for one in BOOK.questions if one.screen == "emergency"]


def test_none_of_these_on_every_screen_is_four_taps() -> None:
    screens, asked, answers = walk(set())
    assert screens == ["emergency", "about_you", "same_day", "days"]
    assert len(asked) == len(set(asked)) <= 40
    assert assess(answers).to_dict() == {"level": "self_care", "could_be": "self_care", "because": [], "ask": []}


def test_an_emergency_ends_the_questions() -> None:
    screens, _, answers = walk({"chest_pain"})
    assert screens == ["emergency"]
    assert assess(answers).could_be == "emergency"


def test_once_it_is_for_today_only_emergencies_are_still_looked_for() -> None:
    _, asked, _ = walk({"very_ill"})
    assert not {"not_settling", "extreme_tiredness", "lump_or_shape", "mornings_worst"} & set(asked)


@pytest.mark.parametrize(
    ("yes", "asked", "not_asked"),
    [
        ({"pregnant"}, "pregnancy_bleeding", "small_child"),
        ({"child"}, "small_child", "pregnancy_bleeding"),
        ({"one_leg_weak"}, "anticoagulants", "aged_60_to_70"),
        ({"sudden_severe_pain", "different"}, "aged_60_to_70", "anticoagulants"),
        ({"sudden_severe_pain", "first_episode"}, "anticoagulants", "small_child"),
        ({"mornings_worst"}, "began_gradually", "anticoagulants"),
    ],
)
def test_a_detail_is_asked_when_it_matters_and_only_then(yes: set[str], asked: str, not_asked: str) -> None:
    _, questions, _ = walk(yes)
    assert asked in questions
    assert not_asked not in questions
    assert asked not in walk(set())[1]


def test_what_is_known_is_not_asked_again() -> None:
    _, _, first = walk({"past_cancer", "one_leg_weak"})
    facts = kept(first)
    assert facts["past_cancer"] is True
    assert "one_leg_weak" not in facts
    _, asked, _ = walk(set(), dict(facts))
    assert not set(asked) & set(facts)


def test_a_question_left_open_is_not_asked_twice_and_stays_open() -> None:
    shown = next_screen({})
    assert shown is not None
    answers: Answers = dict.fromkeys((question.id for question in shown[1]), None)
    following = next_screen(answers)
    assert following is not None
    assert following[0].id == "about_you"
    assert assess(answers).could_be == "emergency"
    assert kept({"steroids": None, "child": False}) == {"child": False}
