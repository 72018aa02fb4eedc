"""Every relative link and picture of the manual leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("tests/**/*.md"), *ROOT.glob("bench/*.md")])
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)|<img [^>]*src=\"([^\"]+)\"")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def links(page: Path) -> Iterator[str]:
    """Yield the targets of a page's links and pictures that are files of the repository."""
    for match in _LINK.finditer(_FENCED.sub("", page.read_text("utf-8"))):
        target = match[1] or match[2]
        if not re.match(r"[a-z]+:", target):
            yield target


def anchor(heading: str) -> str:
    """Return the name a heading can be linked by."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = []
    for link in links(page):
        path, _, part = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        there = target.exists() and target.is_relative_to(ROOT)
        if there and part:
            there = part in {anchor(heading) for heading in _HEADING.findall(target.read_text("utf-8"))}
        if not there:
            lost.append(link)
    assert lost == []


def test_every_page_of_the_manual_is_reached_from_the_readme() -> None:
    reached, ahead = set(), [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        reached.add(page)
        targets = {(page.parent / link.partition("#")[0]).resolve() for link in links(page)}
        ahead += [target for target in targets if target.suffix == ".md" and target not in reached]
    assert set(ROOT.glob("docs/**/*.md")) - reached == set()


def test_a_page_and_its_twin_in_the_other_language_lead_to_each_other() -> None:
    twins = {
        page: (page.parent / found[1]).resolve()
        for page in PAGES
        if (
            found := re.search(
                r"^\*?\[(?:In English|En español)[^]]*\]\(([^)]+)\)", page.read_text("utf-8"), re.MULTILINE
            )
        )
    }
    assert len(twins) >= 2 * 7
    assert [page.name for page, twin in twins.items() if twins.get(twin) != page] == []


def test_every_picture_is_shown_or_can_be() -> None:
    shown = {Path(link).name for page in PAGES for link in links(page) if link.endswith(".png")}
    assert shown
    assert shown <= {picture.name for picture in (ROOT / "docs" / "pictures").glob("*.png")}


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    assert set(links(folder / "README.md")) == {page.name for page in folder.glob("[0-9]*.md")}
