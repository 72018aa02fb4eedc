"""Drawing models without chance: points of a lattice, spread evenly, and what each of them stands for.

Quasi-Monte Carlo: the same models every time, and fewer of them for the same error than drawn at random.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from espalda.inference.series import Floats, Ints

_PRIMES: Final = np.array([p for p in range(2, 1000) if all(p % d for d in range(2, p))], dtype=np.float64)


class Chances(NamedTuple):
    """What models are drawn by, all cumulative but `acts` and `adds`.

    Attributes
    ----------
    point, rate
        Of the grid points, ``(g,)``, and of the probabilities that a factor acts, ``(g, r)``.
    acts
        That a factor acts, ``(g, r, k)``.
    kernel
        Of the kernels it then acts through, ``(g, k, kernels)``.
    adds
        A number to add up for each column drawn, ``(g, k, kernels)``.
    """

    point: Floats
    rate: Floats
    acts: Floats
    kernel: Floats
    adds: Floats


def lattice(points: int, dimensions: int) -> Floats:
    """Return points spread evenly over the unit cube, ``(points, dimensions)``, in order along the first.

    Along the others they are Kronecker's: multiples of square roots of primes, wrapped round (Niederreiter 1992,
    Random Number Generation and Quasi-Monte Carlo Methods).
    """
    order = np.arange(1, points + 1)[:, None]
    return np.hstack([(order - 0.5) / points, order * np.sqrt(_PRIMES[: dimensions - 1]) % 1.0])


def drawn(cumulative: Floats, place: Floats) -> Ints:
    """Return which part of the last axis each place between 0 and 1 falls in."""
    return np.asarray((place[..., None] > cumulative[..., None, :-1]).sum(axis=-1))


def defensive(weight: Floats) -> Floats:
    """Return weights as shares, a tenth of which all have alike, so that none is drawn next to never.

    Defensive importance sampling (Hesterberg 1995, Technometrics 37:185).
    """
    return np.asarray(0.9 * weight / weight.sum() + 0.1 / len(weight))
