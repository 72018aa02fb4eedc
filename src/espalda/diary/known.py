"""The factors the program knows: unit, amount a form starts with, group, and name in each language."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from espalda.diary.model import Factor
from espalda.words import Language

_ARTICLE = re.compile(r"^(el|la|los|las|a|an|the) ")
_FILE = Path(__file__).with_name("factors.toml")


class DailyMax(NamedTuple):
    """The most of a medicine in any 24 hours, in its unit, for an adult without a prescription.

    `source` says where it stands, `read` when it was read there, and `note` what sources leave open.
    """

    amount: float
    source: str
    read: date
    note: str


class KnownFactor(NamedTuple):
    """A factor the program knows.

    `name` and `unit` are those of its column; `typical` is the amount, in `unit`, that a form starts with;
    `es` and `en` name it in a patient's words, as it reads inside a sentence; `daily_max` is None where no source
    was read.
    """

    name: str
    unit: str
    typical: float
    group: str
    es: str
    en: str
    daily_max: DailyMax | None = None

    @property
    def factor(self) -> Factor:
        """The factor as a diary carries it."""
        return Factor(self.name, self.unit)

    def label(self, lang: Language) -> str:
        """Return its name in `lang`."""
        return self.en if lang == "en" else self.es


@cache
def known_factors() -> tuple[KnownFactor, ...]:
    """Return the factors the program knows, group by group, in the order a form shows them."""
    groups = tomllib.loads(_FILE.read_text("utf-8"))
    return tuple(
        KnownFactor(name=name, group=group, **{**fields, "daily_max": _daily_max(fields)})
        for group, factors in groups.items()
        for name, fields in factors.items()
    )


def label(name: str, lang: Language) -> str:
    """Return what a reader calls this factor; a name the program does not know is read as it is written."""
    known = _by_name().get(name)
    return known.label(lang) if known else name.replace("_", " ")


def heading(name: str, lang: Language) -> str:
    """Return what a reader calls this factor where it stands alone: without article, with a capital."""
    called = label(name, lang)
    bare = _ARTICLE.sub("", called, count=1) if name in _by_name() else called
    return bare[:1].upper() + bare[1:]


def known_factor(factor: Factor) -> KnownFactor | None:
    """Return what the program knows of a factor; None where it knows none of that name and unit."""
    known = _by_name().get(factor.name)
    return known if known and known.unit == factor.unit else None


def _daily_max(fields: dict[str, Any]) -> DailyMax | None:
    return DailyMax(**fields["daily_max"]) if "daily_max" in fields else None


@cache
def _by_name() -> dict[str, KnownFactor]:
    return {known.name: known for known in known_factors()}
