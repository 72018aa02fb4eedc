"""How loops are compiled, and what several of them share."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, TypeVar, cast

import numba
import numpy as np

from espalda.inference.evidence import PRIOR_SCALE
from espalda.inference.series import Floats, Ints

_ROOT_HALF: Final = 0x3FE6A09E667F3BCD
"""The bits of sqrt(1/2): a number's bits less these tell its power of two, and leave the rest around one."""
_LN2: Final = math.log(2.0)

_Loop = TypeVar("_Loop", bound=Callable[..., object])


def jit(loop: _Loop) -> _Loop:
    """Compile a loop, once for this machine: sums may be taken in another order, nothing else may change.

    The cache is stale when the loop's own file changes, not when one that it calls into does.
    """
    compiled = numba.njit(cache=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz"})(loop)
    return cast(_Loop, compiled)


@jit
def log(x: Floats) -> None:
    """Replace positive, normal numbers by their logarithms, twelve times as quick as one call each.

    The power of two is taken off; of the rest m the logarithm is 2 artanh((m - 1) / (m + 1)), as a series.
    """
    bits = x.view(np.int64)
    for i in range(len(x)):
        power = (bits[i] - _ROOT_HALF) >> 52
        bits[i] -= power << 52
        z = (x[i] - 1.0) / (x[i] + 1.0)
        s = z * z
        series = 1.0 / 19.0 + s / 21.0
        series = 1.0 / 15.0 + s * (1.0 / 17.0 + s * series)
        series = 1.0 / 11.0 + s * (1.0 / 13.0 + s * series)
        series = 1.0 / 7.0 + s * (1.0 / 9.0 + s * series)
        series = 1.0 / 3.0 + s * (1.0 / 5.0 + s * series)
        x[i] = power * _LN2 + 2.0 * z * (1.0 + s * series)


@jit
def gains(value: Floats, left: Floats, rss: float, slab: float, shape: float, out: Floats, work: Floats) -> None:
    """Put what each further column adds to the log evidence, but for a constant, into `out`, shape ``(p,)``."""
    for j in range(len(out)):
        work[j] = left[j] * slab
        out[j] = PRIOR_SCALE + 0.5 * max(rss - value[j] * value[j] / left[j], 0.0)
    log(work)
    log(out)
    for j in range(len(out)):
        out[j] = -0.5 * work[j] - shape * out[j]


@jit
def take(
    xx: Floats, rows: Floats, ids: Ints, column: int, slab: float, row: Floats, left: Floats, value: Floats
) -> float:
    """Take a column into a set: write its `row`, take from `left` and `value` what it explains; return its own value.

    The set's earlier rows are ``rows[ids]``; `left` and `value`, ``(p,)``, are what they leave of each column.
    """
    row[:] = xx[column]
    for m in ids:
        other, share = rows[m], rows[m, column]
        for j in range(len(row)):
            row[j] -= share * other[j]
    pivot = 1.0 / np.sqrt(left[column])
    own = float(value[column] * pivot)
    for j in range(len(row)):
        row[j] *= pivot
        left[j] = max(left[j] - row[j] * row[j], 1.0 / slab)
        value[j] -= row[j] * own
    return own
