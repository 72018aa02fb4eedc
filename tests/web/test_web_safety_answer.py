"""The answer: the level, why, what to do, as text; how it ages, how it stands, and how it is set aside."""

from __future__ import annotations

import html
import re
from collections.abc import Collection
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.web.asking import BOOK, asked, finish, go_on, start

from espalda.triage import assess
from espalda.web import safety
from espalda.web.models import Person, TriageAnswers


def text_on(page: str) -> str:
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)
    return html.unescape(found[1]) if found else ""


def age(hours: float) -> None:
    """Make every answer older."""
    for kept in TriageAnswers.objects.all():
        kept.answered_at -= timedelta(hours=hours)
        kept.save()


def answer(person: Person, *, yes: Collection[str] = (), open_: Collection[str] = (), ago_h: float = 0) -> None:
    """Keep an interview: yes and open as said, and no to everything else."""
    answers = {one.id: None if one.id in open_ else one.id in yes for one in BOOK.questions}
    safety.keep(person, answers, timezone.now() - timedelta(hours=ago_h))


def test_there_is_no_answer_before_the_questions(client: Client, own: Person) -> None:
    assert client.get("/safety/answer/")["Location"] == "/safety/"


def test_it_says_the_level_first_then_whom_to_call_what_to_do_and_why(client: Client, own: Person) -> None:
    client.cookies["country"] = "ES"
    page = go_on(client, start(client), saddle_numbness="yes", serious_accident="yes")
    rule, level = BOOK.rule("saddle_numbness"), BOOK.level("emergency")
    parts = [
        f"<h1>{level.es}</h1>",
        'class="button call" href="tel:112"',
        level.now_es[:40],
        f"<p>{rule.es}</p>",
        f"<q>{BOOK.question('saddle_numbness').es}</q>",
        "Qué vigilar",
        "no es un diagnóstico",
        "ningún médico ha revisado",
    ]
    places = [page.index(part, page.index("<h1>")) for part in parts]
    assert places == sorted(places)
    assert 'href="/safety/rules/#saddle_numbness"' in page


def test_equal_reasons_are_said_once_with_all_their_questions(client: Client, own: Person) -> None:
    inflammatory = {"mornings_worst", "began_before_40", "began_gradually", "better_with_exercise"}
    inflammatory |= {"no_better_with_rest", "night_eases_on_rising"}
    answer(own, yes=inflammatory)
    fired = assess(own.triage_answers.get().answers).because
    page = client.get("/safety/answer/").content.decode()
    assert len(fired) > 1
    assert page.count(f"<p>{BOOK.rule(fired[0]).es}</p>") == 1
    for name in inflammatory:
        assert f"<q>{BOOK.question(name).es}</q>" in page


def test_the_text_holds_everything_to_be_read_aloud(client: Client, own: Person) -> None:
    page = finish(client, go_on(client, start(client), chest_pain="open"), yes={"fever", "recent_procedure"})
    text = text_on(page)
    assert BOOK.level("emergency").es.upper() in text
    assert BOOK.rule("fever_after_procedure").es in text
    for name in ("fever", "recent_procedure", "steroids"):
        assert f"- {BOOK.question(name).es}" in text
    assert text.index(BOOK.question("fever").es) < text.index("He contestado que no a:")
    assert "No lo sé, o no lo he contestado" not in text  # nothing open can raise an emergency
    assert BOOK.level("emergency").now_es in text
    assert "no es un diagnóstico" in text
    assert "\n\n\n" not in text
    assert "&" not in text


def test_the_text_says_what_is_open(client: Client, own: Person) -> None:
    answer(own, open_={"chest_pain"})
    text = text_on(client.get("/safety/answer/").content.decode())
    assert "Podría ser más serio: " + BOOK.level("emergency").es in text
    assert "- " + BOOK.question("chest_pain").es in text.split("No lo sé, o no lo he contestado:")[1]


def test_open_questions_reassure_nobody(client: Client, own: Person) -> None:
    answer(own, open_={"chest_pain"})
    page = client.get("/safety/answer/").content.decode()
    level = page[page.index('class="level') : page.index("</section>")]
    assert "Podría ser más serio" in level
    assert "no te fíes de esta respuesta" in level
    assert BOOK.level("self_care").now_es not in level
    assert "apunta a algo que no pueda esperar" not in page


def test_open_questions_are_asked_screen_by_screen(client: Client, own: Person) -> None:
    client.post("/", {"pain": "3", "fever": "on"})
    page = client.get("/safety/answer/").content.decode()
    assert f"<p>{BOOK.screens[0].es}</p>" in page
    assert asked(page) == [one.id for one in BOOK.questions if one.screen == "emergency"]
    page = finish(client, go_on(client, page))
    assert "Podría ser más serio" not in page
    assert own.triage_answers.get().answers["fever"] is True


