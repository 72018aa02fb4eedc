"""Is this urgent? As a person in pain answers it: taps and screens counted, read aloud, printed, without scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from tests.web.browser.conftest import Visit, slow

from espalda.triage import load_rulebook
from espalda.web.models import Person, TriageAnswers
from espalda.words import Language

pytestmark = pytest.mark.browser

BOOK = load_rulebook()
EMERGENCY, SELF_CARE = BOOK.levels[0], BOOK.levels[-1]
EMERGENCIES = [one for one in BOOK.questions if one.screen == "emergency"]

LONGEST = {
    "weak_defences",
    "osteoporosis",
    "over_70",
    "mornings_worst",
    "better_with_exercise",
    "no_better_with_rest",
    "night_eases_on_rising",
}
"""The most yeses that still end in self-care; `espalda.triage.check` finds no longer path."""


@pytest.fixture(autouse=True)
def in_madrid(settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Madrid"


class Hand:
    """A hand that answers by tapping, and counts its taps and the screens it sees."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps, self.screens = page, 0, 0

    def tap(self, what: str) -> None:
        self.page.locator(what).tap()
        self.taps += 1

    def press(self, what: str) -> None:
        """Tap what leads to another page, and wait for it."""
        with self.page.expect_navigation():
            self.tap(what)

    def answer(self, yes: set[str]) -> None:
        """Answer every screen, yes to `yes`, until the level is said."""
        while not self.page.locator("section.level").count():
            self.screens += 1
            for name in self.page.locator(".ask .yes input").evaluate_all("all => all.map(one => one.name.slice(2))"):
                if name in yes:
                    self.tap(f'.ask .yes:has([name="q:{name}"])')
            self.press(".end button.primary")


@pytest.mark.parametrize(("yes", "taps", "screens"), [(set(), 4, 4), (LONGEST, 12, 5)], ids=["none", "longest"])
def test_self_care_is_a_dozen_taps_away_at_most(
    visit: Visit, own: Person, yes: set[str], taps: int, screens: int
) -> None:
    hand = Hand(visit("/safety/", has_touch=True))
    hand.answer(yes)
    expect(hand.page.get_by_role("heading", level=1)).to_have_text(SELF_CARE.es)
    assert (hand.taps, hand.screens) == (taps, screens)
    assert {name for name, answer in own.triage_answers.get().answers.items() if answer} == yes


@pytest.mark.slow
def test_the_second_time_what_is_known_takes_no_taps(visit: Visit, own: Person) -> None:
    hand = Hand(visit("/safety/", has_touch=True))
    hand.answer(LONGEST)
    again = Hand(hand.page)
    again.page.goto("/safety/")
    again.answer(LONGEST)
    assert (again.taps, again.screens) == (8, 4)


@pytest.mark.parametrize("javascript", [True, slow(False)], ids=["", "no-javascript"])
def test_an_emergency_is_said_after_one_tap(visit: Visit, own: Person, javascript: bool) -> None:
    page = visit("/safety/", has_touch=True, java_script_enabled=javascript)
    bar = page.locator(".at-once > div")
    for question in EMERGENCIES:
        expect(bar).to_be_hidden()
        row = page.locator(f'.ask .yes:has([name="q:{question.id}"])')
        row.tap()
        if question.id == "sudden_severe_pain":  # which alone changes nothing
            expect(bar).to_be_hidden()
        else:
            expect(bar).to_be_in_viewport(ratio=1)
            expect(bar).to_contain_text(EMERGENCY.es)
            expect(bar.get_by_role("link", name="Llamar al 112")).to_have_attribute("href", "tel:112")
        row.tap()
    page.locator(".ask .yes").first.tap()
    bar.get_by_role("button", name="Por qué y qué hacer").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text(EMERGENCY.es)
    expect(page.get_by_role("link", name="Llamar al 112")).to_be_in_viewport()


