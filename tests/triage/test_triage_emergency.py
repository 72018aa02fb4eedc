"""The number to call, by country."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import espalda.triage
from espalda.triage import emergency_number, emergency_numbers, poison_line

DATA = tomllib.loads((Path(espalda.triage.__file__).parent / "emergency.toml").read_text(encoding="utf-8"))
LISTED = [country for entry in DATA["number"] for country in entry["countries"]]
LEFT_OUT = [country for entry in DATA["left_out"] for country in entry["countries"]]
SPANISH_SPEAKING = {
    *("AR", "BO", "CL", "CO", "CR", "CU", "DO", "EC", "ES", "GQ", "GT"),
    *("HN", "MX", "NI", "PA", "PE", "PR", "PY", "SV", "UY", "VE"),
}


@pytest.mark.parametrize(
    ("country", "number"),
    [("ES", "112"), ("US", "911"), ("MX", "911"), ("FR", "112"), ("PY", "141"), ("CU", "104"), ("NI", "128")],
)
def test_known_numbers(country: str, number: str) -> None:
    assert emergency_number(country) == number
    assert emergency_number(country.lower()) == number


@pytest.mark.parametrize("country", ["XX", "", *LEFT_OUT])
def test_no_number_is_better_than_a_wrong_one(country: str) -> None:
    assert emergency_number(country) is None


def test_every_spanish_speaking_country_has_a_number_or_a_reason() -> None:
    assert set(LISTED) | set(LEFT_OUT) >= SPANISH_SPEAKING
    assert len(LISTED + LEFT_OUT) == len(set(LISTED + LEFT_OUT))


def test_every_number_says_where_it_was_seen() -> None:
    for entry in DATA["number"]:
        assert entry["number"].isdigit()
        assert entry["source"]
    assert all(entry["why"] for entry in DATA["left_out"])


def test_countries_to_choose_from() -> None:
    """Each with its name in both languages; those without a verified number are there too, and say why."""
    countries = emergency_numbers()
    assert set(countries) == set(LISTED) | set(LEFT_OUT) == set(DATA["names"])
    assert (countries["ES"].name("es"), countries["ES"].name("en")) == ("España", "Spain")
    assert {code for code, country in countries.items() if country.number is None} == set(LEFT_OUT)
    assert all(
        country.code == code and country.es and country.en and country.source for code, country in countries.items()
    )
    assert len({country.es for country in countries.values()}) == len(countries)


def test_every_poison_line_has_its_source_and_is_of_a_country_to_choose() -> None:
    listed = [country for entry in DATA["poison"] for country in entry["countries"]]
    assert len(set(listed)) == len(listed)
    assert set(listed) <= emergency_numbers().keys()
    assert all(entry["source"] for entry in DATA["poison"])
    assert poison_line("ES") == "91 562 04 20"
    assert poison_line("FR") is None
