"""``espalda walks``: what the ground was like, from the recordings of walks."""

from __future__ import annotations

import argparse
import json

from espalda import flows
from espalda.terrain import BANDS, Profile, Walk
from espalda.words import Language, listing, mark, number, say

_BANDS = {
    "steep_down": mark("steep downhill {minutes} min"),
    "down": mark("downhill {minutes} min"),
    "flat": mark("flat {minutes} min"),
    "up": mark("uphill {minutes} min"),
    "steep_up": mark("steep uphill {minutes} min"),
}


def measure(options: argparse.Namespace) -> int:
    """Print the walks as they are measured; 1 where nothing could be read of any file."""
    read = 0
    for walk in flows.measure_walks(options.paths, ignore_device_totals=options.ignore_device_totals):
        read += walk.status != "refused"
        if options.json:
            print(json.dumps(walk.to_dict(options.lang), ensure_ascii=False), flush=True)
        else:
            print(*_sentences(walk, options.lang), sep="\n  ", flush=True)
    return 0 if read else 1


def _sentences(walk: Walk, lang: Language) -> list[str]:
    """Return what was measured of a walk, the first sentence with its file."""
    begun = f", {walk.start:%Y-%m-%d %H:%M}" if walk.start else ""
    said = [f"{walk.file}{begun}"]
    if walk.reason:
        said.append(walk.reason.sentence(lang))
    if walk.profile:
        said += _measured(walk.profile, lang)
    return said


def _measured(profile: Profile, lang: Language) -> list[str]:
    said = []
    if profile.minutes is not None and profile.moving_minutes is not None:
        minutes, moving = number(lang, profile.minutes, 0), number(lang, profile.moving_minutes, 0)
        said.append(say(lang, "{minutes} min, of them {moving} min on the move.", minutes=minutes, moving=moving))
    if profile.distance_m:
        said.append(say(lang, "{distance} km.", distance=number(lang, profile.distance_m / 1000)))
    if profile.ascent_m is not None and profile.descent_m is not None and profile.longest_descent_m is not None:
        said.append(
            say(
                lang,
                "{up} m up, {down} m down; {longest} m in the longest descent.",
                up=number(lang, profile.ascent_m, 0),
                down=number(lang, profile.descent_m, 0),
                longest=number(lang, profile.longest_descent_m, 0),
            )
        )
    if profile.band_minutes is not None:
        parts = zip(BANDS, profile.band_minutes, strict=True)
        said.append(
            listing(lang, [say(lang, _BANDS[band], minutes=number(lang, value, 0)) for band, value in parts]) + "."
        )
    if profile.quality == "coarse":
        said.append(say(lang, "Coarse: the altitude is noisy, as that of GPS is."))
    elif profile.quality == "time_only":
        said.append(say(lang, "Time and distance only: there is no altitude that slopes could be told from."))
    return said
