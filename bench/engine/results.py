"""Answers kept as they come, one JSON line each, so that a long run resumes where it stopped."""

from __future__ import annotations

import hashlib
import inspect
import json
import sys
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
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
    """What a method said of one diary, beside the truth; points are those of a factor's habitual amount.

    Attributes
    ----------
    acts, effect
        Whether each factor acts, and what it does, ``(k,)``.
    said
        The answer.
    opposite
        Whether two factors that always come together were declared with opposite signs.
    seconds
        Of processor time.
    """

    acts: Bools
    effect: Floats
    said: Answer
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
        said=said._replace(low=said.low * per, high=said.high * per, estimate=said.estimate * per),
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
    some = [*source.glob("inference/**/*.py"), *source.glob("findings/*.py"), source / "series.py"]
    return sorted(path for path in some if path.name not in APART)


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
            for said in lines(path):
                self._take(said)

    def _take(self, said: dict[str, Any]) -> None:
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
            **_plain(row),
        }
        append(self.folder / f"cells-{generator}.jsonl", line)


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Return what was kept in a file, if there is one, but for the line a run was stopped in."""
    for line in path.read_text().splitlines() if path.exists() else []:
        with suppress(json.JSONDecodeError):
            yield json.loads(line)


def append(path: Path, line: dict[str, Any]) -> None:
    """Write one more line, after the one a run may have been stopped in."""
    with path.open("ab+") as file:
        broken = file.tell() and file.seek(-1, 2) >= 0 and file.read(1) != b"\n"
        file.write(b"\n" * bool(broken) + json.dumps(line).encode() + b"\n")


def _warm(names: set[str]) -> None:
    """Ask each method once, so that importing its libraries is not timed; NUTS compiles for every diary anew."""
    for name in names - {"NUTS horseshoe"}:
        METHODS[name](simulate("ou", 30, 0).diary)


def _plain(row: Row) -> dict[str, Any]:
    """Return a row as JSON can hold it."""
    arrays = {"acts": row.acts, "effect": row.effect, **row.said._asdict()}
    return {
        **{
            name: one.astype(int).tolist() if one.dtype == bool else [float(f"{value:.6g}") for value in one]
            for name, one in arrays.items()
        },
        "opposite": row.opposite,
        "seconds": round(row.seconds, 6),
    }


def _read(kept: dict[str, Any]) -> Row:
    bools = {"acts", "declared", "harmless"}
    names = ("acts", "effect", *Answer._fields)
    acts, effect, *said = (np.array(kept[name], dtype=bool if name in bools else float) for name in names)
    return Row(acts, effect, Answer(*said), kept["opposite"], kept["seconds"])