def test_the_button_says_what_it_does(visit: Visit) -> None:
    page = visit("/safety/", java_script_enabled=False)
    button = page.locator(".end button.primary")
    expect(button).to_have_accessible_name("Nada de esto")
    for row in (".ask .yes", ".ask .open"):
        page.locator(row).nth(9).click()
        expect(button).to_have_accessible_name("Seguir: solo lo que he marcado")
        page.locator(row).nth(9).click()
    expect(button).to_have_accessible_name("Nada de esto")


def test_the_button_is_reached_only_past_the_questions(visit: Visit) -> None:
    page = visit("/safety/")
    expect(page.locator(".end button.primary")).not_to_be_in_viewport()


def test_an_explanation_is_shown_on_tapping_and_covers_nothing(visit: Visit) -> None:
    page = visit("/safety/")
    words = page.get_by_text(EMERGENCIES[0].explain_es)
    expect(words).to_be_hidden()
    page.get_by_text("¿Qué quiere decir?").first.click()
    expect(words).to_be_visible()
    page.locator(".ask .open").first.click()
    expect(page.locator(".ask .open input").first).to_be_checked()
    page.locator(".ask .yes").first.click()
    expect(page.locator(".ask .open").first).to_be_hidden()


def test_it_can_be_answered_with_the_keyboard_alone(visit: Visit) -> None:
    page = visit("/safety/")
    page.locator(".ask .yes input").first.focus()
    page.keyboard.press("Space")
    page.locator(".at-once button").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(EMERGENCY.es)


# Read aloud ------------------------------------------------------------------------------------------------------


def controls(page: Page) -> list[tuple[str, str]]:
    """Return name and state of every checkbox, as the browser gives them to a screen reader."""
    nodes: list[dict[str, Any]] = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    boxes = [node for node in nodes if node.get("role", {}).get("value") == "checkbox" and not node["ignored"]]
    states = [{one["name"]: one["value"].get("value") for one in box["properties"]} for box in boxes]
    return [(box["name"]["value"], state["checked"]) for box, state in zip(boxes, states, strict=True)]


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "unsure"), [("es", "No lo sé"), ("en", "I don't know")])
def test_a_screen_reader_says_every_question_whole_and_its_state(
    visit: Visit, own: Person, lang: Language, unsure: str
) -> None:
    """Of all the questions: the first four screens, and those of the mornings and the details."""
    heard: list[str] = []
    paths: list[set[str]] = [LONGEST, {"child"}, {"pregnant"}, {"one_leg_numb"}, {"sudden_severe_pain", "different"}]
    for yes in paths:
        TriageAnswers.objects.all().delete()
        page = visit("/safety/", lang=lang)
        while not page.locator("section.level").count():
            names = page.locator(".ask .yes input").evaluate_all("all => all.map(one => one.name.slice(2))")
            texts = [BOOK.question(name).text(lang) for name in names]
            assert controls(page) == [(name, "false") for text in texts for name in (text, f"{unsure}: {text}")]
            heard += texts
            marked = [name for name in names if name in yes]
            for name in marked:
                page.locator(f'.ask .yes:has([name="q:{name}"])').click()
                assert (BOOK.question(name).text(lang), "true") in controls(page)
            with page.expect_navigation():
                page.locator(".end button.primary").click()
    assert set(heard) == {question.text(lang) for question in BOOK.questions}


# Kept, set aside, asked again ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_red_level_stays_until_it_is_set_aside(visit: Visit, own: Person) -> None:
    hand = Hand(visit("/safety/", has_touch=True))
    hand.answer({"chest_pain"})
    page = hand.page
    for address in ("/diary/", "/triggers/"):
        page.goto(address)
        expect(page.get_by_role("complementary", name="Lo que sigue en pie")).to_contain_text(EMERGENCY.es)
    page.goto("/")
    expect(page.locator("section.level")).to_contain_text("Sigue en pie")
    page.get_by_text("Quitar este aviso").click()
    page.locator("section.level").get_by_label("O con tus palabras").fill("Vengo de urgencias")
    page.get_by_role("button", name="Quitarlo por este motivo").click()
    expect(page.get_by_text("Aviso quitado")).to_contain_text("Vengo de urgencias")
    page.goto("/diary/")
    expect(page.get_by_role("complementary")).to_have_count(0)


