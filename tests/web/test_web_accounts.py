"""Accounts: off unless asked for, and then tested in a process of their own, for settings are read once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import NoReverseMatch, reverse

ROOT = Path(__file__).resolve().parents[2]


def test_without_accounts_nothing_of_them_is_there() -> None:
    assert not settings.ACCOUNTS
    assert not any("allauth" in name or "sessions" in name for name in (*settings.MIDDLEWARE, *apps.app_configs))
    for name in ("account", "account_login", "mfa_index"):
        with pytest.raises(NoReverseMatch):
            reverse(name)


def test_without_accounts_nothing_of_them_is_loaded() -> None:
    program = """
import sys, django
django.setup()
import espalda.web.urls
print(*sorted({name.split(".")[0] for name in sys.modules} & {"allauth", "fido2", "qrcode"}))
"""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "espalda.web.settings"}
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr, run.returncode) == ("\n", "", 0)


@pytest.mark.parametrize(
    "kind", ["not browser", pytest.param("browser", marks=[pytest.mark.browser, pytest.mark.slow])]
)
def test_with_accounts_all_of_this_holds(kind: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-m", kind, "-p", "no:cacheprovider", "--basetemp", str(tmp_path)]
    run = subprocess.run(
        [*command, "tests/web/accounts"],
        cwd=ROOT,
        env={**os.environ, "ESPALDA_ACCOUNTS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-20_000:]  # 5 where there was no test at all
