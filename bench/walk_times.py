"""What it pays to know when a walk was: the same diaries with walks at their hours, and with their minutes in rows.

``python -m bench.walk_times [people] [days]`` prints how often downhill that acts quickly is found, how often its
interval covers the truth, how wide that is and how far its middle is off.
"""

from __future__ import annotations

import sys
from typing import Final, NamedTuple

import numpy as np

from bench.generators import people
from espalda import findings, inference
from espalda.diary import WALKED, Diary, Factor, Walks, in_rows, make_diary
from espalda.findings import FactorFinding
from espalda.series import to_series

SEED: Final = 20261201
OTHERS: Final = 6
OUT: Final = 0.35
"""Share of the times between two readings that a walk falls in."""
FASTEST_H, SLOWEST_H = 4.0, 10.0
WALK_MIN: Final = 45


class Walker(NamedTuple):
    """A diary with its walks, and what a minute downhill does."""

    diary: Diary
    per_minute: float


class Score(NamedTuple):
    """What was found of downhill: found, covered, width and error of the effect against the truth."""

    found: bool
    covered: bool
    width: float
    error: float


def walker(rng: np.random.Generator, days: int) -> Walker:
    """Return someone whom downhill hurts, fading by half in 4 to 10 hours, and who writes three times a day."""
    life = people.live(rng, days, OTHERS)
    start = np.concatenate([life.t[:1] - 2.0, life.t[:-1]])
    wake = np.where(np.diff(life.t, prepend=life.t[0] - 24) > 9, life.t - 1.5, start)
    begin = wake + rng.random(len(life.t)) * np.maximum(life.t - wake - WALK_MIN / 60, 0.0)
    out = (rng.random(len(life.t)) < OUT) & (life.t - wake > WALK_MIN / 60)
    down = np.round(rng.uniform(0.1, 0.7, len(life.t)) * WALK_MIN) * out
    load = people.load(life.t, begin + WALK_MIN / 120, down, people.half_life(rng, FASTEST_H, SLOWEST_H))
    per_minute = abs(people.size(rng)) / float(load.std())
    felt, _ = people.act(rng, life, people.choose(rng, life, 2))
    pain = people.told(people.pain_of(rng, life.t, felt + per_minute * (load - load.mean())))
    rows = ~people.missed(rng, pain)
    kept = people.keep(life, pain, rows=rows)
    minutes = np.zeros((int(out.sum()), len(WALKED)))
    minutes[:, WALKED.index(Factor("walk_downhill", "min"))] = down[out]
    minutes[:, WALKED.index(Factor("walk_flat", "min"))] = WALK_MIN - down[out]
    walked = people.START + np.round(60 * begin[out]).astype("timedelta64[m]")
    walks = Walks(walked, walked + np.timedelta64(WALK_MIN, "m"), np.zeros(len(minutes), np.int16), minutes, True)
    diary = make_diary(
        kept.time, kept.utc_offset_min, pain=kept.pain, factors=kept.factors, amounts=kept.amounts, walks=walks
    )
    return Walker(diary, per_minute)


def score(diary: Diary, per_minute: float) -> Score:
    """Return what is found of downhill in a diary."""
    fit = inference.fit(to_series(diary))
    one = downhill(findings.draw_findings(diary, fit, None))
    truth, effect = per_minute * one.effect.per, one.effect
    return Score(
        one.verdict == "aggravates",
        effect.low <= truth <= effect.high,
        (effect.high - effect.low) / truth,
        (effect.mean - truth) / truth,
    )


def downhill(found: findings.Findings) -> FactorFinding:
    """Return what is said of walking downhill."""
    (one,) = (factor for factor in found.factors if factor.name == "walk_downhill")
    return one


def compared(count: int, days: int, seed: int = SEED) -> dict[str, list[Score]]:
    """Return the scores of some people, their walks at their hours and as minutes in rows."""
    scores: dict[str, list[Score]] = {"at their hours": [], "in rows": []}
    for rng in np.random.default_rng(seed).spawn(count):
        diary, per_minute = walker(rng, days)
        scores["at their hours"].append(score(diary, per_minute))
        scores["in rows"].append(score(in_rows(diary), per_minute))
    return scores


def main() -> None:
    """Print the comparison."""
    count, days = (int(one) for one in (*sys.argv[1:], *("60", "90")[len(sys.argv) - 1 :]))
    print(f"{count} people, {days} days")
    for name, every in compared(count, days).items():
        found, covered, width, error = np.array(every, dtype=float).T
        told = found > 0
        print(
            f"{name:15} power {found.mean():.2f}  cover {covered.mean():.2f}  cover of found "
            f"{covered[told].mean():.2f}  width {np.median(width):.2f}  error {np.median(error):+.2f}  "
            f"abs error of found {np.median(np.abs(error[told])):.2f}"
        )


if __name__ == "__main__":
    main()
