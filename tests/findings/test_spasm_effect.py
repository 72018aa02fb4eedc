"""What a factor does to spasms, and the verdict on pain and spasms together."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from tests.findings.fits import PER, diary_of, factor_fit, fitted, points

from espalda.findings import FactorFinding, Verdict, draw_findings
from espalda.inference import FactorFit, Fit, OnsetFit
from espalda.inference.engine import Estimate
from espalda.inference.onset import FEWEST_EPISODES, Mixture

NOTHING = factor_fit(0.1, points(0.05, -0.5, 0.6))


def ratio(probability: float, mean: float, low: float, high: float, *, sign: float | None = None) -> FactorFit:
    """What is known of one factor and spasms: hazard ratios of a habitual amount."""
    middle, least, most = (math.log(one) / PER for one in (mean, low, high))
    effect = Estimate(middle, least, most, (most - least) / 4)
    return factor_fit(probability, effect, sign=sign)


def onsets(*factors: FactorFit, episodes: int = FEWEST_EPISODES) -> OnsetFit:
    rate = Mixture(np.ones(1), np.array([-5.0]), np.array([0.1]))
    per_day = Estimate(0.2, 0.1, 0.3, 0.05)
    return OnsetFit(factors, episodes, episodes, 60.0, per_day, episodes >= FEWEST_EPISODES, rate)


def drawn(pain: Fit, spasms: OnsetFit | None) -> list[FactorFinding]:
    found = draw_findings(diary_of(len(pain.factors)), pain, None, spasms).factors
    return sorted(found, key=lambda one: one.name)


@pytest.mark.parametrize(("mean", "low", "high", "verdict"), [(3.0, 1.6, 6.0, "aggravates"), (0.3, 0.1, 0.7, "eases")])
def test_what_acts_on_spasms_alone_is_declared_for_their_sake(
    mean: float, low: float, high: float, verdict: Verdict
) -> None:
    (one,) = drawn(fitted(NOTHING), onsets(ratio(0.999, mean, low, high)))
    assert (one.verdict, one.acts_on) == (verdict, "spasms")
    assert one.probability > 0.95
    assert one.spasms
    assert (one.spasms.mean, one.spasms.low, one.spasms.high) == pytest.approx((mean, low, high))
    assert (one.half_life_h, one.delay_h, one.more_days) == (10, 0, None)


def test_with_too_few_spasms_nothing_is_declared() -> None:
    few = onsets(ratio(0.999, 3.0, 1.6, 6.0), episodes=FEWEST_EPISODES - 1)
    (one,) = drawn(fitted(NOTHING), few)
    assert one == replace(drawn(fitted(NOTHING), None)[0], spasms=one.spasms)
    assert one.spasms
    assert one.spasms.verdict == "unclear"


def test_what_acts_on_both_is_said_to() -> None:
    (one,) = drawn(fitted(factor_fit(0.99, points(0.8, 0.5, 1.1))), onsets(ratio(0.9, 2.0, 1.2, 3.0)))
    assert (one.verdict, one.acts_on) == ("aggravates", "both")
    assert "2.0 times as many (1.2 to 3.0)" in one.sentence("en")
    assert "0.8 points more" in one.sentence("en")


def test_spasms_that_say_nothing_leave_a_sure_finding() -> None:
    pain = factor_fit(0.999, points(0.8, 0.5, 1.1))
    (one,) = drawn(fitted(pain), onsets(ratio(0.15, 1.1, 0.5, 2.2)))
    assert (one.verdict, one.acts_on) == ("aggravates", "pain")
    assert one.sentence("en") == drawn(fitted(pain), None)[0].sentence("en")


def test_both_together_declare_what_neither_does_alone() -> None:
    pain = factor_fit(0.85, points(0.8, 0.2, 1.3))
    assert drawn(fitted(pain), None)[0].verdict == "possibly_aggravates"
    (one,) = drawn(fitted(pain), onsets(ratio(0.85, 2.5, 1.2, 5.0)))
    assert (one.verdict, one.acts_on) == ("aggravates", "both")


def test_a_likely_one_is_possible_and_a_less_likely_one_is_not() -> None:
    likely, less = (drawn(fitted(NOTHING), onsets(ratio(p, 3.0, 1.1, 7.0)))[0] for p in (0.94, 0.7))
    assert (likely.verdict, likely.acts_on) == ("possibly_aggravates", "spasms")
    assert (less.verdict, less.acts_on) == ("unclear", None)


def test_sure_findings_on_pain_lend_spasms_no_room_for_error() -> None:
    sure = factor_fit(1.0, points(0.8, 0.5, 1.1))
    nothing = ratio(0.1, 1.0, 0.5, 2.0)
    pain = fitted(*[sure] * 6, NOTHING)
    last = drawn(pain, onsets(*[nothing] * 6, ratio(0.9, 3.0, 1.1, 7.0)))[-1]
    assert last.verdict == "possibly_aggravates"


def test_a_difference_too_small_to_matter_is_said_to_be_none() -> None:
    (one,) = drawn(fitted(NOTHING), onsets(ratio(0.3, 1.0, 0.9, 1.1)))
    assert one.spasms
    assert one.spasms.verdict == "no_difference"


def test_a_group_stays_one() -> None:
    alike = [factor_fit(0.5, points(0.5, 0.1, 0.9))] * 2  # spasms lend pain nothing at that
    pain = fitted(*alike, together={(0, 1): 0.97}, correlation={(0, 1): 0.9})
    one, _other = drawn(pain, onsets(*[ratio(0.999, 3.0, 1.6, 6.0)] * 2))
    assert one.group == ("factor_0", "factor_1")
    assert (one.verdict, one.acts_on) == ("possibly_aggravates", "pain")
    assert one.spasms


SENTENCES = {
    "aggravates": (3.0, 1.6, 6.0, 0.999, "More spasms with factor 0: about 3.0 times as many (1.6 to 6.0) per 10 min"),
    "eases": (0.3, 0.1, 0.7, 0.999, "Fewer spasms with factor 0: about 70% fewer (30 to 90%) per 10 min"),
    "possibly_aggravates": (3.0, 0.9, 6.0, 0.93, "Perhaps more spasms with factor 0: about 3.0 times as many (1.0 to "),
    "possibly_eases": (0.3, 0.1, 1.2, 0.93, "Perhaps fewer spasms with factor 0: about 70% fewer (0 to 90%) per 10 "),
}


@pytest.mark.parametrize("verdict", SENTENCES)
def test_the_sentence_says_how_many_more_or_fewer(verdict: str) -> None:
    mean, low, high, probability, said = SENTENCES[verdict]
    (one,) = drawn(fitted(NOTHING), onsets(ratio(probability, mean, low, high)))
    assert one.verdict == verdict
    assert one.sentence("en").startswith(said)


def test_what_eases_pain_and_spasms_says_so() -> None:
    (one,) = drawn(fitted(factor_fit(0.99, points(-0.8, -1.1, -0.5))), onsets(ratio(0.9, 0.5, 0.2, 0.8)))
    assert one.sentence("en").endswith("Fewer spasms, too: about 50% fewer (20 to 80%).")


def test_what_adds_up_is_said_to() -> None:
    little = replace_swing(ratio(0.999, 1.1, 1.05, 1.2), 0.6)
    (one,) = drawn(fitted(NOTHING), onsets(little))
    assert one.sentence("en").endswith("Little each time, but it adds up.")


def replace_swing(factor: FactorFit, swing: float) -> FactorFit:
    return factor._replace(swing=Estimate(swing, swing - 0.2, swing + 0.2, 0.1))
