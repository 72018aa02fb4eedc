"""How much quicker the compiled path is than NumPy's, and both than the oracle: ``make bench-kernel``.

Ratios of one run say more than times, which depend on what else the machine does. Where valgrind is installed,
``--count`` counts instructions as well, which depend on nothing else (it takes some minutes).
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path as File
from tempfile import TemporaryDirectory

import numpy as np

from bench.generators import OuSettings, ou
from espalda.inference import NUMPY, Path, Series, fit
from espalda.inference.censoring import is_censored
from espalda.inference.engine import SLABS, fit_columns
from espalda.inference.evidence import grams
from espalda.inference.loads import KERNELS, impute, in_shares, loads, standardised
from espalda.inference.selection import enumerate_models
from espalda.inference.whitening import base_columns, noise_grid, whiten
from espalda.series import to_series

SIZES = {"12 factors x 90 days": (12, 90), "25 factors x 365 days": (25, 365)}
TARGET_MS = {"12 factors x 90 days": 3.0, "25 factors x 365 days": 15.0}
DIARIES, REPEATS, COUNTED = 5, 7, 2


def main() -> None:
    """Time, count where asked, and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.kernel", description=__doc__)
    parser.add_argument("--count", action="store_true", help="count instructions too (needs valgrind)")
    parser.add_argument("--only", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        size, path, times = options.only
        run(size, path, int(times))
        return
    begun = time.process_time()
    fit(people("12 factors x 90 days", 1)[0], compiled())
    print(f"first compiled fit (from a cold cache, the compiler's time): {time.process_time() - begun:.1f} s")
    print(f"oracle, every model of 4 factors x 60 days: {milliseconds(oracle, small(), NUMPY, 1):.0f} ms")
    for size, target in TARGET_MS.items():
        for censored in (False, True):
            series = people(size, DIARIES, censored=censored)
            what = f"{size}{', many readings at an end' if censored else ''} (target {target:.0f} ms compiled)"
            print(f"{what}: {beside(fit, series)}")
        print(f"  without finer kernels: {beside(search_alone, people(size, DIARIES))}")
        if options.count:
            slow, quick = (instructions(size, path) for path in ("numpy", "compiled"))
            print(f"  instructions a fit: {slow:.0f} and {quick:.0f} million, {slow / quick:.1f} : 1")


def beside(job: Callable[[Series, Path], object], people: list[Series]) -> str:
    """Return the two paths' times for a job, and their ratio: the medians over people."""
    slow, quick = (
        float(np.median([milliseconds(job, one, path, REPEATS) for one in people])) for path in (NUMPY, compiled())
    )
    return f"NumPy {slow:.1f} ms, compiled {quick:.1f} ms, {slow / quick:.1f} : 1"


def compiled() -> Path:
    """Return the compiled path: imported late, for it needs numba."""
    from espalda.inference.compiled import COMPILED  # noqa: PLC0415

    return COMPILED


def people(size: str, many: int, *, censored: bool = False) -> list[Series]:
    """Return some people's numbers: three readings a day, some lost; at an end of the scale or not."""
    factors, days = SIZES[size]
    found: list[Series] = []
    for seed in range(200):
        series = to_series(ou(np.random.default_rng([seed, 77]), days, OuSettings(factors=factors)).diary)
        if is_censored(series.readings) == censored:
            found.append(series)
        if len(found) == many:
            break
    return found


def small() -> Series:
    """Return one so small that every model can be weighed."""
    return to_series(ou(np.random.default_rng(1), 60, OuSettings(factors=4)).diary)


def oracle(series: Series, _: Path) -> None:
    """Weigh every model, in NumPy whatever the path."""
    readings = series.readings
    columns = loads(impute(in_shares(series.exposures)[0]), readings.t).reshape(len(readings.t), -1)
    base, columns = base_columns(readings), standardised(columns)[0]
    white = whiten(readings.t, np.column_stack([base, columns, readings.y]), noise_grid())
    enumerate_models(grams(white.columns, white.log_det, base.shape[1], SLABS), 4, len(KERNELS))


def search_alone(series: Series, path: Path) -> None:
    """Fit without a look at finer kernels."""
    readings = series.readings
    columns = path.loads(impute(in_shares(series.exposures)[0]), readings.t, KERNELS)
    fit_columns(readings, columns, base_columns(readings), path)


def milliseconds(job: Callable[[Series, Path], object], series: Series, path: Path, repeats: int) -> float:
    """Return the least processor time the job took, so that waiting for others does not count."""
    least = np.inf
    for _ in range(repeats):
        begun = time.process_time()
        job(series, path)
        least = min(least, time.process_time() - begun)
    return 1e3 * float(least)


def run(size: str, path: str, times: int) -> None:
    """Fit one person once and then some more times: what valgrind is given."""
    series = people(size, 1)[0]
    for _ in range(1 + times):
        fit(series, NUMPY if path == "numpy" else compiled())


def instructions(size: str, path: str) -> float:
    """Return how many million instructions a fit takes: what further fits of a process add."""
    if shutil.which("valgrind") is None:
        sys.exit("There is no valgrind here: without --count it goes on.")
    counts = []
    with TemporaryDirectory() as folder:
        # The machine valgrind shows differs from the real one: a cache of its own, filled before it counts.
        here = {"NUMBA_CPU_NAME": "x86-64-v3", "NUMBA_CPU_FEATURES": "", "NUMBA_CACHE_DIR": folder}
        job = [sys.executable, "-m", "bench.kernel", "--only", size, path]
        env = {"PATH": "/usr/bin:/bin", "OPENBLAS_NUM_THREADS": "1", **here}
        subprocess.run([*job, "0"], check=True, env=env)
        for times in (0, COUNTED):
            out = File(folder) / "out"
            valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", *job, str(times)]
            told = subprocess.run(valgrind, check=True, env=env, capture_output=True, text=True).stderr
            counts.append(int(re.findall(r"Collected : (\d+)", told)[0]))
    return (counts[1] - counts[0]) / COUNTED / 1e6


if __name__ == "__main__":
    main()
