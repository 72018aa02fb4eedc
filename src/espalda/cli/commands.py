"""What each command prints."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Final, TextIO

from platformdirs import user_data_dir

from espalda import flows
from espalda.cli.interview import interview
from espalda.diary import known_factors, write_diary
from espalda.findings import Findings, guard_sentences
from espalda.triage import Verdict, load_rulebook
from espalda.words import Language, Message, mark, say, say_n


class InputError(Exception):
    """Input a command can't use: one sentence, in either language."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.sentence("en"))
        self.message = message


UNUSABLE: Final = mark(
    "{file} can't be read or written: check whether it is a file or a folder, that you have permission, "
    "and that the disk is not full."
)


def analyze(options: argparse.Namespace) -> int:
    """Print what a diary says of each factor."""
    diary, notices = flows.read(options.file, options.tz)
    for notice in notices:
        print(notice.sentence(options.lang), file=sys.stderr)
    findings = flows.explain(diary)
    if options.json:
        _print_json(findings.to_dict(options.lang))
    else:
        _print_findings(findings, options.lang)
    return 0


def _print_findings(findings: Findings, lang: Language) -> None:
    readings = say_n(lang, "{n} reading", "{n} readings", findings.readings)
    days = say_n(lang, "{n} day", "{n} days", findings.days)
    print(say(lang, "{readings} in {days}.", readings=readings, days=days), end="\n\n")
    for factor in findings.factors:
        example = [factor.example.sentence(lang)] if factor.example else []
        print("-", factor.sentence(lang), *example)
    if not findings.factors:
        print(say(lang, "The diary has no factors: add a column for what you do, such as walk_downhill [min]."))
    print()
    for ahead in (findings.spasms, findings.forecast):
        if ahead:
            print(*ahead.sentences(lang), sep="\n", end="\n\n")
    print(*guard_sentences(findings, lang), sep="\n")
    print(say(lang, "What goes together is not proved to be the cause. This is not a diagnosis."))


def triage(options: argparse.Namespace) -> int:
    """Print how urgent it is, from answers given as options, as JSON on standard input, or asked one screen a time."""
    if options.rules:
        return _rules(options)
    answers: dict[str, bool | None] = dict.fromkeys(options.no, False)
    answers |= dict.fromkeys(options.yes, True)
    both = sorted(set(options.yes) & set(options.no))
    if both:
        raise InputError(Message('"{question}" is answered both yes and no.', {"question": both[0]}))
    if not answers and options.json:
        answers = _answers_from(sys.stdin)
    elif not answers:
        answers = interview(options.lang)
    verdict = flows.assess(answers)
    if options.json:
        _print_json(verdict.to_dict())
    else:
        _print_verdict(verdict, options.lang)
    return 0


def _answers_from(stream: TextIO) -> dict[str, bool | None]:
    try:
        answers = json.load(stream)
    except (ValueError, RecursionError):
        answers = None
    if not isinstance(answers, dict):
        raise InputError(
            Message(
                "Standard input is not a JSON object of answers, such as {example}.", {"example": '{"fever": true}'}
            )
        )
    return answers


def _print_verdict(verdict: Verdict, lang: Language) -> None:
    book = load_rulebook()
    level = book.level(verdict.level)
    print(level.name(lang).upper(), end="\n\n")
    reasons = dict.fromkeys(book.rule(rule).reason(lang) for rule in verdict.because)
    print(*(f"- {reason}" for reason in reasons), sep="\n", end="\n\n" if reasons else "")
    print(level.now(lang), end="\n\n")
    if verdict.could_be != verdict.level:
        worst = book.level(verdict.could_be).name(lang)
        print(say(lang, "It could still be: {level}. These questions are open:", level=worst))
        print(*(f"- {book.question(name).text(lang)} ({name})" for name in verdict.ask), sep="\n", end="\n\n")
    print(level.watch(lang), end="\n\n")
    print(say(lang, "This is not a diagnosis, and no clinician has reviewed these rules."))


