"""Spasms and episodes: what the readings of a diary add up to, each with its onset and its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from espalda.diary.model import Diary

LASTS: Final = timedelta(hours=24)
"""Back pain is an episode when it lasts for more than this (de Vet 2002)."""
CLEAR: Final = timedelta(days=30)
"""A month without back pain before and after parts an episode from the next (de Vet 2002)."""
WATCHED: Final = timedelta(days=7)
"""Ours: the longest time without a reading in a month that still counts as seen to be clear."""


class Spasm(NamedTuple):
    """A spasm: from the first reading of grade 1 or more until a reading of grade 0.

    Attributes
    ----------
    onset
        When it was first written down, with the person's UTC offset then.
    seen
        The last reading with a grade of 1 or more: the spasm ended after it.
    end
        The reading of grade 0 that closed it; None while it is open.
    worst
        The worst grade, 1 to 4.
    """

    onset: datetime
    seen: datetime
    end: datetime | None
    worst: int

    @property
    def is_open(self) -> bool:
        """Whether no reading has closed it."""
        return self.end is None

    def hours(self, now: datetime) -> float:
        """Return how long it lasted, in hours; so far, if it is open."""
        return ((self.end or now) - self.onset) / timedelta(hours=1)


class Episode(NamedTuple):
    """Back pain that lasted over 24 hours, apart from any other by a month (de Vet 2002).

    Attributes
    ----------
    onset, end
        The first and the last reading in pain or in a spasm, with the person's UTC offset then.
    worst
        The worst pain, 0 to 10; None where only spasms were written down.
    spasms
        How many spasms began in it.
    clear_before, clear_after
        Whether the month before and the month after are seen to be clear: no pain in them, and never a week without
        a reading. Only with both is it an episode by the definition; a month not written down is no clear month.
    """

    onset: datetime
    end: datetime
    worst: float | None
    spasms: int
    clear_before: bool
    clear_after: bool

    def is_open(self, now: datetime) -> bool:
        """Return whether it may still be going on: no month has passed since its last reading in pain."""
        return now - self.end <= CLEAR


def find_spasms(diary: Diary) -> tuple[Spasm, ...]:
    """Return the spasms of a diary, the earliest first. A reading without a grade neither opens nor closes one."""
    graded = np.flatnonzero(~np.isnan(diary.spasm))
    found = []
    for first, last in _runs(diary.spasm[graded] > 0):
        rows = graded[first : last + 1]
        end = _moment(diary, graded[last + 1]) if last + 1 < len(graded) else None
        found.append(Spasm(_moment(diary, rows[0]), _moment(diary, rows[-1]), end, int(diary.spasm[rows].max())))
    return tuple(found)


def find_episodes(diary: Diary) -> tuple[Episode, ...]:
    """Return the episodes of a diary, the earliest first."""
    read = np.flatnonzero(~(np.isnan(diary.pain) & np.isnan(diary.spasm)))
    hurts = read[(diary.pain[read] > 0) | (diary.spasm[read] > 0)]
    if not len(hurts):
        return ()
    found = []
    onsets = [spasm.onset for spasm in find_spasms(diary)]
    parted = np.flatnonzero(np.diff(diary.time[hurts]) > np.timedelta64(CLEAR)) + 1
    for rows in np.split(hurts, parted):
        start, end = diary.time[rows[0]], diary.time[rows[-1]]
        if end - start > np.timedelta64(LASTS):
            onset, last = _moment(diary, rows[0]), _moment(diary, rows[-1])
            worst = diary.pain[rows[0] : rows[-1] + 1]
            episode = Episode(
                onset,
                last,
                None if np.isnan(worst).all() else float(np.nanmax(worst)),
                sum(onset <= spasm <= last for spasm in onsets),
                clear_before=_watched(diary.time[read], start - np.timedelta64(CLEAR), start),
                clear_after=_watched(diary.time[read], end, end + np.timedelta64(CLEAR)),
            )
            found.append(episode)
    return tuple(found)


def times_between(spells: Sequence[Spasm | Episode]) -> tuple[timedelta, ...]:
    """Return the time from the end of each to the onset of the next, which none but the last can be without."""
    return tuple(later.onset - earlier.end for earlier, later in pairwise(spells) if earlier.end)


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the first and last index of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(first), int(after) - 1) for first, after in edges.reshape(-1, 2)]


def _watched(time: NDArray[np.datetime64], start: np.datetime64, end: np.datetime64) -> bool:
    """Return whether readings reach from `start` to `end` with never more than a week between them."""
    first, last = int(np.searchsorted(time, start, side="right")) - 1, int(np.searchsorted(time, end))
    if first < 0 or last == len(time):
        return False
    return bool(np.all(np.diff(time[first : last + 1]) <= np.timedelta64(WATCHED)))


def _moment(diary: Diary, row: int | np.intp) -> datetime:
    """Return a moment as the person's clock showed it, with its offset."""
    utc: datetime = diary.time[row].item().replace(tzinfo=UTC)
    return utc.astimezone(timezone(timedelta(minutes=int(diary.utc_offset_min[row]))))
