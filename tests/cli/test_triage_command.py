"""``espalda triage``: by options, by JSON, or asked a screen at a time; and the rulebook printed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest

from espalda.cli import main
from espalda.triage import assess, load_rulebook
from espalda.words import LANGUAGES, Language

BOOK = load_rulebook()
Reply = Callable[[str | bytes], None]


@pytest.fixture
def reply(monkeypatch: pytest.MonkeyPatch) -> Reply:
    """Put what a person types, or another program sends, on standard input."""

    def put(typed: str | bytes) -> None:
        sent = typed.encode() if isinstance(typed, str) else typed
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(sent), encoding="utf-8"))

    return put


@pytest.mark.parametrize("lang", LANGUAGES)
def test_answers_as_options(lang: Language, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["triage", "--yes", "saddle_numbness", "--no", "fever", "--lang", lang]) == 0
    out, err = capsys.readouterr()
    level = BOOK.level("emergency")
    (rule,) = (BOOK.rule(name) for name in assess({"saddle_numbness": True}).because)
    assert out.startswith(level.name(lang).upper())
    assert f"- {rule.reason(lang)}" in out.splitlines()
    assert level.now(lang) in out
    assert level.watch(lang) in out
    assert err == ""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_still_open_is_said(lang: Language, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["triage", "--no", "fever", "--lang", lang]) == 0
    out = capsys.readouterr().out
    assert out.startswith(BOOK.level("self_care").name(lang).upper())
    assert BOOK.level("emergency").name(lang) in out
    for name in assess({"fever": False}).ask:
        assert f"- {BOOK.question(name).text(lang)} ({name})" in out.splitlines()


def test_options_and_json_give_the_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["triage", "--yes", "fever", "--no", "saddle_numbness", "--json"]) == 0
    expected = assess({"fever": True, "saddle_numbness": False}).to_dict()
    assert json.loads(capsys.readouterr().out) == expected


def test_answers_as_json(reply: Reply, capsys: pytest.CaptureFixture[str]) -> None:
    reply('{"fever": true, "saddle_numbness": false, "chest_pain": null}')
    assert main(["triage", "--json"]) == 0
    expected = assess({"fever": True, "saddle_numbness": False, "chest_pain": None}).to_dict()
    assert json.loads(capsys.readouterr().out) == expected


@pytest.mark.parametrize(
    "sent",
    ["", "[]", "fever", '"fever"', "{", '{"fever": true} and more', "[" * 100_000, b"\xff\xfe{", '{"a": ' + "9" * 5000],
    ids=["nothing", "a list", "a word", "a string", "cut", "two things", "deep", "no text", "a long number"],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_no_json_of_answers(
    lang: str, sent: str | bytes, reply: Reply, capsys: pytest.CaptureFixture[str]
) -> None:
    reply(sent)
    assert main(["triage", "--json", "--lang", lang]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert '{"fever": true}' in err


@pytest.mark.parametrize(
    ("options", "sent", "english", "spanish"),
    [
        (["--yes", "fevr"], "", "Did you mean: fever?", "¿Querías decir: fever?"),
        (["--yes", "fever", "--no", "fever"], "", "both yes and no", "a la vez que sí y que no"),
        (["--json"], '{"fever": "yes"}', "takes true, false or null", "admite true, false o null"),
    ],
    ids=["unknown question", "both yes and no", "no answer"],
)
def test_answers_that_are_none(
    options: list[str], sent: str, english: str, spanish: str, reply: Reply, capsys: pytest.CaptureFixture[str]
) -> None:
    for lang, said in (("en", english), ("es", spanish)):
        reply(sent)
        assert main(["triage", *options, "--lang", lang]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert len(err.splitlines()) == 1
        assert "fever" in err
        assert said in err


@pytest.mark.parametrize("lang", LANGUAGES)
def test_asked_until_nothing_could_raise_the_level(
    lang: Language, reply: Reply, capsys: pytest.CaptureFixture[str]
) -> None:
    reply("0\n" * 20)
    assert main(["triage", "--lang", lang]) == 0
    out = capsys.readouterr().out
    assert BOOK.level("self_care").name(lang).upper() in out
    assert BOOK.level("emergency").name(lang) not in out, "nothing is left open"
    assert all(screen.heading(lang) in out for screen in BOOK.screens if screen.id == "emergency")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_yes_on_the_first_screen_ends_the_asking(
    lang: Language, reply: Reply, capsys: pytest.CaptureFixture[str]
) -> None:
    reply("1\n")
    assert main(["triage", "--lang", lang]) == 0
    assert BOOK.level("emergency").name(lang).upper() in capsys.readouterr().out


@pytest.mark.parametrize(
    "garbage",
    ["yes", "-1", "99", "1 and 2", "1e3", "²", "9" * 5000],
    ids=["a word", "below nought", "past the last", "words between", "a float", "a superscript", "too long"],
)
def test_a_reply_that_is_none_is_asked_again(garbage: str, reply: Reply, capsys: pytest.CaptureFixture[str]) -> None:
    reply(f"{garbage}\n1\n")
    assert main(["triage", "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert out.count("Only numbers from 0 to") == 1
    assert BOOK.level("emergency").name("en").upper() in out


@pytest.mark.parametrize("typed", ["1, 2", "1;2", "1 2", "2.", " 1 "])
def test_numbers_may_be_parted_in_any_way(typed: str, reply: Reply, capsys: pytest.CaptureFixture[str]) -> None:
    reply(f"{typed}\n")
    assert main(["triage", "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "Only numbers" not in out
    assert BOOK.level("emergency").name("en").upper() in out


@pytest.mark.parametrize("typed", ["", "\n" * 20], ids=["the end", "empty lines"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_left_unanswered_stays_open(
    lang: Language, typed: str, reply: Reply, capsys: pytest.CaptureFixture[str]
) -> None:
    reply(typed)
    assert main(["triage", "--lang", lang]) == 0
    out = capsys.readouterr().out
    assert BOOK.level("self_care").name(lang).upper() in out
    assert BOOK.level("emergency").name(lang) in out


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_reply_in_another_encoding_is_not_understood(
    lang: Language, reply: Reply, capsys: pytest.CaptureFixture[str]
) -> None:
    reply("sí\n".encode("latin-1"))
    assert main(["triage", "--lang", lang]) == 0
    assert BOOK.level("emergency").name(lang) in capsys.readouterr().out, "all is left open"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_interrupted_interview_says_nothing_more(
    lang: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_prompt: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.input", interrupted)
    assert main(["triage", "--lang", lang]) == 130
    assert BOOK.level("self_care").now("en") not in capsys.readouterr().out


def test_the_rulebook_as_json_holds_every_rule_and_question(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["triage", "--rules", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data == json.loads(json.dumps(BOOK.to_dict()))
    (rules,) = (value for key, value in data.items() if key.startswith("rule"))
    assert len(rules) == len(BOOK.rules)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_rulebook_as_text_names_every_rule_and_its_source(
    lang: Language, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["triage", "--rules", "--lang", lang]) == 0
    out = capsys.readouterr().out
    for rule in BOOK.rules:
        assert f"- {rule.id}: " in out
        assert rule.reason(lang) in out
        assert str(rule.source) in out
    assert [line for line in out.splitlines() if line.isupper()] == [level.name(lang).upper() for level in BOOK.levels]
