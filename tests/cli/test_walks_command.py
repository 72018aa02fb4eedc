"""``espalda walks``: JSON lines with the same keys for each walk, sentences for people, and no place in either."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from bench.terrain import files

from espalda.cli import main
from espalda.words import LANGUAGES

KEYS = [
    *("file", "status", "reason", "start", "minutes", "moving_minutes", "distance_m", "ascent_m", "descent_m"),
    *("device_ascent_m", "device_descent_m", "quality", "bands", "longest_descent_m"),
]
WAY = files.hills(metres=900)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("walks")
    (path / "a.fit").write_bytes(files.fit(WAY))
    (path / "b.gpx").write_bytes(b"<gpx")
    (path / "c.zip").write_bytes(files.strava([WAY, files.hills(2, metres=900), files.hills(3, metres=900)]))
    (path / "d.fit").write_bytes(files.fit(WAY, sport=5))
    return path


def test_one_json_object_a_walk(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["walks", str(folder), "--json", "--lang", "en"]) == 0
    out, err = capsys.readouterr()
    found = [json.loads(line) for line in out.splitlines()]

    assert [list(one) for one in found] == [KEYS] * 6
    assert [one["status"] for one in found] == ["ok", "refused", "ok", "ok", "ok", "no_terrain"]
    assert found[0]["file"] == str(folder / "a.fit")
    assert found[2]["file"] == f"{folder / 'c.zip'}/activities/0.fit.gz"
    assert list(found[0]["bands"]) == ["steep_down", "down", "flat", "up", "steep_up"]
    assert found[1]["bands"] is None
    assert err == ""


def test_the_device_s_distance_can_be_left_aside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    distances = []
    (tmp_path / "long.fit").write_bytes(files.fit(replace(WAY, distance=1.1 * WAY.distance)))
    for options in ([], ["--ignore-device-totals"]):
        assert main(["walks", str(tmp_path / "long.fit"), "--json", *options]) == 0
        distances.append(json.loads(capsys.readouterr().out)["distance_m"])
    assert distances == pytest.approx([1.1 * WAY.distance[-1], WAY.distance[-1]], rel=0.01)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_people_get_sentences(lang: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["walks", str(folder), "--lang", lang]) == 0
    out = capsys.readouterr().out
    assert str(folder / "a.fit") in out
    assert "2025-10-09 10:53" in out
    assert out.count(" min") > 10


def test_no_place_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for options in ([], ["--json"]):
        main(["walks", str(folder), *options])
        out, err = capsys.readouterr()
        assert re.search(r"(?<!\d)(40\.0\d|-?[23]\.99\d|-3\.0)", out + err) is None


def test_nothing_read_is_told_by_the_exit_status(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (folder / "b.gpx", folder / "none.fit", folder / "b.gpx\0"):
        assert main(["walks", str(path), "--json"]) == 1
        assert json.loads(capsys.readouterr().out)["status"] == "refused"
