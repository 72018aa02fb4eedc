"""What is run: which diaries each method is given, and the figures that come of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from bench.engine import calibration, oracle, real_series
from bench.engine.calibration import calibrated, drawn, reliability
from bench.engine.page import CONFOUNDED, SPELLS
from bench.engine.results import OURS, Cell, Store
from bench.engine.scores import Score, score
from bench.generators import GENERATORS
from bench.real import SERIES

DAYS: Final = (30, 60, 90, 180, 365)


@dataclass(frozen=True)
class Size:
    """How much of everything is run.

    Attributes
    ----------
    ours, days
        Diaries of every generator that this program is given, at each of so many days.
    quick_peers, lasso, sarimax, horseshoe
        Diaries that peers are given: of every generator at 90 days, of the first at 30 and 180 too.
    drawn
        Diaries drawn from the prior, at 60 and at 180 days.
    enumerated, enumerated_six, nuts
        Diaries of four and of six factors answered by enumeration, and of two by NUTS.
    windows
        At most so many stretches of real series; None for all.
    """

    ours: int = 200
    days: tuple[int, ...] = DAYS
    quick_peers: int = 100
    lasso: int = 30
    sarimax: int = 20
    horseshoe: int = 3
    drawn: int = 400
    enumerated: int = 24
    enumerated_six: int = 8
    nuts: int = 6
    windows: int | None = None


FULL: Final = Size()
QUICK: Final = Size(
    ours=20,
    days=(60, 90, 180),
    quick_peers=20,
    lasso=10,
    sarimax=3,
    horseshoe=0,
    drawn=40,
    enumerated=4,
    enumerated_six=1,
    nuts=0,
    windows=30,
)


def cells(size: Size) -> list[Cell]:
    """Return the simulated cells, this program's first."""
    out = [Cell(name, days, OURS, size.ours) for days in size.days for name in GENERATORS]
    peers = {"Pearson": size.quick_peers, "OLS-HAC": size.quick_peers, "LassoCV": size.lasso, "SARIMAX": size.sarimax}
    for method, diaries in peers.items():
        out += [Cell("ou", days, method, max(diaries, size.lasso)) for days in (30, 90, 180) if days in size.days]
        out += [Cell(name, 90, method, diaries) for name in GENERATORS if name != "ou"]
    out.append(Cell("ou", 90, "NUTS horseshoe", size.horseshoe))
    return [cell for cell in out if cell.diaries]


def real_cells(size: Size) -> list[Cell]:
    """Return the cells on real series, none where the series are not at hand."""
    if not real_series.here():
        return []
    out = []
    for name, lengths in (("shifted_pain", (90, 180)), ("shifted_fatigue", (90, 180)), ("injected", (120, 240))):
        for days in lengths:
            all_of = 200 if name == "injected" else real_series.count(name, days)
            diaries = min(all_of, size.windows or all_of)
            out += [Cell(name, days, method, diaries) for method in (OURS, "Pearson", "OLS-HAC")]
    return out


def summary(store: Store, size: Size) -> dict[str, Any]:
    """Run what is missing and return every figure of the page, as JSON can hold it."""
    if not real_series.here():
        print(f"The real series are not at {SERIES}: their tests are left out.", file=sys.stderr)
    wanted = [*cells(size), *real_cells(size)]
    store.fill(wanted)
    out: dict[str, Any] = {"cells": [figures(store, cell) for cell in wanted]}
    said = [
        row
        for cell in wanted
        if cell.method == OURS and cell.generator in GENERATORS and cell.generator not in {CONFOUNDED, *SPELLS}
        for row in store.rows(cell)
    ]
    out["reliability"] = reliability(
        np.concatenate([row.said.score for row in said]), np.concatenate([row.acts for row in said])
    )
    answers = {days: drawn(days, size.drawn) for days in (60, 180)}
    out["calibration"] = {str(days): calibrated(some) for days, some in answers.items()}
    every = [one for some in answers.values() for one in some]
    out["drawn"] = reliability(np.array([one.probability for one in every]), np.array([one.acts for one in every]))
    out["drawn_factors"] = calibration.FACTORS
    out["enumeration"] = [oracle.enumeration(size.enumerated, 4), oracle.enumeration(size.enumerated_six, 6)]
    out["nuts"] = oracle.nuts(size.nuts) if size.nuts else None
    return dict(rounded(out))


def figures(store: Store, cell: Cell) -> dict[str, Any]:
    """Return a cell's score, and this program's on the very same diaries."""
    rows = store.rows(cell)
    out = {"generator": cell.generator, "days": cell.days, "method": cell.method, **score(rows)._asdict()}
    if cell.method != OURS:
        out["ours"] = score(store.rows(cell._replace(method=OURS)))._asdict()
    return out


def rounded(value: Any) -> Any:
    """Return numbers with three digits after the point (times with two that tell), NaN as null."""
    if isinstance(value, dict):
        return {key: _seconds(one) if key == "seconds" else rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(one) for one in value]
    if isinstance(value, float | np.floating):
        return None if np.isnan(value) else round(float(value), 4)
    return value


def _seconds(value: float) -> float:
    return float(f"{value:.2g}")


def table(store: Store, wanted: Sequence[Cell]) -> str:
    """Return every figure of some cells as one Markdown table."""
    lines = [f"| generator | days | method | {' | '.join(Score._fields)} |", "|---" * (3 + len(Score._fields)) + "|"]
    for cell in wanted:
        if rows := store.rows(cell):
            some = score(rows)
            numbers = " | ".join("–" if one != one else f"{one:.3f}" for one in some[1:])  # noqa: PLR0124
            lines.append(f"| {cell.generator} | {cell.days} | {cell.method} | {some.diaries} | {numbers} |")
    return "\n".join(lines)
