"""Answers kept as they come, one JSON line each, so that a long run resumes where it stopped."""

from __future__ import annotations

import hashlib
import inspect
import json
import sys
import time
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from bench.engine import methods, peers, real_series
from bench.engine.methods import Answer, Bools, Floats
from bench.engine.real_series import REAL
from bench.generators import GENERATORS, Simulated, people
from bench.generators import ou as first
from espalda.diary import Diary
from espalda.findings.draw import habitual_amount

ROOT: Final = Path(__file__).resolve().parents[2]
RESULTS: Final = ROOT / "bench" / "results"
OURS: Final = "Espalda"
SEED: Final = 1
COMPILED: Final = {".c", ".pyx", ".so", ".rs"}
APART: Final = {"__init__.py", "forecasting.py", "scores.py"}
"""Modules no verdict depends on: forecasts, their scores and what is only passed on."""
METHODS: Final[dict[str, Callable[[Diary], Answer]]] = {
    OURS: methods.espalda,
    "Pearson": peers.pearson,
    "OLS-HAC": peers.ols_hac,
    "LassoCV": peers.lasso,
    "SARIMAX": peers.sarimax,
    "NUTS horseshoe": peers.horseshoe,
}


class Cell(NamedTuple):
    """Diaries of one generator and length, given to one method."""

    generator: str
    days: int
    method: str
    diaries: int


class Row(NamedTuple):
    """What a method said of one diary, beside the truth: per factor ``(k,)``, points per habitual amount.

    `opposite` is whether two factors that always come together were declared with opposite signs.
    """

    acts: Bools
    effect: Floats
    score: Floats
    declared: Bools
    sign: Floats
    low: Floats
    high: Floats
    estimate: Floats
    harmless: Bools
    opposite: bool
    seconds: float


def simulate(generator: str, days: int, seed: int) -> Simulated:
    """Return one diary: the same for every method."""
    rng = np.random.default_rng([SEED, zlib.crc32(generator.encode()), days, seed])
    if generator in REAL:
        return REAL[generator](rng, days, seed)
    return GENERATORS[generator](rng, days)


def answer(simulated: Simulated, method: str) -> Row:
    """Return a method's answer to one diary, and the processor seconds it took."""
    diary = simulated.diary
    start = time.process_time()
    said = METHODS[method](diary)
    seconds = time.process_time() - start
    per = np.array([habitual_amount(diary.amounts[:, j], factor) for j, factor in enumerate(diary.factors)])
    truth = [simulated.truth.get(factor.name) for factor in diary.factors]
    alike = [j for j, factor in enumerate(diary.factors) if factor.name in simulated.alike and said.declared[j]]
    return Row(
        acts=np.array([one is not None for one in truth]),
        effect=np.array([one.per_unit if one else 0.0 for one in truth]) * per,
        score=said.score,
        declared=said.declared,
        sign=said.sign,
        low=said.low * per,
        high=said.high * per,
        estimate=said.estimate * per,
        harmless=said.harmless,
        opposite=len({float(said.sign[j]) for j in alike}) > 1,
        seconds=seconds,
    )


def fingerprint(generator: str, method: str) -> str:
    """Return a number of the code an answer depends on: one made by other code is not used again."""
    made_by = real_series if generator in REAL else inspect.getmodule(GENERATORS[generator])
    modules: list[ModuleType | None] = [people, inspect.getmodule(first), made_by]
    files = [Path(str(module.__file__)) for module in modules if module]
    files.append(Path(str((methods if method == OURS else peers).__file__)))
    if method == OURS:
        files += sources()
    return hash_of(files)


def sources() -> list[Path]:
    """Return the files this program's verdicts come from."""
    source = ROOT / "src" / "espalda"
    some = [*source.glob("inference/**/*"), *source.glob("findings/*.py"), source / "series.py"]
    return sorted(path for path in some if path.suffix in COMPILED or (path.suffix == ".py" and path.name not in APART))


