"""The exhaustive check of the rulebook: ``python -m espalda.triage.check`` walks every set of answers.

Each question is yes, no or left open, so n questions give 3^n sets of answers: too many to list, but not too many
to walk. After some of the questions, all that matters of the answers so far is which rules they have met, which
they have ruled out, and what the others still wait for: a *situation*. Sets of answers that lead to the same
situation have the same future, so they are walked together and counted. Every step out of every situation (yes,
no, open) is taken three times: by the evaluator the program uses, by the situation, and by the rules read one by
one; the three must agree. And at every step the rules that could follow a yes are compared with those that could
follow a no: where each of the latter is met by one of the former, as urgent and asking no more, a yes can't lower
the level whatever else is answered. That is a proof over the whole space, not a sample of it.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from espalda.triage.evaluate import assess
from espalda.triage.rulebook import Rulebook, load_rulebook

Waiting = frozenset[tuple[int, int]]
"""Rules not settled yet: (the questions each still waits for, as bits; how urgent it is)."""

ANSWERS: Final[tuple[bool | None, ...]] = (True, False, None)


class CheckError(AssertionError):
    """The rulebook or the evaluator breaks a promise; the text says which and where."""


class Reach(NamedTuple):
    """How urgent it is already, and the rules that could still make it more so."""

    urgency: int
    waiting: Waiting

    def step(self, bit: int, *, yes: bool) -> Reach:
        """Return the reach after one question is answered."""
        urgency, waiting = self.urgency, []
        for needs, urgent in self.waiting:
            if not needs & bit:
                waiting.append((needs, urgent))
            elif yes and needs == bit:
                urgency = max(urgency, urgent)
            elif yes:
                waiting.append((needs ^ bit, urgent))
        return Reach(urgency, _essential(rule for rule in waiting if rule[1] > urgency))

    def highest(self) -> int:
        """Return how urgent it is if every question left is answered yes."""
        return max((urgent for _, urgent in self.waiting), default=self.urgency)

    def waits_for(self, bit: int) -> bool:
        """Return whether a question could still make it more urgent."""
        return any(needs & bit for needs, _ in self.waiting)

    def covers(self, other: Reach) -> bool:
        """Return whether this is at least as urgent as `other` whatever the questions left are answered."""
        return self.urgency >= other.urgency and all(
            self.urgency >= urgent or any(mine & ~needs == 0 and most >= urgent for mine, most in self.waiting)
            for needs, urgent in other.waiting
        )


@dataclass(frozen=True)
class Walk:
    """What was walked: counts of questions, rules by level, sets of answers, situations and steps.

    `complete` counts the sets in which every question is answered, by the level they lead to; `screens` and
    `taps` belong to the longest path that ends in the least urgent level; `seconds` is the time it took.
    """

    questions: int
    rules: Mapping[str, int]
    sets: int
    situations: int
    steps: int
    complete: Mapping[str, int]
    screens: int
    taps: int
    seconds: float

    def report(self) -> str:
        """Return the counts as text."""
        total = sum(self.complete.values())
        by_level = ", ".join(f"{level} {count}" for level, count in self.rules.items())
        return "\n".join(
            [
                f"questions {self.questions}, rules {sum(self.rules.values())} ({by_level})",
                f"sets of answers walked: 3^{self.questions} = {self.sets:,}",
                f"  in {self.situations:,} situations and {self.steps:,} steps, all agreed; no yes lowers the level",
                "sets with every question answered, by level:",
                *(f"  {level}: {count:,} of {total:,}" for level, count in self.complete.items()),
                f"every rule decides somewhere ({sum(self.rules.values())} of {sum(self.rules.values())})",
                f"every question is asked and can change the level ({self.questions} of {self.questions})",
                f"longest path to the least urgent level: {self.screens} screens, {self.taps} taps",
                f"{self.seconds:.1f} seconds",
            ]
        )


def walk(rulebook: Rulebook | None = None) -> Walk:
    """Walk every set of answers, and return the counts; CheckError where a promise is broken."""
    book = rulebook or load_rulebook()
    began = time.perf_counter()
    _rules_decide(book)
    _questions_decide(book)
    sets, situations, steps = _walk_open(book)
    complete = _walk_complete(book)
    screens, taps = _longest_mild_path(book)
    return Walk(
        questions=len(book.questions),
        rules={level.id: sum(rule.level == level.id for rule in book.rules) for level in book.levels[:-1]},
        sets=sets,
        situations=situations,
        steps=steps,
        complete=complete,
        screens=screens,
        taps=taps,
        seconds=time.perf_counter() - began,
    )


def _start(book: Rulebook) -> Reach:
    bits = _bits(book)
    return Reach(
        0, _essential((sum(bits[name] for name in rule.when), book.urgency(rule.level)) for rule in book.rules)
    )


def _bits(book: Rulebook) -> dict[str, int]:
    return {question.id: 1 << place for place, question in enumerate(book.questions)}


def _essential(rules: Iterable[tuple[int, int]]) -> Waiting:
    """Return the rules without those that another makes idle: as urgent, and waiting for no more."""
    kept: list[tuple[int, int]] = []
    for needs, urgent in sorted(set(rules), key=lambda rule: (-rule[1], rule[0].bit_count())):
        if not any(other & ~needs == 0 for other, _ in kept):
            kept.append((needs, urgent))
    return frozenset(kept)


def _walk_open(book: Rulebook) -> tuple[int, int, int]:
    """Walk all 3^n sets of answers; return how many they are, and the situations and steps they took.

    For the level an open question counts as no, for what it could be as yes: a situation is a pair of reaches.
    """
    layer: dict[tuple[Reach, Reach], tuple[int, dict[str, bool | None]]] = {(_start(book),) * 2: (1, {})}
    situations = steps = 0
    for question, bit in _bits(book).items():
        following: dict[tuple[Reach, Reach], tuple[int, dict[str, bool | None]]] = {}
        for (known, possible), (count, answers) in layer.items():
            known_yes, known_no = (known.step(bit, yes=yes) for yes in (True, False))
            possible_yes, possible_no = (possible.step(bit, yes=yes) for yes in (True, False))
            if not (known_yes.covers(known_no) and possible_yes.covers(possible_no)):
                raise CheckError(f"{question}: a yes can lower the level after {answers}")
            after = {True: (known_yes, possible_yes), False: (known_no, possible_no), None: (known_no, possible_yes)}
            for answer, situation in after.items():
                given = {**answers, question: answer}
                _agree(book, given, situation)
                before, sample = following.get(situation, (0, given))
                following[situation] = (before + count, sample)
                steps += 1
        situations += len(following)
        layer = following
    return sum(count for count, _ in layer.values()), situations, steps


def _agree(book: Rulebook, answers: dict[str, bool | None], situation: tuple[Reach, Reach]) -> None:
    """Refuse a verdict that is not the situation's, nor that of the rules read one by one."""
    known, possible = situation
    verdict = assess(answers, book)
    found = (book.urgency(verdict.level), book.urgency(verdict.could_be))
    by_hand = (_by_hand(book, answers, (True,)), _by_hand(book, answers, (True, None)))
    if not found == by_hand == (known.urgency, possible.highest()):
        raise CheckError(f"{answers}: {found}, by hand {by_hand}, walked {known.urgency}, {possible.highest()}")
    if bool(verdict.ask) != (found[0] < found[1]):
        raise CheckError(f"{answers}: asks {verdict.ask} at {found}")


