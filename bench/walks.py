"""An import of many walks, beside parsing them alone: ``python -m bench.walks --walks 500``.

Invented recordings of twenty to seventy minutes, a point a second, as FIT. They are measured once without keeping
anything, then sent to the program's own server one after another, as the page's script does, and kept; then sent again.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Final

from bench.terrain import files
from espalda import flows

LINES: Final = "application/x-ndjson"
_DAY_S: Final = 86400.0


def bring(port: int, sent: Mapping[str, bytes]) -> Iterator[list[dict[str, str]]]:
    """Send files to a server one by one, as the page's script does; yield what it says of each."""
    server = HTTPConnection("127.0.0.1", port, timeout=300)
    server.request("GET", "/walks/")
    page = server.getresponse()
    cookie = (page.getheader("Set-Cookie") or "").split(";")[0]
    token = re.search(rb'csrfmiddlewaretoken" value="(\w+)"', page.read())
    if token is None:
        raise SystemExit("the page has no form")
    head = b'--x\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n' + token[1]
    left = len(sent)
    for name, data in sent.items():
        left -= 1
        more = b'\r\n--x\r\nContent-Disposition: form-data; name="more"\r\n\r\n1' if left else b""
        file = (
            b'\r\n--x\r\nContent-Disposition: form-data; name="files"; filename="' + name.encode() + b'"\r\n\r\n' + data
        )
        kind = {"Content-Type": "multipart/form-data; boundary=x", "Accept": LINES, "Cookie": cookie}
        server.request("POST", "/walks/", head + more + file + b"\r\n--x--\r\n", kind)
        answer = server.getresponse()
        if answer.status != 200:
            raise SystemExit(f"{name}: {answer.status}")
        yield [json.loads(line) for line in answer.read().splitlines()]


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """Serve the program on a free port and a new folder; yields the port."""
    command = [sys.executable, "-m", "espalda", "serve", "--lang", "en", "--port", "0", "--data", str(folder / "data")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            address = re.search(r":(\d+)/", server.stdout.readline() if server.stdout else "")
            if address is None:
                raise SystemExit("the program did not start")
            yield int(address[1])
        finally:
            server.terminate()


def recordings(count: int) -> dict[str, bytes]:
    """Return so many recordings, a day apart."""
    made = {}
    for n in range(count):
        way = files.hills(n, metres=1500.0 + 500.0 * (n % 8), height=10.0 + 15.0 * (n % 5))
        made[f"{n}.fit"] = files.fit(replace(way, time=way.time - _DAY_S * n))
    return made


def _imported(port: int, sent: Mapping[str, bytes], what: str) -> tuple[float, Counter[str]]:
    states: Counter[str] = Counter()
    began = time.perf_counter()
    for done, told in enumerate(bring(port, sent), start=1):
        states.update(one["state"] for one in told)
        print(f"\r{what}: {done} of {len(sent)}", end="", flush=True)
    took = time.perf_counter() - began
    print(f"\r{what}: {took:.1f} s; {dict(states)}")
    return took, states


def main() -> None:
    """Print the seconds of each, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--walks", type=int, default=500)
    sent = recordings(parser.parse_args().walks)
    size = sum(map(len, sent.values())) / 1e6
    print(f"{len(sent)} walks, {size:.0f} MB")
    began = time.perf_counter()
    measured = sum(walk.status == "ok" for walk in flows.measure_walks(sent.items()))
    alone = time.perf_counter() - began
    print(f"measured alone: {alone:.1f} s; {measured} of them")
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as port:
        took, _states = _imported(port, sent, "imported")
        again, _states = _imported(port, sent, "brought again")
    print(f"ratio: {took / alone:.2f}; brought again: {again / alone:.2f}")


if __name__ == "__main__":
    main()
