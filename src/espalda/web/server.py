"""The server of one's own machine: it prepares what is missing and serves the pages until it is told to stop."""

from __future__ import annotations

import errno
import os
import secrets
import signal
import socket
import sys
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import NoReturn

import django
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.utils import translation
from django.utils.translation import gettext as _
from waitress import create_server

from espalda import flows
from espalda.words import Language, as_language


def serve(port: int, data: Path, host: str = "127.0.0.1", lang: Language | None = None) -> int:
    """Serve the pages on `host` and `port`, keeping everything in the folder `data`; return the exit status.

    Runs until SIGTERM or Ctrl-C. When it can't listen there it says why, in `lang` or else in the language of the
    environment, and returns 1.
    """
    signal.signal(signal.SIGTERM, _leave)
    os.umask(0o077)
    _prepare(data)
    django.setup()
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
    with listener:
        _fill()
        with closing(create_server(get_wsgi_application(), sockets=[listener], ident=None)) as server:
            shown = f"[{host}]" if ":" in host else host
            address = f"http://{shown}:{listener.getsockname()[1]}/"
            print(_("Espalda is at %(address)s (Ctrl-C stops it)") % {"address": address}, flush=True)
            server.run()
    return 0


def _prepare(data: Path) -> None:
    """Make the folder, for its owner alone, and the secret key; tell the settings, not read yet, where they are."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = data / "secret-key"
    if not key.exists():
        # Whole or not at all: an empty key would keep the server from ever starting.
        new = key.with_suffix(f".{os.getpid()}")
        new.write_text(secrets.token_urlsafe(48), "ascii")
        new.replace(key)
    os.environ["ESPALDA_DATA"] = str(data.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "espalda.web.settings"


def _fill() -> None:
    """Bring the database up to date, and the demonstration to what this version ships."""
    from espalda.web import store  # noqa: PLC0415 - models can be imported only once Django is set up

    call_command("migrate", verbosity=0, interactive=False)
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
