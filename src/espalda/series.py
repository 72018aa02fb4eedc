"""From a diary's moments to the engine's numbers: hours, parts of the day and the interval each amount covers."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from espalda.diary import Diary, is_walked, walk_amounts
from espalda.inference import Exposures, Readings, Series
from espalda.inference.onset import AtRisk, HazardPriors, OnsetSeries

DAY_STARTS_H: Final = 4.0
PART_STARTS_H: Final = (11.0, 15.5, 20.0)
"""Clock hours that part a day into morning, midday, evening and night."""
USUAL: Final = 0.4
"""Share of days with a row in a part of the day from which a row there counts as usual."""
UP_WITHIN_H: Final = 8.0
"""Hours of a day within which the person is up, however late its first row: an evening's row tells of the day."""
DAYS_BEFORE: Final = 7
"""Days lived before the diary began: what was done then still weighs on its first readings."""
SHORTEST_H: Final = 1 / 60
_MOMENT_H: Final = 1e-6
"""Hours between two intervals that are no more than rounding."""
NUISANCE: Final = 1
LIMITS: Final = 2
"""Spasm grades: a nuisance, and the first that limits movement, as a flare affects usual activities (Costa 2019)."""
WATCHED_H: Final = 36.0
"""Longest time between two readings that still tell what happened between them: one day's readings may be missed."""


PARTS_AHEAD: Final = 6
"""How many parts of the day are forecast: about two days."""
BELIEVED: Final = 0.5
"""Share of a published log odds ratio expected of one person: studies of other people, other windows, new episodes."""


class Moments(NamedTuple):
    """Moments to come: hours after the last pain recorded, local hour, part of the day; shape ``(h,)`` each."""

    at: NDArray[np.float64]
    clock: NDArray[np.float64]
    part: NDArray[np.int64]


class _Days(NamedTuple):
    """The rows seen by the person's day.

    Attributes
    ----------
    t
        Hours since the first row, ``(n,)``.
    day
        Number of the person's day, ``(n,)``.
    hour
        Hours since that day's start, ``(n,)``.
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


def to_series(
    diary: Diary, symptom: Literal["pain", "stiffness"] = "pain", day_starts_h: float = DAY_STARTS_H
) -> Series:
    """Return the readings of one symptom and the exposures of every factor as numbers.

    The person's day ends when they sleep, at `day_starts_h` by their clock. A row's amounts cover the time since the
    row before it on the same day, else since waking. The usual rows of days, or ends of days, that were not kept are
    added with unrecorded amounts: that time was lived too.
    """
    days = _days(diary, day_starts_h)
    y = getattr(diary, symptom)
    seen = ~np.isnan(y)
    readings = Readings(days.t[seen], (days.hour[seen] + day_starts_h) % 24.0, y[seen])
    return Series(readings, _exposures(diary, days))


def to_onsets(diary: Diary, day_starts_h: float = DAY_STARTS_H) -> OnsetSeries:
    """Return the intervals in which a spasm could begin and the exposures of every factor as numbers.

    An interval lies between consecutive readings of the spasm grade, near enough to each other, the first of them
    not in a spasm. It ends in an onset where the second is. All other time is of unknown state, or in a spasm.

    Pain that jumps is not taken for a spasm: told exactly when its flares begin, the fit gains next to nothing.
    """
    days = _days(diary, day_starts_h)
    seen = ~np.isnan(diary.spasm)
    t, grade = days.t[seen], diary.spasm[seen]
    spasm = _in_spasm(grade)
    last = np.maximum.accumulate(np.where(spasm, t, -np.inf)) if len(t) else t
    watched = np.flatnonzero(~spasm[:-1] & (np.diff(t) <= WATCHED_H))
    start, end = t[watched], t[watched + 1]
    clock = (days.hour[seen][watched] + 0.5 * (end - start)) % 24.0
    at_risk = AtRisk(
        start,
        end,
        part=_part(clock, day_starts_h),
        uneasy=grade[watched] >= NUISANCE,
        since=start - last[watched],
        event=spasm[watched + 1],
    )
    return OnsetSeries(at_risk, _exposures(diary, days))


def in_spasm(diary: Diary) -> bool:
    """Return whether the last spasm grade recorded says that the back is in a spasm."""
    grade = diary.spasm[~np.isnan(diary.spasm)]
    return bool(len(grade) and _in_spasm(grade)[-1])


def onset_priors(diary: Diary) -> HazardPriors:
    """Return which way published studies say the diary's factors act on onsets; NaN for the others."""
    known = [_published().get((factor.name, factor.unit), (np.nan, 1.0)) for factor in diary.factors]
    mean, per = np.array(known).reshape(-1, 2).T
    return HazardPriors(mean, np.full(len(known), np.nan), per)