def hash_of(files: Iterable[Path]) -> str:
    """Return a short number of the files' contents."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


class Store:
    """The answers kept so far, those of other code left aside."""

    def __init__(self, folder: Path = RESULTS) -> None:
        self.folder = folder
        self._rows: dict[tuple[str, int, str, int], Row] = {}
        self._code: dict[tuple[str, str], str] = {}
        for path in sorted(folder.glob("cells-*.jsonl")):
            for line in path.read_text().splitlines():
                self._take(line)

    def _take(self, line: str) -> None:
        try:
            said = json.loads(line)
        except json.JSONDecodeError:  # the line a run was stopped in
            return
        if said["generator"] not in {**GENERATORS, **REAL} or said["method"] not in METHODS:
            return
        if said["code"] == self.code(said["generator"], said["method"]):
            key = (said["generator"], said["days"], said["method"], said["seed"])
            self._rows[key] = _read(said)

    def code(self, generator: str, method: str) -> str:
        """Return the fingerprint of the code as it is."""
        key = (generator, method)
        if key not in self._code:
            self._code[key] = fingerprint(generator, method)
        return self._code[key]

    def rows(self, cell: Cell) -> list[Row]:
        """Return a cell's answers, in order of seed, as many as there are."""
        keys = ((cell.generator, cell.days, cell.method, seed) for seed in range(cell.diaries))
        return [self._rows[key] for key in keys if key in self._rows]

    def fill(self, cells: list[Cell]) -> None:
        """Run what is wanted and not there yet, telling on standard error how far it is."""
        wanted = [
            (cell.generator, cell.days, cell.method, seed)
            for cell in cells
            for seed in range(cell.diaries)
            if (cell.generator, cell.days, cell.method, seed) not in self._rows
        ]
        self.folder.mkdir(parents=True, exist_ok=True)
        _warm({method for _, _, method, _ in wanted})
        begun, told = time.monotonic(), 0.0
        with threadpool_limits(1):
            for done, key in enumerate(wanted):
                self._run(*key)
                now = time.monotonic() - begun
                if now - told > 10 or done + 1 == len(wanted):
                    told = now
                    left = now / (done + 1) * (len(wanted) - done - 1)
                    what = f"{key[2]} on {key[0]}, {key[1]} days"
                    print(f"{done + 1} of {len(wanted)} ({what}); about {left:.0f} s left", file=sys.stderr, flush=True)

    def _run(self, generator: str, days: int, method: str, seed: int) -> None:
        row = answer(simulate(generator, days, seed), method)
        self._rows[generator, days, method, seed] = row
        line = {
            "generator": generator,
            "days": days,
            "method": method,
            "seed": seed,
            "code": self.code(generator, method),
            **{name: _plain(value) for name, value in row._asdict().items()},
        }
        append(self.folder / f"cells-{generator}.jsonl", line)


def append(path: Path, line: dict[str, Any]) -> None:
    """Write one more line, after the one a run may have been stopped in."""
    with path.open("ab+") as file:
        broken = file.tell() and file.seek(-1, 2) >= 0 and file.read(1) != b"\n"
        file.write(b"\n" * bool(broken) + json.dumps(line).encode() + b"\n")


def _warm(names: set[str]) -> None:
    """Ask each method once, so that importing its libraries is not timed; NUTS compiles for every diary anew."""
    for name in names - {"NUTS horseshoe"}:
        METHODS[name](simulate("ou", 30, 0).diary)


def _plain(value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        return round(value, 6) if isinstance(value, float) else value
    if value.dtype == bool:
        return value.astype(int).tolist()
    return [float(f"{one:.6g}") for one in value]


def _read(said: dict[str, Any]) -> Row:
    bools = {"acts", "declared", "harmless"}
    fields = {name: np.array(said[name], dtype=bool if name in bools else float) for name in Row._fields[:9]}
    return Row(**fields, opposite=said["opposite"], seconds=said["seconds"])
