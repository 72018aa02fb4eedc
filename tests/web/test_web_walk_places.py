"""No place of a walk reaches a disk: every byte a server writes during an import, searched for its coordinates."""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
import sys
import time
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from bench.terrain import files
from bench.walks import bring

PROGRAM = """
import sys, tempfile
from pathlib import Path
tempfile.tempdir = "/nowhere/at/all"  # whatever asks for a temporary file fails, and the import with it
from espalda.web.server import serve
sys.exit(serve(0, Path(sys.argv[1])))
"""
WRITES = "write,pwrite64,writev,pwritev,pwritev2,sendto,sendmsg,sendfile,copy_file_range,splice,mmap"
HERE = (71.5271683, -97.9135249)
"""Invented; of digits that nothing else is made of: no minute and no second is as large."""


def needles(way: files.Outing) -> set[bytes]:
    """Return how a place of the walk would look wherever it was stored."""
    places = np.concatenate([way.lat, way.lon])
    found = set()
    for value in places[::25].tolist():
        for text in (f"{abs(value):.3f}", f"{abs(value):.7f}"[:-4]):
            found |= {text.encode(), text.replace(".", ",").encode()}
    for value, end in product(places[:: len(places) // 24].tolist(), "<>"):
        for number in (value, np.radians(value)):
            found |= {struct.pack(f"{end}d", number), struct.pack(f"{end}f", number)}
        for whole in (value * 2**31 / 180, value * 1e7, value * 1e6, value * 1e5):
            found.add(struct.pack(f"{end}i", round(whole)))
    return found


class Import(NamedTuple):
    """What an import left: the answer, the folder, what was written meanwhile (None: not watched), what to look for."""

    answer: list[dict[str, str]]
    folder: Path
    written: bytes | None
    shared: list[str]
    needles: set[bytes]


def uploads() -> dict[str, bytes]:
    """Return a walk in every format and archive, one of them larger than a server's usual buffer."""
    ways = [files.hills(seed, metres=metres) for seed, metres in ((1, 8000.0), (2, 900.0), (3, 900.0))]
    made = {"w.gpx": files.gpx(ways[0]), "w.fit": files.fit(ways[0]), "w.tcx": files.tcx(ways[0])}
    archives = {"strava.zip": files.strava, "apple.zip": files.apple, "health.zip": files.health_connect}
    return made | {name: make(ways) for name, make in archives.items()}


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Import:
    folder = tmp_path_factory.mktemp("import")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "_HOME", HERE)
        sent, wanted = uploads(), needles(files.hills(1, metres=8000.0))
    assert len(sent["w.gpx"]) > 2**19
    (folder / "tmp").mkdir()
    trace = folder / "trace"
    watching = ["strace", "-f", "-y", "-ttt", "-xx", "-s", "9999999", "-e", f"trace={WRITES}", "-o", str(trace)]
    trial = [*watching, "true"]
    watched = bool(shutil.which("strace")) and not subprocess.run(trial, check=False, capture_output=True).returncode
    process = subprocess.Popen(
        [*(watching if watched else []), sys.executable, "-c", PROGRAM, str(folder / "data")],
        env={**os.environ, "TMPDIR": str(folder / "tmp"), "LC_ALL": "en_GB.UTF-8"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    address = re.search(r"127\.0\.0\.1:(\d+)", process.stdout.readline())
    assert address
    began = time.time()
    answer = [one for told in bring(int(address[1]), sent) for one in told]
    inner = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split() if watched else []
    for pid in inner or [str(process.pid)]:
        os.kill(int(pid), 15)
    process.communicate(timeout=60)
    written, shared = since(trace, began) if watched else (None, [])
    trace.unlink(missing_ok=True)
    return Import(answer, folder, written, shared, wanted)


def since(trace: Path, began: float) -> tuple[bytes, list[str]]:
    """Return all bytes written from a moment on, and the files that were written to as memory."""
    written, shared = [], []
    for line in trace.read_text("latin-1").splitlines():
        moment = re.match(r"\d+ +([\d.]+) (\w+)\(", line)
        if moment is None or float(moment[1]) < began:
            continue
        if moment[2] == "mmap":
            if "MAP_SHARED" in line and "PROT_WRITE" in line and "<" in line:
                shared.append(line.partition("<")[2].partition(">")[0])
        else:
            written += [bytes.fromhex(one.replace("\\x", "")) for one in re.findall(r'"((?:\\x\w\w)*)"', line)]
    return b"\0".join(written), shared


def test_the_search_finds_places_where_they_are(imported: Import) -> None:
    """Else what follows would prove nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "_HOME", HERE)
        way = files.hills(1, metres=8000.0)
        for data in (files.gpx(way), files.tcx(way), files.fit(way)):
            assert any(needle in data for needle in imported.needles)
        for kept in (way.lat.tobytes(), way.lon.astype(">f4").tobytes(), np.int32(way.lat * 1e7).tobytes()):
            assert any(needle in kept for needle in imported.needles)


def test_walks_of_every_kind_were_read(imported: Import) -> None:
    assert [one["file"] for one in imported.answer if one["state"] == "refused"] == []
    read = {one["file"].partition("/")[0] for one in imported.answer if one["state"] == "read"}
    assert read == {"w.gpx", "w.fit", "w.tcx", "strava.zip", "apple.zip", "health.zip"}


def test_no_file_of_a_server_holds_a_place_after_an_import(imported: Import) -> None:
    kept = [path for path in imported.folder.rglob("*") if path.is_file()]
    assert imported.folder / "data" / "espalda.sqlite3" in kept
    assert list((imported.folder / "tmp").iterdir()) == []
    for path in kept:
        data = path.read_bytes()
        assert [needle for needle in imported.needles if needle in data] == [], path.name


def test_no_byte_written_during_an_import_is_of_a_place(imported: Import) -> None:
    if imported.written is None:
        pytest.skip("no strace that may watch a process")
    assert b"good" in imported.written  # a walk's row
    assert [needle for needle in imported.needles if needle in imported.written] == []
    assert {Path(name).suffix for name in imported.shared} <= {".sqlite3-shm"}