def to_come(diary: Diary, day_starts_h: float = DAY_STARTS_H) -> Moments:
    """Return the usual moments of readings in the next parts of the day, from the last row on."""
    days = _days(diary, day_starts_h)
    seen = np.flatnonzero(~np.isnan(diary.pain))
    ahead: list[tuple[float, float, int]] = []
    if len(seen):
        kept = len(np.unique(days.day))
        rows = [days.part == part for part in range(len(PART_STARTS_H) + 1)]
        usual = [part for part, here in enumerate(rows) if len(np.unique(days.day[here])) >= USUAL * kept]
        hour = {part: float(np.median(days.hour[rows[part]])) for part in usual}
        began = days.t[-1] - days.hour[-1] - days.t[seen[-1]]
        ahead = [
            (began + 24.0 * later + hour[part], (hour[part] + day_starts_h) % 24.0, part)
            for later in range(PARTS_AHEAD + 1)
            for part in usual
            if later or part > days.part[-1]
        ]
    at, clock, part_of = np.array(ahead[:PARTS_AHEAD]).reshape(-1, 3).T
    return Moments(at, clock, part_of.astype(np.int64))


@cache
def _published() -> dict[tuple[str, str], tuple[float, float]]:
    """Return, by factor and unit, the log hazard ratio expected of one person and the amount it is told for."""
    figures = tomllib.loads(Path(__file__).with_name("onset_priors.toml").read_text("utf-8"))["factor"]
    return {(one["name"], one["unit"]): (BELIEVED * float(np.log(one["ratio"])), one["per"]) for one in figures}


