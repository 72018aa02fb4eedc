"""``python -m bench.forecast``: the forecast beside its rivals on stretches it was not fitted on; two tables.

The real series are cut into windows of 90 days and the 30 that follow; the folder with them is ``ESPALDA_SHARED``, or
``shared`` beside the checkout, and they are left out where it is absent. The simulated diaries are of 120 days.
"""

from __future__ import annotations

import argparse
from typing import Final, NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from bench.generators import ou
from bench.real import SERIES, esm, knee
from espalda.inference import Series
from espalda.inference.scores import Trial, backtest, trials, until
from espalda.inference.series import Bools, Floats
from espalda.series import to_series

LEARNT_DAYS: Final = 90
HELD_OUT_DAYS: Final = 30
BEFORE_DAYS: Final = 7
ORIGINS: Final = 15
HOURS: Final = {"6 h": (3, 9), "24 h": (18, 30), "72 h": (66, 78)}
READERS: Final = {"knee": knee, "esm": esm}


class Window(NamedTuple):
    """What became of one stretch held out: forecasts joined, and whether the trial before it said to show them."""

    trial: Trial
    shown: bool


def windows(series: Series) -> list[Window]:
    """Return every window of a series that has readings enough."""
    t = series.readings.t
    days = LEARNT_DAYS + HELD_OUT_DAYS
    starts = t[0] + 24.0 * np.arange(0, (t[-1] - t[0]) / 24.0 - days + 1.5, HELD_OUT_DAYS)
    found = [window(between(series, start, start + 24.0 * days)) for start in starts]
    return [one for one in found if one is not None]


def between(series: Series, start: float, end: float) -> Series:
    """Return the readings between two moments, and the exposures from a week before on."""
    readings, exposures = until(series, end)
    seen, done = readings.t >= start, exposures.end > start - 24.0 * BEFORE_DAYS
    return Series(readings.take(seen), exposures.take(done))


def window(series: Series) -> Window | None:
    """Return the trial on the days learnt from, and the forecasts made on those held out."""
    t = series.readings.t
    border = t[0] + 24.0 * LEARNT_DAYS
    tried = backtest(until(series, border))
    moments = np.linspace(border, t[-1], ORIGINS, endpoint=False)
    origins = np.unique(np.searchsorted(t, moments, side="right") - 1)
    held_out = trials(series, origins)
    if tried is None or not held_out:
        return None
    return Window(joined(held_out), tried.worth_showing)


def joined(parts: list[Trial]) -> Trial:
    """Return several trials as one."""
    return Trial(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def only(trial: Trial, mask: Bools) -> Trial:
    """Return a trial's moments under a mask."""
    return Trial(*(column[mask] for column in trial))  # type: ignore[arg-type]


def ratio(ours: list[Floats], rival: list[Floats]) -> str:
    """Return the ratio of mean scores, one array a window, and its standard error over windows."""
    pairs = [(one.sum(), other.sum()) for one, other in zip(ours, rival, strict=True) if len(one)]
    if not pairs:
        return "–"
    top, bottom = np.array(pairs).T
    value = top.sum() / bottom.sum()
    error = np.sqrt(((top - value * bottom) ** 2).sum()) / bottom.sum()
    return f"{value:.2f} ± {error:.2f}"


def row(name: str, done: list[Window]) -> str:
    """Return a series' row of the first table."""
    cells = [name, str(len(done)), f"{np.mean([one.shown for one in done]):.0%}"]
    for low, high in HOURS.values():
        here = [(one.trial.at >= low) & (one.trial.at <= high) for one in done]
        kept = [only(one.trial, mask) for one, mask in zip(done, here, strict=True)]
        ours = [trial.ours for trial in kept]
        cells += [ratio(ours, [trial.persistence for trial in kept]), ratio(ours, [trial.average for trial in kept])]
        inside = np.concatenate([trial.inside for trial in kept])
        claimed = np.concatenate([trial.claimed for trial in kept])
        cells.append(f"{inside.mean():.2f} ({claimed.mean():.2f})" if len(inside) else "–")
    return f"| {' | '.join(cells)} |"


def split(name: str, done: list[Window]) -> str:
    """Return a series' row of the second table: windows where it would have been shown, and the others."""
    cells = [name]
    for shown in (True, False):
        kept = [one.trial for one in done if one.shown == shown]
        ours = [trial.ours for trial in kept]
        cells += [ratio(ours, [trial.persistence for trial in kept]), ratio(ours, [trial.average for trial in kept])]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Print both tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--diaries", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    days = LEARNT_DAYS + HELD_OUT_DAYS
    with threadpool_limits(1):
        done = {}
        for name, reader in READERS.items():
            folder = SERIES / name
            if folder.is_dir():
                done[name] = windows(to_series(reader(folder)))
        diaries = [to_series(ou(np.random.default_rng([options.seed, i]), days).diary) for i in range(options.diaries)]
        done["simulated"] = [one for one in map(window, diaries) if one is not None]
    heads = [
        f"{hours}, / {rival}" if rival else "inside" for hours in HOURS for rival in ("persistence", "average", "")
    ]
    print(
        "CRPS as a ratio to the rival's ± its standard error over windows; inside: share of readings the interval held"
    )
    print("(and the share it claimed to hold); shown: share of windows in whose first 90 days it beat both rivals.\n")
    print(f"| series | windows | shown | {' | '.join(heads)} |")
    print("|---" * (3 + len(heads)) + "|")
    print("\n".join(row(name, each) for name, each in done.items()))
    print("\n| series | shown, / persistence | shown, / average | not shown, / persistence | not shown, / average |")
    print("|---|---|---|---|---|")
    print("\n".join(split(name, each) for name, each in done.items()))


if __name__ == "__main__":
    main()