def _rules(options: argparse.Namespace) -> int:
    book, lang = load_rulebook(), options.lang
    if options.json:
        _print_json(book.to_dict())
        return 0
    for level in book.levels:
        print(level.name(lang).upper())
        for rule in book.rules:
            if rule.level == level.id:
                asked = " + ".join(book.question(name).text(lang) for name in rule.when)
                print(f"- {rule.id}: {asked}\n  {rule.reason(lang)}\n  [{rule.source}; {rule.since}]")
        print()
    return 0


def serve(options: argparse.Namespace) -> int:
    """Serve the pages until stopped."""
    from espalda.web.server import serve as serve_pages  # noqa: PLC0415 - Django is loaded by this command alone

    return serve_pages(port=options.port, data=data_folder(options), lang=options.lang, accounts=options.accounts)


def unlock(options: argparse.Namespace) -> int:
    """Take the passphrase off the diary of this machine."""
    from espalda.web.server import unlock as take_lock_off  # noqa: PLC0415 - as above

    if take_lock_off(_existing(options)):
        print(say(options.lang, "The diary has no passphrase any more. Nothing of it was lost."))
    else:
        print(say(options.lang, "The diary had no passphrase."))
    return 0


def reset_password(options: argparse.Namespace) -> int:
    """Give an account a new password and print it."""
    from espalda.web.server import reset_password as reset  # noqa: PLC0415 - as above

    password = reset(options.name, _existing(options), second_factor=options.second_factor)
    if password is None:
        raise InputError(Message("There is no account called {name}.", {"name": options.name}))
    print(say(options.lang, "The new password of {name}:", name=options.name), password)
    print(say(options.lang, "It is signed out everywhere. The password can be changed once signed in."))
    return 0


def backup(options: argparse.Namespace) -> int:
    """Write a backup of everything kept on this machine."""
    from espalda.web.server import backup as write_backup  # noqa: PLC0415 - as above

    return write_backup(_existing(options), options.lang)


def restore(options: argparse.Namespace) -> int:
    """Put a backup back."""
    from espalda.web.server import restore as put_back  # noqa: PLC0415 - as above

    return put_back(options.file, data_folder(options), options.lang)


def data_folder(options: argparse.Namespace) -> Path:
    """Return the folder the diaries are kept in."""
    return options.data or Path(user_data_dir("espalda", appauthor=False))


def _existing(options: argparse.Namespace) -> Path:
    """Return the folder the diaries are kept in, where there is one."""
    folder = data_folder(options)
    if not (folder / "espalda.sqlite3").is_file():
        raise InputError(Message("There is no diary in {folder}.", {"folder": folder}))
    return folder


def demo(options: argparse.Namespace) -> int:
    """Write the demonstration person's diary to a file that is not there yet."""
    path = options.file
    diary = flows.demo()
    try:
        if path.exists():
            raise InputError(
                Message("{file} is already there; choose another name, nothing was written.", {"file": path})
            )
        if not path.absolute().parent.is_dir():
            raise InputError(Message("{file} can't be written: that folder does not exist.", {"file": path}))
        write_diary(diary, path)
    except OSError as error:
        raise InputError(Message(UNUSABLE, {"file": path})) from error
    readings = int(diary.is_reading.sum())
    print(say(options.lang, "{file}: {n} invented readings. Nobody's: to try the program with.", file=path, n=readings))
    return 0


def factors(options: argparse.Namespace) -> int:
    """Print the factors the program knows: the column to write, what it means, a typical amount."""
    if options.json:
        _print_json(
            [
                {
                    "name": known.name,
                    "unit": known.unit,
                    "typical": known.typical,
                    "group": known.group,
                    "es": known.es,
                    "en": known.en,
                }
                for known in known_factors()
            ]
        )
        return 0
    width = max(len(known.factor.column) for known in known_factors())
    for known in known_factors():
        print(f"{known.factor.column:{width}}  {known.label(options.lang)}")
    return 0


def _print_json(data: Any) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=2))
