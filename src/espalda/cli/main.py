"""The command ``espalda``: what it accepts, in the reader's language, and which command answers."""

from __future__ import annotations

import argparse
import gettext
import io
import os
import re
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import espalda
from espalda.cli import commands
from espalda.cli.walks import keep, measure
from espalda.diary import DiaryError
from espalda.triage import AnswerError
from espalda.words import LANGUAGES, LOCALE, Language, as_language, mark, say

if TYPE_CHECKING:
    Names = argparse._SubParsersAction["_Parser"]


_FULL: Final = mark("Nothing more can be written: check that the disk is not full.")
_CLOSED: Final = mark(
    "The diary in {folder} can't be opened: it is damaged, another program holds it, or you have no permission to "
    "write there. Where it is damaged, espalda restore puts a backup back."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0, or 1 where the input can't be used (2 where it isn't a command)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    lang = _language(arguments)
    _speak(lang)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a letter the terminal does not have must not cost the answer
    options = _parser(lang).parse_args(arguments)
    options.lang = lang
    try:
        status = int(options.run(options))
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # What reads the output has closed it (`espalda … | head`): nothing is wrong, and nothing more can be said.
        _drop_output()
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        sentences = _sentences(error, options)
        if not sentences:
            raise
        if isinstance(error, OSError) and error.filename is None:
            _drop_output()
        print(*sentences, sep="\n", file=sys.stderr)
        return 1


def _drop_output() -> None:
    """Let what is still held back go nowhere, or leaving would fail on it once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _sentences(error: Exception, options: argparse.Namespace) -> list[str]:
    """Return what is to be mended, in the reader's language; nothing where the program itself is at fault."""
    lang = options.lang
    if isinstance(error, DiaryError):
        return [f"{error.source}: {sentence}" for sentence in error.sentences(lang)]
    if isinstance(error, AnswerError):
        return [error.sentence(lang)]
    if isinstance(error, commands.InputError):
        return [error.message.sentence(lang)]
    if isinstance(error, OSError):
        return [say(lang, commands.UNUSABLE if error.filename else _FULL, file=error.filename)]
    # Of Django's errors the causes are looked at: to load Django for them would slow every command down.
    import sqlite3  # noqa: PLC0415 - as much as that

    if {type(error), type(error.__cause__)} & {sqlite3.DatabaseError, sqlite3.OperationalError}:
        return [say(lang, _CLOSED, folder=commands.data_folder(options))]
    return []


