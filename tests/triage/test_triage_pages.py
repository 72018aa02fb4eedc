"""The manual's pages of the rulebook and its cases: up to date, whole, and both languages alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools import rulebook_pages

from espalda.triage import load_rulebook

PAGES = rulebook_pages.pages()
BOOK = load_rulebook()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_is_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == PAGES[path], "run tools/rulebook_pages.py update"


@pytest.mark.parametrize("lang", ["es", "en"])
def test_the_rules_page_has_all_of_the_rulebook(lang: str) -> None:
    page = PAGES[rulebook_pages.PAGES / f"rules.{lang}.md"]
    ids = [question.id for question in BOOK.questions] + [rule.id for rule in BOOK.rules]
    assert all(f"| `{name}` |" in page for name in ids)
    assert page.count("\n- **") == len(BOOK.left_out)


def test_both_languages_have_the_same_lines() -> None:
    for name in ("rules", "cases"):
        es, en = (PAGES[rulebook_pages.PAGES / f"{name}.{lang}.md"].splitlines() for lang in ("es", "en"))
        assert len(es) == len(en)


def test_a_stale_page_is_reported_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rulebook_pages, "ROOT", tmp_path)
    monkeypatch.setattr(rulebook_pages, "PAGES", tmp_path / "triage")
    assert rulebook_pages.main(["check"]) == 1
    assert "out of date" in capsys.readouterr().err
    assert rulebook_pages.main(["update"]) == 0
    assert rulebook_pages.main(["check"]) == 0
    assert rulebook_pages.main(["upgrade"]) == 2
