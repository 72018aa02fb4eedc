"""Every sentence is translated, and the check that says so can fail."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).resolve().parent.parent / "tools" / "messages.py"


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "messages", module)
    spec.loader.exec_module(module)
    return module


def test_every_sentence_is_translated(messages: ModuleType) -> None:
    assert messages.problems() == []


@pytest.fixture
def catalogue(messages: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue of three sentences, as good as the real ones, to spoil."""
    sentences: list[str | tuple[str, ...]] = ["{n} days", "Is it {urgent}?", ("{n} tree", "{n} trees")]

    class Three(messages.Domain):  # type: ignore[misc, name-defined]
        def sentences(self) -> Iterator[tuple[str, int, str | tuple[str, ...]]]:
            return iter([("here.py", 1, text) for text in sentences])

    domain = Three("three", tmp_path)
    monkeypatch.setattr(messages, "DOMAINS", (domain,))
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "check", lambda: 0)
    messages.update()
    text = domain.po.read_text("utf-8")
    for english, spanish in [
        ('"{n} days"', '"{n} días"'),
        ('"Is it {urgent}?"', '"¿Es {urgent}?"'),
    ]:
        text = text.replace(f'msgid {english}\nmsgstr ""', f"msgid {english}\nmsgstr {spanish}")
    text = text.replace('msgstr[0] ""', 'msgstr[0] "{n} árbol"').replace('msgstr[1] ""', 'msgstr[1] "{n} árboles"')
    write(messages, text)
    assert messages.problems() == []
    return Path(domain.po)


def write(messages: ModuleType, text: str) -> None:
    domain = messages.DOMAINS[0]
    domain.po.write_text(text, "utf-8")
    domain.mo.write_bytes(messages._compiled(messages._read(domain)))


SPOILED: dict[str, tuple[Callable[[str], str], str]] = {
    "missing": (lambda text: text.replace('msgid "{n} days"\nmsgstr "{n} días"\n', ""), "is not translated"),
    "blank": (lambda text: text.replace('"{n} días"', '""'), "is not translated"),
    "one plural blank": (lambda text: text.replace('"{n} árboles"', '""'), "is not translated"),
    "not confirmed": (
        lambda text: text.replace('msgid "{n} days"', '#, fuzzy\nmsgid "{n} days"'),
        "nobody confirmed",
    ),
    "a place lost": (lambda text: text.replace('"{n} días"', '"unos días"'), "name different places"),
    "a place misspelt": (lambda text: text.replace("¿Es {urgent}?", "¿Es {urgente}?"), "name different places"),
    "no longer said": (lambda text: text + '\nmsgid "gone"\nmsgstr "ido"\n', "is used nowhere"),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_spoiled_catalogue_is_reported(how: str, catalogue: Path, messages: ModuleType) -> None:
    spoil, said = SPOILED[how]
    whole = catalogue.read_text("utf-8")
    spoiled = spoil(whole)
    assert spoiled != whole
    write(messages, spoiled)
    (problem,) = messages.problems()
    assert said in problem


def test_a_compiled_catalogue_out_of_date_is_reported(catalogue: Path, messages: ModuleType) -> None:
    text = catalogue.read_text("utf-8")
    catalogue.write_text(text.replace("días", "jornadas"), "utf-8")
    (problem,) = messages.problems()
    assert "out of date" in problem


def test_a_catalogue_compiles_alike_at_any_hour(catalogue: Path, messages: ModuleType) -> None:
    now, tomorrow = (messages._read(messages.DOMAINS[0]) for _ in range(2))
    tomorrow.creation_date = now.creation_date + timedelta(days=1)
    assert messages._compiled(now) == messages._compiled(tomorrow)


def test_sentences_are_collected_from_where_they_are_said(messages: ModuleType) -> None:
    library, web = messages.DOMAINS
    said = {text for _file, _line, text in library.sentences()}
    assert "show this help message and exit" in said, "the parser's"
    assert ("{n} reading", "{n} readings") in said
    assert "The checks on your own diary begin at four weeks." in said
    assert len(list(web.sentences())) > 20
