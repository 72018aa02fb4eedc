"""``espalda analyze``: what a diary says, in text or JSON, and what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from espalda import flows
from espalda.cli import main
from espalda.diary import in_rows
from espalda.findings import guard_sentences
from espalda.words import LANGUAGES, Language


@pytest.mark.parametrize(
    ("lang", "first", "last"),
    [
        (
            "en",
            "312 readings in 120 days.",
            "What goes together is not proved to be the cause. This is not a diagnosis.",
        ),
        (
            "es",
            "312 lecturas en 120 días.",
            "Que vayan juntos no demuestra que sea la causa. Esto no es un diagnóstico.",
        ),
    ],
)
def test_every_finding_is_told(
    lang: Language, first: str, last: str, demo_csv: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["analyze", str(demo_csv), "--lang", lang]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    findings = flows.explain(in_rows(flows.demo()))
    assert (lines[0], lines[-1]) == (first, last)
    told = [(one.sentence(lang), one.example.sentence(lang) if one.example else "") for one in findings.factors]
    assert [line for line in lines if line.startswith("- ")] == [" ".join(["-", *each]).rstrip() for each in told]
    assert set(guard_sentences(findings, lang)) <= set(lines)
    for ahead in (findings.spasms, findings.forecast):
        assert ahead
        assert set(ahead.sentences(lang)) <= set(lines)
    assert err == ""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_json_is_the_findings(lang: Language, demo_csv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", str(demo_csv), "--json", f"--lang={lang}"]) == 0
    assert json.loads(capsys.readouterr().out) == flows.explain(in_rows(flows.demo())).to_dict(lang)


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "1 reading in 1 day.\n\nThe diary has no factors"), ("es", "1 lectura en 1 día.\n\nEl diario no tiene ")],
)
def test_a_diary_without_factors(lang: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bare.csv"
    path.write_text("time,pain\n2026-03-01T08:00+01:00,3\n", encoding="utf-8")
    assert main(["analyze", str(path), "--lang", lang]) == 0
    assert capsys.readouterr().out.startswith(said)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_file_that_is_not_there(lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "nothing.csv"
    assert main(["analyze", str(path), "--lang", lang]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"{path}: ")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(("lang", "row"), [("en", "Row"), ("es", "Fila")])
def test_each_thing_wrong_is_said_with_its_file_and_row(
    lang: str, row: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(
        "time,pain,walk [min]\n2026-03-01T08:00+01:00,11,5\nyesterday,3,5\n2026-03-02T08:00+01:00,3,a lot\n",
        encoding="utf-8",
    )
    assert main(["analyze", str(path), "--lang", lang]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    said = err.splitlines()
    assert len(said) == 3
    for number, line in enumerate(said, start=2):
        assert line.startswith(f"{path}: {row} {number},"), line


@pytest.mark.parametrize(
    ("zone", "first"), [("Europe/Madrid", "2026-07-01T08:00+02:00"), ("America/Bogota", "2026-07-01T08:00-05:00")]
)
def test_times_without_offset_are_read_in_the_zone_and_it_is_said(
    zone: str, first: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "local.csv"
    path.write_text("time,pain\n2026-07-01T08:00,3\n", encoding="utf-8")
    assert main(["analyze", str(path), "--json", "--tz", zone, "--lang", "en"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["diary"]["from"] == first
    assert err == f"Times without an offset, read in the time zone {zone}: 1.\n"


def test_a_zone_that_is_none(demo_csv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", str(demo_csv), "--tz", "Europe/Atlantis", "--lang", "en"]) == 1
    assert "Europe/Atlantis" in capsys.readouterr().err
