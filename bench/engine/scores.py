"""Figures of merit from answers and truth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import rankdata

from bench.engine.methods import Bools, Floats
from bench.engine.results import Row
from espalda.findings.sentences import RELEVANT


class Score(NamedTuple):
    """How a method did over many diaries; NaN where there was nothing to judge.

    Attributes
    ----------
    diaries
        How many.
    auc
        Chance that a factor that acts scores above one that does not, over all diaries.
    fdr
        Share of all findings that are false.
    power
        Share of the factors that act that are found.
    power_relevant
        The same of those whose habitual amount moves pain by enough to matter.
    wrong_sign
        Share of the true findings whose sign is wrong.
    cover
        Share of the true findings whose interval holds the truth.
    rmse
        Root mean square error of the effect of a habitual amount, over all factors.
    false_in
        Share of diaries with at least one false finding.
    unearned
        Share of the verdicts "no meaningful difference" on factors that do make one.
    opposite
        Share of diaries where two that always come together were found with opposite signs.
    seconds
        Of processor time a diary, the median.
    """

    diaries: int
    auc: float
    fdr: float
    power: float
    power_relevant: float
    wrong_sign: float
    cover: float
    rmse: float
    false_in: float
    unearned: float
    opposite: float
    seconds: float


def score(rows: Sequence[Row]) -> Score:
    """Return the figures of a method's answers."""
    acts, effect = (np.concatenate(column) for column in zip(*((row.acts, row.effect) for row in rows), strict=True))
    said, declared, sign, low, high, estimate, harmless = (
        np.concatenate(column) for column in zip(*(row.said for row in rows), strict=True)
    )
    right = declared & acts
    relevant = acts & (np.abs(effect) >= RELEVANT)
    inside = (low <= effect) & (effect <= high)
    return Score(
        diaries=len(rows),
        auc=auc(said, acts),
        fdr=_share((declared & ~acts).sum(), declared.sum()),
        power=_share(right.sum(), acts.sum()),
        power_relevant=_share((right & relevant).sum(), relevant.sum()),
        wrong_sign=_share((right & (sign != np.sign(effect))).sum(), right.sum()),
        cover=_share(inside[right].sum(), right.sum()) if np.isfinite(low).all() else np.nan,
        rmse=float(np.sqrt(np.mean((estimate - effect) ** 2))),
        false_in=float(np.mean([(row.said.declared & ~row.acts).any() for row in rows])),
        unearned=_share((harmless & (np.abs(effect) >= RELEVANT)).sum(), harmless.sum()),
        opposite=float(np.mean([row.opposite for row in rows])),
        seconds=float(np.median([row.seconds for row in rows])),
    )


def auc(said: Floats, acts: Bools) -> float:
    """Return the area under the receiver operating characteristic."""
    true, false = int(acts.sum()), int((~acts).sum())
    if not true or not false:
        return np.nan
    return float((rankdata(said)[acts].sum() - true * (true + 1) / 2) / (true * false))


def _share(part: np.int64, whole: np.int64) -> float:
    return float(part / whole) if whole else np.nan
