"""Readings at the end of the scale: a 0 may be any comfort, a 10 any pain beyond it.

Where many readings sit there, effects come out too small: what would have gone further can't. Each such reading is
replaced by what is expected of it beyond the end, given the readings around it and what acts (expectation step),
and the model fitted to that (maximisation step), a few times over: Tobin's regression (Econometrica 26, 1958) with
errors that follow each other. Within the scale nothing changes.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from espalda.inference.series import Bools, Floats, Readings
from espalda.inference.whitening import Grid, noise_grid, whiten

LOWEST, HIGHEST = 0.0, 10.0
ROUNDING: Final = 0.5
"""A reading stands for what rounds to it: an end begins half a point inside."""
FEWEST_SHARE, MOST_SHARE = 0.02, 0.7
STEPS: Final = 12
FURTHEST: Final = 3.0
"""Points beyond an end that nothing is expected to go: so far the straight line is not to be trusted."""


def at_an_end(readings: Readings) -> tuple[Bools, Bools]:
    """Return which readings sit at the lowest and which at the highest value of the scale, ``(n,)`` each."""
    return readings.y == LOWEST, readings.y == HIGHEST


def is_censored(readings: Readings) -> bool:
    """Whether so many readings sit at an end of the scale that effects come out too small.

    Where too many do, what lies beyond would be guessed from too little: on real series whose factors had been moved
    far away, it then made findings out of nothing.
    """
    low, high = at_an_end(readings)
    return bool(FEWEST_SHARE <= max(low.mean(), high.mean()) <= MOST_SHARE)


def beyond_the_ends(readings: Readings, columns: Floats) -> Readings:
    """Return the readings with those at an end replaced by what is expected of them there and beyond.

    `columns`, ``(n, q)``, hold what the readings are explained by: the base curves and the loads that act.
    """
    low, high = at_an_end(readings)
    y = readings.y.copy()
    whitener = _whitener(readings, columns)
    solve = np.linalg.pinv(whitener @ columns) @ whitener
    spread = 1.0 / (whitener * whitener).sum(axis=0)
    free = max(len(y) - columns.shape[1], 1)
    for _ in range(STEPS):
        residual = y - columns @ (solve @ y)
        pulled = whitener.T @ (whitener @ residual)
        scale = math.sqrt(max(float(residual @ pulled) / free, 1e-9))
        middle, sd = y - spread * pulled, scale * np.sqrt(spread)
        y[low] = np.maximum(_below(LOWEST + ROUNDING, middle[low], sd[low]), LOWEST - FURTHEST)
        y[high] = np.minimum(-_below(-HIGHEST + ROUNDING, -middle[high], sd[high]), HIGHEST + FURTHEST)
    return readings._replace(y=y)


def _whitener(readings: Readings, columns: Floats) -> Floats:
    """Return what makes the readings independent at the likeliest noise level, ``(n, n)``.

    Its transpose times itself is the inverse of their correlation.
    """
    grid = noise_grid()
    white = whiten(readings.t, np.column_stack([columns, readings.y - readings.y.mean()]), grid)
    score = []
    for here, log_det in zip(white.columns, white.log_det, strict=True):
        x, y = here[:, :-1], here[:, -1]
        left = y - x @ np.linalg.lstsq(x, y)[0]
        score.append(-0.5 * log_det - 0.5 * len(y) * math.log(max(float(left @ left), 1e-12)))
    best = int(np.argmax(score))
    likeliest = Grid(grid.tau_h[best : best + 1], grid.noise_share[best : best + 1])
    return np.asarray(whiten(readings.t, np.eye(len(readings.t)), likeliest).columns[0])


def _below(end: float, middle: Floats, sd: Floats) -> Floats:
    """Return the expectations of normals, given that each is below `end`."""
    z = (end - middle) / sd
    # Mills' ratio phi(z) / Phi(z); far below, where both vanish, it is -z to within 1 / z.
    ratio = [
        math.exp(-0.5 * v * v) / math.sqrt(2 * math.pi) / (0.5 * math.erfc(-v / math.sqrt(2))) if v > -30 else -v
        for v in z.tolist()
    ]
    return np.asarray(middle - sd * np.array(ratio))
