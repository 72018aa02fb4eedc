"""The examples of the manual: run every one, and rewrite or compare the output that follows it.

``update`` rewrites the outputs, ``check`` changes nothing and fails where one differs. In a page, a fenced block
marked ``console`` holds commands (``$ …``) and one marked ``python`` holds statements (``>>> …``), each followed by
what it prints. The blocks of a page run in order, in one temporary folder and one Python session. Any other block is
left alone.
"""

from __future__ import annotations

import contextlib
import difflib
import doctest
import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
PAGES: Final = (
    "README.md",
    "LEEME.md",
    "docs/reference/command-line.md",
    "docs/reference/diary-format.md",
    "docs/reference/findings-json.md",
)
_BLOCK: Final = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run_page(text: str) -> str:
    """Return the page with the output of each example as it is now."""
    session: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):

        def fresh(block: re.Match[str]) -> str:
            kind, body = block.groups()
            ran = _console(body, folder) if kind == "console" else _python(body, session)
            return f"```{kind}\n{ran}```"

        return _BLOCK.sub(fresh, text)


def _console(body: str, home: str) -> str:
    """Return the commands of a block, each followed by what it prints: its output, then its complaints."""
    lines = []
    for command in re.findall(r"^\$ (.*)$", body, re.MULTILINE):
        done = subprocess.run(
            ["/bin/sh", "-c", command], env=_environment(home), capture_output=True, text=True, check=False
        )
        if "Traceback (most recent call last)" in done.stderr:
            raise RuntimeError(f"{command}\n{done.stderr}")
        printed = (done.stdout + done.stderr).rstrip("\n")
        lines += [f"$ {command}", *(line.rstrip() for line in printed.splitlines())]
    return "".join(f"{line}\n" for line in lines)


def _environment(home: str) -> dict[str, str]:
    """Return an environment that is the same on every machine, with this Python's programs found first."""
    programs = Path(sys.executable).parent
    return {
        "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "HOME": home,
        "LANG": "C.UTF-8",
        "PYTHONUTF8": "1",
        "COLUMNS": "100",
        "TZ": "Europe/Madrid",
    }


def _python(body: str, session: dict[str, Any]) -> str:
    """Return the statements of a block, each followed by what it prints; the names they make stay in `session`."""
    lines = []
    for example in doctest.DocTestParser().get_examples(body):
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(example.source, "<example>", "single", dont_inherit=True), session)
        first, *more = example.source.rstrip("\n").split("\n")
        lines += [f">>> {first}", *(f"... {line}".rstrip() for line in more)]
        lines += [line.rstrip() for line in printed.getvalue().splitlines()]
    return "".join(f"{line}\n" for line in lines)


def differences(page: str) -> list[str]:
    """Return the lines in which the outputs of a page differ from what its examples print now."""
    text = (ROOT / page).read_text("utf-8")
    now = run_page(text)
    return list(difflib.unified_diff(text.splitlines(), now.splitlines(), page, "as it runs now", lineterm="", n=0))


def check() -> int:
    """Print what differs; the exit status says whether anything does."""
    wrong = [line for page in PAGES for line in differences(page)]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return int(bool(wrong))


def update() -> int:
    """Rewrite the outputs of every page."""
    for page in PAGES:
        path = ROOT / page
        path.write_text(run_page(path.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    if sys.argv[1:] not in (["update"], ["check"]):
        sys.exit("usage: readme.py update | check")
    sys.exit(update() if sys.argv[1] == "update" else check())
