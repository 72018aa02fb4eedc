"""The command line: its language, its mistakes, and the commands that write and list."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import espalda
from espalda import flows
from espalda.cli import main
from espalda.diary import in_rows, known_factors, read_diary
from espalda.words import LANGUAGES, Language

COMMANDS = (
    *("analyze", "triage", "serve", "unlock", "reset-password", "backup", "restore", "demo", "factors", "walks"),
    "import-walks",
)


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "espalda", *map(str, arguments)]
    return subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_help_is_in_the_language(lang: Language, capsys: pytest.CaptureFixture[str]) -> None:
    helps = {}
    for command in ([], *([name] for name in COMMANDS)):
        with pytest.raises(SystemExit) as left:
            main([*command, "--help", "--lang", lang])
        assert left.value.code == 0
        helps[" ".join(command)] = capsys.readouterr().out
    assert all(name in helps[""] for name in COMMANDS)
    english = ["usage:", "options:", "show this help", "show program's version", "COMMAND"]
    for sentence in english:
        assert (sentence in helps[""]) == (lang == "en"), sentence
    for text in helps.values():
        assert ("usage:" in text) == (lang == "en")
        assert ("uso:" in text) == (lang == "es")


@pytest.mark.parametrize(
    ("arguments", "english", "spanish"),
    [
        (["analize"], "invalid choice: 'analize'", "opción no válida: 'analize'"),
        ([], "the following arguments are required: COMMAND", "faltan estos argumentos: ORDEN"),
        (["demo"], "the following arguments are required: FILE", "faltan estos argumentos: ARCHIVO"),
        (["factors", "--jsn"], "unrecognized arguments: --jsn", "--jsn"),
        (["serve", "--port", "many"], "a port is a whole number from 0 to 65535, not many", "many"),
        (["serve", "--port", "70000"], "a port is a whole number from 0 to 65535, not 70000", "70000"),
        (["serve", "--port", "9" * 5000], "a port is a whole number from 0 to 65535, not 999", "999"),
        (["analyze", "x.csv", "--tz"], "expected one argument", "--tz"),
        (["triage", "--yes"], "expected at least one argument", "falta al menos un valor"),
        (["factors", "--json=x"], "ignored explicit argument 'x'", "no admite ningún valor"),
        (["factors", "--js"], "unrecognized arguments: --js", "argumentos que no existen: --js"),
    ],
)
def test_a_mistake_is_told_in_the_readers_language(
    arguments: list[str], english: str, spanish: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = {}
    for lang in LANGUAGES:
        with pytest.raises(SystemExit) as left:
            main(["--lang", lang, *arguments])
        assert left.value.code == 2
        out, said[lang] = capsys.readouterr()
        assert out == ""
    assert english in said["en"]
    assert spanish in said["es"]
    assert english not in said["es"]
    assert "uso:" in said["es"]


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "es_ES.UTF-8"}, "es"),
        ({"LANG": "C"}, "es"),
        ({}, "es"),
        ({"LANG": "es_ES.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "es_ES.UTF-8"}, "es"),
        ({"LC_ALL": "es_ES.UTF-8", "LANGUAGE": "en:es"}, "en"),
    ],
    ids=str,
)
def test_the_language_is_the_machines(
    environment: dict[str, str], lang: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert main(["factors"]) == 0
    assert ("walking on the flat" in capsys.readouterr().out) == (lang == "en")


@pytest.mark.parametrize(
    "arguments", [["--lang", "en", "factors"], ["factors", "--lang", "en"], ["--lang=en", "factors"]], ids=" ".join
)
def test_the_language_asked_for_goes_before_the_machines(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", "es_ES.UTF-8")
    assert main(arguments) == 0
    assert "walking on the flat" in capsys.readouterr().out


def test_a_language_that_is_none_is_a_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--lang", "fr", "factors"])
    assert left.value.code == 2
    assert "'fr'" in capsys.readouterr().err


def test_the_module_is_the_command() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"espalda {espalda.__version__}\n", "")


@pytest.mark.parametrize(("lang", "said"), [("en", "Nobody's"), ("es", "de nadie")])
def test_demo_writes_the_invented_diary(
    lang: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "demo.csv"
    assert main(["demo", str(path), "--lang", lang]) == 0
    assert read_diary(path) == in_rows(flows.demo())
    out = capsys.readouterr().out
    assert out.startswith(f"{path}: ")
    assert said in out.lower() or said in out
    assert str(int(flows.demo().is_reading.sum())) in out


@pytest.mark.parametrize("lang", LANGUAGES)
def test_demo_overwrites_nothing(lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("precious", encoding="utf-8")
    for target in (path, tmp_path):
        assert main(["demo", str(target), "--lang", lang]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert str(target) in err
        assert len(err.splitlines()) == 1
    assert path.read_text("utf-8") == "precious"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_demo_where_nothing_can_be_written(lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for target in (tmp_path / "nowhere" / "demo.csv", tmp_path / ("x" * 300 + ".csv")):
        assert main(["demo", str(target), "--lang", lang]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert str(target) in err
        assert len(err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_factors_lists_every_known_one(lang: Language, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["factors", "--lang", lang]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(known_factors())
    for line, known in zip(lines, known_factors(), strict=True):
        assert line.startswith(known.factor.column)
        assert line.endswith(known.label(lang))


def test_factors_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["factors", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in data] == [known.name for known in known_factors()]
    assert all(set(one) == {"name", "unit", "typical", "group", "es", "en"} for one in data)


def test_serve_is_given_what_was_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = {}

    def serve(**options: object) -> int:
        given.update(options)
        return 7

    monkeypatch.setattr("espalda.web.server.serve", serve)
    assert main(["serve", "--port", "8123", "--data", str(tmp_path), "--lang", "en"]) == 7
    assert given == {"port": 8123, "data": tmp_path, "lang": "en", "accounts": False}


@pytest.mark.parametrize(
    ("command", "lang", "said"),
    [
        (["serve", "--port", "0"], "en", "can't be read or written"),
        (["import-walks", "a.gpx"], "es", "No se puede leer o escribir"),
        (["restore", "a.sqlite3"], "es", "No se puede leer o escribir"),
    ],
)
def test_a_file_where_the_diary_s_folder_should_be(command: list[str], lang: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", "utf-8")
    done = run(*command, "--data", tmp_path / "file", "--lang", lang)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert str(tmp_path / "file") in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert (tmp_path / "file").read_text("utf-8") == "mine"


@pytest.mark.parametrize(
    ("command", "lang", "said"),
    [(["serve", "--port", "0"], "es", "está dañado"), (["unlock"], "en", "it is damaged")],
)
def test_a_diary_that_is_damaged_is_said_to_be(command: list[str], lang: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "espalda.sqlite3").write_bytes(b"no database at all " * 500)
    done = run(*command, "--data", tmp_path, "--lang", lang)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert str(tmp_path) in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
def test_a_full_disk_is_told() -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "espalda", "triage", "--rules", "--lang", "es"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["No se puede escribir nada más: comprueba que el disco no está lleno."]


def test_letters_the_terminal_lacks_do_not_cost_the_answer() -> None:
    done = run("factors", "--json", "--lang", "es", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(json.loads(done.stdout)) == len(known_factors())


def test_what_reads_walks_and_serves_pages_is_loaded_by_who_needs_it() -> None:
    heavy = ("django", "lxml", "fitdecode", "icalendar", "sqlite3")
    asked = f"import sys; from espalda.cli import main; main(['factors']); print(sys.modules.keys() & {set(heavy)!r})"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.stdout.splitlines()[-1] == "set()"


def test_a_reader_who_closes_the_pipe_is_no_mistake() -> None:
    """``espalda factors | head -0``: it ends without a word."""
    done = subprocess.run(  # noqa: S602 - a fixed line
        f'"{sys.executable}" -m espalda triage --rules | head -c 0', shell=True, capture_output=True, check=False
    )
    assert (done.stdout, done.stderr) == (b"", b"")


def test_output_that_is_closed_early_is_no_error(tmp_path: Path) -> None:
    """As `espalda demo … | head` closes it, with more to come than a pipe holds."""
    assert main(["demo", str(tmp_path / "diary.csv")]) == 0
    command = [sys.executable, "-m", "espalda", "analyze", str(tmp_path / "diary.csv"), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0
