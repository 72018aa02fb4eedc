"""Every command and option of the command line is in its page of the manual, and nothing else is."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from espalda.cli.main import _parser

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "command-line.md"


def sections(text: str) -> dict[str, str]:
    """Return the text under each heading of a command; what every command shares is under an empty name."""
    shared, *rest = re.split(r"^## espalda ", text, flags=re.MULTILINE)
    return {"": shared, **dict(part.split("\n", 1) for part in rest)}


def commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return the parser of each command."""
    (names,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return dict(names.choices)


def undocumented(parser: argparse.ArgumentParser, text: str) -> Iterator[str]:
    """Yield each command, argument and option that the page does not name where it should."""
    page = sections(text)
    shared = set(_options(parser))
    yield from (option for option in shared if not _names(page[""], option))
    for name, command in commands(parser).items():
        if name not in page:
            yield name
            continue
        own = [*(set(_options(command)) - shared), *_arguments(command)]
        yield from (f"{name} {option}" for option in own if not _names(page[name], option))


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        yield from action.option_strings


def _arguments(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if not action.option_strings and not isinstance(action, argparse._SubParsersAction):
            yield str(action.metavar)


def _names(text: str, option: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", text) is not None


def test_every_command_and_option_is_documented() -> None:
    assert list(undocumented(_parser("en"), PAGE.read_text("utf-8"))) == []


def test_nothing_is_documented_that_is_not_there() -> None:
    parser = _parser("en")
    page = sections(PAGE.read_text("utf-8"))
    assert set(page) == {"", *commands(parser)}
    for name, command in commands(parser).items():
        named = set(re.findall(r"^\| `(--[a-z-]+)", page[name], re.MULTILINE))
        assert named <= set(_options(command))


@pytest.mark.parametrize("name", ["analyze", "serve"])
def test_an_option_left_out_is_seen(name: str) -> None:
    parser = _parser("en")
    commands(parser)[name].add_argument("--fast", action="store_true")
    assert list(undocumented(parser, PAGE.read_text("utf-8"))) == [f"{name} --fast"]


def test_a_command_left_out_is_seen() -> None:
    text = PAGE.read_text("utf-8").replace("## espalda demo", "## espalda example")
    assert list(undocumented(_parser("en"), text)) == ["demo"]
