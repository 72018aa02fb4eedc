"""The safety answers a person has given: kept, read back with the rules in force, and for how long they stand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.utils import timezone

from espalda import flows
from espalda.triage import Level, kept, load_rulebook
from espalda.web.models import Person, TriageAnswers

FRESH: Final = timedelta(hours=12)
"""How long what is felt is taken to be still so: after a night it is asked again."""

RED: Final = ("emergency", "same_day")
"""The levels that stand until answered again or set aside."""

Answers = dict[str, bool | None]


class Standing(NamedTuple):
    """A level of care that still stands, and when the answers that led to it were given."""

    level: Level
    answered_at: datetime


def last(person: Person) -> TriageAnswers | None:
    """Return the answers given last; None where there are none."""
    return person.triage_answers.last()


def known(answers: Mapping[str, bool | None]) -> Answers:
    """Return the answers to questions that are still asked."""
    return {one.id: answers[one.id] for one in load_rulebook().questions if one.id in answers}


def facts(person: Person) -> Answers:
    """Return what the person has said of themselves that is asked once and kept."""
    given = last(person)
    return dict(kept(known(given.answers))) if given else {}


def keep(person: Person, answers: Answers, began: datetime) -> None:
    """Keep answers under the moment the first of them was given, so that a correction makes them no younger."""
    TriageAnswers.objects.update_or_create(
        person=person, answered_at=began, set_aside_at=None, defaults={"answers": answers}
    )


def keep_facts(person: Person, corrected: Answers) -> None:
    """Correct what is kept of the person, within the answers given last."""
    given = last(person)
    if given:
        given.answers |= corrected
        given.save(update_fields=["answers"])


def standing(person: Person) -> Standing | None:
    """Return the urgent level that stands for a person; None where none does. Advice to move or to try stops on it.

    The answers given last decide, unless what they leave open could still be what earlier ones said: an unanswered
    question never lowers the level. Nothing older than what was set aside counts.
    """
    book = load_rulebook()
    found: Standing | None = None
    for given in person.triage_answers.order_by("-id").iterator(chunk_size=4):  # of all of them the last few decide
        if given.set_aside_at:
            break
        verdict = flows.assess(known(given.answers))
        if found is None or book.urgency(verdict.level) > book.urgency(found.level.id):
            found = Standing(book.level(verdict.level), timezone.localtime(given.answered_at))
        if book.urgency(verdict.could_be) <= book.urgency(found.level.id):
            break
    return found if found and found.level.id in RED else None


def set_aside(person: Person, because: str) -> None:
    """Set aside what stands, with the person's reason."""
    given = last(person)
    if given:
        given.set_aside_at, given.set_aside_because = timezone.now(), because
        given.save(update_fields=["set_aside_at", "set_aside_because"])
