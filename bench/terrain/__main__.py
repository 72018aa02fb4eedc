"""Walks beside their peers, on the real tracks: ``python -m bench.terrain`` prints one run.

Needs the tracks (``ESPALDA_SHARED``) and gpxpy. Nothing it makes is kept.
"""

from __future__ import annotations

import contextlib
import random
import re
import subprocess
import sys
import tempfile
import time
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import fitdecode
import gpxpy
import numpy as np

from bench import SHARED
from bench.terrain import files
from bench.terrain.files import Floats
from bench.terrain.methods import METHODS, point_to_point, profile_of
from espalda.terrain import Kind, make_track, walks
from espalda.terrain.fit import read_fit

TRACKS = SHARED / "tracks"
LEAST_ASCENT_M = 50.0
SHIFTS = 10

Columns = tuple[Floats, Floats, Floats]


def main() -> None:
    """Print every figure of the manual's page on terrain."""
    if sys.argv[1:2] == ["memory"]:
        _read_export(Path(sys.argv[2]))
        return
    _files_read()
    _files_spoilt()
    on_foot = dict(_on_foot())
    _against_devices(on_foot)
    noisy = [case for name, (columns, _) in on_foot.items() for case in _with_gps_error(name, columns)]
    _with_noise(noisy)
    _on_the_flat()
    _import_timed()
    _memory()


def _files_read() -> None:
    print("FILES (folder: what came of them here | the peer alone)")
    for folder in ("fit", "gpx", "tcx", "malformed"):
        paths = sorted((TRACKS / folder).iterdir())
        statuses = Counter(str(walk.status) for walk in walks(paths))
        peers = Counter(_peer(path.read_bytes(), path.suffix.lower()) for path in paths)
        print(f"  {folder}: {_listed(statuses)} | {_listed(peers)}")


