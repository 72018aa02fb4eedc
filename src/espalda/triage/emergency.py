"""The number to call in a medical emergency, by country."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

_NUMBERS: Final = Path(__file__).with_name("emergency.toml")


def emergency_number(country: str) -> str | None:
    """Return the number to call in a medical emergency in a country, or None where none could be verified.

    `country` is an ISO 3166-1 alpha-2 code such as "ES", in either case. Each number's source is in
    ``emergency.toml``.
    """
    return _numbers().get(country.strip().upper())


@cache
def _numbers() -> Mapping[str, str]:
    entries = tomllib.loads(_NUMBERS.read_text(encoding="utf-8"))["number"]
    return {country: entry["number"] for entry in entries for country in entry["countries"]}
