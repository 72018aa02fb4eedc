"""What stands behind the answers: every rule with its source, and what can be behind the spasms."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.html import escape
from tests.web.asking import finish

from espalda.triage import load_causes, load_rulebook
from espalda.web.models import Person
from espalda.words import Language

BOOK = load_rulebook()


@pytest.mark.parametrize("lang", ["es", "en"])
def test_every_rule_is_there_with_its_reason_questions_source_and_date(
    client: Client, own: Person, lang: Language
) -> None:
    page = client.get("/safety/rules/", headers={"accept-language": lang}).content.decode()
    for rule in BOOK.rules:
        card = page[page.index(f'id="{rule.id}"') :].split("</article>")[0]
        for words in (rule.reason(lang), rule.source, rule.note(lang)):
            assert escape(words) in card
        for name in rule.when:
            assert escape(BOOK.question(name).text(lang)) in card
        assert "2026" in card
    for entry in BOOK.left_out:
        assert escape(entry.why(lang)) in page
    for level in BOOK.levels:
        assert f'<section class="rules {level.id}" id="{level.id}">' in page


def test_how_a_source_was_seen_is_said(client: Client, own: Person) -> None:
    page = client.get("/safety/rules/").content.decode()
    assert page.count("(leída)") == sum(rule.seen == "S" for rule in BOOK.rules)
    assert page.count("(citada por otro texto)") == sum(rule.seen == "2" for rule in BOOK.rules)


@pytest.mark.parametrize("lang", ["es", "en"])
def test_every_cause_is_there_with_its_question_and_source(client: Client, own: Person, lang: Language) -> None:
    page = client.get("/causes/", headers={"accept-language": lang}).content.decode()
    for cause in load_causes():
        card = page[page.index(f'id="{cause.id}"') :].split("</article>")[0]
        for words in (cause.name(lang), cause.what(lang), cause.apart(lang), cause.ask(lang), cause.source):
            assert escape(words) in card
        for name in cause.safety:
            assert escape(BOOK.question(name).text(lang)) in card
    listed = page[page.index('id="ask"') :]
    assert all(escape(cause.ask(lang)) in listed for cause in load_causes())


def test_causes_are_the_same_whatever_was_answered(client: Client, filled: Person) -> None:
    before = client.get("/causes/").content.decode().split("<main")[1]
    finish(client, yes={"past_cancer", "mornings_worst"})
    assert client.get("/causes/").content.decode().split("<main")[1] == before
    assert "nada de esto es tu diagnóstico" in before


@pytest.mark.parametrize("address", ["/safety/", "/diary/", "/triggers/"])
def test_the_causes_are_linked(client: Client, filled: Person, address: str) -> None:
    assert 'href="/causes/"' in client.get(address).content.decode()