def test_a_fever_ticked_with_a_reading_leads_to_the_questions(visit: Visit, own: Person) -> None:
    hand = Hand(visit("/", has_touch=True, java_script_enabled=False))
    hand.tap("label[for=id_pain_6]")
    hand.tap("details:has(.signs) > summary")
    hand.tap(".signs label:has([name=fever])")
    hand.press("form.reading button.primary")
    expect(hand.page.get_by_role("status").first).to_contain_text("Has anotado: fiebre o escalofríos.")
    hand.answer(set())
    expect(hand.page.get_by_role("heading", level=1)).to_have_text(BOOK.level("same_day").es)
    assert own.readings.get().pain == 6.0


def test_another_country_is_two_taps_and_a_choice_away(visit: Visit) -> None:
    page = visit("/safety/", java_script_enabled=False)
    page.get_by_text("¿Estás en otro país?").click()
    page.get_by_label("País").select_option("Colombia")
    page.get_by_role("button", name="Cambiarlo").click()
    expect(page.get_by_role("link", name="Llamar al 123")).to_be_visible()
    page.locator(".ask .yes").first.click()
    expect(page.locator(".at-once").get_by_role("link")).to_have_attribute("href", "tel:123")


@pytest.mark.slow
def test_open_questions_are_asked_on_the_answer_page(visit: Visit, own: Person) -> None:
    hand = Hand(visit("/safety/", has_touch=True))
    hand.page.locator(".ask .open").first.tap()
    hand.answer(set())
    expect(hand.page.locator(".level")).to_contain_text("Podría ser más serio")
    expect(hand.page.locator(".interview .ask")).to_have_count(1)
    hand.page.locator(".interview .end button.primary").tap()
    expect(hand.page.locator(".level")).not_to_contain_text("Podría ser más serio")


# Taken along -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("yes", [{"chest_pain"}, LONGEST], ids=["emergency", "longest"])
def test_printed_it_is_one_page_without_the_buttons(visit: Visit, own: Person, yes: set[str]) -> None:
    hand = Hand(visit("/safety/", has_touch=True, color_scheme="dark"))
    hand.answer(yes)
    page = hand.page
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="Lo que has contestado")).to_be_visible()
    for hidden in ("nav", "header", "footer", "form", "button", "summary", "textarea"):
        assert not any(one.is_visible() for one in page.locator(hidden).all()), hidden
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1


def test_the_list_for_the_doctor_prints_alone_on_one_page(visit: Visit, own: Person) -> None:
    page = visit("/causes/")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Preguntas para llevar al médico")).to_be_visible()
    assert not any(one.is_visible() for one in page.locator("nav, article, button").all())
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1


def test_it_is_copied_as_text(visit: Visit, own: Person) -> None:
    hand = Hand(visit("/safety/", has_touch=True, permissions=["clipboard-read", "clipboard-write"]))
    hand.answer({"chest_pain"})
    page = hand.page
    page.get_by_text("Para leerlo por teléfono").click()
    page.get_by_role("button", name="Copiar").click()
    expect(page.get_by_role("button", name="Copiado")).to_be_visible()
    text = page.evaluate("navigator.clipboard.readText()")
    assert EMERGENCY.es.upper() in text
    assert f"- {BOOK.question('chest_pain').es}" in text


def test_without_javascript_the_text_is_there_and_no_dead_button(visit: Visit, own: Person) -> None:
    hand = Hand(visit("/safety/", has_touch=True, java_script_enabled=False))
    hand.answer({"chest_pain"})
    hand.page.get_by_text("Para leerlo por teléfono").click()
    expect(hand.page.get_by_role("textbox", name="La respuesta como texto")).to_be_visible()
    expect(hand.page.get_by_role("button", name="Copiar")).to_have_count(0)
    expect(hand.page.get_by_role("button", name="Imprimir")).to_have_count(0)
