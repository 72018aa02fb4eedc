"""The server of one's own machine, started as a program."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from pytest_django.fixtures import Settings

from espalda.web import backups

PROGRAM = """
import sys
from pathlib import Path
from espalda.web.server import serve
sys.exit(serve(int(sys.argv[1]), Path(sys.argv[2])))
"""


def start(port: int, data: Path, lang: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "LC_ALL": lang, "PYTHONWARNINGS": "error"}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(port), str(data)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def serving(data: Path, lang: str = "es_ES.UTF-8") -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = start(0, data, lang)
    try:
        assert process.stdout
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/", line)
        yield process, found[0] if found else line
    finally:
        process.kill()
        process.communicate()


def test_it_prints_its_address_and_serves_the_first_page(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as (_process, address), urlopen(address) as answer:  # noqa: S310 - our own
        assert "¿Cómo está tu espalda hoy?" in answer.read().decode()


def test_it_keeps_its_folder_to_its_owner(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data) as (_process, address):
        urlopen(address).close()  # noqa: S310
        key = (data / "secret-key").read_text()
    # Once it is killed no file comes or goes.
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in data.rglob("*") if path.is_file()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in data.rglob("*") if path.is_dir()} <= {0o700}
    with serving(data):
        assert (data / "secret-key").read_text() == key


def test_it_writes_the_day_s_backup_and_none_is_put_back_meanwhile(tmp_path: Path, settings: Settings) -> None:
    settings.DATA = tmp_path / "data"
    with serving(settings.DATA) as (_process, address):
        urlopen(address).close()  # noqa: S310
        deadline = time.monotonic() + 60
        while not backups.listed() and time.monotonic() < deadline:
            time.sleep(0.05)
        (backup,) = backups.listed()
        with pytest.raises(backups.BackupError):
            backups.restore(backup.path)
    with backups.holding(alone=True):
        pass  # the lock went with the process, killed as it was


def test_the_signal_to_stop_stops_it_cleanly(tmp_path: Path) -> None:
    for asked in (signal.SIGTERM, signal.SIGINT):
        with serving(tmp_path / "data") as (process, _address):
            process.send_signal(asked)
            _out, error = process.communicate(timeout=60)
            assert process.returncode == 0
            assert error == ""


def test_a_port_that_is_taken_gets_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        for lang, sentence in (("es_ES", f"El puerto {port} lo está usando"), ("en_GB", f"Port {port} is taken")):
            process = start(port, tmp_path / "data", lang)
            out, error = process.communicate(timeout=60)
            assert process.returncode == 1
            assert out == ""
            assert error.startswith(sentence)
            assert error.count("\n") == 1
