"""How surely a factor acts beforehand: priors beside each other, on diaries that differ in how many factors act.

``python -m bench.engine.prior``: of 5, 12 or 25 factors none to eight act, so that no prior has the truth built in. The
log score is the mean log of the probability given to what is true of each factor: the higher the better.
"""

from __future__ import annotations

import argparse
from typing import Final
from unittest.mock import patch

import numpy as np

from bench.engine.results import OURS, Row, answer
from bench.engine.scores import score
from bench.generators import OuSettings, Simulated, ou
from espalda.inference import selection

PRIORS: Final = ((1.0, 4.0), (3.0, 12.0), (6.0, 24.0), (10.0, 40.0), (5.0, 15.0))
FACTORS: Final = (5, 12, 25)
ACTING: Final = (0, 1, 2, 3, 5, 8)
LEAST: Final = 1e-6
"""Probability below which none is taken to be: one sure mistake is not to outweigh all else."""


def main() -> None:
    """Print a table, a prior a row."""
    parser = argparse.ArgumentParser(prog="python -m bench.engine.prior", description=__doc__)
    parser.add_argument("--days", nargs="+", type=int, default=[30, 90])
    parser.add_argument("--diaries", type=int, default=200)
    options = parser.parse_args()
    print("| days | prior | log score | AUC | FDR | power | false in |\n|---|---|---|---|---|---|---|")
    for days in options.days:
        people = [person(days, seed) for seed in range(options.diaries)]
        for a, b in PRIORS:
            rows = answers(people, a, b)
            some = score(rows)
            figures = (log_score(rows), some.auc, some.fdr, some.power, some.false_in)
            print(f"| {days} | Beta({a:g}, {b:g}) |", " | ".join(f"{one:.3f}" for one in figures), "|", flush=True)


def person(days: int, seed: int) -> Simulated:
    """Return a diary with as many factors, and as many of them acting, as chance would have it."""
    rng = np.random.default_rng([5, days, seed])
    factors = int(rng.choice(FACTORS))
    return ou(rng, days, OuSettings(factors=factors, acting=min(factors, int(rng.choice(ACTING)))))


def answers(people: list[Simulated], a: float, b: float) -> list[Row]:
    """Return this program's answers with another prior."""
    with patch.multiple(selection, PRIOR_A=a, PRIOR_B=b):
        return [answer(one, OURS) for one in people]


def log_score(rows: list[Row]) -> float:
    """Return the mean log of the probability given to what is true of each factor."""
    said, acts = np.concatenate([row.said.score for row in rows]), np.concatenate([row.acts for row in rows])
    return float(np.log(np.maximum(np.where(acts, said, 1.0 - said), LEAST)).mean())


if __name__ == "__main__":
    main()
