"""The factors the program knows: unit, amount a form starts with, group, and name in each language."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from espalda.diary.model import Factor
from espalda.words import Language

_FILE = Path(__file__).with_name("factors.toml")


class KnownFactor(NamedTuple):
    """A factor the program knows.

    `name` and `unit` are those of its column; `typical` is the amount, in `unit`, that a form starts with;
    `es` and `en` name it in a patient's words, as it reads inside a sentence.
    """

    name: str
    unit: str
    typical: float
    group: str
    es: str
    en: str

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
        KnownFactor(name=name, group=group, **fields)
        for group, factors in groups.items()
        for name, fields in factors.items()
    )


def label(name: str, lang: Language) -> str:
    """Return what a reader calls this factor; a name the program does not know is read as it is written."""
    known = _by_name().get(name)
    return known.label(lang) if known else name.replace("_", " ")


@cache
def _by_name() -> dict[str, KnownFactor]:
    return {known.name: known for known in known_factors()}
