"""The examples of the manual print what the manual says they print."""

from __future__ import annotations

import pytest
from tools import readme


@pytest.mark.parametrize("page", readme.PAGES)
def test_the_outputs_are_those_of_the_examples(page: str) -> None:
    assert readme.differences(page) == [], "run: python tools/readme.py update"


def test_an_output_that_is_not_so_is_seen() -> None:
    page = "```console\n$ echo one\ntwo\n```\n\n```python\n>>> 1 + 1\n3\n>>> x = 5\n```\n\n```python\n>>> x\n```\n"
    fixed = "```console\n$ echo one\none\n```\n\n```python\n>>> 1 + 1\n2\n>>> x = 5\n```\n\n```python\n>>> x\n5\n```\n"
    assert readme.run_page(page) == fixed
    assert readme.run_page(fixed) == fixed


def test_an_example_that_fails_stops_the_check() -> None:
    with pytest.raises(ZeroDivisionError):
        readme.run_page("```python\n>>> 1 / 0\n```\n")
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        readme.run_page("```console\n$ python -c '1 / 0'\n```\n")


def test_other_blocks_are_left_alone() -> None:
    page = "```sh\nmake run\n```\n\n```text\n>>> not run\n```\n"
    assert readme.run_page(page) == page
