"""``espalda unlock`` and ``espalda reset-password``: help for who is locked out, from the machine itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from espalda.cli import main
from espalda.web import server
from espalda.words import LANGUAGES

PREPARE = """
import sys
from pathlib import Path
from espalda.web import server
server._open(Path(sys.argv[1]))
from django.contrib.auth.models import User
from espalda.web import lock
from espalda.web.models import Person
lock.change(Person.objects.get_or_create(kind="own", user=None)[0], "tres gatos")
User.objects.create_user("ana", password="tres gatos verdes")
"""
LOOK = """
import sys
from pathlib import Path
from espalda.web import server
server._open(Path(sys.argv[1]))
from django.contrib.auth.models import User
from espalda.web.models import Person
passphrase = Person.objects.get(user=None).passphrase
nobody = server.reset_password("berta", Path(sys.argv[1]), second_factor=False)
print(repr(passphrase), User.objects.get().check_password(sys.argv[2]), nobody)
"""


def run(*command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ESPALDA_ACCOUNTS": "1"}
    return subprocess.run([sys.executable, *command], env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_who_is_locked_out_is_let_in_again(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    assert run("-c", PREPARE, data).stderr == ""
    unlocked = run("-m", "espalda", "unlock", "--data", data, "--lang", "en")
    assert unlocked.stdout == "The diary has no passphrase any more. Nothing of it was lost.\n"
    reset = run("-m", "espalda", "reset-password", "Ana", "--data", data, "--lang", "en")
    first, *_rest = reset.stdout.splitlines()
    assert first.startswith("The new password of Ana: ")
    assert run("-c", LOOK, data, first.rsplit(" ", 1)[1]).stdout == "'' True None\n"


def test_an_account_that_is_not_there_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "espalda.sqlite3").touch()
    monkeypatch.setattr(server, "reset_password", lambda *_args, **_options: None)
    assert main(["reset-password", "berta", "--data", str(tmp_path), "--lang", "en"]) == 1
    assert capsys.readouterr() == ("", "There is no account called berta.\n")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("command", [["unlock"], ["reset-password", "ana"]])
def test_a_folder_without_a_diary_is_left_as_it_is(
    lang: str, command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--data", str(tmp_path / "none"), "--lang", lang]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert str(tmp_path / "none") in err
    assert not (tmp_path / "none").exists()