def _in_spasm(grade: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which readings are in a spasm.

    A nuisance is one where most of the person's spasms are worse, as the beginning or the end of such a one, or where
    none is; where most are nuisances, a spasm is what limits movement.
    """
    graded = grade[grade >= NUISANCE]
    mild = len(graded) and float(np.median(graded)) < LIMITS <= float(graded.max())
    return np.asarray(grade >= (LIMITS if mild else NUISANCE))


def _days(diary: Diary, starts_h: float) -> _Days:
    hour_us = 3_600_000_000
    utc = diary.time.astype(np.int64)
    local = diary.local_time.astype(np.int64) / hour_us - starts_h
    t = (utc - utc[0]) / hour_us if len(utc) else np.zeros(0)
    day = np.floor(local / 24.0).astype(np.int64)
    hour = local - 24.0 * day
    first = np.diff(day, prepend=day[:1] - 1) > 0
    wake = min(float(np.quantile(hour[first], 0.1)) - 0.5, UP_WITHIN_H) if len(t) else 0.0
    return _Days(t, day, hour, _part(hour, starts_h), max(wake, 0.0))


def _part(hour: NDArray[np.float64], starts_h: float) -> NDArray[np.int64]:
    """Return the part of the day of hours since that day's start."""
    return np.searchsorted(np.array(PART_STARTS_H) - starts_h, hour, side="right").astype(np.int64)


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
    opens = start > np.concatenate([start[:1], end[:-1]]) + _MOMENT_H
    exposures = Exposures(start, end, np.concatenate([days.part, part])[order], amount, opens=opens)
    return _with_walks(exposures, diary) if len(diary.walks.start) else exposures


class _Walked(NamedTuple):
    """Walks in the hours of `Exposures`: when, and what they tell of each factor, NaN where they do not."""

    start: NDArray[np.float64]
    end: NDArray[np.float64]
    told: NDArray[np.float64]

    def between(self, start: float, end: float) -> _Walked:
        """Return what of the walks fell between two moments."""
        some = (self.start < end) & (self.end > start)
        begins, ends = np.maximum(self.start[some], start), np.minimum(self.end[some], end)
        share = (ends - begins) / (self.end - self.start)[some]
        return _Walked(begins, ends, self.told[some] * share[:, None])


def _with_walks(exposures: Exposures, diary: Diary) -> Exposures:
    """Return the exposures, each row with some of a walk in it cut where the walk began and ended.

    All that was walked since the row before is the row's, outside its interval too: who is out is up.
    """
    factors = np.array([is_walked(factor) for factor in diary.factors], dtype=bool)
    start, end = ((when - diary.time[0]) / np.timedelta64(1, "h") for when in diary.walks[:2])
    walks = _Walked(start, end, walk_amounts(diary.walks, diary.factors))
    since = np.maximum.accumulate(np.concatenate([exposures.start[:1], exposures.end[:-1]]))
    amount = exposures.amount.copy()
    if diary.walks.complete:
        within = (exposures.end > start[0]) & (since < end.max())
        amount[within[:, None] & factors & np.isnan(amount)] = 0.0
    pieces = []
    for row, last in enumerate(exposures.end):
        mine = walks.between(since[row], last)
        interval = float(exposures.start[row]), float(last)
        pieces.append(
            _cut(interval, exposures.amount[row], factors, mine)
            if len(mine.start)
            else (exposures.start[[row]], exposures.end[[row]], amount[[row]])
        )
    rows = np.repeat(np.arange(len(pieces)), [len(one[0]) for one in pieces])
    start, end, amount = (np.concatenate(column) for column in zip(*pieces, strict=True))
    opens = None if exposures.opens is None else exposures.opens[rows]
    return Exposures(start, end, exposures.part[rows], amount, rows, opens).take(np.argsort(end, kind="stable"))


def _cut(
    interval: tuple[float, float], amount: NDArray[np.float64], factors: NDArray[np.bool_], walks: _Walked
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return start, end and amounts of the pieces of a row some of which was walked.

    Amounts are spread over the row's interval. Of walking, what the walks tell lies in them: an amount that was
    written includes it, and what is left of it is spread over the other pieces. A blank one is what the walks tell.
    """
    edges = np.unique(np.concatenate([interval, walks.start, walks.end]))
    middle, hours = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
    inside = (walks.start[:, None] < middle) & (middle < walks.end[:, None])
    own = middle > interval[0]
    kept = own | inside.any(axis=0)
    edges_of, hours, inside, own = (edges[:-1][kept], edges[1:][kept]), hours[kept], inside[:, kept], own[kept]
    share = hours / hours[own].sum()
    out = np.where(own[:, None], amount * share[:, None], 0.0)
    rate = walks.told / (walks.end - walks.start)[:, None]
    tells = ~np.isnan(rate)
    recorded = hours[:, None] * (inside.T.astype(float) @ np.where(tells, rate, 0.0))
    silent = inside.T @ ~tells
    free = hours[:, None] * (silent | ~(inside.T @ tells))
    free = np.where(free.any(axis=0), free, hours[:, None])
    left = np.maximum(amount - recorded.sum(axis=0), 0.0) * free / free.sum(axis=0)
    told = recorded + np.where(np.isnan(amount), np.where(silent, np.nan, 0.0), left)
    return *edges_of, np.where(factors, told, out)


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
