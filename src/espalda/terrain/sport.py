"""What was done, and whether the ground under it can be measured, from the words that devices and services use."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from espalda.words import Message, mark


class Kind(Enum):
    """What was done on an outing, as far as its terrain is concerned."""

    FOOT = "foot"
    OTHER = "other"
    SWIM = "swim"
    WATER = "water"
    INDOOR = "indoor"
    VIRTUAL = "virtual"

    @property
    def no_terrain(self) -> Message | None:
        """Why there is no terrain to measure, or None where there is."""
        sentence = _NO_TERRAIN.get(self)
        return Message(sentence) if sentence else None


_NO_TERRAIN: Final = {
    Kind.SWIM: mark("A swim: there is no terrain."),
    Kind.WATER: mark("On the water: there is no terrain."),
    Kind.INDOOR: mark("Indoors: there is no terrain, only time."),
    Kind.VIRTUAL: mark("A virtual ride or run: its hills are not under anyone's feet."),
}

# The names in FIT, TCX, GPX, Strava, Apple Health; and the words of Strava's activities.csv in the larger languages.
# The first that is found says what it was: a virtual ride is not a ride, and a stair machine not stairs.
_WORDS: Final = (
    (Kind.VIRTUAL, r"virtual|zwift|rouvy|e_?sport"),
    (
        Kind.INDOOR,
        r"indoor|treadmill|stationary|spin|trainer|elliptical|machine|equipment|stair_?stepper|stair_?climb(er|ing)$"
        r"|strength|weight|yoga|pilates|cinta|el[ií]ptica|interior|cubierto|laufband|tapis",
    ),
    (Kind.SWIM, r"swim|nataci|nadar|nata[çc]|schwimm|\bnage|nuoto"),
    (
        Kind.WATER,
        r"\brow|paddl|kayak|canoe|sail|surf|kite|boat|rafting|diving|snorkel|water|\bremo\b|piragua|\bvela\b|rudern|aviron",
    ),
    (
        Kind.FOOT,
        r"walk|hik|run|trek|mountaineer|snow_?sho|foot|camin|senderis|excurs|carrera|correr|wander|marche|lauf",
    ),
)


def kind_of(*names: str | None) -> Kind | None:
    """Return what the names of a sport and its variety say was done; None where they say nothing."""
    words = " ".join(name for name in names if name).lower()
    for kind, pattern in _WORDS:
        if re.search(pattern, words):
            return kind
    return Kind.OTHER if set(words.split()) - {"generic", "all", "other", "unknown"} else None
