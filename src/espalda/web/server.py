"""The server: it prepares what is missing and serves the pages until it is told to stop.

On a machine of one's own it serves one person; with accounts, several. Whoever runs it helps those locked out.
"""

from __future__ import annotations

import errno
import os
import secrets
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from waitress import create_server

from espalda import flows
from espalda.words import Language, as_language

if TYPE_CHECKING:
    from espalda.web.walk_keeping import Outcome


class SeveralPeopleError(Exception):
    """The diaries of the folder belong to accounts, and none of them to the machine's own reader."""


def serve(
    port: int, data: Path, host: str = "127.0.0.1", lang: Language | None = None, *, accounts: bool = False
) -> int:
    """Serve the pages on `host` and `port`, keeping everything in the folder `data`; return the exit status.

    With `accounts`, or where the environment says so, each person signs in to their own diary. Runs until SIGTERM or
    Ctrl-C. When it can't listen there it says why, in `lang` or else in the language of the
    environment, and returns 1.
    """
    for asked in (signal.SIGTERM, signal.SIGINT):  # the second as well: what starts in the background ignores it
        signal.signal(asked, _leave)
    if accounts:
        os.environ["ESPALDA_ACCOUNTS"] = "1"
    _prepare(data)
    try:
        with translation.override(lang or _language()):
            return _serve(port, host)
    except KeyboardInterrupt:
        return 0


def _serve(port: int, host: str) -> int:
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (OSError, OverflowError) as error:
        print(_why_not(error, port), file=sys.stderr)
        return 1
    from espalda.web import backups, clock, incoming, reminders  # noqa: PLC0415 - as in `_fill`

    try:
        with listener, backups.holding():
            _fill()
            with closing(
                create_server(get_wsgi_application(), sockets=[listener], ident=None, **_in_memory(), **_for_several())
            ) as server:
                shown = f"[{host}]" if ":" in host else host
                address = f"http://{shown}:{listener.getsockname()[1]}/"
                print(_("Espalda is at %(address)s (Ctrl-C stops it)") % {"address": address}, flush=True)
                with clock.running((backups.daily, incoming.sweep, reminders.send_due)):
                    server.run()
    except backups.BackupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def backup(data: Path, lang: Language) -> int:
    """Write a backup and print where it is; return the exit status."""
    from espalda.web import backups  # noqa: PLC0415 - settings can be read only once the folder is known

    return _done(lang, data, lambda: str(backups.write(timezone.localdate())))


def restore(file: Path, data: Path, lang: Language) -> int:
    """Put a backup back into the folder and print where what it replaces is; return the exit status."""
    from espalda.web import backups  # noqa: PLC0415 - as above

    def put_back() -> str:
        aside = backups.restore(file)
        if aside is None:
            return _("The backup is put back.")
        return _("The backup is put back. What was there before is in %(file)s.") % {"file": aside}

    return _done(lang, data, put_back)


def _done(lang: Language, data: Path, job: Callable[[], str]) -> int:
    """Do a job on a folder's backups and print what it says; return the exit status."""
    from espalda.web import backups  # noqa: PLC0415 - as above

    _prepare(data)
    with translation.override(lang):
        try:
            print(job())
        except backups.BackupError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


def unlock(data: Path) -> bool:
    """Take the passphrase off the diary of the machine's own reader; return whether there was one."""
    _open(data)
    from espalda.web import lock  # noqa: PLC0415 - models can be imported only once Django is set up
    from espalda.web.models import Person  # noqa: PLC0415 - as above

    person = Person.objects.filter(kind=Person.Kind.OWN, user=None).first()
    if person is None or not person.passphrase:
        return False
    lock.change(person, "")
    return True


def import_walks(paths: Sequence[str], data: Path, lang: Language) -> Iterator[Outcome]:
    """Keep the walks of the machine's own reader that are in some files or folders, and yield what became of each.

    Raises
    ------
    SeveralPeopleError
        Where people have accounts: whose walks they are can't be told here.
    """
    _open(data)
    from django.contrib.auth.models import User  # noqa: PLC0415 - as above

    from espalda.web import store, walk_keeping  # noqa: PLC0415 - as above
    from espalda.web.models import Person  # noqa: PLC0415 - as above

    if User.objects.exists():
        raise SeveralPeopleError
    person = Person.objects.get_or_create(kind=Person.Kind.OWN, user=None)[0]
    with translation.override(lang), timezone.override(person.zone):
        yield from walk_keeping.bring(person, paths)
    store.mark_stale(person)


def reset_password(name: str, data: Path, *, second_factor: bool) -> str | None:
    """Return the new password an account was given; None where there is no such account."""
    os.environ["ESPALDA_ACCOUNTS"] = "1"
    _open(data)
    from espalda.web import accounts  # noqa: PLC0415 - as above

    return accounts.reset_password(name, second_factor=second_factor)


def _open(data: Path) -> None:
    """Set Django up on a folder, and bring its database up to date."""
    _prepare(data)
    call_command("migrate", verbosity=0, interactive=False)


def _in_memory() -> dict[str, int]:
    """Return what has the server keep all it receives in memory, and refuse what is more than that."""
    most = settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    return {"max_request_body_size": most, "inbuf_overflow": 2 * most}


def _for_several() -> dict[str, Any]:
    """Return what the server needs beyond one person's: room for every browser, and the word of the proxy in front.

    The proxy that speaks TLS on this machine is believed in who asks and how, and nobody else is.
    """
    room = {"connection_limit": 1000, "asyncore_use_poll": True} if settings.ACCOUNTS else {}
    if not settings.HTTPS:
        return room
    return {
        **room,
        "trusted_proxy": "127.0.0.1",
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
        "clear_untrusted_proxy_headers": True,
    }


def _prepare(data: Path) -> None:
    """Make the folder, for its owner alone, and the secret key, and set Django up on them."""
    os.umask(0o077)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = data / "secret-key"
    if not key.exists():
        # Whole or not at all: an empty key would keep the server from ever starting.
        new = key.with_suffix(f".{os.getpid()}")
        new.write_text(secrets.token_urlsafe(48), "ascii")
        new.replace(key)
    os.environ["ESPALDA_DATA"] = str(data.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "espalda.web.settings"
    django.setup()


def _fill() -> None:
    """Bring the database up to date, and the demonstration to what this version ships."""
    from espalda.web import store  # noqa: PLC0415 - models can be imported only once Django is set up

    call_command("migrate", verbosity=0, interactive=False)
    if settings.ACCOUNTS:
        call_command("createcachetable", verbosity=0)
        call_command("clearsessions")
    store.replace_demo(flows.demo())


def _why_not(error: Exception, port: int) -> str:
    """Return in one sentence why the server can't listen."""
    if getattr(error, "errno", None) == errno.EADDRINUSE:
        return _("Port %(port)d is taken by another program; choose another one, for example %(other)d.") % {
            "port": port,
            "other": port + 1 if port < 65535 else 8000,
        }
    return _("The server can't listen on port %(port)d: %(why)s.") % {"port": port, "why": error}


def _language() -> Language:
    """Return the language of the environment."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    return as_language(next((os.environ[name] for name in names if os.environ.get(name)), None))


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