def test_answers_can_be_looked_over_and_changed(client: Client, own: Person) -> None:
    page = finish(client, yes={"fever"})
    review = page[page.index("Repasar o cambiar") :]
    names = re.findall(r'name="asked" value="(\w+)"', review)
    assert len(names) == len(own.triage_answers.get().answers)
    assert re.findall(r'name="q:(\w+)" value="yes"[^>]* checked', review) == ["fever"]
    began = re.search(r'name="began" value="(\d+)"', review)
    assert began
    sent = {"asked": names, "began": began[1], "q:chest_pain": "yes", "rest": "no"}
    page = client.post("/safety/", sent, follow=True).content.decode()
    assert f"<h1>{BOOK.level('emergency').es}</h1>" in page
    assert TriageAnswers.objects.get().answers["fever"] is False


def test_answers_that_have_aged_are_shown_with_their_date_and_asked_again(client: Client, own: Person) -> None:
    finish(client, go_on(client, start(client), saddle_numbness="open"))
    age(safety.FRESH / timedelta(hours=1) - 0.1)
    assert "puede haber cambiado" not in client.get("/safety/answer/").content.decode()
    age(0.2)
    page = client.get("/safety/answer/").content.decode()
    assert "puede haber cambiado" in page
    assert 'class="interview"' not in page
    assert "Repasar o cambiar" not in page
    assert "Contestar otra vez" in page


def test_the_level_is_drawn_again_with_the_rules_in_force(client: Client, own: Person) -> None:
    """What is kept are answers: to a question no longer asked they say nothing, and no level is kept."""
    safety.keep(own, {"fever": True, "gone": True}, timezone.now())
    page = client.get("/safety/answer/").content.decode()
    assert f"<h1>{BOOK.level('same_day').es}</h1>" in page


# What stands -------------------------------------------------------------------------------------------------------


def standing(person: Person) -> str:
    found = safety.standing(person)
    return found.level.id if found else ""


@pytest.mark.parametrize(("yes", "stands"), [("chest_pain", "emergency"), ("fever", "same_day"), ("different", "")])
def test_an_urgent_level_stands(own: Person, yes: str, stands: str) -> None:
    answer(own, yes={yes})
    assert standing(own) == stands


def test_a_complete_milder_answer_lifts_it(own: Person) -> None:
    answer(own, yes={"chest_pain"}, ago_h=5)
    answer(own, yes={"fever"}, ago_h=1)
    assert standing(own) == "same_day"
    answer(own)
    assert standing(own) == ""


def test_an_answer_with_open_questions_does_not(own: Person) -> None:
    answer(own, yes={"chest_pain"}, ago_h=5)
    answer(own, open_={"chest_pain"}, ago_h=1)
    assert standing(own) == "emergency"
    answer(own, yes={"fever"}, open_={"collapse"})
    assert standing(own) == "emergency"


def test_it_stands_however_old(own: Person) -> None:
    answer(own, yes={"chest_pain"}, ago_h=24 * 400)
    assert standing(own) == "emergency"


def test_it_is_on_every_page_with_its_time_and_a_link(client: Client, own: Person) -> None:
    answer(own, yes={"fever"}, ago_h=24)
    for address in ("/diary/", "/triggers/", "/file/", "/safety/", "/causes/", "/safety/rules/", "/safety/about-you/"):
        page = client.get(address).content.decode()
        banner = page[page.index('<aside class="stands same_day"') : page.index("</aside>")]
        assert BOOK.level("same_day").es in banner
        assert "ayer a las" in banner
        assert 'href="/safety/answer/"' in banner
    home = client.get("/").content.decode()
    assert "Sigue en pie" in home
    assert "Quitar este aviso" in home
    assert '<aside class="stands' not in home


def test_the_answer_page_of_a_milder_open_answer_says_what_still_stands(client: Client, own: Person) -> None:
    answer(own, yes={"chest_pain"}, ago_h=5)
    answer(own, open_={"chest_pain"})
    page = client.get("/safety/answer/").content.decode()
    assert f"Sigue en pie: {BOOK.level('emergency').es}" in page


@pytest.mark.parametrize(
    ("sent", "kept", "shown"),
    [
        ({"because": "seen"}, "seen", "Ya me ha visto un médico"),
        ({"because": "mistake"}, "mistake", "Contesté por error"),
        ({"words": " Me lo miró la matrona "}, "Me lo miró la matrona", "Me lo miró la matrona"),
    ],
)
def test_it_is_set_aside_with_a_reason_that_is_kept(
    client: Client, own: Person, sent: dict[str, str], kept: str, shown: str
) -> None:
    answer(own, yes={"chest_pain"})
    page = client.post("/safety/set-aside/", sent, follow=True).content.decode()
    assert standing(own) == ""
    given = own.triage_answers.get()
    assert given.set_aside_because == kept
    assert given.set_aside_at
    assert timezone.now() - given.set_aside_at < timedelta(seconds=10)
    assert "Aviso quitado hoy a las" in page
    assert shown in page