def _language(arguments: Sequence[str]) -> Language:
    """Return the language asked for, known before anything is parsed so that a mistake is told in it as well."""
    for place, argument in enumerate(arguments):
        if argument == "--lang" and place + 1 < len(arguments):
            return as_language(arguments[place + 1])
        if argument.startswith("--lang="):
            return as_language(argument.removeprefix("--lang="))
    spoken = (os.environ.get(name) for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    return as_language(next((code for code in spoken if code), None))


def _speak(lang: Language) -> None:
    """Have the standard library's parser speak `lang`: it asks gettext's global domain for its sentences."""
    os.environ["LANGUAGE"] = lang
    gettext.bindtextdomain("espalda", LOCALE)
    gettext.textdomain("espalda")


def _port(lang: Language, text: str) -> int:
    """Return the port `text` names."""
    if not re.fullmatch("[0-9]{1,5}", text) or int(text) > 65535:
        raise argparse.ArgumentTypeError(say(lang, "a port is a whole number from 0 to 65535, not {text}", text=text))
    return int(text)


class _Parser(argparse.ArgumentParser):
    """A parser, as those of its commands are, that takes no name cut short: `_language` would not know `--lan en`."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, **settings)


def _parser(lang: Language) -> argparse.ArgumentParser:
    common = _Parser(add_help=False)
    common.add_argument("--lang", choices=LANGUAGES, help=say(lang, "language of what is printed"))
    kept = _Parser(add_help=False, parents=[common])
    kept.add_argument("--data", type=Path, metavar=say(lang, "FOLDER"), help=say(lang, "where your diary is kept"))
    parser = _Parser(
        prog="espalda",
        parents=[common],
        description=say(lang, "What sets your back off, from your own diary, on your own machine. Not a diagnosis."),
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"espalda {espalda.__version__}",
        help=say(lang, "show program's version number and exit"),
    )
    names = parser.add_subparsers(dest="command", required=True, metavar=say(lang, "COMMAND"))
    _add_answers(names, common, lang)
    _add_kept(names, kept, lang)
    _add_samples(names, common, lang)
    _add_walks(names, common, kept, lang)
    return parser


def _add_answers(names: Names, common: _Parser, lang: Language) -> None:
    """Add the commands that answer from a diary's file or from questions."""
    analyze = names.add_parser("analyze", parents=[common], help=say(lang, "what a diary says of each factor"))
    analyze.add_argument("file", metavar=say(lang, "FILE"), help=say(lang, "the diary, a CSV file"))
    analyze.add_argument("--json", action="store_true", help=say(lang, "print JSON"))
    analyze.add_argument(
        "--tz", metavar=say(lang, "ZONE"), help=say(lang, "time zone of times without offset, such as Europe/Madrid")
    )
    analyze.set_defaults(run=commands.analyze)

    triage = names.add_parser("triage", parents=[common], help=say(lang, "is it urgent?"))
    triage.add_argument("--yes", nargs="+", default=[], metavar="ID", help=say(lang, "questions answered yes"))
    triage.add_argument("--no", nargs="+", default=[], metavar="ID", help=say(lang, "questions answered no"))
    triage.add_argument("--rules", action="store_true", help=say(lang, "print the whole rulebook"))
    triage.add_argument(
        "--json",
        action="store_true",
        help=say(lang, "print JSON; without --yes or --no, read the answers as JSON from standard input"),
    )
    triage.set_defaults(run=commands.triage)


def _add_kept(names: Names, kept: _Parser, lang: Language) -> None:
    """Add the commands that serve, and see to, the diaries kept on this machine."""
    serve = names.add_parser("serve", parents=[kept], help=say(lang, "serve the program's pages on this machine"))
    serve.add_argument(
        "--port",
        type=partial(_port, lang),
        default=8000,
        metavar=say(lang, "PORT"),
        help=say(lang, "port to listen on"),
    )
    serve.add_argument("--accounts", action="store_true", help=say(lang, "several people, who each sign in"))
    serve.set_defaults(run=commands.serve)

    unlock = names.add_parser(
        "unlock", parents=[kept], help=say(lang, "take a forgotten passphrase off the diary of this machine")
    )
    unlock.set_defaults(run=commands.unlock)

    reset = names.add_parser("reset-password", parents=[kept], help=say(lang, "give an account a new password"))
    reset.add_argument("name", metavar=say(lang, "NAME"), help=say(lang, "the name of the account"))
    reset.add_argument(
        "--second-factor",
        action="store_true",
        help=say(lang, "take its passkeys, authenticator and recovery codes off as well"),
    )
    reset.set_defaults(run=commands.reset_password)

    backup = names.add_parser("backup", parents=[kept], help=say(lang, "write a backup of everything kept here"))
    backup.set_defaults(run=commands.backup)

    restore = names.add_parser("restore", parents=[kept], help=say(lang, "put a backup back"))
    restore.add_argument("file", type=Path, metavar=say(lang, "FILE"), help=say(lang, "the backup"))
    restore.set_defaults(run=commands.restore)


def _add_samples(names: Names, common: _Parser, lang: Language) -> None:
    """Add the commands that show what a diary can hold."""
    demo = names.add_parser("demo", parents=[common], help=say(lang, "write a sample diary, invented"))
    demo.add_argument("file", type=Path, metavar=say(lang, "FILE"))
    demo.set_defaults(run=commands.demo)

    factors = names.add_parser("factors", parents=[common], help=say(lang, "the factors the program knows by name"))
    factors.add_argument("--json", action="store_true", help=say(lang, "print JSON"))
    factors.set_defaults(run=commands.factors)


def _add_walks(names: Names, common: _Parser, kept: _Parser, lang: Language) -> None:
    """Add the commands that read recordings of walks."""
    recordings = _Parser(add_help=False)
    recordings.add_argument(
        "paths",
        nargs="+",
        metavar=say(lang, "PATH"),
        help=say(lang, "FIT, GPX or TCX, the export of a service as it came, or a folder of them"),
    )
    walks = names.add_parser(
        "walks", parents=[common, recordings], help=say(lang, "minutes by terrain, from the recordings of walks")
    )
    walks.add_argument("--json", action="store_true", help=say(lang, "print JSON, one object for each walk and line"))
    walks.add_argument(
        "--ignore-device-totals",
        action="store_true",
        help=say(lang, "measure from the points alone, without the distance the device counted"),
    )
    walks.set_defaults(run=measure)

    bring = names.add_parser(
        "import-walks",
        parents=[kept, recordings],
        help=say(lang, "keep the walks of recordings in the diary of this machine"),
    )
    bring.set_defaults(run=keep)
