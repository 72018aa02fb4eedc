"""READ FIRST: each job of the program, as a straight path through the house."""

from __future__ import annotations

import os
from collections.abc import Mapping

from threadpoolctl import threadpool_limits

from espalda import inference, triage
from espalda.diary import Diary, ReadResult, dump_diary, parse_diary, read_file
from espalda.findings import Findings, draw_findings
from espalda.series import to_series
from espalda.simulate import demo_diary


def read(path: str | os.PathLike[str], tz: str | None = None) -> ReadResult:
    """Read a diary file: the diary, and what the reader had to assume."""
    return read_file(path, tz)


def read_bytes(data: bytes, tz: str | None = None, source: str = "diary.csv") -> ReadResult:
    """Read a diary file that has already been received."""
    return parse_diary(data, tz, source)


def export(diary: Diary) -> str:
    """Write a diary as the text of a CSV file that reads back whole."""
    return dump_diary(diary)


def explain(diary: Diary) -> Findings:
    """Say what sets the back off and what eases it: diary → numbers → fit and guards → findings."""
    series = to_series(diary)
    with threadpool_limits(1):  # the matrices are small: threads would only wait for each other
        fit = inference.fit(series)
        guards = inference.guards(series, fit)
    return draw_findings(diary, fit, guards)


def assess(answers: Mapping[str, bool | None]) -> triage.Verdict:
    """Say how urgent it is: answers → rules → verdict."""
    return triage.assess(answers)


def demo() -> Diary:
    """Return the demonstration person's diary: invented, always the same."""
    return demo_diary()
