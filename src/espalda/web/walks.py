"""A person's walks as the diary counts them, and those of the invented person."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

import numpy as np

from espalda import diary as diaries
from espalda.diary import Ground, Walks
from espalda.diary.build import Times
from espalda.terrain import METHOD, OUTLINE_POINTS
from espalda.web.models import Person, Walk

ON_FOOT: Final = ("foot", "")
"""The kinds that are walks: what was said to be one, and what was not said to be anything else."""
_WORTH: Final = {"good": 3, "coarse": 2, "by_hand": 1, "time_only": 0}
_LONGEST: Final = timedelta(days=100)


def is_walk(walk: Walk) -> bool:
    """Return whether it is one that the diary may count."""
    return walk.kind in ON_FOOT


def counted(walks: Iterable[Walk]) -> list[Walk]:
    """Return the walks that count, in order of time: of recordings of the same one, the best."""
    kept: list[Walk] = []
    for together in _together(sorted(filter(is_walk, walks), key=lambda walk: walk.start)):
        kept += together if len(together) == 1 else _best(together)
    return kept


def _best(walks: Sequence[Walk]) -> list[Walk]:
    worth = [_WORTH[walk.quality] for walk in walks]
    return [walks[place] for place in diaries.keep_apart(*_intervals(walks), worth)]


def _together(walks: Sequence[Walk]) -> Iterator[list[Walk]]:
    """Yield the walks in groups of those that may be the same: each begins before one of its group has ended."""
    group: list[Walk] = []
    last: datetime | None = None
    for walk in walks:
        if last is not None and walk.start >= last:
            yield group
            group, last = [], None
        group.append(walk)
        last = max(last or walk.start, _end(walk))
    if group:
        yield group


def as_columns(person: Person, walks: Iterable[Walk]) -> Walks:
    """Return the walks that count as a diary holds them."""
    chosen = counted(walks)
    return Walks(
        *_intervals(chosen),
        np.array([walk.utc_offset_min for walk in chosen], np.int16),
        np.array([_minutes(walk) for walk in chosen]).reshape(-1, len(diaries.WALKED)),
        complete=bool(person.records_every_walk),
    )


def _intervals(walks: Sequence[Walk]) -> tuple[Times, Times]:
    """Return when each begins and ends."""
    start, end = [_utc(walk.start) for walk in walks], [_utc(_end(walk)) for walk in walks]
    return np.array(start, "datetime64[us]"), np.array(end, "datetime64[us]")


def _end(walk: Walk) -> datetime:
    """Return when a walk ended: none is shorter than what it tells of, or lasts for months, whatever its row says."""
    told = timedelta(minutes=max(sum(walk.bands or ()), walk.moving_minutes or 0.0, 1.0))
    return min(max(walk.end, walk.start + told), walk.start + max(told, _LONGEST))


def _minutes(walk: Walk) -> diaries.model.Floats:
    ground = cast(Ground, walk.ground) if walk.ground else None
    return diaries.walked_minutes(walk.bands, walk.moving_minutes, ground, partly=walk.partly)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


# Invented ones -------------------------------------------------------------------------------------------------


def invent(person: Person, walks: Walks) -> None:
    """Give an invented person the walks of their diary, with a picture each."""
    Walk.objects.bulk_create(_invented(person, walks, row) for row in range(len(walks.start)))
    person.records_every_walk = walks.complete or None
    person.save(update_fields=["records_every_walk"])


def _invented(person: Person, walks: Walks, row: int) -> Walk:
    flat, up, down, steep_down, uneven = map(float, walks.minutes[row])
    bands = None if np.isnan(flat + up + down + steep_down) else [steep_down, down, flat, up, 0.0]
    moving = sum(bands) if bands else None
    partly = bool(uneven) and moving is not None and uneven < moving
    start, end = (when[row].astype(datetime).replace(tzinfo=UTC) for when in walks[:2])
    return Walk(
        person=person,
        digest=hashlib.sha256(f"{start} {end}".encode()).hexdigest(),
        start=start,
        end=end,
        utc_offset_min=int(walks.utc_offset_min[row]),
        kind="foot",
        quality="good" if bands else "time_only",
        method=METHOD,
        minutes=(end - start) / timedelta(minutes=1),
        moving_minutes=moving,
        ground="" if np.isnan(uneven) else "rough" if uneven else "paved",
        partly=partly,
        **(_invented_way(bands) if bands else {}),
    )


_PACE_M: Final = 70.0
_PERCENT: Final = (-12.0, -5.0, 0.0, 5.0, 12.0)


def _invented_way(bands: Sequence[float]) -> dict[str, Any]:
    """Return what a walk through these bands at an even pace is like: on the flat, up, down, and on the flat again."""
    metres = _PACE_M * np.array([bands[2] / 2, bands[3], bands[1] / 2, bands[0], bands[1] / 2, bands[2] / 2])
    along = np.concatenate([[0.0], np.cumsum(metres)])
    above = np.concatenate([[0.0], np.cumsum(metres * np.array([_PERCENT[i] for i in (2, 3, 1, 0, 1, 2)]) / 100)])
    places = np.linspace(0, along[-1], OUTLINE_POINTS)
    height = np.interp(places, along, above) + 2.0 * np.sin(places / 150.0)  # no ground is as even as a ruler
    steps = np.diff(above)
    return {
        "distance_m": float(along[-1]),
        "ascent_m": float(steps[steps > 0].sum()),
        "descent_m": float(-steps[steps < 0].sum()),
        "longest_descent_m": float(-steps[steps < 0].sum()),
        "bands": list(bands),
        "outline": np.round(np.stack([places, height], axis=1), 1).tolist(),
    }
