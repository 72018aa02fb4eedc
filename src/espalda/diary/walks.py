"""Walks recorded apart from the rows: what they tell, where they fall, and a diary whose rows hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from espalda.diary.model import NO_WALKS, WALKED, YEARS, Diary, Factor, Floats, Walks

Ground = Literal["paved", "gravel", "rough", "soft", "stairs"]
"""What the person says was underfoot: paved; track or gravel; rough or rooty; sand, snow or mud; stairs."""
UNEVEN: Final[tuple[Ground, ...]] = ("rough", "soft")
PARTLY: Final = 0.5
"""Share of a walk taken to be on a ground met only partly."""
SHARED: Final = np.timedelta64(1, "m")
"""Most that two walks overlap by: one recording may begin before the last was stopped."""
ROUNDED_MIN: Final = 1.0
"""By how much the minutes of a walk's parts may add up to more than the walk, for the rounding of each."""
PER_UNIT: Final = {"min": 1.0, "h": 1 / 60}
"""What one minute is in the units a diary may keep minutes in."""


def walked_minutes(
    bands: Sequence[float] | None, moving: float | None, ground: Ground | None, *, partly: bool = False
) -> Floats:
    """Return the minutes of each of `WALKED` in one walk, NaN where it does not tell, ``(5,)``.

    `bands` are minutes steep down, down, flat, up and steep up, `moving` those on the move, None where not known.
    Uneven ground is what the person says it was: all of the walk, or half where it was so `partly`.
    """
    steep_down, down, flat, up, steep_up = bands or (np.nan,) * 5
    uneven = np.nan
    if ground:
        uneven = (np.nan if moving is None else moving) * (PARTLY if partly else 1.0) if ground in UNEVEN else 0.0
    return np.array([flat, up + steep_up, down, steep_down, uneven])


def keep_apart(start: ArrayLike, end: ArrayLike, worth: ArrayLike) -> NDArray[np.intp]:
    """Return which of some walks to keep, in order of time, so that none is there twice; all of shape ``(w,)``.

    Two devices may have recorded the same walk: the one of more `worth` is kept, of equals the longer.
    """
    start, end = np.asarray(start, "datetime64[us]"), np.asarray(end, "datetime64[us]")
    kept: list[int] = []
    for one in np.lexsort((start, start - end, -np.asarray(worth, dtype=np.float64))):
        shared = np.minimum(end[kept], end[one]) - np.maximum(start[kept], start[one])
        if not np.any(shared > SHARED):
            kept.append(int(one))
    return np.array(sorted(kept, key=lambda one: start[one]), dtype=np.intp)


def make_walks(walks: Walks) -> Walks:
    """Return the walks in order of time, every promise of their type checked.

    Raises
    ------
    ValueError
        If a column does not fit the others or holds what walks cannot.
    """
    start, end = (np.atleast_1d(np.asarray(one, dtype="datetime64[us]")) for one in walks[:2])
    w = len(start)
    offset = np.broadcast_to(np.asarray(walks.utc_offset_min, np.int16), (w,))
    minutes = np.array(walks.minutes, dtype=np.float64).reshape(w, len(WALKED)) + 0.0
    if start.shape != end.shape or start.ndim != 1:
        raise ValueError(f"walks need a beginning and an end each, not {start.shape} and {end.shape}")
    walks = take_walks(Walks(start, end, offset, minutes, bool(walks.complete)), np.argsort(start, kind="stable"))
    _check(walks)
    return walks


def take_walks(walks: Walks, rows: NDArray[np.intp]) -> Walks:
    """Return the walks of these indices, in this order."""
    start, end, offset, minutes, complete = walks
    return Walks(start[rows], end[rows], offset[rows], minutes[rows], complete)


def unnamed(walks: Walks, factors: Sequence[Factor]) -> tuple[Factor, ...]:
    """Return the factors that walks tell minutes of and that are not among a diary's."""
    names = {factor.name for factor in factors}
    some = np.flatnonzero((walks.minutes > 0).any(axis=0))
    return tuple(WALKED[place] for place in some if WALKED[place].name not in names)


