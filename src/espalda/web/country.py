"""Which country the reader is in, and so which number reaches help: as they chose, or else a guess."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from django.http import HttpRequest
from django.utils import timezone

from espalda.triage import emergency_numbers, poison_line
from espalda.web.wording import reader_language

COOKIE: Final = "country"
# In the browser and not in the diary: the phone travels, and the number is needed before any diary is written.
OTHER: Final = "other"
"""The choice of a country that is not in the list."""


class Call(NamedTuple):
    """Whom to call: a number or None, the country it is of or nothing, and those to choose from."""

    number: str | None
    country: str
    code: str
    countries: tuple[tuple[str, str], ...]

    @property
    def poison(self) -> str | None:
        """The number that tells there what to do after too much of a medicine, where one is known."""
        return poison_line(self.code)


def call(request: HttpRequest) -> Call:
    """Return whom this reader calls in an emergency."""
    lang, known = reader_language(), emergency_numbers()
    names = [(code, country.name(lang)) for code, country in known.items()]
    chosen = request.COOKIES.get(COOKIE, "")
    guessed = guess(timezone.get_current_timezone_name(), request.headers.get("Accept-Language", ""))
    code = chosen if is_choice(chosen) else guessed or ""
    here = known.get(code)
    return Call(
        number=here.number if here else None,
        country=here.name(lang) if here else "",
        code=code,
        countries=tuple(sorted(names, key=lambda name: _plain(name[1]))),
    )


def is_choice(code: str) -> bool:
    """Return whether a country can be chosen: one of the list, or another one."""
    return code == OTHER or code in emergency_numbers()


def guess(zone: str, languages: str) -> str | None:
    """Return the country a time zone belongs to, or else the first a browser's languages name; None where neither does.

    `languages` is an Accept-Language header.
    """
    found = re.search(r"\b[A-Za-z]{2}-([A-Za-z]{2})\b", languages)
    return _countries().get(zone) or (found[1].upper() if found else None)


@cache
def _countries() -> dict[str, str]:
    """Return the country of each time zone, its older names included, from the time zone database."""
    tables = files("tzdata") / "zoneinfo"
    rows = [line.split("\t") for line in (tables / "zone.tab").read_text("utf-8").splitlines() if line[:1] != "#"]
    countries = {row[2]: row[0] for row in rows}
    links = [line.split() for line in (tables / "tzdata.zi").read_text("utf-8").splitlines() if line[:2] == "L "]
    return {old: countries[zone] for _link, zone, old in links if zone in countries} | countries


def _plain(name: str) -> str:
    """Return a name as it is sorted, without accents."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