@pytest.mark.parametrize("sent", [{}, {"because": "nonsense"}, {"words": "  "}])
def test_without_a_reason_it_stays(client: Client, own: Person, sent: dict[str, str]) -> None:
    answer(own, yes={"chest_pain"})
    client.post("/safety/set-aside/", sent)
    assert standing(own) == "emergency"


def test_what_was_set_aside_comes_back_with_the_next_urgent_answer_and_its_reason_stays(own: Person) -> None:
    answer(own, yes={"chest_pain"}, ago_h=2)
    safety.set_aside(own, "seen")
    answer(own, open_={"chest_pain"}, ago_h=1)
    assert standing(own) == ""
    answer(own, yes={"fever"})
    assert standing(own) == "same_day"
    first = own.triage_answers.first()
    assert first
    assert first.set_aside_because == "seen"


def test_changing_answers_that_were_set_aside_keeps_the_reason(client: Client, own: Person) -> None:
    began = timezone.now().replace(microsecond=0)
    safety.keep(own, {"chest_pain": True}, began)
    safety.set_aside(own, "mistake")
    safety.keep(own, {"fever": True}, began)
    assert [kept.set_aside_because for kept in own.triage_answers.all()] == ["mistake", ""]
    assert standing(own) == "same_day"


def test_with_nothing_standing_there_is_nothing_to_set_aside(client: Client, own: Person) -> None:
    answer(own)
    client.post("/safety/set-aside/", {"because": "seen"})
    assert own.triage_answers.get().set_aside_at is None


# After a reading ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"spasm": "4"}, ["un espasmo que no te deja mantener el cuerpo erguido"]),
        ({"fever": "on"}, ["fiebre o escalofríos"]),
        ({"legs": "on", "spasm": "4"}, ["un espasmo que no te deja", "algo nuevo en las piernas"]),
    ],
)
def test_a_reading_that_says_so_brings_the_questions_up_and_says_why(
    client: Client, own: Person, sent: dict[str, str], why: list[str]
) -> None:
    page = client.post("/", {"pain": "6", **sent}, follow=True).content.decode()
    note = page[page.index('role="status">Tu lectura') : page.index("<h1>")]
    for words in why:
        assert words in note
    assert own.readings.exists()


def test_a_corrected_reading_brings_them_up_as_well(client: Client, own: Person) -> None:
    client.post("/", {"pain": "3"})
    response = client.post(f"/reading/{own.readings.get().pk}/edit/", {"pain": "3", "legs": "on"})
    assert response["Location"].startswith("/safety/?")


def test_an_ordinary_reading_does_not(client: Client, own: Person) -> None:
    assert client.post("/", {"pain": "9", "spasm": "3"})["Location"].startswith("/reading/")


def test_fever_is_answered_already_and_nothing_else_is(client: Client, own: Person) -> None:
    page = client.post("/", {"pain": "3", "fever": "on"}, follow=True).content.decode()
    assert re.findall(r'type="hidden" name="q:(\w+)" value="(\w+)"', page) == [("fever", "yes")]
    assert "checked" not in page[page.index('class="asks"') :]
    page = finish(client, page)
    assert f"<h1>{BOOK.level('same_day').es}</h1>" in page


def test_a_ticked_fever_stands_even_if_the_page_is_closed(client: Client, own: Person) -> None:
    answer(own, yes={"chest_pain"}, ago_h=30)
    client.post("/", {"pain": "3", "fever": "on"})
    assert standing(own) == "emergency"  # and lifts nothing that stood
    safety.set_aside(own, "seen")
    client.post("/", {"pain": "3", "fever": "on", "when": "2026-01-15T08:05"})
    assert standing(own) == "same_day"


def test_a_fever_that_is_an_emergency_with_what_is_known_is_said_at_once(client: Client, own: Person) -> None:
    finish(client, yes={"weak_defences"})
    age(1)
    page = client.post("/", {"pain": "3", "fever": "on"}, follow=True).content.decode()
    assert f"<h1>{BOOK.level('emergency').es}</h1>" in page


def test_the_ticks_are_no_part_of_the_diary(client: Client, own: Person) -> None:
    client.post("/", {"pain": "3", "fever": "on", "legs": "on", "when": "2026-01-15T08:05"})
    table = client.get("/file/espalda.csv").content.decode()
    assert table.splitlines()[0] == "time,pain,stiffness,spasm,note"


def test_a_tick_alone_is_not_a_reading(client: Client, own: Person) -> None:
    assert client.post("/", {"fever": "on"}).status_code == 422
    assert not own.readings.exists()
    assert not TriageAnswers.objects.exists()
