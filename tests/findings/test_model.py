"""Findings as plain data: the keys that stay, and numbers any reader of JSON takes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.findings.fits import diary_of, factor_fit, fitted, points

from espalda.findings import Findings, draw_findings
from espalda.inference import Guards
from espalda.words import LANGUAGES, Language

FIT = fitted(
    factor_fit(0.3, points(0.1, -0.4, 0.6)),
    factor_fit(0.99, points(0.512345, 0.3, 0.7)),
    factor_fit(0.6, points(0.5, 0.1, 0.9)),
    factor_fit(0.5, points(0.5, 0.1, 0.9)),
    together={(2, 3): 0.97},
    correlation={(2, 3): 0.9},
)


def findings(guards: Guards | None = None) -> Findings:
    return draw_findings(diary_of(4), FIT, guards)


def test_the_keys_and_their_order() -> None:
    data = findings().to_dict()
    assert list(data) == ["schema", "diary", "factors", "guards", "spasms", "forecast"]
    assert list(data["diary"]) == ["readings", "days", "from", "to"]
    assert list(data["guards"]) == ["shifted", "future", "sentences"]
    for factor in data["factors"]:
        assert list(factor) == [
            *["name", "unit", "verdict", "probability", "effect", "half_life_h", "delay_h", "group", "more_days"],
            *["acts_on", "spasms", "sentence", "example"],
        ]
        assert list(factor["effect"]) == ["mean", "low", "high", "per"]


def test_a_finding_as_plain_data() -> None:
    first, *others = findings().to_dict("en")["factors"]
    assert first == {
        "name": "factor_1",
        "unit": "min",
        "verdict": "aggravates",
        "probability": 0.99,
        "effect": {"mean": 0.5123, "low": 0.3, "high": 0.7, "per": 10.0},
        "half_life_h": 10,
        "delay_h": 0,
        "group": None,
        "more_days": None,
        "acts_on": "pain",
        "spasms": None,
        "sentence": findings().factors[0].sentence("en"),
        "example": None,
    }
    assert [factor["group"] for factor in others] == [["factor_2", "factor_3"]] * 2 + [None]
    assert [factor["more_days"] is None for factor in others] == [True, True, False]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("guards", [None, Guards((1, 0), (2,))], ids=["no guards", "guards"])
def test_it_is_json(guards: Guards | None, lang: Language) -> None:
    data = findings(guards).to_dict(lang)
    assert json.loads(json.dumps(data, allow_nan=False)) == data


def test_what_the_guards_found_is_counted() -> None:
    data = findings(Guards((2, 1), (3, 0))).to_dict("en")["guards"]
    assert data["shifted"] == {"tried": 2, "found": 3}
    assert data["future"] == {"found": ["factor_3", "factor_0"]}
    assert findings().to_dict()["guards"]["shifted"] is None
    assert findings().to_dict()["guards"]["future"] is None


def test_the_language_is_spanish_unless_asked() -> None:
    assert findings().to_dict() == findings().to_dict("es")
    assert findings().to_dict() != findings().to_dict("en")


def test_a_small_habitual_amount_is_not_rounded_to_nothing() -> None:
    factor = findings().factors[0]
    small = replace(factor, effect=replace(factor.effect, per=0.000012))
    assert small.to_dict("en")["effect"]["per"] == 0.000012


def test_a_factor_without_unit_has_none() -> None:
    assert replace(findings().factors[0], unit="").to_dict("en")["unit"] is None
