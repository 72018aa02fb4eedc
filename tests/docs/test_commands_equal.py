"""README and LEEME give the same commands, and the Makefile has every one of them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = {name: (ROOT / name).read_text("utf-8") for name in ("README.md", "LEEME.md")}
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def blocks(text: str) -> list[str]:
    """Return the blocks of shell commands that call make, in their order."""
    return [block for block in re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL) if "make " in block]


def commands(text: str) -> set[str]:
    """Return every ``make …`` of a page: lines of its blocks, and what is between backticks."""
    lines = [line for block in blocks(text) for line in block.splitlines() if line.startswith("make ")]
    return {*lines, *re.findall(r"`(make [^`]+)`", text)}


def test_both_pages_give_the_same_commands() -> None:
    assert commands(PAGES["README.md"]) == commands(PAGES["LEEME.md"])


def test_both_pages_begin_with_the_same_block() -> None:
    firsts = {next(block for block in blocks(text) if block.startswith("make ")) for text in PAGES.values()}
    assert firsts == {"make run\nmake test\n"}


def test_the_makefile_has_every_command_of_the_manual() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    named = {command.split()[1] for page in pages for command in commands(page.read_text("utf-8"))}
    assert {"run", "test", "check", "fix"} <= named
    assert named <= TARGETS


def test_what_debian_has_to_install_is_the_same() -> None:
    wanted = [re.findall(r"sudo apt install ([a-z0-9 -]+)", text) for text in PAGES.values()]
    assert wanted[0] == wanted[1] == ["python3 python3-pip make"]
