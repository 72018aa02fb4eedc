"""The safety questions: one screen after another, and the level they lead to."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from espalda.triage import load_rulebook
from espalda.web.models import Person, TriageAnswers

BOOK = load_rulebook()
SCREENS = [screen.id for screen in BOOK.screens]


def start(client: Client) -> str:
    return client.get("/safety/").content.decode()


def screen_of(page: str) -> str:
    found = re.search(r'name="screen" value="(\w+)"', page)
    return found[1] if found else ""


def asked(page: str) -> list[str]:
    return re.findall(r'name="asked" value="(\w+)"', page)


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(q:\w+)" value="(\w+)"', page))


def go_on(client: Client, page: str, rest: str = "no", **answers: str) -> str:
    said = {f"q:{name}": answer for name, answer in answers.items()}
    sent = {**hidden(page), "screen": screen_of(page), "asked": asked(page), **said, "rest": rest}
    return client.post("/safety/", sent, follow=True).content.decode()


def to_the_end(client: Client, page: str, rest: str = "no") -> str:
    while "Por qué" not in page:
        page = go_on(client, page, rest)
    return page


def test_it_starts_with_the_emergency_questions(client: Client, own: Person) -> None:
    page = start(client)
    assert screen_of(page) == "emergency"
    assert asked(page) == [one.id for one in BOOK.questions if one.screen == "emergency"]
    assert 'href="tel:112"' in page


def test_one_yes_to_an_emergency_is_said_at_once_with_the_number_and_why(client: Client, own: Person) -> None:
    page = go_on(client, start(client), rest="open", saddle_numbness="yes")
    assert f"<h1>{BOOK.level('emergency').es}</h1>" in page
    assert 'class="button call" href="tel:112"' in page
    assert BOOK.rule("saddle_numbness").es in page
    assert "no es un diagnóstico" in page


def test_none_of_these_to_everything_ends_in_looking_after_oneself(client: Client, own: Person) -> None:
    page = to_the_end(client, start(client))
    assert f"<h1>{BOOK.level('self_care').es}</h1>" in page
    assert "Podría ser más serio" not in page


def test_none_of_these_never_undoes_a_yes(client: Client, own: Person) -> None:
    page = go_on(client, start(client), rest="no", chest_pain="yes")
    assert f"<h1>{BOOK.level('emergency').es}</h1>" in page


def test_an_unanswered_question_is_never_a_no(client: Client, own: Person) -> None:
    page = to_the_end(client, start(client), rest="open")
    assert "Podría ser más serio: " + BOOK.level("emergency").es in page
    assert "saddle_numbness" in asked(page)


def test_not_knowing_stays_open(client: Client, own: Person) -> None:
    page = to_the_end(client, go_on(client, start(client), saddle_numbness="unsure"))
    assert asked(page) == ["saddle_numbness"]
    assert "Podría ser más serio" in page


def test_an_open_question_answered_on_the_answer_page_changes_the_level(client: Client, own: Person) -> None:
    page = to_the_end(client, go_on(client, start(client), saddle_numbness="unsure"))
    answered = re.findall(r'name="(q:\w+)" value="no" checked', page)
    sent = dict.fromkeys(answered, "no") | {"q:saddle_numbness": "yes", "screen": SCREENS[-1], "rest": "open"}
    page = client.post("/safety/", sent, follow=True).content.decode()
    assert f"<h1>{BOOK.level('emergency').es}</h1>" in page


def test_the_answer_is_kept_and_facts_are_not_asked_again(client: Client, own: Person) -> None:
    page = go_on(client, start(client))
    assert screen_of(page) == "about_you"
    to_the_end(client, page)
    assert TriageAnswers.objects.get().answers["past_cancer"] is False
    assert client.get("/safety/answer/").status_code == 200
    page = go_on(client, start(client))
    assert screen_of(page) == "same_day"
    assert hidden(page)["q:past_cancer"] == "no"


def test_what_is_not_a_fact_is_asked_again(client: Client, own: Person) -> None:
    to_the_end(client, start(client))
    assert asked(start(client)) == [one.id for one in BOOK.questions if one.screen == "emergency"]


def test_there_is_no_answer_before_the_questions(client: Client, own: Person) -> None:
    assert client.get("/safety/answer/")["Location"] == "/safety/"


def test_in_the_demonstration_the_answers_are_used_and_not_kept(in_demo: Client) -> None:
    page = go_on(in_demo, start(in_demo), chest_pain="yes")
    assert f"<h1>{BOOK.level('emergency').es}</h1>" in page
    assert not TriageAnswers.objects.exists()


def test_answers_of_the_other_diary_are_not_seen(client: Client, own: Person, demo: Person) -> None:
    to_the_end(client, start(client))
    client.cookies["diary"] = "demo"
    assert client.get("/safety/answer/")["Location"] == "/safety/"
    assert "q:past_cancer" not in hidden(start(client))


@pytest.mark.parametrize(
    "sent", [{}, {"screen": "nonsense"}, {"q:nonsense": "yes"}, {"q:fever": "maybe"}, {"asked": "nonsense"}]
)
def test_nonsense_is_no_answer(client: Client, own: Person, sent: dict[str, str]) -> None:
    page = client.post("/safety/", {**sent, "rest": "no"}, follow=True).content.decode()
    assert "Podría ser más serio" in page


@pytest.mark.parametrize("query", ["?reading=999", "?reading=x", "?reading=²"])
def test_a_reading_that_is_not_there_is_not_mentioned(client: Client, own: Person, query: str) -> None:
    page = client.get(f"/safety/{query}")
    assert page.status_code == 200
    assert "Tu lectura está guardada" not in page.content.decode()


def test_questions_are_asked_in_english_too(client: Client, own: Person) -> None:
    page = client.get("/safety/", headers={"accept-language": "en"}).content.decode()
    assert BOOK.screens[0].en in page
    assert BOOK.screens[0].es not in page