def walk_amounts(walks: Walks, factors: Sequence[Factor]) -> Floats:
    """Return what each walk tells of each of a diary's factors, in its unit: 0 of what is no walking, ``(w, k)``.

    A factor called as one of `WALKED` but counted in what is no time is the person's own, and no walk tells of it.
    """
    out = np.zeros((len(walks.start), len(factors)))
    for place, factor in enumerate(factors):
        if is_walked(factor):
            out[:, place] = walks.minutes[:, _NAMES.index(factor.name)] * PER_UNIT[factor.unit]
    return out


def in_rows(diary: Diary) -> Diary:
    """Return the diary with its walks written into its rows, as a file of rows can hold them.

    A walk's minutes go to the first row after it, unless their amount was written there: that includes the walk. A
    walk after the last row makes one of its own. Where all walks are recorded, rows without one are told there was
    none.
    """
    walks = diary.walks
    if not len(walks.start):
        return replace(diary, walks=NO_WALKS)
    diary = _with_last_rows(diary)
    n, k = diary.amounts.shape
    told = walk_amounts(walks, diary.factors)
    row = np.searchsorted(diary.time, walks.end)
    recorded, any_walk = np.zeros((n, k)), np.zeros(n, dtype=bool)
    np.add.at(recorded, row, told)
    any_walk[row] = True
    if walks.complete:
        begins = np.concatenate([diary.time[:1], diary.time[:-1]])
        any_walk |= (diary.time >= walks.start[0]) & (begins < walks.end.max())
    walked = np.array([is_walked(factor) for factor in diary.factors], dtype=bool)
    blank = np.isnan(diary.amounts) & walked & any_walk[:, None]
    return replace(diary, amounts=np.where(blank, recorded, diary.amounts), walks=NO_WALKS)


def _with_last_rows(diary: Diary) -> Diary:
    """Return the diary with a blank row at the end of each walk that no row comes after."""
    last = diary.time[-1:] if len(diary) else np.array(["NaT"], "datetime64[us]")
    late = ~(diary.walks.end <= last)
    end, which = np.unique(diary.walks.end[late], return_index=True)
    blank, none = np.full(len(end), np.nan), np.full((len(end), len(diary.factors)), np.nan)
    return replace(
        diary,
        time=np.concatenate([diary.time, end]),
        utc_offset_min=np.concatenate([diary.utc_offset_min, diary.walks.utc_offset_min[late][which]]),
        pain=np.concatenate([diary.pain, blank]),
        stiffness=np.concatenate([diary.stiffness, blank]),
        spasm=np.concatenate([diary.spasm, blank]),
        amounts=np.vstack([diary.amounts, none]),
        notes=(*diary.notes, *[""] * len(end)),
    )


def is_walked(factor: Factor) -> bool:
    """Return whether recorded walks tell of a factor."""
    return factor.name in _NAMES and factor.unit in PER_UNIT


_NAMES: Final = tuple(factor.name for factor in WALKED)


def _check(walks: Walks) -> None:
    start, end, offset, minutes, _ = walks
    if np.isnat(start).any() or np.isnat(end).any():
        raise ValueError("every walk needs a beginning and an end")
    years = (start + offset.astype("timedelta64[m]")).astype("datetime64[Y]").astype(np.int64) + 1970
    if np.any((years < YEARS[0]) | (years > YEARS[-1])):
        raise ValueError(f"walks must be in the years {YEARS[0]} to {YEARS[-1]}")
    lasts = (end - start) / np.timedelta64(1, "m")
    if np.any(lasts <= 0):
        raise ValueError(f"a walk must end after it begins: {start[np.argmin(lasts)]} UTC")
    parts = np.maximum(np.nansum(minutes[:, :-1], axis=1), np.nan_to_num(minutes[:, -1]))
    wrong = np.flatnonzero((minutes < 0).any(axis=1) | np.isinf(minutes).any(axis=1) | (parts > lasts + ROUNDED_MIN))
    if wrong.size:
        raise ValueError(f"a walk's minutes must be from 0 to those it lasted: {start[wrong[0]]} UTC")
    before = np.maximum.accumulate(end)[:-1]
    twice = np.flatnonzero(np.minimum(before, end[1:]) - start[1:] > SHARED)
    if twice.size:
        raise ValueError(f"two walks at the same time: {start[twice[0] + 1]} UTC; see keep_apart")
