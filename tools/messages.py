"""The translations: collect every sentence of the program, and check that none is left untranslated.

``update`` rewrites the Spanish catalogues from the source; ``check`` changes nothing and fails on a sentence
without translation, a translation whose places differ from its sentence's, or a compiled catalogue out of date.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "espalda"
WEB = SOURCE / "web"
# Sentences of the standard library's command line parser that a reader meets; it asks the same catalogue for them.
ARGPARSE = (
    "usage: ",
    "options",
    "positional arguments",
    "show this help message and exit",
    "show program's version number and exit",
    "%(prog)s: error: %(message)s\n",
    "argument %(argument_name)s: %(message)s",
    "expected one argument",
    "expected at least one argument",
    "ignored explicit argument %r",
    "the following arguments are required: %s",
    "unrecognized arguments: %s",
    "invalid %(type)s value: %(value)r",
    "invalid choice: %(value)r (choose from %(choices)s)",
)

# Sentences of the libraries that keep accounts: their own Spanish is formal, and now and then not Spanish.
ACCOUNTS: tuple[str | tuple[str, str], ...] = (
    "This account is currently inactive.",
    "Please type your current password.",
    "Incorrect code.",
    "Incorrect password.",
    "Too many failed login attempts. Try again later.",
    "Username can not be used. Please use other username.",
    "The username and/or password you specified are not correct.",
    "Be patient, you are sending too many requests.",
    "You must type the same password each time.",
    "Username",
    "Password",
    "Password (again)",
    "Current Password",
    "New Password",
    "New Password (again)",
    "Code",
    "Authenticator code",
    "Use your password",
    "Use authenticator app or code",
    "Use a security key",
    "Master key",
    "Backup key",
    "Key nr. {number}",
    "You cannot deactivate two-factor authentication.",
    "You cannot generate recovery codes without having two-factor authentication enabled.",
    "Successfully signed in as %(name)s.",
    "You have signed out.",
    "Password successfully changed.",
    "A new set of recovery codes has been generated.",
    "Authenticator app activated.",
    "Authenticator app deactivated.",
    "Security key added.",
    "Security key removed.",
    "Signed out of all other sessions.",
    "A user with that username already exists.",
    "Your password can’t be too similar to your other personal information.",
    "The password is too similar to the %(verbose_name)s.",
    "Your password can’t be a commonly used password.",
    "This password is too common.",
    (
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
    ),
    (
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
)


@dataclass(frozen=True)
class Domain:
    """One catalogue: where its sentences are and where its translations live."""

    name: str
    locale: Path

    @property
    def po(self) -> Path:
        """The file translators edit."""
        return self.locale / "es" / "LC_MESSAGES" / f"{self.name}.po"

    @property
    def mo(self) -> Path:
        """What the program reads."""
        return self.po.with_suffix(".mo")

    def sentences(self) -> Iterator[tuple[str, int, str | tuple[str, ...]]]:
        """Yield file, line and sentence (or its singular and plural)."""
        if self.name == "django":
            yield from _of_web()
        else:
            yield from _of_library()


DOMAINS = (Domain("espalda", SOURCE / "locale"), Domain("django", WEB / "locale"))
LIBRARY_KEYWORDS = {"say": (2,), "say_n": (2, 3), "mark": None, "Message": (1,)}
WEB_KEYWORDS = {"gettext": None, "_": None, "gettext_lazy": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}


def _of_library() -> Iterator[tuple[str, int, str | tuple[str, ...]]]:
    for text in ARGPARSE:
        yield "argparse", 0, text
    found = extract_from_dir(
        SOURCE,
        method_map=[("web/**", "ignore"), ("**.py", "python")],
        keywords=LIBRARY_KEYWORDS,
    )
    for name, line, sentence, _comments, _context in found:
        yield f"src/espalda/{name}", line, sentence


def _of_web() -> Iterator[tuple[str, int, str | tuple[str, ...]]]:
    from django.conf import settings  # noqa: PLC0415
    from django.utils.translation.template import templatize  # noqa: PLC0415

    for sentence in ACCOUNTS:
        yield "allauth", 0, sentence
    if not settings.configured:
        settings.configure(USE_I18N=True)
    for path in sorted(WEB.rglob("*.py")):
        with path.open("rb") as file:
            for line, text, _comments, _context in extract("python", file, keywords=WEB_KEYWORDS):
                yield str(path.relative_to(ROOT)), line, text
    for path in sorted((WEB / "templates").rglob("*.*")):
        # What is left of the template's own indentation is not Python's.
        python = re.sub(r"^[ \t]+", "", templatize(path.read_text("utf-8"), origin=str(path)), flags=re.M).encode()
        for line, text, _comments, _context in extract("python", io.BytesIO(python), keywords=WEB_KEYWORDS):
            yield str(path.relative_to(ROOT)), line, text


def _collect(domain: Domain) -> Catalog:
    template = Catalog(project="Espalda", charset="utf-8")
    for name, _line, text in domain.sentences():
        template.add(text, locations=[(name, 0)])
    return template


def _read(domain: Domain) -> Catalog:
    if not domain.po.exists():
        return Catalog(locale="es", charset="utf-8")
    with domain.po.open("rb") as file:
        return read_po(file, locale="es")


def _places(text: str | list[str] | tuple[str, ...]) -> set[str]:
    texts = [text] if isinstance(text, str) else list(text)
    pattern = r"\{\w*\}|%\(\w+\)[a-z]|%[a-z](?![a-zñáéíóú])"
    return {place for one in texts for place in re.findall(pattern, one)}


def _compiled(catalogue: Catalog) -> bytes:
    catalogue.creation_date = datetime(2026, 1, 1, tzinfo=UTC)  # else the hour of compiling: never twice the same bytes
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def update() -> int:
    """Rewrite the Spanish catalogues from the source, keeping what is translated."""
    for domain in DOMAINS:
        catalogue = _read(domain)
        catalogue.update(_collect(domain), no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        domain.po.parent.mkdir(parents=True, exist_ok=True)
        buffer = io.BytesIO()
        write_po(buffer, catalogue, omit_header=False, sort_output=True, include_lineno=False, width=110)
        text = re.sub(
            r'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team).*\n',
            "",
            buffer.getvalue().decode(),
            flags=re.M,
        )
        domain.po.write_text(re.sub(r"^#(?![:,.]).*\n", "", text, flags=re.M), "utf-8")
        domain.mo.write_bytes(_compiled(_read(domain)))
    return check()


def problems() -> list[str]:
    """Return one line for each thing wrong with the translations."""
    wrong: list[str] = []
    for domain in DOMAINS:
        catalogue, wanted = _read(domain), _collect(domain)
        for message in wanted:
            if not message.id:
                continue
            known = catalogue.get(message.id)
            where = f"{domain.name}: {message.id!r} ({message.locations[0][0]})"
            texts = [] if known is None else [known.string] if isinstance(known.string, str) else known.string
            if not texts or not all(texts):
                wrong.append(f"{where} is not translated")
            elif known is not None and known.fuzzy:
                wrong.append(f"{where} has a translation nobody confirmed")
            elif any(not _places(text) <= _places(message.id) for text in texts) or (
                isinstance(message.id, str) and _places(texts[0]) != _places(message.id)
            ):
                wrong.append(f"{where} and its translation name different places")
        wrong += [f"{domain.name}: {m.id!r} is used nowhere" for m in catalogue if m.id and m.id not in wanted]
        if not domain.mo.exists() or domain.mo.read_bytes() != _compiled(catalogue):
            wrong.append(f"{domain.mo.relative_to(ROOT)} is out of date: run `make fix`")
    return wrong


def check() -> int:
    """Print what is wrong with the translations; the exit status says whether anything is."""
    wrong = problems()
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return int(bool(wrong))


if __name__ == "__main__":
    if sys.argv[1:] not in (["update"], ["check"]):
        sys.exit("usage: messages.py update | check")
    sys.exit(update() if sys.argv[1] == "update" else check())
