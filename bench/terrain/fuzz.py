"""Damaged recordings without end: ``python -m bench.terrain.fuzz gpx --seconds 600``.

Whole files of one kind are spoilt at random and read. What must hold: no exception, finite numbers, a sentence with
each status but ``ok``, and an end within a few seconds. Prints how many files came to what; a file that broke a rule
is kept in the folder that is named, and its traceback printed.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import math
import random
import sys
import time
import traceback
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from bench import SHARED
from bench.terrain import files
from espalda.terrain import make_walk
from espalda.terrain.sources import find
from espalda.terrain.track import Recording

TRACKS = SHARED / "tracks"
SLOW_S = 20.0
TOKENS = (
    *(b"nan", b"inf", b"-1e308", b"1e308", b"1e-320", b"0", b"-0", b"91", b"181", b"9" * 400, b""),
    *(b"<", b">", b"<![CDATA[", b"<!--", b"&amp;", b"&x;", b"</trkpt>", b"<trkpt>", b"<trkpt ", b"<Workout ", b"/>"),
    *(b"1969-12-31T23:59:59Z", b"9999-12-31T23:59:60Z", b"2025-10-09T08:53:20+99:99", b"\xff\xfe", b"\x00" * 16),
    *(b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b".FIT", b"\xff" * 8, b"<a>" * 300),
)


def _short() -> list[files.Outing]:
    return [files.hills(seed, metres=200) for seed in (1, 2, 3)]


def _member(data: bytes, ending: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return next(archive.read(name) for name in archive.namelist() if name.endswith(ending))


def seeds(kind: str) -> list[bytes]:
    """Return whole files of a kind, made and, where they are at hand, real."""
    way, *_ = ways = _short()
    made = {
        "fit": [files.fit(way), files.fit(way, sport=5) + files.fit(way)],
        "gpx": [files.gpx(way)],
        "tcx": [files.tcx(way)],
        "gz": [gzip.compress(files.gpx(way)), gzip.compress(files.fit(way))],
        "zip": [files.strava(ways), files.apple(ways[:2])],
        "apple": [_member(files.apple(ways[:2]), "exportar.xml")],
        "store": [_member(files.health_connect(ways[:2]), ".db")],
        "strava": [files.strava(ways)],
    }[kind]
    folders = (TRACKS / kind, TRACKS / "malformed") if kind in {"fit", "gpx", "tcx"} else ()
    real = [path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir())]
    return made + [path.read_bytes()[:30_000] for path in real if path.suffix.lower() == f".{kind}"]


def spoil(data: bytes, rng: random.Random) -> bytes:
    """Return the bytes with a few random faults."""
    spoilt = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16, 64))):
        size = len(spoilt)
        place = rng.randrange(size + 1)
        length = rng.choice((1, 2, 4, 8, 50, 500))
        match rng.randrange(7):
            case 0:
                spoilt[place : place + length] = rng.randbytes(length)
            case 1:
                del spoilt[place : place + length]
            case 2:
                spoilt[place:place] = spoilt[max(0, place - length) : place] * rng.choice((1, 2, 20))
            case 3:
                spoilt[place : place + rng.choice((0, 4, 8))] = rng.choice(TOKENS)
            case 4 if size:
                spoilt[place % size] ^= 1 << rng.randrange(8)
            case 5 if rng.random() < 0.3:
                del spoilt[place:]
            case _:
                other = rng.randrange(size + 1)
                spoilt[place : place + length] = spoilt[other : other + length]
    return bytes(spoilt[:300_000])


def spoil_archive(data: bytes, rng: random.Random) -> bytes:
    """Return an archive with faults in its members, in itself, or both."""
    if rng.random() < 0.7:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        chosen = rng.choice(sorted(members))
        members[chosen] = spoil(members[chosen], rng)
        data = files.zipped(members)
    return spoil(data, rng) if rng.random() < 0.5 else data


def outcomes(kind: str, data: bytes) -> list[str]:
    """Read a file as the program does, but for its last resort; returns the statuses. Raises where a rule is broken."""
    statuses = []
    for found in find(f"spoilt.{kind}", io.BytesIO(data)):
        if not isinstance(found.content, Recording):
            statuses.append("refused")
            found.content.sentence("en")
            continue
        walk = make_walk(found.file, found.digest, found.content)
        told = walk.to_dict("en")
        numbers = [one for one in [*told.values(), *(told["bands"] or {}).values()] if isinstance(one, (int, float))]
        if not all(math.isfinite(one) for one in numbers) or min(numbers, default=0) < 0:
            raise AssertionError(told)
        if (told["reason"] is None) != (told["status"] == "ok"):
            raise AssertionError(told)
        statuses.append(walk.status)
    if not statuses:
        raise AssertionError(kind)
    return statuses


def fuzz(kind: str, seconds: float, seed: int, keep: Path | None) -> tuple[Counter[str], float]:
    """Spoil and read files of a kind for so many seconds; returns what they came to, and the longest took."""
    rng = random.Random(seed)
    whole = seeds(kind)
    change: Callable[[bytes, random.Random], bytes] = spoil_archive if kind in {"zip", "strava"} else spoil
    counted: Counter[str] = Counter()
    slowest, end = 0.0, time.monotonic() + seconds
    while time.monotonic() < end:
        data = change(rng.choice(whole), rng)
        begun = time.process_time()
        try:
            counted.update(outcomes(kind, data))
        except Exception:
            counted["broke a rule"] += 1
            traceback.print_exc()
            _keep(data, keep)
        counted["files"] += 1
        took = time.process_time() - begun
        slowest = max(slowest, took)
        if took > SLOW_S:
            counted["too slow"] += 1
            _keep(data, keep)
    return counted, slowest


def _keep(data: bytes, folder: Path | None) -> None:
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


def main() -> int:
    """Fuzz one reader; 1 where a rule was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=["fit", "gpx", "tcx", "gz", "zip", "strava", "apple", "store"])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder for files that broke a rule")
    options = parser.parse_args()
    warnings.simplefilter("error")
    counted, slowest = fuzz(options.kind, options.seconds, options.seed, options.keep)
    said = ", ".join(f"{count} {what}" for what, count in sorted(counted.items(), key=lambda one: -one[1]))
    print(f"{options.kind}: {said}; slowest {slowest:.2f} s of the processor")
    return int(bool(counted["broke a rule"] or counted["too slow"]))


if __name__ == "__main__":
    sys.exit(main())
