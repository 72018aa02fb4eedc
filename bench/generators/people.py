"""What the generators share: a person's days, what past doses still weigh, pain's own memory, and the diary kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from espalda.diary import Diary, Factor

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

START: Final = np.datetime64("2026-01-01T00:00", "us")
CLOCK_H: Final = (8.0, 14.5, 21.0)
UNITS: Final = ("min", "n", "0-10", "0-1")
LEVEL: Final = 3.5
SCALE: Final = 2
"""The kind of factor that is a 0-10 scale; 0 is minutes now and then, 1 a count, 3 a yes or no."""


class Truth(NamedTuple):
    """What a factor of a simulated diary really does.

    Attributes
    ----------
    per_unit
        Points of pain that one unit done at once adds where it is felt most.
    half_life_h
        Hours in which that fades by half.
    delay_h
        Hours until it begins.
    """

    per_unit: float
    half_life_h: float
    delay_h: float = 0.0


@dataclass(frozen=True)
class Simulated:
    """A diary and, for each factor that acts, the truth; `alike` names factors that always come together."""

    diary: Diary
    truth: dict[str, Truth]
    alike: tuple[str, ...] = ()


class Life(NamedTuple):
    """What is done, three slots a day: the slots' ends, and the bouts, one a factor and slot.

    Attributes
    ----------
    t
        Hours since the first midnight of each slot's end, where a reading is asked for, shape ``(n,)``.
    bout
        The moment each amount is done at, shape ``(k, n)``.
    amount
        How much, shape ``(k, n)``.
    kinds
        Of each factor: 0 minutes, 1 a count, 2 a scale, 3 a yes or no.
    """

    t: Floats
    bout: Floats
    amount: Floats
    kinds: tuple[int, ...]

    @property
    def names(self) -> list[str]:
        """The factors' names, in order."""
        return [f"factor_{j + 1}" for j in range(len(self.kinds))]


def amounts(rng: np.random.Generator, slots: int, kind: int) -> Floats:
    """Return amounts per slot of one factor: minutes now and then, a count, or a 0-10 scale that drifts."""
    if kind == 0:
        return np.where(rng.random(slots) < 0.45, np.round(rng.gamma(2.0, 15.0, slots)), 0.0)
    if kind == 1:
        return np.asarray(rng.binomial(1, 0.3, slots) * rng.integers(1, 4, slots), dtype=float)
    level = np.empty(slots)
    state = 0.0
    for i in range(slots):
        state = 0.8 * state + 0.6 * rng.standard_normal()
        level[i] = state
    return np.clip(np.round(4 + 2 * level), 0, 10)


def slots(rng: np.random.Generator, days: int, wander_h: float = 0.5) -> tuple[Floats, Floats]:
    """Return start and end of three slots a day, in hours, their ends wandering from day to day."""
    hours = np.sort(np.array([CLOCK_H]) + wander_h * rng.uniform(-1, 1, (days, 3)), axis=1)
    t = (24.0 * np.arange(days)[:, None] + hours).ravel()
    first = np.arange(3 * days) % 3 == 0
    return np.where(first, t - 1.0, np.concatenate([[t[0] - 1], t[:-1]])), t


def live(rng: np.random.Generator, days: int, factors: int = 12) -> Life:
    """Return days of `factors` factors of all three kinds, each bout at a random moment of its slot."""
    start, t = slots(rng, days)
    bout = start + rng.random((factors, len(t))) * (t - start)
    kinds = tuple(int(kind) for kind in rng.permutation(np.arange(factors) % 3))
    return Life(t, bout, np.stack([amounts(rng, len(t), kind) for kind in kinds]), kinds)


def load(t: Floats, bout: Floats, amount: Floats, half_life_h: float, delay_h: float = 0.0) -> Floats:
    """Return what the doses still weigh at each moment `t`: 1 a unit where the delay ends, then fading by half."""
    since = t[:, None] - bout[None, :] - delay_h
    return np.asarray(np.where(since >= 0, np.exp2(-np.maximum(since, 0.0) / half_life_h), 0.0) @ amount)