def _by_hand(book: Rulebook, answers: Mapping[str, bool | None], counted: tuple[bool | None, ...]) -> int:
    """Return how urgent it is by reading the rules one by one: the slow, obvious way."""
    urgency = 0
    for rule in book.rules:
        if all(answers.get(name) in counted for name in rule.when):
            urgency = max(urgency, book.urgency(rule.level))
    return urgency


def _walk_complete(book: Rulebook) -> dict[str, int]:
    """Walk all 2^n sets with every question answered; return how many lead to each level."""
    layer = Counter({_start(book): 1})
    for bit in _bits(book).values():
        following: Counter[Reach] = Counter()
        for reach, count in layer.items():
            for yes in (True, False):
                following[reach.step(bit, yes=yes)] += count
        layer = following
    by_urgency = Counter[int]()
    for reach, count in layer.items():
        by_urgency[reach.urgency] += count
    return {level.id: by_urgency[book.urgency(level.id)] for level in book.levels}


def _longest_mild_path(book: Rulebook) -> tuple[int, int]:
    """Return the screens and taps of the path with most taps that ends in the least urgent level.

    A tap for each yes that some rule still waits for, and one to go on from each screen that is shown.
    """
    bits = _bits(book)
    longest: dict[Reach, tuple[int, int]] = {_start(book): (0, 0)}
    for screen in book.screens:
        asked = [bits[question.id] for question in book.questions if question.screen == screen.id]
        for reach, (screens, taps) in longest.items():
            shown = any(reach.waits_for(bit) for bit in asked)
            longest[reach] = (screens + shown, taps + shown)
        for bit in asked:
            following: dict[Reach, tuple[int, int]] = {}
            for reach, (screens, taps) in longest.items():
                for yes in (True, False):
                    after = reach.step(bit, yes=yes)
                    path = (screens, taps + (yes and reach.waits_for(bit)))
                    if after.urgency == 0 and path[1] >= following.get(after, path)[1]:
                        following[after] = path
            longest = following
    return max(longest.values(), key=lambda path: path[1])


def _rules_decide(book: Rulebook) -> None:
    """Refuse a rule that never gives its level alone: with its questions yes and every other no."""
    for rule in book.rules:
        verdict = assess({question.id: question.id in rule.when for question in book.questions}, book)
        if (verdict.level, verdict.because) != (rule.level, (rule.id,)):
            raise CheckError(f"rule {rule.id}: never decides alone")


def _questions_decide(book: Rulebook) -> None:
    """Refuse a question that is nowhere the one asked, or whose answer changes nothing there."""
    for question in book.questions:
        for rule in (rule for rule in book.rules if question.id in rule.when):
            rest = {other.id: other.id in rule.when for other in book.questions if other.id != question.id}
            levels = {assess(rest | {question.id: answer}, book).level for answer in (True, False)}
            if assess(rest, book).ask == (question.id,) and len(levels) == 2:
                break
        else:
            raise CheckError(f"question {question.id}: never changes the level")


def main() -> int:
    """Walk the rulebook this package ships with and print the counts."""
    print(walk().report())
    return 0


if __name__ == "__main__":
    sys.exit(main())
