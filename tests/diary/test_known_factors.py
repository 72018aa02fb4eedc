"""The factors the program knows."""

from __future__ import annotations

import re

import pytest

from espalda.diary import Factor, KnownFactor, heading, known_factor, known_factors, label
from espalda.diary.model import RESERVED

KNOWN = known_factors()
GROUPS = ["walks", "postures", "loads", "exercise", "treatment", "medicine", "sleep_mood", "other"]


def test_no_two_have_the_same_name_in_any_language() -> None:
    for names in zip(*((known.name, known.es, known.en) for known in KNOWN), strict=True):
        assert len(set(names)) == len(names)


def test_they_come_group_by_group() -> None:
    assert list(dict.fromkeys(known.group for known in KNOWN)) == GROUPS


@pytest.mark.parametrize("known", KNOWN, ids=[known.name for known in KNOWN])
def test_each_is_a_factor_a_diary_can_carry(known: KnownFactor) -> None:
    low, high = known.factor.limits
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", known.name)
    assert known.name not in RESERVED
    assert known.factor.is_readable
    assert known.unit
    assert low < known.typical <= high
    for name in (known.es, known.en):
        assert name == name.strip()
        assert not name.endswith(".")


def test_labels() -> None:
    assert label("walk_downhill", "es") == "caminar cuesta abajo"
    assert label("walk_downhill", "en") == "walking downhill"
    assert label("moving_house", "es") == "moving house"


def test_headings_stand_without_article() -> None:
    assert heading("heat", "es") == "Calor en la espalda"
    assert heading("sleep", "es") == "Horas de sueño"
    assert heading("muscle_relaxant", "en") == "Muscle relaxant"
    assert heading("la tos", "es") == "La tos"


def test_a_factor_is_known_by_name_and_unit() -> None:
    known = known_factor(Factor("ibuprofen", "mg"))
    assert known
    assert known.daily_max
    assert known.daily_max.amount == 1200
    assert known_factor(Factor("ibuprofen", "n")) is None
    assert known_factor(Factor("nobody", "n")) is None
