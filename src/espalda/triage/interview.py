"""The safety interview: which questions to show next.

The pages and the command line ask along the same path: the first screen with a question that is still open and
could still raise the level, and of that screen such questions alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from espalda.triage.evaluate import assess
from espalda.triage.rulebook import Question, Rulebook, Screen, load_rulebook


def next_screen(
    answers: Mapping[str, bool | None], rulebook: Rulebook | None = None
) -> tuple[Screen, tuple[Question, ...]] | None:
    """Return the screen to show next with its questions, in asking order; None when nothing is left to ask.

    `answers` are those of `assess`. A question in it is not asked again: None there means that it was shown and
    left open. AnswerError as in `assess`.
    """
    book = rulebook or load_rulebook()
    wanted = [book.question(name) for name in assess(answers, book).ask if name not in answers]
    if not wanted:
        return None
    screen = next(known for known in book.screens if known.id == wanted[0].screen)
    return screen, tuple(question for question in wanted if question.screen == screen.id)


def kept(answers: Mapping[str, bool | None], rulebook: Rulebook | None = None) -> dict[str, bool]:
    """Return the answered facts that are asked once and kept, with which the next interview begins."""
    book = rulebook or load_rulebook()
    said = {question.id: answers.get(question.id) for question in book.questions if question.keep}
    return {name: answer for name, answer in said.items() if answer is not None}
