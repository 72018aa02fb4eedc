"""The findings have the shape the schema says, whatever the diary."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator, ValidationError

import espalda
from espalda import flows
from espalda.diary import parse_diary, select
from espalda.findings import FactorFinding, Findings
from espalda.words import LANGUAGES, Language

SCHEMA = json.loads(files("espalda").joinpath("findings.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
Change = Callable[[dict[str, Any]], object]


def few_days(days: int) -> espalda.Diary:
    diary = flows.demo()
    return select(diary, diary.time[0], diary.time[0] + np.timedelta64(24 * days, "h"))


def written(text: str) -> espalda.Diary:
    return parse_diary(text.encode(), "Europe/Madrid").diary


DIARIES = {
    "demonstration": flows.demo(),
    "two weeks": few_days(14),
    "one day": few_days(1),
    "empty": written("time,pain\n"),
    "empty, with a factor": written("time,pain,lifting [n]\n"),
    "no factors": written("time,pain\n2026-03-01T07:30+01:00,4\n"),
    "a factor without unit": written("time,pain,tractor\n2026-03-01T07:30+01:00,4,1\n"),
    "no pain": written("time,stiffness,lifting [n]\n2026-03-01T07:30-03:30,4,1\n"),
}


@pytest.fixture(scope="module")
def found() -> dict[str, Findings]:
    return {name: espalda.explain(diary) for name, diary in DIARIES.items()}


@pytest.fixture
def data(found: dict[str, Findings]) -> dict[str, Any]:
    return copy.deepcopy(found["demonstration"].to_dict("en"))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", DIARIES)
def test_findings_have_its_shape(found: dict[str, Findings], name: str, lang: Language) -> None:
    plain = found[name].to_dict(lang)
    VALIDATOR.validate(plain)
    VALIDATOR.validate(json.loads(json.dumps(plain, allow_nan=False)))


def test_a_group_has_its_shape(found: dict[str, Findings]) -> None:
    whole = found["demonstration"]
    one = replace(whole.factors[0], verdict="possibly_aggravates", group=("walk_downhill", "walk_uphill"))
    VALIDATOR.validate(replace(whole, factors=(one,)).to_dict("es"))


def test_every_key_is_described_and_none_is_forgotten(data: dict[str, Any]) -> None:
    defined = SCHEMA["$defs"]
    assert set(data) == set(SCHEMA["required"])
    assert set(data["diary"]) == set(defined["diary"]["required"])
    assert set(data["factors"][0]) == set(defined["factor"]["required"])
    assert set(data["factors"][0]["effect"]) == set(defined["effect"]["required"])
    assert set(data["guards"]) == set(defined["guards"]["required"])
    assert set(data["factors"][0]["example"]) == set(defined["example"]["required"])
    assert set(data["factors"][0]["spasms"]) == set(defined["spasm_effect"]["required"])
    for name in ("spasms", "forecast"):
        assert set(data[name]) == set(defined[name]["required"])
    (chance, *_), (part, *_) = data["spasms"]["chance"], data["forecast"]["parts"]
    assert set(chance) == set(defined["spasms"]["properties"]["chance"]["items"]["required"])
    assert set(part) == set(defined["forecast"]["properties"]["parts"]["items"]["required"])


def test_a_later_version_may_add_keys(data: dict[str, Any]) -> None:
    data["rhythm"] = {"shape": "both"}
    data["factors"][0]["onsets"] = 3
    VALIDATOR.validate(data)


WRONG: dict[str, Change] = {
    "another version": lambda data: data.update(schema=2),
    "no guards": lambda data: data.pop("guards"),
    "a verdict that is none": lambda data: data["factors"][0].update(verdict="harmful"),
    "a probability above one": lambda data: data["factors"][0].update(probability=1.2),
    "an effect without its interval": lambda data: data["factors"][0]["effect"].pop("low"),
    "an effect beyond the scale": lambda data: data["factors"][0]["effect"].update(mean=12.0),
    "an amount of nothing": lambda data: data["factors"][0]["effect"].update(per=0),
    "a group of one": lambda data: data["factors"][0].update(verdict="possibly_aggravates", group=["lifting"]),
    "a group that is named for sure": lambda data: data["factors"][0].update(group=["lifting", "bending"]),
    "days wanted where it is settled": lambda data: data["factors"][0].update(more_days=14),
    "no sentence": lambda data: data["factors"][0].update(sentence=""),
    "readings that are no number": lambda data: data["diary"].update(readings="312"),
    "a day that is no moment": lambda data: data["diary"].update({"from": "2026-03-01"}),
    "a factor that acts on nothing": lambda data: data["factors"][0].update(acts_on=None),
    "a spasm effect without its interval": lambda data: data["factors"][0]["spasms"].pop("low"),
    "a chance above one": lambda data: data["spasms"]["chance"][0].update(mean=1.2),
    "spasms without their chance": lambda data: data["spasms"].pop("chance"),
    "a part of the day that is none": lambda data: data["forecast"]["parts"][0].update(part="noon"),
    "a forecast of nothing": lambda data: data["forecast"].update(parts=[]),
    "shifts that are no count": lambda data: data["guards"].update(shifted=True),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_shape_is_refused(data: dict[str, Any], change: Change) -> None:
    assert data["factors"][0]["verdict"] == "aggravates"
    change(data)
    with pytest.raises(ValidationError):
        VALIDATOR.validate(data)


def test_the_verdicts_are_those_of_the_code() -> None:
    assert tuple(SCHEMA["$defs"]["factor"]["properties"]["verdict"]["enum"]) == espalda.findings.VERDICTS
    assert set(FactorFinding.__dataclass_fields__) - {"recorded"} == set(SCHEMA["$defs"]["factor"]["required"]) - {
        "sentence"
    }
