"""Carry-over: what past exposures still weigh at a moment, through a small dictionary of kernels.

A dose acts `delay` hours later at once and then fades by half every `half_life` hours. Amounts are known per
interval, not per minute, so each is spread evenly over its interval: a reading a day later sees it whatever its
exact hour.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from espalda.inference.series import Bools, Exposures, Floats


class Kernel(NamedTuple):
    """How a dose acts: after `delay_h` hours, then fading by half every `half_life_h` hours."""

    half_life_h: float
    delay_h: float


KERNELS: Final = (
    Kernel(4, 0),
    Kernel(10, 0),
    Kernel(24, 0),
    Kernel(60, 0),
    Kernel(10, 14),
    Kernel(24, 24),
)


def in_shares(exposures: Exposures) -> tuple[Exposures, Floats]:
    """Return the amounts as shares of each factor's largest, and those largest amounts, shape ``(k,)``.

    Whatever the unit, the numbers that follow are then neither too large nor too small to add up.
    """
    amount = exposures.amount
    largest = np.where(np.isnan(amount), 0.0, np.abs(amount)).max(axis=0, initial=0.0)
    largest[largest == 0] = 1.0
    return exposures._replace(amount=amount / largest), largest


def done_variously(exposures: Exposures, fewest: int) -> Bools:
    """Return for each factor whether it was done at least `fewest` times, and not always alike."""
    amount = exposures.in_rows().amount
    known = ~np.isnan(amount)
    doses = (known & (amount != 0)).sum(axis=0)
    low = np.where(known, amount, np.inf).min(axis=0, initial=np.inf)
    high = np.where(known, amount, -np.inf).max(axis=0, initial=-np.inf)
    return np.asarray((doses >= fewest) & (high > low))


def impute(exposures: Exposures) -> Exposures:
    """Return the exposures with each blank amount replaced by the person's own average of that part of the day.

    A blank is not a zero: at its average an exposure moves nothing. The first row of a day is judged by other days'
    first rows, of the same part where those tell of it: how long a night was is told there, late as it may be. A
    factor never recorded in a part of the day has nothing there otherwise.
    """
    rows = exposures.in_rows()
    usual = np.zeros(rows.amount.shape)
    for opens in (False, True):
        alike = rows.opens == opens
        otherwise = _average(rows.amount[alike], 0.0) if opens else 0.0
        for part in np.unique(rows.part[alike]):
            here = alike & (rows.part == part)
            usual[here] = _average(rows.amount[here], otherwise)
    usual = usual[rows.of]
    blank = np.isnan(exposures.amount)
    if exposures.row is not None:
        usual = _left_to_pieces(exposures, usual, blank)
    return exposures._replace(amount=np.where(blank, usual, exposures.amount))


def _average(amount: Floats, otherwise: Floats | float) -> Floats:
    """Return the average of what is recorded of each factor, ``(k,)``, and something else where nothing is."""
    known = ~np.isnan(amount)
    count = known.sum(axis=0)
    return np.where(count > 0, np.where(known, amount, 0.0).sum(axis=0) / np.maximum(count, 1), otherwise)


def _left_to_pieces(exposures: Exposures, usual: Floats, blank: Bools) -> Floats:
    """Return what of a row's usual amounts falls to each blank piece: by its hours, of what the other pieces leave."""
    _, row = np.unique(exposures.row, return_inverse=True)  # type: ignore[call-overload]
    hours = np.where(blank, (exposures.end - exposures.start)[:, None], 0.0)
    done, open_h = np.zeros((2, row.max(initial=-1) + 1, blank.shape[1]))
    np.add.at(done, row, np.where(blank, 0.0, exposures.amount))
    np.add.at(open_h, row, hours)
    return np.asarray(np.maximum(usual - done[row], 0.0) * hours / np.where(blank, open_h[row], 1.0))


def varying(columns: Floats) -> Bools:
    """Return which columns, along the first axis, are more than one number and its rounding, whatever the unit."""
    spread = columns.max(axis=0, initial=-np.inf) - columns.min(axis=0, initial=np.inf)
    return np.asarray(spread > 1e-9 * np.abs(columns).max(axis=0, initial=0.0))


def standardised(columns: Floats) -> tuple[Floats, Floats]:
    """Return columns ``(n, p)`` in their standard deviations about their means, and those deviations, ``(p,)``.

    A column that does not vary has an infinite one: it becomes zeros, and nothing is told per unit of it.
    """
    scale = np.where(varying(columns), columns.std(axis=0), np.inf)
    return (columns - columns.mean(axis=0)) / scale, scale


def _spread(rate: Floats | float, hours: Floats) -> Floats:
    """Return what is left at its end of one unit spread over `hours`, fading at `rate` an hour."""
    return -np.expm1(-rate * hours) / (rate * hours)


def _carried(exposures: Exposures, rates: Floats) -> Floats:
    """Return the load just after each interval's end, shape ``(m, rates, k)``."""
    m, k = exposures.amount.shape
    hours = exposures.end - exposures.start
    added = _spread(rates, hours[:, None])[:, :, None] * exposures.amount[:, None, :]
    fade = np.exp(-rates * np.diff(exposures.end, prepend=exposures.end[:1])[:, None])[:, :, None]
    load = np.zeros((len(rates), k))
    carried = np.empty((m, len(rates), k))
    for i in range(m):
        load = load * fade[i] + added[i]
        carried[i] = load
    return carried


def loads(exposures: Exposures, at: Floats, kernels: tuple[Kernel, ...] = KERNELS) -> Floats:
    """Return the load of each factor through each kernel at the moments `at`, shape ``(len(at), k, kernels)``.

    Amounts must be complete (see `impute`). One unit done at once, with no delay, weighs 1 right after.
    """
    half_lives = sorted({kernel.half_life_h for kernel in kernels})
    rates = np.log(2.0) / np.array(half_lives)
    k = exposures.amount.shape[1]
    out = np.zeros((len(at), k, len(kernels)))
    if not len(exposures.end):
        return out
    carried = _carried(exposures, rates)
    for column, kernel in enumerate(kernels):
        which = half_lives.index(kernel.half_life_h)
        out[:, :, column] = _load_at(exposures, carried[:, which], float(rates[which]), at - kernel.delay_h)
    return out


def _load_at(exposures: Exposures, carried: Floats, rate: float, moment: Floats) -> Floats:
    """Return the load at any moment: what the last interval left, faded, and the begun part of the next."""
    start, end, amount = exposures.start, exposures.end, exposures.amount
    ended = np.searchsorted(end, moment, side="right")
    last = np.maximum(ended - 1, 0)
    # A moment before the first interval's end has nothing behind it; the clip keeps the unused branch finite.
    since = np.maximum(moment - end[last], 0.0)
    load = np.where((ended > 0)[:, None], carried[last] * np.exp(-rate * since)[:, None], 0.0)
    current = np.minimum(ended, len(end) - 1)
    begun = np.where(ended < len(end), moment - start[current], 0.0)
    inside = begun > 0
    hours = np.where(inside, begun, 1.0)
    share = np.where(inside, hours / (end[current] - start[current]) * _spread(rate, hours), 0.0)
    return np.asarray(load + share[:, None] * amount[current])
