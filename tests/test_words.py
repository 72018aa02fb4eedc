"""Sentences, numbers and lists in the reader's language."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espalda.words import LANGUAGES, Language, Message, as_language, listing, mark, number, say, say_n


@pytest.mark.parametrize(
    ("value", "digits", "signed", "fixed", "english", "spanish"),
    [
        (1.25, 1, False, False, "1.2", "1,2"),
        (2.0, 1, False, False, "2", "2"),
        (2.0, 1, False, True, "2.0", "2,0"),
        (100.0, 0, False, False, "100", "100"),
        (0.5, 2, True, False, "+0.5", "+0,5"),
        (-0.5, 2, True, True, "−0.50", "−0,50"),
        (-3.0, 1, False, False, "−3", "−3"),
        (-0.04, 1, False, False, "0", "0"),
        (0.04, 1, True, False, "0", "0"),
        (-0.04, 1, False, True, "0.0", "0,0"),
        (0.04, 1, True, True, "0.0", "0,0"),
        (math.nan, 1, False, False, "–", "–"),
        (-math.inf, 1, True, True, "–", "–"),
    ],
)
def test_numbers_as_a_reader_writes_them(
    value: float, digits: int, signed: bool, fixed: bool, english: str, spanish: str
) -> None:
    assert number("en", value, digits, signed=signed, fixed=fixed) == english
    assert number("es", value, digits, signed=signed, fixed=fixed) == spanish


@given(st.floats(-1e6, 1e6), st.integers(0, 4), st.booleans(), st.booleans())
def test_a_number_reads_back(value: float, digits: int, signed: bool, fixed: bool) -> None:
    spanish = number("es", value, digits, signed=signed, fixed=fixed)
    assert "." not in spanish
    assert "-" not in spanish
    read = float(spanish.replace(",", ".").replace("−", "-"))
    assert abs(read - value) <= 0.5 * 10.0**-digits + 1e-9
    assert number("en", value, digits, signed=signed, fixed=fixed) == spanish.replace(",", ".")


@pytest.mark.parametrize(
    ("items", "english", "spanish"),
    [([], "", ""), (["a"], "a", "a"), (["a", "b"], "a and b", "a y b"), (["a", "b", "c"], "a, b and c", "a, b y c")],
)
def test_lists_as_a_reader_says_them(items: list[str], english: str, spanish: str) -> None:
    assert listing("en", items) == english
    assert listing("es", items) == spanish
    assert listing("en", items, conjunction="or") == english.replace(" and ", " or ")
    assert listing("es", items, conjunction="or") == spanish.replace(" y ", " o ")


def test_a_sentence_is_said_in_either_language_with_its_places_filled() -> None:
    template = "The checks on your own diary begin at four weeks."
    assert say("en", template) == template
    assert say("es", template) != template
    assert say("en", "{readings} in {days}.", readings=3, days="{x}") == "3 in {x}."


@pytest.mark.parametrize(
    ("n", "english", "spanish"),
    [(0, "0 readings", "0 lecturas"), (1, "1 reading", "1 lectura"), (2, "2 readings", "2 lecturas")],
)
def test_one_and_many(n: int, english: str, spanish: str) -> None:
    assert say_n("en", "{n} reading", "{n} readings", n) == english
    assert say_n("es", "{n} reading", "{n} readings", n) == spanish


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_message_waits_for_its_language(lang: Language) -> None:
    message = Message(mark("{head} and {last}"), {"head": "x", "last": "y"})
    assert message.sentence(lang) == say(lang, "{head} and {last}", head="x", last="y")


@pytest.mark.parametrize(
    ("code", "lang"),
    [
        ("en_GB.UTF-8", "en"),
        ("EN", "en"),
        ("es_ES", "es"),
        ("es", "es"),
        ("de_DE", "es"),
        ("C", "es"),
        ("", "es"),
        (None, "es"),
    ],
)
def test_the_language_of_a_locale(code: str | None, lang: Language) -> None:
    assert as_language(code) == lang
