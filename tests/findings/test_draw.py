"""From a fit to verdicts, groups, amounts and days still wanted: known answers."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.findings.fits import UNSURE, diary_of, factor_fit, fitted, found_in, points

from espalda.diary import Factor, make_diary
from espalda.findings import RELEVANT, VERDICTS, Verdict, draw_findings, habitual_amount
from espalda.findings.draw import ALIKE, FEWEST_CHANGES
from espalda.inference import KERNELS, FactorFit, Fit, Guards
from espalda.inference.engine import WIDEST, Estimate

SMALL = Estimate(0.02, -0.1, 0.14, 0.06)

VERDICT_CASES: dict[str, tuple[FactorFit, Verdict]] = {
    "found, and worse": (factor_fit(0.99, points(0.5, 0.3, 0.7)), "aggravates"),
    "found, and better": (factor_fit(0.99, points(-0.5, -0.7, -0.3)), "eases"),
    "just relevant": (factor_fit(0.99, Estimate(0.03, 0.01, 0.05, 0.01), swing=SMALL), "aggravates"),
    "found, and perhaps too small to matter": (factor_fit(0.99, points(0.29, 0.1, 0.5)), "unclear"),
    "likely, and perhaps too small to matter": (factor_fit(0.8, points(0.29, 0.1, 0.5)), "unclear"),
    "small doses that pile up": (
        factor_fit(0.99, points(0.02, 0.01, 0.03), swing=Estimate(0.6, 0.4, 0.8, 0.1)),
        "aggravates",
    ),
    "found, and too small to matter": (factor_fit(1.0, points(0.15, 0.05, 0.29)), "no_difference"),
    "likely, of a sure sign": (factor_fit(0.8, points(0.5, 0.1, 0.9)), "possibly_aggravates"),
    "likely, of the other sign": (factor_fit(0.8, points(-0.5, -0.9, -0.1)), "possibly_eases"),
    "likely, of an unsure sign": (factor_fit(0.8, points(0.5, -0.3, 1.0), sign=0.94), "unclear"),
    "found, of an unsure sign": (factor_fit(0.99, points(0.5, -0.6, 1.0), sign=0.94), "unclear"),
    "unlikely, of a sure sign": (factor_fit(0.49, points(0.5, 0.1, 0.9)), "unclear"),
    "as likely as not": (factor_fit(0.5, points(0.5, 0.1, 0.9), sign=0.96), "possibly_aggravates"),
    "surely small": (factor_fit(0.1, points(0.0, -0.29, 0.29)), "no_difference"),
    "small at once, unsure as it piles up": (
        factor_fit(0.1, points(0.0, -0.1, 0.1), swing=UNSURE),
        "unclear",
    ),
    "nearly surely small": (factor_fit(0.1, points(0.0, -0.1, 0.31)), "unclear"),
    "nothing known": (
        factor_fit(0.2, Estimate(0.0, -WIDEST, WIDEST, WIDEST), sign=0.5, informed=False),
        "unclear",
    ),
}


@pytest.mark.parametrize("case", VERDICT_CASES)
def test_each_verdict(case: str) -> None:
    fit, verdict = VERDICT_CASES[case]
    (finding,) = found_in(fitted(fit))
    assert finding.verdict == verdict
    acts = verdict not in {"no_difference", "unclear"}
    assert (finding.half_life_h, finding.delay_h) == (
        (fit.kernel.half_life_h, fit.kernel.delay_h) if acts else (None,) * 2
    )
    assert finding.recorded == fit.informed
    assert finding.group is None


def test_every_verdict_is_among_the_cases() -> None:
    assert {verdict for _fit, verdict in VERDICT_CASES.values()} == set(VERDICTS)


def test_effects_are_told_per_habitual_amount() -> None:
    (finding,) = found_in(fitted(factor_fit(0.99, Estimate(0.05, 0.02, 0.08, 0.015))))
    assert vars(finding.effect) == pytest.approx({"mean": 0.5, "low": 0.2, "high": 0.8, "per": 10.0})


def test_no_effect_is_beyond_the_scale() -> None:
    (finding,) = found_in(fitted(factor_fit(0.2, Estimate(-3.0, -40.0, 20.0, 15.0), informed=False)))
    assert (finding.effect.mean, finding.effect.low, finding.effect.high) == (-10, -10, 10)


@given(
    st.floats(0, 1),
    st.floats(-1, 1),
    st.floats(0, 1),
    st.floats(-1, 1),
    st.floats(0, 1),
)
def test_aggravating_and_easing_are_treated_alike(
    probability: float, mean: float, half: float, swing: float, half_swing: float
) -> None:
    fit = factor_fit(
        probability,
        Estimate(mean, mean - half, mean + half, half / 2),
        swing=Estimate(swing, swing - half_swing, swing + half_swing, half_swing / 2),
        sign=0.97 if mean > 0 else 0.03,
    )
    mirrored = fit._replace(effect=_mirrored(fit.effect), swing=_mirrored(fit.swing), sign=1 - fit.sign)
    (one,), (other,) = found_in(fitted(fit)), found_in(fitted(mirrored))
    if mean:
        assert one.verdict == _opposite(other.verdict)
    assert (one.effect.low, one.more_days) == (-other.effect.high, other.more_days)


def _mirrored(estimate: Estimate) -> Estimate:
    return Estimate(-estimate.mean, -estimate.high, -estimate.low, estimate.sd)


def _opposite(verdict: Verdict) -> str:
    if "aggravates" in verdict:
        return verdict.replace("aggravates", "eases")
    return verdict.replace("eases", "aggravates")


# Groups.

WORSE, BETTER = points(0.5, 0.1, 0.9), points(-0.5, -0.9, -0.1)
PAIR = {(0, 1): 0.9}


def test_two_that_go_together_are_a_group_where_one_of_them_surely_acts() -> None:
    fit = fitted(factor_fit(0.6, WORSE), factor_fit(0.4, WORSE), together={(0, 1): 0.96}, correlation=PAIR)
    one, other = found_in(fit)
    assert one.verdict == other.verdict == "possibly_aggravates"
    assert one.group == other.group == ("factor_0", "factor_1")


@pytest.mark.parametrize(
    ("together", "correlation", "share"),
    [(0.94, 0.9, 0.4), (0.96, 0.69, 0.4), (0.96, 0.9, 0.09)],
    ids=["neither surely acts", "they don't go together", "the other hardly can"],
)
def test_others_are_no_group(together: float, correlation: float, share: float) -> None:
    fit = fitted(
        factor_fit(0.6, WORSE),
        factor_fit(share, WORSE),
        together={(0, 1): together},
        correlation={(0, 1): correlation},
    )
    one, other = found_in(fit)
    assert (one.verdict, one.group) == ("possibly_aggravates", None)
    assert (other.verdict, other.group) == ("unclear", None)


def test_opposite_effects_of_two_that_go_together_are_never_named() -> None:
    fit = fitted(factor_fit(0.99, WORSE), factor_fit(0.98, BETTER), together={(0, 1): 1.0}, correlation=PAIR)
    one, other = found_in(fit)
    assert one.verdict == other.verdict == "possibly_aggravates", "that of the likelier"
    assert one.group == other.group == ("factor_0", "factor_1")


def test_one_done_instead_of_the_other_may_act_the_other_way() -> None:
    """Of two that are done instead of each other opposite effects are one and the same, and named as a group."""
    instead = {(0, 1): -0.9}
    fit = fitted(factor_fit(0.6, WORSE), factor_fit(0.5, BETTER), together={(0, 1): 0.97}, correlation=instead)
    assert [finding.verdict for finding in found_in(fit)] == ["possibly_aggravates", "possibly_eases"]
    fit = fitted(factor_fit(0.99, WORSE), factor_fit(0.99, BETTER), together={(0, 1): 1.0}, correlation=instead)
    assert [finding.verdict for finding in found_in(fit)] == ["aggravates", "eases"]


def test_two_that_go_together_and_both_act_alike_are_both_named() -> None:
    fit = fitted(factor_fit(0.99, WORSE), factor_fit(0.99, WORSE), together={(0, 1): 1.0}, correlation=PAIR)
    assert [(finding.verdict, finding.group) for finding in found_in(fit)] == [("aggravates", None)] * 2


def test_what_goes_with_either_of_two_makes_one_group_of_three() -> None:
    """The first and the last hardly go together, but neither can be told from the one between them."""
    fit = fitted(
        factor_fit(0.9, WORSE),
        factor_fit(0.5, WORSE),
        factor_fit(0.93, BETTER),
        together={(0, 1): 0.96, (1, 2): 0.97},
        correlation={(0, 1): 0.75, (1, 2): 0.75, (0, 2): 0.2},
    )
    findings = found_in(fit)
    assert {finding.group for finding in findings} == {("factor_0", "factor_1", "factor_2")}
    assert len({finding.verdict for finding in findings}) == 1


def test_a_named_factor_draws_no_other_into_a_group() -> None:
    fit = fitted(factor_fit(0.99, WORSE), factor_fit(0.3, WORSE), together={(0, 1): 1.0}, correlation=PAIR)
    assert [(finding.verdict, finding.group) for finding in found_in(fit)] == [("aggravates", None), ("unclear", None)]


acting = st.tuples(st.floats(0, 1), st.floats(-1, 1), st.floats(0, 1)).map(
    lambda drawn: factor_fit(drawn[0], points(drawn[1], drawn[1] - drawn[2], drawn[1] + drawn[2]))
)


@st.composite
def going_together(draw: st.DrawFn, factors: int) -> Fit:
    """Factors whose loads are directions in a plane, some close to each other, some surely acting in pairs."""
    fits = draw(st.lists(acting, min_size=factors, max_size=factors))
    angle = np.radians(draw(st.lists(st.sampled_from(range(0, 100, 10)), min_size=factors, max_size=factors)))
    pairs = list(itertools.combinations(range(factors), 2))
    together = {}
    for a, b in pairs:
        low, high = sorted((fits[a].probability, fits[b].probability))
        together[a, b] = draw(st.sampled_from([high, min(1.0, high + low, max(high, 0.97))]))
    return fitted(
        *fits,
        together=together,
        correlation={(a, b): float(np.cos(angle[a] - angle[b])) for a, b in pairs},
    )


@pytest.mark.parametrize("factors", [2, 3])
@given(st.data())
def test_two_that_go_together_are_never_said_to_pull_apart(factors: int, data: st.DataObject) -> None:
    """Neither as two findings for sure, nor as two members of a group."""
    fit = data.draw(going_together(factors))
    findings = found_in(fit)
    for a, b in itertools.combinations(range(factors), 2):
        one, other = findings[a], findings[b]
        if fit.correlation[a, b] >= ALIKE:
            assert {one.verdict, other.verdict} != {"aggravates", "eases"}
            assert not one.group or other.name not in one.group or one.verdict == other.verdict


# Amounts, days, order.


@pytest.mark.parametrize(
    ("unit", "amounts", "expected"),
    [
        ("min", [0, 0, 20, 0, 30, 40, np.nan], 30),
        ("min", [0, 0, 0, 17.36], 17),
        ("h", [6, 7, 7, 8, 9, np.nan], 1),
        ("h", [7, 7, 7, 7, 7, 7, 7, 9], 0.66),
        ("0-10", [0, 2, 4, 6, 8], 4),
        ("0-10", [0, 0, 0, 0, 0, 0, 0, 8], 2.6),
        ("0-1", [0, 1, 1, 1], 1),
        ("0-1", [0, 0, 0, 0], 1),
        ("mg", [0, 0, 0], 1),
        ("mg", [np.nan, np.nan], 1),
        ("mg", [], 1),
        ("mg", [400, 400, 400], 400),
        ("h", [0.1, 0.1, 0.1], 0.1),
        ("km", [0, 0, 0, 1e-5], 1e-5),
    ],
)
def test_the_habitual_amount(unit: str, amounts: list[float], expected: float) -> None:
    assert habitual_amount(np.array(amounts, dtype=float), Factor("x", unit)) == pytest.approx(expected, rel=1e-9)


@given(
    st.lists(st.just(np.nan) | st.just(0.0) | st.floats(1e-6, 10), max_size=30), st.sampled_from(["min", "0-10", "0-1"])
)
def test_the_habitual_amount_is_one_a_person_may_do(amounts: list[float], unit: str) -> None:
    known = np.array(amounts)[~np.isnan(amounts)]
    habitual = habitual_amount(np.array(amounts), Factor("x", unit))
    # Rounded to two digits: by one part in twenty at the most.
    assert 0 < habitual <= max(1.0, 1.05 * known.max(initial=0))
    spread = float(np.ptp(known)) if len(known) else 0.0
    assert habitual == 1.0 or habitual >= min(1e-7, known[known > 0].min(initial=1.0)) or spread > 0


sds = st.floats(1e-3, 3)


def more_days(sd: float, days: int) -> int | None:
    """Days still wanted for an effect nothing else is known of; sure small ones are widened to be unclear."""
    (finding,) = found_in(fitted(factor_fit(0.3, points(0.1, -1.0, 1.2, sd), swing=SMALL)), days)
    assert finding.verdict == "unclear"
    return finding.more_days


@given(sds, sds, st.integers(14, 400))
def test_a_larger_error_wants_more_days(one: float, other: float, days: int) -> None:
    few, many = (more_days(sd, days) for sd in sorted((one, other)))
    assert (math.inf if few is None else few) <= (math.inf if many is None else many)
    for wanted in (few, many):
        assert wanted is None or (wanted >= 7 and wanted % 7 == 0)


def test_days_wanted_follow_the_square_of_the_error() -> None:
    """Twice the error that settles it takes four times the days; more than another year is none of a person's."""
    settled = RELEVANT / 1.96
    assert more_days(2 * settled, 60) == 7 * math.ceil(3 * 60 / 7)
    assert more_days(settled, 60) == 7
    assert more_days(2.6 * settled, 60) == 7 * math.ceil(60 * (2.6**2 - 1) / 7)
    assert more_days(2.7 * settled, 60) is None


