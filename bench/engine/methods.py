"""What every method is asked, and this program's own answer."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from espalda.diary import Diary
from espalda.findings import draw_findings
from espalda.inference import fit, fit_onsets, guards
from espalda.inference.compiled import COMPILED
from espalda.series import onset_priors, to_onsets, to_series

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Answer(NamedTuple):
    """What a method says of each factor, ``(k,)`` each; points are those of one unit done at once.

    Attributes
    ----------
    score
        How sure, in whatever unit orders the factors.
    declared
        Whether it is said to act.
    sign
        Of the effect.
    low, high
        The effect's 95 % interval, NaN where the method has none of that meaning.
    estimate
        The effect all things considered: that it may be none too. NaN as above.
    harmless
        Whether it is said to make no meaningful difference; most methods never say so.
    """

    score: Floats
    declared: Bools
    sign: Floats
    low: Floats
    high: Floats
    estimate: Floats
    harmless: Bools


def espalda(diary: Diary) -> Answer:
    """Return the verdicts of this program, by its compiled loops, as of many diaries.

    Moving factors far away changes no verdict and is left out.
    """
    series = to_series(diary)
    fitted = fit(series, COMPILED)
    onsets = fit_onsets(to_onsets(diary), onset_priors(diary))
    drawn = draw_findings(diary, fitted, guards(series, fitted, shifts=(), path=COMPILED), onsets)
    findings = {one.name: one for one in drawn.factors}
    ordered = [findings[factor.name] for factor in diary.factors]
    per = np.array([one.effect.per for one in ordered])
    probability = np.array([one.probability for one in ordered])
    mean = np.array([one.effect.mean for one in ordered]) / per
    of_spasms = np.array([one.acts_on == "spasms" for one in ordered])
    more = np.array([one.spasms is not None and one.spasms.mean > 1 for one in ordered])
    return Answer(
        score=probability,
        declared=np.array([one.verdict in {"aggravates", "eases"} for one in ordered]),
        sign=np.where(of_spasms, np.where(more, 1.0, -1.0), np.sign(mean)),
        low=np.array([one.effect.low for one in ordered]) / per,
        high=np.array([one.effect.high for one in ordered]) / per,
        estimate=probability * mean,
        harmless=np.array([one.verdict == "no_difference" for one in ordered]),
    )