def choose(rng: np.random.Generator, life: Life, acting: int = 3, among: Sequence[int] | None = None) -> list[int]:
    """Return which factors act, of all or of some."""
    places = range(len(life.kinds)) if among is None else among
    return [int(j) for j in rng.choice(np.array(places), acting, replace=False)]


def half_life(rng: np.random.Generator, shortest_h: float = 4.0, longest_h: float = 72.0) -> float:
    """Return a half-life in hours, log-uniform."""
    return float(np.exp(rng.uniform(np.log(shortest_h), np.log(longest_h))))


def size(rng: np.random.Generator, low: float = 0.35, high: float = 0.9) -> float:
    """Return points of pain per standard deviation of load, either sign."""
    return float(rng.choice([-1, 1]) * rng.uniform(low, high))


def act(rng: np.random.Generator, life: Life, acting: Sequence[int]) -> tuple[Floats, dict[str, Truth]]:
    """Return what the acting factors add to pain at each moment, centred, and their truth."""
    felt, truth = np.zeros(len(life.t)), {}
    for j in acting:
        fades = half_life(rng)
        weight = load(life.t, life.bout[j], life.amount[j], fades)
        per_unit = size(rng) / float(weight.std())
        felt += per_unit * (weight - weight.mean())
        truth[life.names[j]] = Truth(per_unit, fades)
    return felt, truth


def memory(rng: np.random.Generator, t: Floats, tau_h: float = 36.0, sd: float = 1.0) -> Floats:
    """Return an Ornstein-Uhlenbeck state at the moments `t`."""
    state = np.empty(len(t))
    value = sd * rng.standard_normal()
    for i, gap in enumerate(np.diff(t, prepend=t[0])):
        keep = np.exp(-gap / tau_h)
        value = keep * value + sd * np.sqrt(1 - keep**2) * rng.standard_normal()
        state[i] = value
    return state


def day_curve(t: Floats) -> Floats:
    """Return the part-of-day curve: worst on rising and in the evening."""
    return np.asarray(0.5 * ((t % 24.0 - 14.0) / 7.0) ** 2)


def pain_of(rng: np.random.Generator, t: Floats, felt: Floats) -> Floats:
    """Return pain before it is rounded: level, part of the day, memory, and what is felt of what was done."""
    return np.asarray(LEVEL + day_curve(t) + memory(rng, t) + felt)


def told(pain: Floats) -> Floats:
    """Return pain as whole numbers 0 to 10."""
    return np.asarray(np.clip(np.round(pain), 0, 10))


def missed(rng: np.random.Generator, pain: Floats, share: float = 0.25, slope: float = -0.4) -> Bools:
    """Return which readings are left blank, more of them on good days (or on bad ones, the slope positive)."""
    logit = np.log(share / (1 - share)) + slope * (pain - pain.mean())
    return np.asarray(rng.random(len(pain)) < 1 / (1 + np.exp(-logit)))


def keep(
    life: Life, pain: Floats, *, amount: Floats | None = None, spasm: Floats | None = None, rows: Bools | None = None
) -> Diary:
    """Return the diary kept: `pain` as told, `amount` as recalled (else as done), some rows of it only."""
    n = len(life.t)
    kept = np.ones(n, dtype=bool) if rows is None else rows
    recorded = life.amount if amount is None else amount
    count = int(kept.sum())
    minutes = np.round(60 * life.t[kept]).astype("timedelta64[m]")
    return Diary(
        time=START + minutes,
        utc_offset_min=np.zeros(count, dtype=np.int16),
        pain=pain[kept],
        stiffness=np.full(count, np.nan),
        spasm=np.full(count, np.nan) if spasm is None else spasm[kept],
        factors=tuple(Factor(name, UNITS[kind]) for name, kind in zip(life.names, life.kinds, strict=True)),
        amounts=recorded.T[kept].copy(),
        notes=("",) * count,
    )
