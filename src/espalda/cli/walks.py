"""``espalda walks`` and ``espalda import-walks``: what the ground was like, from the recordings of walks."""

from __future__ import annotations

import argparse
import json
from collections import Counter

from espalda import flows
from espalda.cli.commands import InputError, data_folder
from espalda.terrain import BANDS, Profile, Walk
from espalda.words import Language, Message, listing, mark, number, say, say_n

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


_OUTCOMES = {
    "read": mark("{file}: read. {why}"),
    "partial": mark("{file}: read in part. {why}"),
    "other": mark("{file}: kept, but it is no walk. {why}"),
    "refused": mark("{file}: not read. {why}"),
}


def keep(options: argparse.Namespace) -> int:
    """Keep the walks in the diary of this machine, each as soon as it is measured; 1 where nothing could be read."""
    from espalda.web.server import SeveralPeopleError, import_walks  # noqa: PLC0415 - Django is loaded only here

    data, lang = data_folder(options), options.lang
    counts: Counter[str] = Counter()
    try:
        for one in import_walks(options.paths, data, lang):
            counts[one.state] += 1
            if one.state != "known":
                print(say(lang, _OUTCOMES[one.state], file=one.file, why=one.sentence).rstrip(), flush=True)
    except SeveralPeopleError as error:
        why = mark("Several people keep their diaries in {folder}: each brings their own walks on the page.")
        raise InputError(Message(why, {"folder": data})) from error
    read = counts["read"] + counts["partial"] + counts["other"]
    said = [say_n(lang, "{n} walk read", "{n} walks read", read)]
    said += [say(lang, "{n} of them in part", n=counts["partial"])] if counts["partial"] else []
    said += [say(lang, "{n} known already", n=counts["known"])] if counts["known"] else []
    said += [say(lang, "{n} not read", n=counts["refused"])] if counts["refused"] else []
    print(", ".join(said) + ".")
    return 0 if read or counts["known"] else 1


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
