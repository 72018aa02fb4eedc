"""A diary as CSV: what a spreadsheet opens and `read_diary` reads back without loss."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

import numpy as np

from espalda.diary.model import Diary
from espalda.diary.walks import in_rows

# Quoting every separator the reader knows, not only ours, leaves it no doubt which one the header uses.
_NEEDS_QUOTES = re.compile(r'[",;\t\r\n]')


def write_diary(diary: Diary, path: str | os.PathLike[str]) -> None:
    """Write the diary as CSV, whole or not at all: a crash or a full disk leaves what was there before.

    A new file is readable by its owner alone; one that was there keeps its permissions.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    data = dump_diary(diary).encode()
    # Following a link first, so that the link stays and the file it points at is replaced.
    target = Path(os.path.realpath(path))
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, name)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def dump_diary(diary: Diary) -> str:
    """Return the diary as CSV text: separator ``,``, decimal point, a line feed after each row.

    Walks go into rows, the only thing a file has (see `in_rows`): the minutes are kept, and when they were is not.
    """
    diary = in_rows(diary)
    header = ["time", "pain", "stiffness", "spasm", *(factor.column for factor in diary.factors), "note"]
    numbers = np.column_stack([diary.pain, diary.stiffness, diary.spasm, diary.amounts]).tolist()
    lines = [_line(header)]
    moments = zip(diary.local_time.astype("datetime64[us]"), diary.utc_offset_min.tolist(), strict=True)
    for (local, offset), row, note in zip(moments, numbers, diary.notes, strict=True):
        lines.append(_line([_time(local, offset), *map(_number, row), note]))
    return "".join(lines)


def _line(cells: list[str]) -> str:
    return ",".join(map(_quoted, cells)) + "\n"


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if _NEEDS_QUOTES.search(cell) else cell


def _time(local: np.datetime64, offset_min: int) -> str:
    """Return ISO 8601, no longer than exact: ``2026-03-01T07:30+01:00``."""
    text = str(local)  # microseconds, so always with six decimals
    whole = text.removesuffix(".000000")
    short = text.rstrip("0") if whole == text else whole.removesuffix(":00")
    hours, minutes = divmod(abs(offset_min), 60)
    return f"{short}{'-' if offset_min < 0 else '+'}{hours:02}:{minutes:02}"


def _number(value: float) -> str:
    """Return the shortest text that reads back as the same number; blank for NaN."""
    return "" if np.isnan(value) else repr(value).removesuffix(".0")
