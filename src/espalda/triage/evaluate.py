"""From answers to a level of care: what is known now, what it could still be, and what to ask next.

Why one more yes can never lower the level. A rule fires when all its questions are answered yes, and a
question can act in no other way: no rule has a "no" in it, and none is weighed against another. So the rules
that fire for one set of yeses all fire for any larger set, and the level, the most urgent among those that
fire, can only stay or rise. The same holds for `could_be`, which is the level with every open question taken
as yes: answering no takes one of those yeses away, answering yes changes none. Hence level <= could_be,
always, and the two are equal once nothing left open could raise the level.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from espalda.triage.rulebook import Rule, Rulebook, load_rulebook
from espalda.words import Language, Message, mark


class AnswerError(ValueError):
    """An answer that can't be used; `sentence` says what is wrong with it, in either language."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.sentence("en"))
        self.message = message

    def sentence(self, lang: Language) -> str:
        """Return what is wrong, in `lang`."""
        return self.message.sentence(lang)


@dataclass(frozen=True)
class Verdict:
    """A level of care from the answers so far.

    `level` is what is known now and `could_be` the most urgent level still possible (ids of levels);
    `because` holds the rules that fired at that level, and `ask` the open questions that could still raise
    it, in asking order.
    """

    level: str
    could_be: str
    because: tuple[str, ...]
    ask: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as plain strings and lists, ready for JSON."""
        return {
            "level": self.level,
            "could_be": self.could_be,
            "because": list(self.because),
            "ask": list(self.ask),
        }


def assess(answers: Mapping[str, bool | None], rulebook: Rulebook | None = None) -> Verdict:
    """Return the level of care for the answers: question id to yes (True), no (False) or not answered (None).

    A question left out is not answered, and that is never taken as a no. The rules are those of `rulebook`,
    or the ones this package ships with. AnswerError on a question that is not asked, or an answer of any
    other kind.
    """
    book = rulebook or load_rulebook()
    _check(answers, book)
    yes = {name for name, answer in answers.items() if answer is True}
    no = {name for name, answer in answers.items() if answer is False}

    fired = [rule for rule in book.rules if yes.issuperset(rule.when)]
    possible = [rule for rule in book.rules if no.isdisjoint(rule.when)]
    level = _most_urgent(fired, book)
    raising = [rule for rule in possible if book.urgency(rule.level) > book.urgency(level)]
    open_questions = {name for rule in raising for name in rule.when} - yes
    return Verdict(
        level=level,
        could_be=_most_urgent(possible, book),
        because=tuple(rule.id for rule in fired if rule.level == level),
        ask=tuple(question.id for question in book.questions if question.id in open_questions),
    )


def _most_urgent(rules: Iterable[Rule], book: Rulebook) -> str:
    """Return the most urgent level among the rules; the least urgent of all where there are none."""
    return max((rule.level for rule in rules), key=book.urgency, default=book.levels[-1].id)


def _check(answers: Mapping[str, bool | None], book: Rulebook) -> None:
    """Refuse an answer to a question that is not asked, and one that is neither yes, no nor nothing."""
    known = [question.id for question in book.questions]
    for name, answer in answers.items():
        if name not in known:
            raise AnswerError(_unknown(str(name), known))
        if answer is not None and not isinstance(answer, bool):
            template = mark('"{question}" takes true, false or null, not {answer}.')
            raise AnswerError(Message(template, {"question": name, "answer": repr(answer)}))


def _unknown(name: str, known: list[str]) -> Message:
    """Return the sentence for a question that is not asked, with the nearest names if any is near."""
    near = difflib.get_close_matches(name, known)
    if not near:
        return Message(mark('There is no safety question called "{question}".'), {"question": name})
    return Message(
        mark('There is no safety question called "{question}". Did you mean: {near}?'),
        {"question": name, "near": ", ".join(near)},
    )
