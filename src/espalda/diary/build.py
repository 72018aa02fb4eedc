"""Make a diary from columns, checking every promise of its type, and cut and count it by days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import ArrayLike, NDArray

from espalda.diary.model import (
    MAX_FACTORS,
    NO_WALKS,
    NOT_TEXT,
    READINGS,
    RESERVED,
    YEARS,
    Diary,
    Factor,
    Floats,
    Walks,
)
from espalda.diary.walks import make_walks, take_walks, unnamed

Times = NDArray[np.datetime64]


def make_diary(
    time: ArrayLike,
    utc_offset_min: ArrayLike,
    *,
    pain: ArrayLike | None = None,
    stiffness: ArrayLike | None = None,
    spasm: ArrayLike | None = None,
    factors: Sequence[Factor] = (),
    amounts: ArrayLike | None = None,
    notes: Sequence[str] | None = None,
    walks: Walks = NO_WALKS,
) -> Diary:
    """Diary from its columns, in any order of time.

    Where walks tell of a factor of `WALKED` that is not among `factors`, it is added, nothing of it written.

    Parameters
    ----------
    time
        The moments, UTC, ``datetime64``, shape ``(n,)``, no two alike. See `time_columns`.
    utc_offset_min
        Whole minutes that local time is ahead of UTC, shape ``(n,)``, or one number for all moments.
    pain, stiffness, spasm, amounts, notes
        As in `Diary`; left out, nothing of the kind was recorded.
    factors
        As in `Diary`: one for each column of `amounts`.
    walks
        As in `Diary`, in any order of time; see `keep_apart` for walks recorded twice.

    Raises
    ------
    ValueError
        If a column does not fit the others or holds what a diary cannot.
    """
    moments = np.atleast_1d(np.asarray(time, dtype="datetime64[us]"))
    if moments.ndim != 1:
        raise ValueError("time must have one dimension")
    walks, (n, k) = make_walks(walks), (len(moments), len(factors))
    walked = unnamed(walks, factors)
    diary = Diary(
        time=moments,
        utc_offset_min=_offsets(utc_offset_min, n),
        pain=_numbers(pain, (n,), "pain"),
        stiffness=_numbers(stiffness, (n,), "stiffness"),
        spasm=_numbers(spasm, (n,), "spasm"),
        factors=(*factors, *walked),
        amounts=np.hstack([_numbers(amounts, (n, k), "amounts"), np.full((n, len(walked)), np.nan)]),
        notes=("",) * n if notes is None else tuple(notes),
        walks=walks,
    )
    _check_times(diary)
    _check_factors(diary.factors)
    for name, limits in READINGS.items():
        _check_within(getattr(diary, name), limits, name, diary)
    if np.any(diary.spasm % 1 > 0):
        raise ValueError("spasm must be a whole grade, 0 to 4")
    for j, factor in enumerate(diary.factors):
        _check_within(diary.amounts[:, j], factor.limits, factor.column, diary)
    _check_notes(diary.notes, n)
    diary = _take(diary, np.argsort(diary.time, kind="stable"))
    same = np.flatnonzero(diary.time[1:] == diary.time[:-1])
    if same.size:
        raise ValueError(f"two rows at the same moment: {diary.time[same[0]]} UTC")
    return diary


def time_columns(moments: Sequence[datetime]) -> tuple[Times, NDArray[np.int16]]:
    """`time` and `utc_offset_min` of datetimes that know their offset; both of shape ``(n,)``.

    Raises
    ------
    ValueError
        If a datetime has no offset, or one that is not whole minutes.
    """
    offsets = [moment.utcoffset() for moment in moments]
    minutes = [offset // timedelta(minutes=1) for offset in offsets if offset is not None]
    if len(minutes) < len(offsets) or any(offset % timedelta(minutes=1) for offset in offsets if offset):
        raise ValueError("every moment needs a UTC offset of whole minutes")
    utc = [moment.astimezone(UTC).replace(tzinfo=None) for moment in moments]
    return np.array(utc, dtype="datetime64[us]"), np.array(minutes, dtype=np.int16)


def select(diary: Diary, start: np.datetime64, end: np.datetime64) -> Diary:
    """Return the rows, and the walks that ended, from `start` up to but not including `end`, both UTC."""
    rows, walks = (np.flatnonzero((when >= start) & (when < end)) for when in (diary.time, diary.walks.end))
    return replace(_take(diary, rows), walks=take_walks(diary.walks, walks))


def person_day(diary: Diary, boundary_h: float = 4.0) -> NDArray[np.int64]:
    """Day each moment belongs to, in days since 1970-01-01, shape ``(n,)``.

    A person's day ends when they sleep: what happens before `boundary_h` hours of local time counts for the
    day before.

    Raises
    ------
    ValueError
        If `boundary_h` is not from 0 to below 24.
    """
    if not 0 <= boundary_h < 24:
        raise ValueError(f"the day must start at an hour from 0 to below 24, not {boundary_h}")
    boundary = np.timedelta64(round(boundary_h * 3_600_000_000), "us")
    return (diary.local_time - boundary).astype("datetime64[D]").astype(np.int64)


def days_spanned(diary: Diary, boundary_h: float = 4.0) -> int:
    """Return the days from the first to the last moment, both included; 0 for a diary without rows."""
    days = person_day(diary, boundary_h)
    return int(days.max() - days.min()) + 1 if days.size else 0


def _take(diary: Diary, rows: NDArray[np.intp]) -> Diary:
    """Return the rows of these indices, in this order."""
    return Diary(
        time=diary.time[rows],
        utc_offset_min=diary.utc_offset_min[rows],
        pain=diary.pain[rows],
        stiffness=diary.stiffness[rows],
        spasm=diary.spasm[rows],
        factors=diary.factors,
        amounts=diary.amounts[rows],
        notes=tuple(diary.notes[row] for row in rows),
        walks=diary.walks,
    )


def _offsets(values: ArrayLike, n: int) -> NDArray[np.int16]:
    given = np.asarray(values)
    if not np.all((np.abs(given) < 24 * 60) & (given % 1 == 0)):
        raise ValueError("utc_offset_min must be whole minutes, less than a day")
    return np.broadcast_to(given.astype(np.int16), (n,)).copy()


def _numbers(values: ArrayLike | None, shape: tuple[int, ...], name: str) -> Floats:
    """Copy the values as floats of this shape; none at all are NaN."""
    if values is None:
        return np.full(shape, np.nan)
    # Adding zero turns -0.0 into 0.0, which is what a person wrote.
    numbers = np.array(values, dtype=np.float64) + 0.0
    if numbers.size == 0 and 0 in shape:
        return numbers.reshape(shape)
    if numbers.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, not {numbers.shape}")
    return numbers


def _check_times(diary: Diary) -> None:
    if np.isnat(diary.time).any():
        raise ValueError("every row needs a time")
    years = diary.local_time.astype("datetime64[Y]").astype(np.int64) + 1970
    if np.any((years < YEARS[0]) | (years > YEARS[-1])):
        raise ValueError(f"time must be in the years {YEARS[0]} to {YEARS[-1]}")


def _check_factors(factors: tuple[Factor, ...]) -> None:
    for factor in factors:
        if not factor.is_readable or NOT_TEXT.search(factor.column):
            raise ValueError(f"not a name and unit that a column can carry: {factor.name!r}, {factor.unit!r}")
        if factor.name.casefold() in RESERVED:
            raise ValueError(f"{factor.name!r} names a column of its own and cannot be a factor")
    if len(factors) > MAX_FACTORS:
        raise ValueError(f"a diary has at most {MAX_FACTORS} factors, not {len(factors)}")
    names = [factor.name for factor in factors]
    if len(set(names)) < len(names):
        raise ValueError(f"a factor is named twice: {sorted(names)}")


def _check_within(values: Floats, limits: tuple[float, float], name: str, diary: Diary) -> None:
    low, high = limits
    wrong = np.flatnonzero((values < low) | (values > high) | np.isinf(values))
    if wrong.size:
        value, when = values[wrong[0]], diary.local_time[wrong[0]]
        raise ValueError(f"{name} must be from {low:g} to {high:g}, and is {value:g} at {when} local time")


def _check_notes(notes: tuple[str, ...], n: int) -> None:
    if len(notes) != n:
        raise ValueError(f"notes must have length {n}, not {len(notes)}")
    for note in notes:
        if NOT_TEXT.search(note):
            raise ValueError(f"a note holds a character that is not text: {note!r}")
