"""Sentences in the reader's language.

The source text of every sentence is English; Spanish comes from ``locale/es``. A sentence is a template with
named places, so that a language may order them as it needs: ``say("es", "{n} days", n=3)``.
"""

from __future__ import annotations

import gettext
import math
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, Literal

Language = Literal["es", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("es", "en")
"""The languages every sentence exists in, the first one being the default."""

LOCALE: Final = Path(__file__).with_name("locale")


@cache
def _catalogue(lang: Language) -> gettext.NullTranslations:
    if lang == "en":
        return gettext.NullTranslations()
    return gettext.translation("espalda", LOCALE, languages=[lang])


def mark(template: str, /) -> str:
    """Mark a template for the translators and return it unchanged."""
    return template


def say(lang: Language, template: str, /, **values: object) -> str:
    """Return the template in `lang`, its places filled with `values`."""
    return _catalogue(lang).gettext(template).format(**values)


def say_n(lang: Language, one: str, many: str, n: int, /, **values: object) -> str:
    """Return the singular or plural template that `n` asks for in `lang`; ``{n}`` is filled too."""
    return _catalogue(lang).ngettext(one, many, n).format(n=n, **values)


def number(lang: Language, value: float, digits: int = 1, *, signed: bool = False, fixed: bool = False) -> str:
    """Return `value` to `digits` decimals, with the decimal mark of `lang`; trailing zeros are cut unless `fixed`."""
    if not math.isfinite(value):
        return "–"
    text = f"{value:{'+' if signed else ''}.{digits}f}"
    if "." in text and not fixed:
        text = text.rstrip("0").rstrip(".")
    if float(text) == 0:
        text = text.lstrip("+-")
    text = text.replace("-", "\u2212")
    return text.replace(".", ",") if lang == "es" else text


def listing(lang: Language, items: list[str], *, conjunction: Literal["and", "or"] = "and") -> str:
    """Return the items joined as a reader would say them: "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    head, last = ", ".join(items[:-1]), items[-1]
    if conjunction == "and":
        return say(lang, "{head} and {last}", head=head, last=last)
    return say(lang, "{head} or {last}", head=head, last=last)


def as_language(code: str | None) -> Language:
    """Return the language a locale code such as ``en_GB.UTF-8`` asks for; Spanish unless it is English."""
    return "en" if (code or "").lower().startswith("en") else LANGUAGES[0]


@dataclass(frozen=True)
class Message:
    """A sentence not yet in any language: a marked template and what fills its places."""

    template: str
    values: dict[str, object] = field(default_factory=dict)

    def sentence(self, lang: Language) -> str:
        """Return the sentence in `lang`."""
        return say(lang, self.template, **self.values)
