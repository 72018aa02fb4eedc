"""The safety questions asked in a terminal: one screen at a time, the numbers that apply typed on one line."""

from __future__ import annotations

import re

from espalda.triage import Question, next_screen
from espalda.words import Language, say

Answers = dict[str, bool | None]


def interview(lang: Language) -> Answers:
    """Ask the questions that can still change the level, and return the answers; an unanswered one stays open."""
    answers: Answers = {}
    while shown := next_screen(answers):
        screen, asked = shown
        print(f"\n{screen.heading(lang)}")
        for place, question in enumerate(asked, start=1):
            print(f"  {place}. {question.text(lang)}")
            if question.explain(lang):
                print(f"     ({question.explain(lang)})")
        try:
            answers |= _reply(asked, lang)
        except EOFError:
            return answers
    return answers


def _reply(asked: tuple[Question, ...], lang: Language) -> Answers:
    """Return one screen's answers: the numbers typed are yes and the others no; an empty line leaves all open."""
    while True:
        try:
            line = input(say(lang, "Type the numbers that apply, 0 if none does, or just Enter to leave them open: "))
        except UnicodeDecodeError:
            line = "?"
        numbers = {int(number) for number in re.findall(r"\d{1,4}", line)}
        if not line.strip():
            return {question.id: None for question in asked}
        if numbers and numbers <= set(range(len(asked) + 1)) and not re.search(r"[^\d\s,;.]", line):
            return {question.id: place in numbers for place, question in enumerate(asked, start=1)}
        print(say(lang, "Only numbers from 0 to {last}, please.", last=len(asked)))
