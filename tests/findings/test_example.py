"""The walk in which a person can recognise what is found of a kind of ground."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest
from tests.findings.fits import factor_fit, fitted, points

from espalda.diary import WALKED, Diary, Factor, Walks, make_diary
from espalda.diary.build import Times
from espalda.diary.model import NO_WALKS
from espalda.findings import Findings, draw_findings
from espalda.findings.example import Example, example_of
from espalda.words import Language

DOWN = WALKED[2]
NAN = float("nan")


def diary_of(*recorded: tuple[str, float], amounts: Sequence[float] | None = None, factor: Factor = DOWN) -> Diary:
    """A row every noon of March, half an hour behind universal time, and hours' walks with minutes downhill."""
    time = np.datetime64("2026-03-01T12:00", "us") + np.arange(31).astype("timedelta64[D]")
    start: Times = np.array([f"2026-{when}" for when, _ in recorded], "datetime64[us]")
    end: Times = start + np.timedelta64(1, "h")
    minutes = np.zeros((len(recorded), len(WALKED)))
    minutes[:, 2] = [minute for _, minute in recorded]
    walks = Walks(start, end, np.full(len(recorded), -30, np.int16), minutes)
    rows = None if amounts is None else np.array([*amounts, *[NAN] * (31 - len(amounts))])[:, None]
    return make_diary(time, -30, pain=np.arange(31) % 5, factors=[factor], amounts=rows, walks=walks)


def test_it_is_the_recent_walk_with_most_of_it() -> None:
    diary = diary_of(("03-02T10:00", 40), ("03-10T10:00", 20), ("03-15T10:00", 25.4), ("03-20T10:00", 25))
    assert example_of(diary, DOWN) == Example("walk_downhill", date(2026, 3, 20), 25)


def test_it_is_of_the_day_the_persons_clock_showed() -> None:
    example = example_of(diary_of(("03-16T00:10", 30)), DOWN)
    assert example is not None
    assert example.day == date(2026, 3, 15)


def test_without_recorded_walks_a_row_tells() -> None:
    assert example_of(diary_of(amounts=[0] * 20 + [12, 30, 14]), DOWN) == Example(
        "walk_downhill", date(2026, 3, 22), 30
    )
    hours = Factor("walk_downhill", "h")
    assert example_of(diary_of(amounts=[0.0] * 20 + [0.5], factor=hours), hours) == Example(
        "walk_downhill", date(2026, 3, 21), 30
    )


def test_there_is_none_of_what_is_no_ground_or_too_little_or_long_ago() -> None:
    lifting = Factor("lifting", "n")
    assert example_of(diary_of(amounts=[9.0] * 31, factor=lifting), lifting) is None
    assert example_of(diary_of(("03-16T10:00", 1.4)), DOWN) is None
    assert example_of(diary_of(amounts=[30.0]), DOWN) is None
    assert example_of(make_diary([], [], factors=[DOWN]), DOWN) is None


@pytest.mark.parametrize(
    ("name", "en", "es"),
    [
        ("walk_flat", "25 minutes on the flat", "25 minutos en llano"),
        ("walk_uphill", "25 minutes uphill", "25 minutos cuesta arriba"),
        ("walk_downhill", "25 minutes downhill", "25 minutos cuesta abajo"),
        ("walk_steep_downhill", "25 minutes down steep slopes", "25 minutos de bajadas empinadas"),
        ("walk_uneven", "25 minutes on uneven ground", "25 minutos por terreno irregular"),
    ],
)
def test_it_is_told_in_a_persons_words(name: str, en: str, es: str) -> None:
    example = Example(name, date(2026, 3, 15), 25)
    assert example.sentence("en") == f"For example, the {en} on Sunday 15 March."
    assert example.sentence("es") == f"Por ejemplo, los {es} del domingo 15 de marzo."


@pytest.mark.parametrize("surer", [0, 1])
def test_what_may_be_of_one_ground_is_not_told_against_anothers_of_the_same_walks(surer: int) -> None:
    """With walks recorded, whose grounds go together; in rows alone, or where they come apart, it is."""
    fits = [factor_fit(0.6, points(-0.8, -1.1, -0.5)), factor_fit(0.6, points(0.8, 0.5, 1.1))]
    fits[surer] = fits[surer]._replace(probability=0.99)
    walked = diary_of(("03-16T10:00", 20))
    factors = [DOWN, WALKED[1]]
    for correlation, walks, told in ((0.6, walked.walks, False), (0.4, walked.walks, True), (0.6, NO_WALKS, True)):
        amounts = np.full((31, 2), 10.0) * (np.arange(31)[:, None] % 2)
        diary = make_diary(walked.time, 0, pain=walked.pain, factors=factors, amounts=amounts, walks=walks)
        drawn = draw_findings(diary, fitted(*fits, correlation={(0, 1): correlation}), None).factors
        verdicts = {one.name: one.verdict for one in drawn}
        assert verdicts[factors[surer].name] == ("eases", "aggravates")[surer]
        possibly = ("possibly_eases", "possibly_aggravates")[1 - surer]
        assert verdicts[factors[1 - surer].name] == (possibly if told else "unclear")


def found(probability: float, group: bool = False) -> Findings:
    fits = [factor_fit(probability, points(0.8, 0.5, 1.1)), factor_fit(probability, points(0.8, 0.5, 1.1))]
    diary = diary_of(("03-16T10:00", 20))
    diary = make_diary(diary.time, 0, pain=diary.pain, factors=[DOWN, WALKED[1]], walks=diary.walks)
    together, correlation = ({(0, 1): 0.99}, {(0, 1): 0.9}) if group else ({}, {})
    return draw_findings(diary, fitted(*fits, together=together, correlation=correlation), None)


@pytest.mark.parametrize("lang", ["es", "en"])
def test_a_finding_has_its_example(lang: Language) -> None:
    one = next(factor for factor in found(0.99).factors if factor.name == "walk_downhill")
    assert one.effect.per == 20, "as much as is usual where it is done"
    assert one.to_dict(lang)["example"] == {
        "date": "2026-03-16",
        "minutes": 20,
        "sentence": Example("walk_downhill", date(2026, 3, 16), 20).sentence(lang),
    }


def test_what_is_not_said_to_act_and_what_is_one_of_several_have_none() -> None:
    assert [factor.example for factor in found(0.2).factors] == [None, None]
    grouped = found(0.6, group=True).factors
    assert grouped[0].group == ("walk_downhill", "walk_uphill")
    assert [factor.example for factor in grouped] == [None, None]
