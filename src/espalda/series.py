"""From a diary's moments to the engine's numbers: hours, parts of the day and the interval each amount covers."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from espalda.diary import Diary
from espalda.inference import Exposures, Readings, Series
from espalda.inference.onset import AtRisk, OnsetSeries

DAY_STARTS_H: Final = 4.0
PART_STARTS_H: Final = (11.0, 15.5, 20.0)
"""Clock hours that part a day into morning, midday, evening and night."""
USUAL: Final = 0.4
"""Share of days with a row in a part of the day from which a row there counts as usual."""
DAYS_BEFORE: Final = 7
"""Days lived before the diary began: what was done then still weighs on its first readings."""
SHORTEST_H: Final = 1 / 60
IN_SPASM: Final = 2
"""Spasm grade from which a back is in a spasm: it limits movement, as a flare affects usual activities (Costa 2019)."""
UNEASY: Final = 1
WATCHED_H: Final = 36.0
"""Longest time between two readings that still tell what happened between them: one day's readings may be missed."""


class _Days(NamedTuple):
    """The rows seen by the person's day.

    Attributes
    ----------
    t
        Hours since the first row, ``(n,)``.
    day
        Number of the person's day, ``(n,)``.
    hour
        Hours since that day's start (04:00), ``(n,)``.
    part
        Part of the day, 0 to 3, ``(n,)``.
    wake
        Hour of the day the person is usually up by.
    """

    t: NDArray[np.float64]
    day: NDArray[np.int64]
    hour: NDArray[np.float64]
    part: NDArray[np.int64]
    wake: float


def to_series(diary: Diary, symptom: Literal["pain", "stiffness"] = "pain") -> Series:
    """Return the readings of one symptom and the exposures of every factor as numbers.

    A row's amounts cover the time since the row before it on the same day, else since waking. The usual rows of
    days, or ends of days, that were not kept are added with unrecorded amounts: that time was lived too.
    """
    days = _days(diary)
    y = getattr(diary, symptom)
    seen = ~np.isnan(y)
    readings = Readings(days.t[seen], (days.hour[seen] + DAY_STARTS_H) % 24.0, y[seen])
    return Series(readings, _exposures(diary, days))


def to_onsets(diary: Diary) -> OnsetSeries:
    """Return the intervals in which a spasm could begin and the exposures of every factor as numbers.

    An interval lies between consecutive readings of the spasm grade, near enough to each other, the first of them
    not in a spasm. It ends in an onset where the second is. All other time is of unknown state, or in a spasm.
    """
    days = _days(diary)
    seen = ~np.isnan(diary.spasm)
    t, grade = days.t[seen], diary.spasm[seen]
    spasm = grade >= IN_SPASM
    last = np.maximum.accumulate(np.where(spasm, t, -np.inf)) if len(t) else t
    watched = np.flatnonzero(~spasm[:-1] & (np.diff(t) <= WATCHED_H))
    start, end = t[watched], t[watched + 1]
    clock = (days.hour[seen][watched] + 0.5 * (end - start)) % 24.0
    at_risk = AtRisk(
        start,
        end,
        part=np.searchsorted(np.array(PART_STARTS_H) - DAY_STARTS_H, clock, side="right").astype(np.int64),
        uneasy=grade[watched] >= UNEASY,
        since=start - last[watched],
        event=spasm[watched + 1],
    )
    return OnsetSeries(at_risk, _exposures(diary, days))


def _days(diary: Diary) -> _Days:
    hour_us = 3_600_000_000
    utc = diary.time.astype(np.int64)
    local = diary.local_time.astype(np.int64) / hour_us - DAY_STARTS_H
    t = (utc - utc[0]) / hour_us if len(utc) else np.zeros(0)
    day = np.floor(local / 24.0).astype(np.int64)
    hour = local - 24.0 * day
    starts = np.array(PART_STARTS_H) - DAY_STARTS_H
    first = np.diff(day, prepend=day[:1] - 1) > 0
    wake = float(np.quantile(hour[first], 0.1)) - 0.5 if len(t) else 0.0
    return _Days(t, day, hour, np.searchsorted(starts, hour, side="right").astype(np.int64), max(wake, 0.0))


def _exposures(diary: Diary, days: _Days) -> Exposures:
    k = len(diary.factors)
    if not len(days.t):
        return Exposures(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros((0, k)))
    lived, part = _unrecorded(days)
    end = np.concatenate([days.t, lived])
    order = np.argsort(end, kind="stable")
    end = end[order]
    midnight = np.concatenate([days.t - days.hour, lived - _hour_of(lived, days)])[order]
    before = np.concatenate([[-np.inf], end[:-1]])
    first = before < midnight
    since = np.where(first, np.minimum(midnight + days.wake, end - 1.0), before)
    start = np.minimum(np.maximum(since, before), end - SHORTEST_H)
    amount = np.concatenate([diary.amounts, np.full((len(lived), k), np.nan)])[order]
    return Exposures(start, end, np.concatenate([days.part, part])[order], amount)


def _day_start(days: _Days, day: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the hour each of the days began, by the clock of the row nearest before it (or the first one)."""
    row = np.maximum(np.searchsorted(days.day, day, side="right") - 1, 0)
    return np.asarray(days.t[row] - days.hour[row] + 24.0 * (day - days.day[row]))


def _hour_of(t: NDArray[np.float64], days: _Days) -> NDArray[np.float64]:
    """Return hours since the person's day began for moments that are no rows."""
    start = days.t[0] - days.hour[0]
    day = np.floor((t - start) / 24.0).astype(np.int64) + days.day[0]
    return np.asarray(t - _day_start(days, day))


def _unrecorded(days: _Days) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return ends and parts of the day of the usual rows that days, or ends of days, lack."""
    first, last = int(days.day[0]), int(days.day[-1])
    every = np.arange(first - DAYS_BEFORE, last)
    kept = len(np.unique(days.day))
    ends: list[NDArray[np.float64]] = []
    parts: list[NDArray[np.int64]] = []
    last_part = np.full(len(every), -1)
    inside = days.day < last
    np.maximum.at(last_part, days.day[inside] - every[0], days.part[inside])
    for part in range(len(PART_STARTS_H) + 1):
        rows = days.part == part
        if len(np.unique(days.day[rows])) < USUAL * kept:
            continue
        lacking = every[last_part < part]
        ends.append(_day_start(days, lacking) + float(np.median(days.hour[rows])))
        parts.append(np.full(len(lacking), part, dtype=np.int64))
    if not ends:
        return np.zeros(0), np.zeros(0, dtype=np.int64)
    return np.concatenate(ends), np.concatenate(parts)
