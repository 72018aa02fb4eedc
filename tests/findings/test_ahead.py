"""What may come, in numbers and sentences: spasms' chance with its past, and pain's forecast."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.findings.fits import diary_of

from espalda.findings import draw_forecast, draw_spasms
from espalda.findings.ahead import LEAST_WATCHED_DAYS, Chance, PainForecast, Part, Spasms
from espalda.inference import Backtest, Forecast, OnsetFit, OnsetPast
from espalda.inference.engine import Estimate
from espalda.inference.onset import FEWEST_EPISODES, Mixture
from espalda.inference.scores import Score

PAST = OnsetPast(40, 0.126, 0.151)
NO_PAST = (None, None, None)


def onsets(per_day: float, days: float = 60.0, episodes: int = 10) -> OnsetFit:
    rate = Mixture(np.ones(1), np.array([np.log(per_day / 24)]), np.array([0.2]))
    estimate = Estimate(per_day, per_day / 1.5, per_day * 1.5, 0.01)
    return OnsetFit((), episodes + 1, episodes, days, estimate, episodes >= FEWEST_EPISODES, rate)


def spasms(per_day: float = 0.1, *, episodes: int = 10, now: bool = False, past: OnsetPast | None = None) -> Spasms:
    drawn = draw_spasms(onsets(per_day, episodes=episodes), (past, None, None), now=now)
    assert drawn
    return drawn


def test_how_often_is_told_by_the_month() -> None:
    one = spasms()
    assert one.per_month == pytest.approx((3.0, 2.0, 4.5))
    assert one.sentences("en")[0] == ("Spasms: about 3 a month (2 to 5). In the 60 days your diary covers, 11 began.")
    rare = replace(one, per_month=(0.44, 0.2, 0.81))
    assert rare.sentences("en")[0].startswith("Spasms: about 0.4 a month (0.2 to 0.8).")


def test_no_spasm_at_all_is_said() -> None:
    assert replace(spasms(), onsets=0).sentences("en")[0] == "No spasm began in the 60 days your diary covers."


def test_nothing_is_said_where_spasms_were_hardly_watched() -> None:
    assert draw_spasms(onsets(0.1, LEAST_WATCHED_DAYS - 0.1), NO_PAST, now=False) is None


def test_the_longer_the_likelier() -> None:
    day, week, month = spasms().chances
    assert day.low < day.mean < day.high < week.high < month.high
    assert (day.hours, week.hours, month.hours) == (24, 168, 720)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((0.58, 0.42, 0.78), "In the next 24 hours: likely, about 6 in 10 (4 to 8)."),
        ((0.5, 0.3, 0.7), "In the next 24 hours: as likely as not, about 5 in 10 (3 to 7)."),
        ((0.12, 0.02, 0.26), "In the next 24 hours: possible, about 1 in 10 (0 to 3)."),
        ((0.03, 0.01, 0.08), "In the next 24 hours: unlikely, about 3 in 100 (1 to 8)."),
        ((0.001, 0.0, 0.02), "In the next 24 hours: unlikely, about 1 in 100 (0 to 2)."),
        ((0.999, 0.97, 1.0), "In the next 24 hours: almost certain, about 99 in 100 (97 to 100)."),
    ],
)
def test_a_chance_is_said_in_tens_and_never_as_certain(numbers: tuple[float, float, float], said: str) -> None:
    assert Chance(24.0, *numbers, past=None).sentence("en") == said


def test_few_spasms_a_spasm_now_and_the_past_are_said() -> None:
    assert not any("uncertain" in sentence for sentence in spasms().sentences("en"))
    assert "only 3 separate spasms so far" in spasms(episodes=3).sentences("en")[-1]
    assert "only 1 separate spasm so far" in spasms(episodes=1).sentences("en")[-1]
    assert spasms(now=True).sentences("en")[1].startswith("Your back was in a spasm")
    assert spasms(past=PAST).sentences("en")[-1] == (
        "Tried on 40 days of your own diary, it said 13 in 100 on average, and a spasm came on 15 in 100."
    )


def test_spasms_as_plain_data() -> None:
    data = spasms(past=PAST).to_dict("en")
    assert data["chance"][0]["past"] == {"moments": 40, "said": 0.126, "happened": 0.151}
    assert data["chance"][1]["past"] is None
    assert data["per_month"] == {"mean": 3.0, "low": 2.0, "high": 4.5}
    assert data["sentences"][1] == data["chance"][0]["sentence"]


def forecast() -> PainForecast:
    """A forecast of two moments, eleven and thirty hours after the last row, at 08:00+01:00 on a Wednesday."""
    ahead = Forecast(
        np.full((2, 11), 1 / 11),
        np.array([3.4, 4.6]),
        np.array([2, 3]),
        np.array([4, 6]),
        np.array([0.84, 0.81]),
        np.array([0.1, 0.3]),
        6,
    )
    tried = Backtest((Score(12.0, 30, 0.5, 0.7, 0.8, 0.82, 0.83),), np.full(10, 0.1), worth_showing=True)
    drawn = draw_forecast(diary_of(1, days=32), np.array([11.25, 30.0]), np.array([2, 1]), (ahead, tried))
    assert drawn
    return drawn


def test_a_part_of_the_day_has_its_moment_and_its_name() -> None:
    one, other = forecast().parts
    assert one == Part("2026-04-01T19:15+01:00", "evening", 3.4, 2, 4, 0.84, 0.1)
    assert other.time == "2026-04-02T14:00+01:00"
    assert [part.name("en") for part in (one, other)] == ["Wednesday evening", "Thursday midday"]


def test_the_forecast_in_a_sentence_and_as_plain_data() -> None:
    said = forecast().sentences("en")[0]
    assert said.endswith(": Wednesday evening about 3 (2 to 4) and Thursday midday about 5 (3 to 6).")
    data = forecast().to_dict("en")
    assert data["bad_from"] == 6
    assert data["parts"][0]["name"] == "Wednesday evening"
    assert data["past"][0]["ours"] == 0.5


def test_no_forecast_that_did_no_better_is_drawn() -> None:
    assert draw_forecast(diary_of(1), np.zeros(0), np.zeros(0, dtype=np.int64), None) is None
