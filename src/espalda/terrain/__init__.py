"""From the recording of a walk to minutes by terrain; its coordinates are then forgotten.

A reader for each kind of file makes a `Recording`, which is cleaned into a `Track`, which is measured into a
`Profile`; a `Walk` is what is kept of it.
"""

from espalda.terrain.measure import Source, walks
from espalda.terrain.profile import BANDS, CUTS_PERCENT, METHOD, OUTLINE_POINTS, Profile, measure_track
from espalda.terrain.sport import Kind
from espalda.terrain.track import Recording, Totals, Track, make_track
from espalda.terrain.walk import Walk, make_walk

__all__ = [
    "BANDS",
    "CUTS_PERCENT",
    "METHOD",
    "OUTLINE_POINTS",
    "Kind",
    "Profile",
    "Recording",
    "Source",
    "Totals",
    "Track",
    "Walk",
    "make_track",
    "make_walk",
    "measure_track",
    "walks",
]
