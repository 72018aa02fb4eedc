"""``espalda import-walks``: recordings into the diary of the machine, each once, and a sentence for what went wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from bench.terrain import files


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recordings")
    ways = [files.hills(seed, metres=900) for seed in (1, 2, 3)]
    (folder / "a.fit").write_bytes(files.fit(ways[0]))
    (folder / "b.gpx").write_bytes(b"<gpx")
    (folder / "c.zip").write_bytes(files.strava(ways))
    return folder


def espalda(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "espalda", *map(str, arguments), "--lang", "en"]
    return subprocess.run(command, env={**os.environ}, capture_output=True, text=True, check=False)


def test_walks_go_into_the_diary_once(recordings: Path, tmp_path: Path) -> None:
    first = espalda("import-walks", recordings, "--data", tmp_path)
    assert first.returncode == 0
    assert first.stdout.splitlines()[-1] == "4 walks read, 1 not read."
    assert f"{recordings / 'b.gpx'}: not read." in first.stdout
    again = espalda("import-walks", recordings / "a.fit", recordings / "c.zip", "--data", tmp_path)
    assert again.returncode == 0
    assert again.stdout == "0 walks read, 4 known already.\n"


def test_nothing_read_is_told_by_the_exit_status(recordings: Path, tmp_path: Path) -> None:
    assert espalda("import-walks", recordings / "b.gpx", "--data", tmp_path).returncode == 1


def test_where_there_are_accounts_nobody_s_diary_is_guessed(recordings: Path, tmp_path: Path) -> None:
    someone = (
        "import sys; from pathlib import Path; from espalda.web import server; server._open(Path(sys.argv[1]));"
        "from django.contrib.auth.models import User; User.objects.create(username='ana')"
    )
    subprocess.run([sys.executable, "-c", someone, str(tmp_path)], check=True)
    refused = espalda("import-walks", recordings / "a.fit", "--data", tmp_path)
    assert refused.returncode == 1
    assert "Several people" in refused.stderr
