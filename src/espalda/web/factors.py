"""The factors a person's forms ask for: which, in what order, how much of each is usual, and what they chose of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from espalda import diary as diaries
from espalda.diary import DailyMax, KnownFactor, known_factor, known_factors
from espalda.web.fields import as_text
from espalda.web.models import Amount, Factor, Person
from espalda.web.wording import GROUPS, reader_language

USUAL: Final = (
    "sleep",
    "sitting",
    "standing",
    "driving",
    "walk_flat",
    "walk_uphill",
    "walk_downhill",
    "lifting",
    "bending",
    "stress",
)
"""The known factors a first form asks for; the rest are in its list."""

FIRST: Final = 8
"""How many a form shows at once: those used most of late."""
_LATE: Final = timedelta(days=90)
MEDICINE: Final = "medicine"
OTHER: Final = "other"


@dataclass(frozen=True)
class Asked:
    """A factor a form may ask for.

    Attributes
    ----------
    factor
        Its name and unit.
    known
        What the program knows of it; None for one of the person's own.
    group
        The id of its group.
    habitual
        The amount one tap records: as chosen, else the last one over 0, else the typical one of a known factor.
    chosen, own_max
        The habitual amount and the daily maximum the person chose; None where they chose none.
    hidden
        Whether the forms leave it out.
    uses
        How many readings of late have an amount of it.
    kept
        Whether the person's diary has a column of it.
    """

    factor: diaries.Factor
    known: KnownFactor | None
    group: str
    habitual: float | None = None
    chosen: float | None = None
    own_max: float | None = None
    hidden: bool = False
    uses: int = 0
    kept: bool = False

    @property
    def name(self) -> str:
        """The name of its column."""
        return self.factor.name

    @property
    def label(self) -> str:
        """What a reader calls it."""
        return diaries.heading(self.name, reader_language())

    @property
    def step(self) -> float:
        """By how much an amount is made more or less at a time: a tablet, or about a quarter of what is usual."""
        if self.is_medicine and self.habitual:
            return self.habitual
        steps = (0.5, 1.0, 5.0, 10.0, 15.0, 30.0)
        return max(
            (one for one in steps if one <= (self.habitual or 4.0) / 4),
            default=steps[0 if self.factor.unit == "h" else 1],
        )

    @property
    def sent(self) -> str:
        """The habitual amount as a form sends it."""
        return "" if self.habitual is None else as_text(self.habitual)

    @property
    def is_medicine(self) -> bool:
        """Whether it is taken in doses."""
        return self.group == MEDICINE

    @property
    def cited(self) -> DailyMax | None:
        """The most in 24 hours that a source gives, where the person has not chosen another."""
        return self.known.daily_max if self.known and self.own_max is None else None

    @property
    def daily_max(self) -> float | None:
        """The most in 24 hours before a warning, in its unit; None where there is none."""
        return self.cited.amount if self.cited else self.own_max


def asked(person: Person) -> list[Asked]:
    """Return the factors of a person's diary in their order, the hidden ones too, and the usual ones after them."""
    over_zero = Amount.objects.filter(factor=OuterRef("pk"), value__gt=0).order_by("-reading__time")
    late = Q(amounts__reading__time__gte=timezone.now() - _LATE)
    rows = person.factors.annotate(last=Subquery(over_zero.values("value")[:1]), uses=Count("amounts", filter=late))
    own = [_asked(row, row.last, row.uses) for row in rows.order_by("position", "id")]  # counting undoes the order
    names = {one.name for one in own}
    known = {one.name: one for one in known_factors()}
    return own + [of_known(known[name]) for name in USUAL if name not in names]


def of_known(known: KnownFactor) -> Asked:
    """Return a known factor as it is asked for before a person's diary has it."""
    return Asked(known.factor, known, known.group, known.typical)


def _asked(row: Factor, last: float | None, uses: int) -> Asked:
    factor = diaries.Factor(row.name, row.unit)
    known = known_factor(factor)
    cited = known.daily_max.amount if known and known.daily_max else math.inf
    if last is not None and last > (cited if row.daily_max is None else row.daily_max):
        last = None  # one tap never offers a dose that is too much by itself
    return Asked(
        factor=factor,
        known=known,
        group=known.group if known else row.group if row.group in GROUPS else OTHER,
        habitual=next((one for one in (row.habitual, last, known and known.typical) if one is not None), None),
        chosen=row.habitual,
        own_max=row.daily_max,
        hidden=row.hidden,
        uses=uses,
        kept=True,
    )


def first_shown(all_asked: Sequence[Asked]) -> frozenset[str]:
    """Return the names of those a form shows at once: the ones used most of late, else the first in order."""
    ranked = sorted((one for one in all_asked if not one.hidden), key=lambda one: -one.uses)
    return frozenset(one.name for one in ranked[:FIRST])


def unlisted(all_asked: Iterable[Asked]) -> dict[str, KnownFactor]:
    """Return the known factors that are not asked for yet, by name."""
    names = {one.name for one in all_asked}
    return {one.name: one for one in known_factors() if one.name not in names}


def find(person: Person, name: str) -> Asked | None:
    """Return a factor of a person's diary, or a known one, by the name of its column; None where it is neither."""
    all_asked = asked(person)
    there = next((one for one in all_asked if one.name == name), None)
    known = unlisted(all_asked).get(name)
    return there or (of_known(known) if known else None)


def wrong_name(factor: diaries.Factor, all_asked: Iterable[Asked]) -> str:
    """Return why a factor in the reader's own words can't be added; empty where it can."""
    names = {one.name for one in all_asked} | {known.name for known in known_factors()}
    if factor.name in names:
        return _("That one is in the list already.")
    try:
        diaries.make_diary([], [], factors=[factor])
    except ValueError:
        return _("That can't be used as a name. Try other words.")
    return ""


def grouped_choices(known: dict[str, KnownFactor]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return known factors as choices under the names of their groups."""
    lang = reader_language()
    return [
        (str(GROUPS.get(group, group)), [(one.name, diaries.heading(one.name, lang)) for one in members])
        for group, members in groupby(known.values(), key=lambda one: one.group)
    ]


# What a person chooses -----------------------------------------------------------------------------------------


@transaction.atomic
def choose(person: Person, factor: diaries.Factor, **chosen: Any) -> None:
    """Keep what a person chose of a factor, which their diary has from now on."""
    last = person.factors.order_by("position").last()
    place = {"unit": factor.unit, "position": last.position + 1 if last else 0}
    row, _created = person.factors.get_or_create(name=factor.name, defaults=place)
    for name, value in chosen.items():
        setattr(row, name, value)
    row.save(update_fields=list(chosen))


@transaction.atomic
def move(person: Person, name: str, by: int) -> None:
    """Move a factor up or down among those of the forms that are not hidden."""
    for one in asked(person):
        if not one.kept:
            choose(person, one.factor, hidden=False)
    rows = list(person.factors.all())
    shown = [row for row in rows if not row.hidden]
    place = next((i for i, row in enumerate(shown) if row.name == name), None)
    if place is None or not 0 <= place + by < len(shown):
        return
    here, there = rows.index(shown[place]), rows.index(shown[place + by])
    rows[here], rows[there] = rows[there], rows[here]
    for position, row in enumerate(rows):
        row.position = position
    Factor.objects.bulk_update(rows, ["position"])
