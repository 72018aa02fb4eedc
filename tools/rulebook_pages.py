"""The safety rulebook and its cases as pages of the manual, in Spanish and English.

``update`` writes them under ``docs/reference/triage``; ``check`` changes nothing and fails on a page out of date.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from espalda.triage import Rulebook, load_rulebook
from espalda.words import LANGUAGES, Language

ROOT: Final = Path(__file__).resolve().parent.parent
CASES: Final = ROOT / "tests" / "cases" / "triage"
PAGES: Final = ROOT / "docs" / "reference" / "triage"
Case = Mapping[str, Any]

WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "es": {
        "made": "Esta página se genera a partir del programa: no la edites a mano.",
        "rules": "Las preguntas y reglas de seguridad",
        "rules_intro": (
            "Cada regla se cumple cuando todas sus preguntas se contestan que sí; la respuesta es el nivel "
            "más urgente entre las reglas que se cumplen, y el último nivel cuando no se cumple ninguna. "
            "Ninguna regla tiene un «no», ni suma puntos. Una pregunta sin contestar no es un no: mientras "
            "pueda subir el nivel, el programa lo dice.\n\nNada de esto ha sido revisado por un profesional "
            "sanitario. No es un diagnóstico."
        ),
        "checked": (
            "`python -m espalda.triage.check` recorre todas las combinaciones de respuestas y dice cuántas "
            "son: ningún sí baja nunca el nivel, toda regla decide en algún caso y toda pregunta puede "
            "cambiar la respuesta."
        ),
        "counts": "{questions} preguntas y {rules} reglas: {by_level}.",
        "levels": "Niveles",
        "level": "Nivel",
        "now": "Qué hacer",
        "watch": "Qué vigilar",
        "questions": "Preguntas",
        "question": "Pregunta",
        "means": "Qué quiere decir",
        "kept": "se pregunta una vez y se guarda",
        "when": "Si todo esto es sí",
        "reason": "Razón que se da",
        "source": "Fuente",
        "seen": "Vista",
        "since": "Desde",
        "note": "Lo que hubo que decidir",
        "seen_key": (
            "«S»: leída en una copia guardada de la propia fuente. «2»: leída en otro texto que la cita. Las "
            "fuentes se citan en inglés."
        ),
        "left_out": "Lo que las reglas dejan fuera, y por qué",
        "cases": "Casos de las reglas de seguridad",
        "cases_intro": (
            "Personas que no existen, escritas para este proyecto a partir de lo que dicen las fuentes "
            "citadas, para que las lea un profesional sanitario. Cada caso dice qué se contesta que sí (lo "
            "demás es que no), qué se deja sin contestar, el nivel esperado y por qué. Una prueba comprueba "
            "que el programa responde así.\n\nNinguno ha sido revisado por un profesional sanitario."
        ),
        "cases_counts": (
            "{cases} casos: {by_level}. {pairs} de ellos están a una sola respuesta de otro que da otro nivel."
        ),
        "story": "Caso",
        "yes": "Contesta que sí",
        "nothing": "a nada",
        "open": "Sin contestar",
        "could_be": "aún podría ser: {level}",
        "why": "Por qué",
        "pairs": "Casi iguales: el dato que cambia el nivel",
        "fact": "El dato",
        "without": "Sin él",
        "with": "Con él",
    },
    "en": {
        "made": "This page is generated from the program: don't edit it by hand.",
        "rules": "The safety questions and rules",
        "rules_intro": (
            "A rule is met when all its questions are answered yes; the answer is the most urgent level "
            "among the rules that are met, and the last level when none is. No rule has a “no” in it, and "
            "none adds up points. An unanswered question is not a no: while it could raise the level, the "
            "program says so.\n\nNone of this has been reviewed by a clinician. It is not a diagnosis."
        ),
        "checked": (
            "`python -m espalda.triage.check` walks every set of answers and says how many there are: no yes "
            "ever lowers the level, every rule decides somewhere and every question can change the answer."
        ),
        "counts": "{questions} questions and {rules} rules: {by_level}.",
        "levels": "Levels",
        "level": "Level",
        "now": "What to do",
        "watch": "What to watch for",
        "questions": "Questions",
        "question": "Question",
        "means": "What it means",
        "kept": "asked once and kept",
        "when": "If all of this is yes",
        "reason": "Reason given",
        "source": "Source",
        "seen": "Seen",
        "since": "Since",
        "note": "What had to be decided",
        "seen_key": ("“S”: read in a stored copy of the source itself. “2”: read in another text that quotes it."),
        "left_out": "What the rules leave out, and why",
        "cases": "Cases of the safety rules",
        "cases_intro": (
            "People who never existed, written for this project from what the cited sources say, to be read "
            "by a clinician. Each case says what is answered yes (the rest is no), what is left unanswered, "
            "the level expected and why. A test checks that the program answers so.\n\nNone of them has been "
            "reviewed by a clinician."
        ),
        "cases_counts": (
            "{cases} cases: {by_level}. {pairs} of them are one answer away from another with another level."
        ),
        "story": "Case",
        "yes": "Answers yes to",
        "nothing": "nothing",
        "open": "Unanswered",
        "could_be": "could still be: {level}",
        "why": "Why",
        "pairs": "Near misses: the one fact that changes the level",
        "fact": "The fact",
        "without": "Without it",
        "with": "With it",
    },
}


def pages() -> dict[Path, str]:
    """Return every page as it should be, by where it belongs."""
    book, cases = load_rulebook(), _cases()
    return {
        PAGES / f"{name}.{lang}.md": "\n".join(lines) + "\n"
        for lang in LANGUAGES
        for name, lines in (("rules", _rules_page(book, lang)), ("cases", _cases_page(book, cases, lang)))
    }


def main(arguments: list[str]) -> int:
    """Write the pages, or say which are out of date; 2 where the command is neither ``update`` nor ``check``."""
    if arguments not in (["update"], ["check"]):
        print("usage: rulebook_pages.py update | check", file=sys.stderr)
        return 2
    wanted = pages()
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if arguments == ["check"]:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date: run tools/rulebook_pages.py update", file=sys.stderr)
        return bool(stale)
    PAGES.mkdir(parents=True, exist_ok=True)
    for path in stale:
        path.write_text(wanted[path], encoding="utf-8")
    return 0


def _cases() -> list[Case]:
    """Return the cases, file by file."""
    return [
        case
        for path in sorted(CASES.glob("*.toml"))
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    ]


def _rules_page(book: Rulebook, lang: Language) -> Iterator[str]:
    words = WORDS[lang]
    by_level = {level.id: [rule for rule in book.rules if rule.level == level.id] for level in book.levels}
    counted = ", ".join(f"{level.name(lang)} {len(by_level[level.id])}" for level in book.levels[:-1])
    yield from _head(words, "rules")
    yield words["counts"].format(questions=len(book.questions), rules=len(book.rules), by_level=counted)
    yield from ("", words["checked"], "", f"## {words['levels']}", "")
    yield from _table(
        (words["level"], words["now"], words["watch"]),
        ((level.name(lang), level.now(lang), level.watch(lang)) for level in book.levels),
    )
    yield from (f"## {words['questions']}", "")
    for screen in book.screens:
        yield from (f"### {screen.heading(lang)}", "")
        yield from _table(
            ("id", words["question"], words["means"]),
            (
                (
                    f"`{one.id}`",
                    one.text(lang),
                    " ".join(filter(None, (one.explain(lang), f"({words['kept']})" if one.keep else ""))),
                )
                for one in book.questions
                if one.screen == screen.id
            ),
        )
    for level in book.levels[:-1]:
        yield from (f"## {level.name(lang)}", "", words["seen_key"], "")
        yield from _table(
            ("id", *(words[key] for key in ("when", "reason", "source", "seen", "since", "note"))),
            (
                (
                    f"`{rule.id}`",
                    _listed(book.question(name).text(lang) for name in rule.when),
                    rule.reason(lang),
                    rule.source,
                    rule.seen,
                    rule.since.isoformat(),
                    rule.note(lang),
                )
                for rule in by_level[level.id]
            ),
        )
    yield from (f"## {words['left_out']}", "")
    yield from (f"- **{entry.what(lang)}.** {entry.why(lang)}" for entry in book.left_out)


def _cases_page(book: Rulebook, cases: list[Case], lang: Language) -> Iterator[str]:
    words = WORDS[lang]
    known = {case["id"]: case for case in cases}
    paired = [case for case in cases if "pair" in case]
    counted = ", ".join(f"{level.name(lang)} {len(_at(level.id, cases))}" for level in book.levels)
    yield from _head(words, "cases")
    yield words["cases_counts"].format(cases=len(cases), by_level=counted, pairs=len(paired))
    yield ""
    for level in book.levels:
        yield from (f"## {level.name(lang)}", "")
        yield from _table(
            ("id", *(words[key] for key in ("story", "yes", "why", "source"))),
            (
                (f"`{case['id']}`", case[lang], _answered(book, case, lang), case[f"why_{lang}"], case["source"])
                for case in _at(level.id, cases)
            ),
        )
    yield from (f"## {words['pairs']}", "")
    yield from _table(
        tuple(words[key] for key in ("fact", "without", "with")),
        (_near(book, case, known[case["pair"]], lang) for case in paired),
    )


def _at(level: str, cases: list[Case]) -> list[Case]:
    return [case for case in cases if case["level"] == level]


def _answered(book: Rulebook, case: Case, lang: Language) -> str:
    """Return what a case answers yes to, and what it leaves open."""
    words = WORDS[lang]
    said = _listed(book.question(name).text(lang) for name in case["yes"]) or words["nothing"]
    if not case.get("unanswered"):
        return said
    left_open = _listed(book.question(name).text(lang) for name in case["unanswered"])
    could_be = words["could_be"].format(level=book.level(case.get("could_be", case["level"])).name(lang))
    return f"{said}<br>**{words['open']}:** {left_open} ({could_be})"


def _near(book: Rulebook, one: Case, other: Case, lang: Language) -> tuple[str, str, str]:
    """Return the one fact in which two cases differ, and the level without it and with it."""
    (fact,) = set(one["yes"]) ^ set(other["yes"])
    without, having = sorted((one, other), key=lambda case: fact in case["yes"])
    return (
        book.question(fact).text(lang),
        f"{book.level(without['level']).name(lang)} (`{without['id']}`)",
        f"{book.level(having['level']).name(lang)} (`{having['id']}`)",
    )


def _head(words: Mapping[str, str], page: str) -> Iterator[str]:
    yield from (f"# {words[page]}", "", f"*{words['made']}*", "", words[f"{page}_intro"], "")


def _listed(texts: Iterable[str]) -> str:
    return "<br>".join(texts)


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Yield the lines of a Markdown table, and an empty one after it."""
    yield "| " + " | ".join(heads) + " |"
    yield "|" + " --- |" * len(heads)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
    yield ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
