"""``python -m bench.engine [--diaries 50] [--days 90] [--seed 1]``: one table, every method on the same diaries."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.stats import rankdata
from threadpoolctl import threadpool_limits

from bench.engine.peers import Answer, espalda, pearson, sarimax
from bench.generators import Simulated, ou

METHODS: dict[str, Callable[[Simulated], Answer]] = {
    "Pearson, same day, p < .05": pearson,
    "SARIMAX AR(1)+noise, BH 5 %": sarimax,
    "Espalda": espalda,
}


class Score(NamedTuple):
    """How a method did over all diaries; nan where there was nothing to judge."""

    auc: float
    fdr: float
    power: float
    wrong_sign: float
    cover: float
    false_in: float
    seconds: float


def score(method: Callable[[Simulated], Answer], diaries: list[Simulated]) -> Score:
    """Return the method's figures; processor seconds a diary."""
    start = time.process_time()
    answers = [method(diary) for diary in diaries]
    seconds = (time.process_time() - start) / len(diaries)
    acts, effect = (np.concatenate(column) for column in zip(*(_truth(diary) for diary in diaries), strict=True))
    joined = Answer(*(np.concatenate(column) for column in zip(*answers, strict=True)))
    rank = rankdata(joined.score)
    true, false = int(acts.sum()), int((~acts).sum())
    right = joined.declared & acts
    inside = (joined.low <= effect) & (effect <= joined.high)
    return Score(
        auc=(rank[acts].sum() - true * (true + 1) / 2) / (true * false) if true else np.nan,
        fdr=float((joined.declared & ~acts).sum() / max(joined.declared.sum(), 1)),
        power=float(right.sum() / true) if true else np.nan,
        wrong_sign=float((right & (joined.sign != np.sign(effect))).sum() / max(right.sum(), 1)),
        cover=float(inside[right].mean()) if right.any() and np.isfinite(joined.low).all() else np.nan,
        false_in=float(np.mean([(a.declared & ~_truth(d)[0]).any() for a, d in zip(answers, diaries, strict=True)])),
        seconds=seconds,
    )


def _truth(simulated: Simulated) -> tuple[np.ndarray, np.ndarray]:
    names = [factor.name for factor in simulated.diary.factors]
    effect = np.array([simulated.truth[name].per_unit if name in simulated.truth else 0.0 for name in names])
    return effect != 0, effect


def main() -> None:
    """Print the table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--diaries", type=int, default=50)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    diaries = [ou(np.random.default_rng([options.seed, i]), options.days) for i in range(options.diaries)]
    print(
        f"First generator, {options.diaries} diaries of {options.days} days, seed {options.seed}: 12 factors, 3 act.\n"
    )
    print("| method | AUC | FDR | power | wrong sign | cover | diaries with a false finding | seconds, ratio |")
    print("|---|---|---|---|---|---|---|---|")
    with threadpool_limits(1):
        scores = {name: score(method, diaries) for name, method in METHODS.items()}
    ours = scores["Espalda"].seconds
    for name, s in scores.items():
        cover = "–" if np.isnan(s.cover) else f"{s.cover:.2f}"
        print(
            f"| {name} | {s.auc:.3f} | {s.fdr:.3f} | {s.power:.3f} | {s.wrong_sign:.3f} | {cover} | {s.false_in:.2f} "
            f"| {s.seconds:.3f}, {s.seconds / ours:.2f} |"
        )


if __name__ == "__main__":
    main()