def test_only_what_is_unclear_wants_days() -> None:
    for fit, verdict in VERDICT_CASES.values():
        (finding,) = found_in(fitted(fit))
        assert verdict == "unclear" or finding.more_days is None


def test_the_clearest_comes_first() -> None:
    fits = [
        factor_fit(0.1, points(0, -0.1, 0.1)),
        factor_fit(0.3, UNSURE),
        factor_fit(0.7, WORSE),
        factor_fit(0.99, BETTER),
        factor_fit(0.9, BETTER),
        factor_fit(1.0, WORSE),
    ]
    factors = draw_findings(diary_of(len(fits)), fitted(*fits), None).factors
    assert [finding.name for finding in factors] == [f"factor_{place}" for place in (5, 3, 4, 2, 1, 0)]


def test_what_the_diary_holds_is_told() -> None:
    diary = make_diary(
        np.array(["2026-03-01T22:00", "2026-03-02T23:30", "2026-03-04T02:00"], dtype="datetime64[us]"),
        np.array([-210, 60, 120]),
        pain=[3, np.nan, np.nan],
        spasm=[np.nan, np.nan, 1],
    )
    findings = draw_findings(diary, fitted(), None)
    assert (findings.readings, findings.days) == (2, 4)
    assert (findings.first, findings.last) == ("2026-03-01T18:30-03:30", "2026-03-04T04:00+02:00")


