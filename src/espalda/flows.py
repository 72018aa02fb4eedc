"""READ FIRST: each job of the program, as a straight path through the house."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping

from threadpoolctl import threadpool_limits

from espalda import inference, terrain, triage
from espalda.diary import (
    Diary,
    Layout,
    ReadResult,
    Sheet,
    dump_diary,
    open_sheet,
    parse_diary,
    read_file,
    read_sheet,
)
from espalda.findings import Findings, draw_findings, draw_forecast, draw_spasms
from espalda.series import DAY_STARTS_H, in_spasm, onset_priors, to_come, to_onsets, to_series
from espalda.simulate import demo_diary


def read(path: str | os.PathLike[str], tz: str | None = None) -> ReadResult:
    """Read a diary file: the diary, and what the reader had to assume."""
    return read_file(path, tz)


def read_bytes(data: bytes, tz: str | None = None, source: str = "diary.csv") -> ReadResult:
    """Read a diary file that has already been received."""
    return parse_diary(data, tz, source)


def read_foreign(data: bytes, source: str = "diary.csv") -> Sheet | None:
    """Read a file another program wrote, its columns guessed; None where it is written as a diary is."""
    return open_sheet(data, source)


def lay_out(sheet: Sheet, layout: Layout, tz: str | None = None, source: str = "diary.csv") -> ReadResult:
    """Make a diary of another program's file, each column taken for what `layout` says."""
    return read_sheet(sheet, layout, tz, source)


def export(diary: Diary) -> str:
    """Write a diary as the text of a CSV file that reads back whole, its walks added to its rows."""
    return dump_diary(diary)


def explain(diary: Diary, day_starts_h: float = DAY_STARTS_H, path: inference.Path = inference.NUMPY) -> Findings:
    """Say what sets the back off, what eases it and what may come: diary → numbers → fits and guards → findings."""
    series, onsets = to_series(diary, day_starts_h=day_starts_h), to_onsets(diary, day_starts_h)
    moments = to_come(diary, day_starts_h)
    with threadpool_limits(1):  # the matrices are small: threads would only wait for each other
        fit = inference.fit(series, path)
        guards = inference.guards(series, fit, path=path)
        spasms = inference.fit_onsets(onsets, onset_priors(diary))
        past = inference.onset_pasts(onsets.at_risk)
        ahead = inference.proven_forecast(series, fit, moments.at, moments.clock)
    forecast = draw_forecast(diary, moments.at, moments.part, ahead)
    return draw_findings(diary, fit, guards, spasms, draw_spasms(spasms, past, now=in_spasm(diary)), forecast)


def explain_many(diaries: Iterable[Diary]) -> Iterator[Findings]:
    """Explain diary after diary by compiled loops: the first waits for a compiler, which is `espalda[compiled]`."""
    from espalda.inference.compiled import COMPILED  # noqa: PLC0415 - no page or first run may need it

    for diary in diaries:
        yield explain(diary, path=COMPILED)


def assess(answers: Mapping[str, bool | None]) -> triage.Verdict:
    """Say how urgent it is: answers → rules → verdict."""
    return triage.assess(answers)


def measure_walks(
    sources: Iterable[terrain.Source], *, known: Collection[str] = (), ignore_device_totals: bool = False
) -> Iterator[terrain.Walk]:
    """Measure walks one by one, as they are asked for: recording → track → minutes by terrain; no place is kept."""
    return terrain.walks(sources, known=known, ignore_device_totals=ignore_device_totals)


def demo() -> Diary:
    """Return the demonstration person's diary: invented, always the same."""
    return demo_diary()
