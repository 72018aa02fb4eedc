"""The number to call in a medical emergency, by country."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from espalda.words import Language

_NUMBERS: Final = Path(__file__).with_name("emergency.toml")


@dataclass(frozen=True)
class Country:
    """A country and the number to call there in a medical emergency, or None where none could be verified.

    `code` is its ISO 3166-1 alpha-2 code; `source` says where the number was seen, or why there is none.
    """

    code: str
    number: str | None
    es: str
    en: str
    source: str

    def name(self, lang: Language) -> str:
        """Return the country's name in `lang`."""
        return self.es if lang == "es" else self.en


def emergency_number(country: str) -> str | None:
    """Return the number to call in a medical emergency in a country, or None where none could be verified.

    `country` is an ISO 3166-1 alpha-2 code such as "ES", in either case. Each number's source is in
    ``emergency.toml``.
    """
    known = emergency_numbers().get(country.strip().upper())
    return known.number if known else None


def poison_line(country: str) -> str | None:
    """Return the number that tells what to do after too much of a medicine, or None where none could be verified.

    `country` is an ISO 3166-1 alpha-2 code. Each number's source is in ``emergency.toml``.
    """
    return _poison_lines().get(country)


@cache
def _poison_lines() -> Mapping[str, str]:
    data = tomllib.loads(_NUMBERS.read_text(encoding="utf-8"))
    return {code: entry["number"] for entry in data["poison"] for code in entry["countries"]}


@cache
def emergency_numbers() -> Mapping[str, Country]:
    """Return the countries to choose from, by code: those with a verified number, and those known to lack one."""
    data = tomllib.loads(_NUMBERS.read_text(encoding="utf-8"))
    names = data["names"]
    seen = [(entry, entry["number"], entry["source"]) for entry in data["number"]]
    missing = [(entry, None, entry["why"]) for entry in data["left_out"]]
    found = {
        code: Country(code, number, es=names[code][0], en=names[code][1], source=source)
        for entry, number, source in [*seen, *missing]
        for code in entry["countries"]
    }
    return MappingProxyType(found)