def test_what_the_future_outdoes_is_possible_at_most() -> None:
    """Nor does it vouch for another: the one of .9 is declared beside surer ones alone."""
    fit = fitted(*(factor_fit(p, points(0.6, 0.4, 0.8)) for p in (0.999, 0.999, 0.9)))
    assert {one.verdict for one in draw_findings(diary_of(3), fit, Guards((), (0,))).factors} == {"aggravates"}
    drawn = {one.name: one.verdict for one in draw_findings(diary_of(3), fit, Guards((), (0,), (0,))).factors}
    assert drawn == {
        "factor_0": "possibly_aggravates",
        "factor_1": "aggravates",
        "factor_2": "possibly_aggravates",
    }


@pytest.mark.parametrize("changes", [FEWEST_CHANGES - 1, FEWEST_CHANGES])
def test_pain_that_hardly_moved_proves_nothing(changes: int) -> None:
    diary = diary_of(1)
    pain = 3.0 * (np.minimum(np.arange(len(diary)), changes) % 2)
    pain[30] = np.nan  # a reading left out is no change
    (finding,) = draw_findings(
        replace(diary, pain=pain), fitted(factor_fit(1.0, points(-0.6, -0.8, -0.4))), None
    ).factors
    assert finding.verdict == ("eases" if changes == FEWEST_CHANGES else "possibly_eases")


def test_what_reacts_to_the_pain_is_named() -> None:
    fit = fitted(*[factor_fit(0.2, UNSURE, kernel=KERNELS[0])] * 3)
    findings = draw_findings(diary_of(3), fit, Guards((0, 0), (2, 0)))
    assert findings.reacting == ("factor_2", "factor_0")
    assert draw_findings(diary_of(3), fit, None).reacting == ()