def _files_spoilt() -> None:
    print("SPOILT (300 files of 1,250 points with a random fault: median share of the minutes kept, files lost)")
    way = files.hills(metres=1500)
    rng = random.Random(1)
    for kind, whole in (("fit", files.fit(way)), ("gpx", files.gpx(way)), ("tcx", files.tcx(way))):
        kept: dict[str, list[float]] = {"espalda": [], "peer": []}
        for _ in range(300):
            data = bytearray(whole)
            place = rng.randrange(len(data) // 10, len(data))
            data[place : place + rng.choice((1, 4, 40))] = rng.choice((b"", b"<", b"\x00\xff\x80", rng.randbytes(20)))
            (walk,) = walks([("spoilt", bytes(data))])
            minutes = walk.profile.minutes if walk.profile else 0
            kept["espalda"].append((minutes or 0) / ((way.time[-1] - way.time[0]) / 60))
            kept["peer"].append(_points(bytes(data), f".{kind}") / len(way.time))
        peer = {"fit": "fitdecode", "gpx": "gpxpy", "tcx": "none"}[kind]
        for name, shares in kept.items():
            lost = sum(share < 0.01 for share in shares)
            if name == "espalda" or peer != "none":
                print(f"  {kind} {peer if name == 'peer' else name}: {np.median(shares):.3f}, {lost} lost")


def _peer(data: bytes, suffix: str) -> str:
    name = {".fit": "fitdecode", ".gpx": "gpxpy"}.get(suffix)
    if name is None:
        return "without a peer"
    return f"{'read' if _points(data, suffix) else 'not read'} by {name}"


def _points(data: bytes, suffix: str) -> int:
    """Return the points a peer reads of a file as its users do: none where it raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if suffix.lower() == ".fit":
                frames = list(fitdecode.FitReader(data))
                return sum(isinstance(one, fitdecode.FitDataMessage) and one.name == "record" for one in frames)
            if suffix.lower() == ".gpx":
                return int(gpxpy.parse(data.decode()).get_track_points_no())
        except Exception:
            return 0
    return 0


def _on_foot() -> Iterator[tuple[str, tuple[Columns, float]]]:
    """Yield the barometric recordings on foot: seconds, metres and altitude, and the device's own ascent."""
    for path in sorted((TRACKS / "fit").iterdir()):
        track = make_track(read_fit(path.read_bytes()))
        ascent = track.totals.ascent_m
        if track.kind is not Kind.FOOT or not ascent or ascent < LEAST_ASCENT_M or np.isnan(track.distance).any():
            continue
        known = ~np.isnan(track.altitude)
        if known.mean() > 0.8:
            steps = np.clip(np.diff(track.distance), 0, None)
            metres = np.concatenate([[0.0], np.cumsum(steps)])
            yield path.name, ((track.time[known], metres[known], track.altitude[known]), ascent)


def _against_devices(on_foot: dict[str, tuple[Columns, float]]) -> None:
    print(f"ASCENT against the device's total, {len(on_foot)} recordings on foot (median error, mean, worst)")
    for name, method in METHODS.items():
        errors = [abs((method(*columns) or 0) / ascent - 1) for columns, ascent in on_foot.values()]
        print(f"  {name}: {np.median(errors):.1%}, {np.mean(errors):.1%}, {max(errors):.1%}")


def _with_gps_error(name: str, clean: Columns) -> Iterator[tuple[str, Columns, Columns]]:
    """Yield a clean recording with real GPS errors added, begun at different moments of them."""
    seconds, metres, altitude = clean
    rng = np.random.default_rng(len(name))
    for number in (1, 2):
        error = np.loadtxt(TRACKS / f"gps_altitude_error_{number}.csv", delimiter=",", skiprows=1)
        length = error[-1, 0]
        for start in rng.uniform(0, 2 * length, SHIFTS):
            place = (seconds - seconds[0] + start) % (2 * length)
            place = np.where(place > length, 2 * length - place, place)  # to and fro, without a leap
            yield f"error {number}", clean, (seconds, metres, altitude + np.interp(place, error[:, 0], error[:, 1]))


def _with_noise(noisy: list[tuple[str, Columns, Columns]]) -> None:
    truths = {id(clean[0]): profile_of(*clean) for _, clean, _ in noisy}
    found = [(number, truths[id(clean[0])], columns, profile_of(*columns)) for number, clean, columns in noisy]
    told = [one for one in found if one[3].ascent_m is not None]
    qualities = Counter(str(one[3].quality) for one in found)
    print(f"ASCENT with real GPS error added, {len(noisy)} walks: {_listed(qualities)}")
    for name, method in METHODS.items():
        errors = [abs((method(*columns) or 0) / (truth.ascent_m or 1) - 1) for _, truth, columns, _ in told]
        print(f"  {name}: {np.median(errors):.1%} in the {len(told)} that are not time only")
    wrong, plain = [], []
    for _, truth, columns, ours in told:
        true = np.array(truth.band_minutes)
        wrong.append(_wrong(np.array(ours.band_minutes), true))
        plain.append(_wrong(point_to_point(*columns), true))
    print(f"MINUTES in the wrong band of five: espalda {np.median(wrong):.1%}, point to point {np.median(plain):.1%}")


def _wrong(minutes: Floats, true: Floats) -> float:
    share = minutes / minutes.sum() - true / true.sum()
    return float(np.abs(share).sum() / 2)


def _on_the_flat() -> None:
    print("A FLAT HOUR with real GPS error (false climb in m/h; minutes of 60 called steeper than 3 %)")
    climbs: dict[str, list[float]] = {name: [] for name in METHODS}
    steep: dict[str, list[float]] = {"espalda": [], "point to point": []}
    silent = 0
    for number in (1, 2):
        error = np.loadtxt(TRACKS / f"gps_altitude_error_{number}.csv", delimiter=",", skiprows=1)
        for start in np.linspace(0, error[-1, 0] - 3600, 20):
            seconds = np.arange(3600.0)
            columns = (files.START_S + seconds, 1.2 * seconds, np.interp(seconds + start, error[:, 0], error[:, 1]))
            ours = profile_of(*columns)
            if ours.band_minutes is None:
                silent += 1
                continue
            for name, method in METHODS.items():
                climbs[name].append(method(*columns) or 0.0)
            for name, minutes in (
                ("espalda", np.array(ours.band_minutes)),
                ("point to point", point_to_point(*columns)),
            ):
                steep[name].append(60 * (1 - minutes[2] / minutes.sum()))
    for name, metres in climbs.items():
        print(f"  {name}: {np.median(metres):.0f} m/h")
    print(f"  steep: {', '.join(f'{name} {np.median(one):.0f} min' for name, one in steep.items())}")
    print(f"  time only: {silent} of 40 hours")


def _import_timed() -> None:
    way = files.hills(metres=4000).every(2)
    for kind, data in (("FIT", files.fit(way)), ("GPX", files.gpx(way))):
        begun = time.process_time()
        for _ in range(500):
            _parse_alone(kind, data)
        parsed = time.process_time() - begun
        begun = time.process_time()
        count = sum(1 for _ in walks((f"{i}", data) for i in range(500)))
        whole = time.process_time() - begun
        print(f"IMPORT of {count} {kind} walks of {len(way.time)} points: {whole:.1f} s; parsing alone {parsed:.1f} s")


def _parse_alone(kind: str, data: bytes) -> None:
    if kind == "FIT":
        with contextlib.closing(fitdecode.FitReader(data, check_crc=fitdecode.CrcCheck.DISABLED)) as frames:
            for _ in frames:
                pass
    else:
        gpxpy.parse(data.decode())


def _memory() -> None:
    """Print the peak memory of reading a generated Apple Health export, in a process of its own."""
    ways = [files.hills(seed, metres=3000) for seed in range(20)]
    workouts = [files.apple_workout(way, f"route_{i}.gpx") for i, way in enumerate(ways)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.zip"
        size = 0
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            with archive.open("apple_health_export/export.xml", "w", force_zip64=True) as export:
                for block in files.apple_xml(workouts, filler=15 * 2**20):
                    size += export.write(block)
            for i, way in enumerate(ways):
                archive.writestr(f"apple_health_export/workout-routes/route_{i}.gpx", files.gpx(way))
        said = subprocess.run(
            [sys.executable, "-m", "bench.terrain", "memory", str(path)], capture_output=True, text=True, check=True
        )
        print(f"APPLE EXPORT of {size / 2**20:.0f} MB of XML and {len(ways)} routes: {said.stdout.strip()}")


def _read_export(path: Path) -> None:
    list(walks([("warm", files.gpx(files.hills(metres=300)))]))
    before = _peak()
    begun = time.process_time()
    count = sum(1 for _ in walks([path]))
    took = time.process_time() - begun
    print(
        f"{count} walks in {took:.1f} s of the processor, peak {_peak()} MB, "
        f"{_peak() - before} MB above having read one small walk"
    )


def _peak() -> int:
    """Return the most memory this process has held, in MB; getrusage would tell its parent's where that is more."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(re.findall(r"VmHWM:\s*(\d+)", status)[0]) // 1024


def _listed(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(counted.items()))


if __name__ == "__main__":
    main()
