"""The exhaustive check: what it walks, and that it would notice a rulebook or an evaluator that breaks a promise."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espalda.triage import Rule, Rulebook, Verdict, assess, check, load_rulebook
from espalda.triage.check import CheckError, Reach, walk

BOOK = load_rulebook()
IDS = [question.id for question in BOOK.questions]
ANSWERS = st.dictionaries(st.sampled_from(IDS), st.sampled_from([True, False, None]))


def small(*rules: tuple[str, str]) -> Rulebook:
    """Return a rulebook of made-up rules, each a level and its questions as letters, with only those questions."""
    asked = sorted({letter for _, letters in rules for letter in letters})
    model = BOOK.rules[0]
    made = [
        Rule(f"r{n}", level, tuple(letters), model.source, model.seen, model.since, model.es, model.en)
        for n, (level, letters) in enumerate(rules)
    ]
    questions = tuple(type(BOOK.questions[0])(letter, BOOK.screens[0].id, "¿?", "?") for letter in asked)
    return Rulebook(BOOK.levels, BOOK.screens, questions, tuple(made))


@pytest.fixture(scope="module")
def walked() -> check.Walk:
    return walk()


def test_every_set_of_answers_is_walked(walked: check.Walk) -> None:
    """Three answers a question, none left out and none counted twice; and two where all are answered."""
    assert walked.sets == 3 ** len(IDS)
    assert sum(walked.complete.values()) == 2 ** len(IDS)
    assert all(count > 0 for count in walked.complete.values())
    assert walked.questions == len(IDS)
    assert sum(walked.rules.values()) == len(BOOK.rules)


def test_a_mild_answer_is_at_most_twelve_taps_away(walked: check.Walk) -> None:
    """With every screen, every tick that leaves the level mild, and a tap to go on from each screen."""
    assert walked.taps <= 12
    assert walked.screens <= 5


def test_the_report_gives_counts_and_time(walked: check.Walk, capsys: pytest.CaptureFixture[str]) -> None:
    report = walked.report()
    assert f"3^{len(IDS)}" in report
    assert f"{len(BOOK.rules)} of {len(BOOK.rules)}" in report
    assert f"{walked.steps:,} steps" in report
    assert "seconds" in report


def test_the_command_prints_the_report(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "walk", lambda: walk(small(("days", "a"))))
    assert check.main() == 0
    assert "questions 1, rules 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    "rules",
    [
        (("days", "a"),),
        (("emergency", "ab"), ("days", "b"), ("same_day", "c")),
        (("emergency", "abc"), ("same_day", "bd"), ("same_day", "ad"), ("days", "c"), ("days", "e")),
    ],
)
def test_on_a_small_rulebook_it_counts_what_listing_counts(rules: tuple[tuple[str, str], ...]) -> None:
    book = small(*rules)
    names = [question.id for question in book.questions]
    listed = [assess(dict(zip(names, row, strict=True)), book) for row in product([True, False], repeat=len(names))]
    walked = walk(book)
    assert walked.sets == 3 ** len(names)
    assert dict(walked.complete) == {
        level.id: sum(verdict.level == level.id for verdict in listed) for level in book.levels
    }


def test_an_evaluator_that_forgets_a_rule_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    book = small(("emergency", "ab"), ("days", "c"))

    def forgetful(answers: dict[str, bool | None], book: Rulebook) -> Verdict:
        verdict = assess(answers, book)
        mild = verdict.level == "emergency" and answers.get("c") is True
        return Verdict("days", verdict.could_be, verdict.because, verdict.ask) if mild else verdict

    monkeypatch.setattr(check, "assess", forgetful)
    with pytest.raises(CheckError, match="by hand"):
        walk(book)


def test_an_evaluator_that_asks_for_nothing_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(answers: dict[str, bool | None], book: Rulebook) -> Verdict:
        verdict = assess(answers, book)
        half = len(answers) < len(book.questions) - 1
        return Verdict(verdict.level, verdict.could_be, verdict.because, ()) if half else verdict

    monkeypatch.setattr(check, "assess", silent)
    with pytest.raises(CheckError, match="asks"):
        walk(small(("emergency", "ab"), ("days", "c")))


def test_a_yes_that_lowers_the_level_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Reach.step

    def upside_down(self: Reach, bit: int, *, yes: bool) -> Reach:
        return honest(self, bit, yes=not yes)

    monkeypatch.setattr(Reach, "step", upside_down)
    with pytest.raises(CheckError, match="a yes can lower the level"):
        walk(small(("emergency", "ab"), ("days", "c")))


def test_a_rule_that_never_decides_is_noticed() -> None:
    with pytest.raises(CheckError, match="rule r1: never decides alone"):
        walk(small(("emergency", "a"), ("days", "ab")))


def test_a_question_that_never_matters_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "_rules_decide", lambda _book: None)
    with pytest.raises(CheckError, match="question b: never changes the level"):
        walk(small(("emergency", "a"), ("days", "ab")))


def bounds(answers: dict[str, bool | None]) -> tuple[int, int]:
    verdict = assess(answers)
    return BOOK.urgency(verdict.level), BOOK.urgency(verdict.could_be)


@given(answers=ANSWERS, name=st.sampled_from(IDS))
def test_one_more_answer_moves_the_bounds_inward(answers: dict[str, bool | None], name: str) -> None:
    """Yes never lowers the level, no never raises what it could be; either way the truth stays between."""
    open_ = {known: answer for known, answer in answers.items() if known != name}
    level, could_be = bounds(open_)
    yes, no = bounds(open_ | {name: True}), bounds(open_ | {name: False})
    assert level == no[0] <= yes[0] <= yes[1] == could_be
    assert no[1] <= could_be
