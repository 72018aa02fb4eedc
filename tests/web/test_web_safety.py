"""The safety questions: one screen after another, what is kept of them, and what an old page may still send."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.web.asking import BOOK, asked, finish, go_on, hidden, screen_of, start

from espalda.web import safety
from espalda.web.models import Person, TriageAnswers

EMERGENCIES = [one.id for one in BOOK.questions if one.screen == "emergency"]


def level_on(page: str) -> str:
    return next(level.id for level in BOOK.levels if f"<h1>{level.es}</h1>" in page)


def test_it_starts_with_the_emergency_questions(client: Client, own: Person) -> None:
    page = start(client)
    assert asked(page) == EMERGENCIES
    assert page.index("¿Corres peligro?") < page.index('class="asks"')


def test_the_button_comes_after_the_questions(client: Client, own: Person) -> None:
    page = start(client)
    last = page.index(BOOK.question(EMERGENCIES[-1]).es)
    assert "<button" not in page[page.index('class="asks"') : last]
    assert last < page.index("Nada más de esto: seguir") < page.index("Seguir sin contestar el resto")


def test_one_yes_to_an_emergency_is_said_at_once(client: Client, own: Person) -> None:
    page = go_on(client, start(client), rest="open", saddle_numbness="yes")
    assert level_on(page) == "emergency"
    kept = TriageAnswers.objects.get().answers
    assert kept["saddle_numbness"] is True
    assert kept["chest_pain"] is None


def test_a_row_says_whether_its_yes_alone_is_an_emergency(client: Client, own: Person) -> None:
    page = start(client)
    deciding = [name for name in EMERGENCIES if f'name="q:{name}" value="yes" data-word="Sí" class="decides"' in page]
    assert deciding == [name for name in EMERGENCIES if name != "sudden_severe_pain"]


def test_what_is_known_of_the_person_decides_too(client: Client, own: Person) -> None:
    finish(client, yes={"aneurysm"})
    assert 'name="q:sudden_severe_pain" value="yes" data-word="Sí" class="decides"' in start(client)


def test_none_of_these_to_everything_ends_in_looking_after_oneself(client: Client, own: Person) -> None:
    page = finish(client)
    assert level_on(page) == "self_care"
    assert "Podría ser más serio" not in page


def test_none_of_these_never_undoes_a_yes(client: Client, own: Person) -> None:
    assert level_on(go_on(client, start(client), rest="no", chest_pain="yes")) == "emergency"


def test_a_yes_is_a_yes_even_beside_not_knowing(client: Client, own: Person) -> None:
    page = start(client)
    sent = {**hidden(page), "asked": asked(page), "q:chest_pain": ["open", "yes"], "rest": "no"}
    assert level_on(client.post("/safety/", sent, follow=True).content.decode()) == "emergency"


def test_an_unanswered_question_is_never_a_no(client: Client, own: Person) -> None:
    page = finish(client, rest="open")
    assert "Podría ser más serio: " + BOOK.level("emergency").es in page
    assert "saddle_numbness" in asked(page)


def test_leaving_a_screen_open_goes_on_to_the_next_and_not_back(client: Client, own: Person) -> None:
    page = go_on(client, start(client), rest="open")
    assert screen_of(page) == "about_you"
    assert screen_of(go_on(client, page, rest="no")) == "same_day"


def test_not_knowing_stays_open(client: Client, own: Person) -> None:
    page = finish(client, go_on(client, start(client), saddle_numbness="open"))
    assert asked(page) == ["saddle_numbness"]
    assert "Podría ser más serio" in page


@pytest.mark.parametrize(("answer", "level"), [("yes", "emergency"), ("", "self_care")])
def test_an_open_question_answered_on_the_answer_page_settles_it(
    client: Client, own: Person, answer: str, level: str
) -> None:
    page = finish(client, go_on(client, start(client), saddle_numbness="open"))
    page = go_on(client, page, **({"saddle_numbness": answer} if answer else {}))
    assert level_on(page) == level
    assert "Podría ser más serio" not in page
    assert TriageAnswers.objects.count() == 1


def test_facts_are_kept_and_not_asked_again(client: Client, own: Person) -> None:
    page = go_on(client, start(client))
    assert screen_of(page) == "about_you"
    finish(client, page)
    assert safety.facts(own)["past_cancer"] is False
    page = go_on(client, start(client))
    assert screen_of(page) == "same_day"
    assert hidden(page)["q:past_cancer"] == "no"


def test_what_is_not_a_fact_is_asked_again(client: Client, own: Person) -> None:
    finish(client)
    assert asked(start(client)) == EMERGENCIES


def test_each_time_is_kept_for_itself(client: Client, own: Person) -> None:
    finish(client)
    TriageAnswers.objects.update(answered_at=timezone.now() - timedelta(hours=1))
    finish(client, yes={"fever"})
    assert [kept.answers["fever"] for kept in own.triage_answers.all()] == [False, True]


@pytest.mark.parametrize("began", ["", "soon", "-5", "²", "9" * 11, "9" * 40, "old", "ahead"])
def test_a_page_left_open_too_long_starts_over_and_nothing_of_it_is_used(
    client: Client, own: Person, began: str
) -> None:
    moments = {"old": timezone.now() - safety.FRESH, "ahead": timezone.now() + timedelta(minutes=5)}
    moment = moments.get(began)
    page = start(client)
    sent = {"asked": asked(page), "began": str(int(moment.timestamp())) if moment else began, "rest": "no"}
    again = client.post("/safety/", sent).content.decode()
    assert "Empieza otra vez" in again
    assert asked(again) == EMERGENCIES
    assert "q:saddle_numbness" not in hidden(again)
    assert not TriageAnswers.objects.exists()


def test_a_correction_makes_the_answers_no_younger(client: Client, own: Person) -> None:
    finish(client)
    earlier = (timezone.now() - timedelta(hours=3)).replace(microsecond=0)
    TriageAnswers.objects.update(answered_at=earlier)
    asked = list(TriageAnswers.objects.get().answers)
    client.post("/safety/", {"began": int(earlier.timestamp()), "asked": asked, "q:fever": "yes", "rest": "no"})
    assert TriageAnswers.objects.get().answered_at == earlier
    assert TriageAnswers.objects.get().answers["fever"] is True


@pytest.mark.parametrize(
    "sent", [{}, {"q:nonsense": "yes"}, {"q:fever": "maybe"}, {"asked": "nonsense"}, {"rest": "perhaps"}]
)
def test_nonsense_is_no_answer(client: Client, own: Person, sent: dict[str, str]) -> None:
    now = str(int(timezone.now().timestamp()))
    page = client.post("/safety/", {"rest": "no", **sent, "began": now}, follow=True).content.decode()
    assert asked(page) == EMERGENCIES
    assert not TriageAnswers.objects.exists()


@pytest.mark.parametrize("query", ["?reading=999", "?reading=x", "?reading=²", "?why=nonsense"])
def test_a_reading_that_is_not_there_is_not_mentioned(client: Client, own: Person, query: str) -> None:
    page = client.get(f"/safety/{query}")
    assert page.status_code == 200
    assert "Tu lectura está guardada" not in page.content.decode()
    assert "Has anotado" not in page.content.decode()


def test_in_the_demonstration_the_answers_are_used_and_not_kept(in_demo: Client) -> None:
    assert level_on(go_on(in_demo, start(in_demo), chest_pain="yes")) == "emergency"
    assert not TriageAnswers.objects.exists()


def test_answers_of_the_other_diary_are_not_seen(client: Client, own: Person, demo: Person) -> None:
    finish(client, yes={"chest_pain"})
    client.cookies["diary"] = "demo"
    assert client.get("/safety/answer/")["Location"] == "/safety/"
    assert "q:past_cancer" not in hidden(start(client))
    assert BOOK.level("emergency").es not in client.get("/").content.decode()


def test_questions_are_asked_in_english_too(client: Client, own: Person) -> None:
    page = client.get("/safety/", headers={"accept-language": "en"}).content.decode()
    assert BOOK.screens[0].en in page
    assert BOOK.screens[0].es not in page


# What is kept of the person ----------------------------------------------------------------------------------------


def test_before_any_answer_there_is_nothing_of_the_person(client: Client, own: Person) -> None:
    assert "Aún nada" in client.get("/safety/about-you/").content.decode()
    assert "Repasar lo que has contado de ti" not in start(client)
    client.post("/safety/about-you/", {"asked": "steroids", "q:steroids": "yes"})
    assert not TriageAnswers.objects.exists()


def test_what_is_kept_of_the_person_can_be_corrected(client: Client, own: Person) -> None:
    finish(client, yes={"past_cancer"})
    assert "Repasar lo que has contado de ti" in start(client)
    page = client.get("/safety/about-you/").content.decode()
    assert 'name="q:past_cancer" value="yes" data-word="Sí"  checked' in page
    facts = list(safety.facts(own))
    sent = {"asked": facts, "q:steroids": "yes", "q:over_70": "open", "rest": "no"}
    assert "Los cambios están guardados" in client.post("/safety/about-you/", sent, follow=True).content.decode()
    after = safety.facts(own)
    assert (after["past_cancer"], after["steroids"]) == (False, True)
    assert "over_70" not in after
    assert asked(go_on(client, start(client))) == ["over_70"]


def test_only_facts_can_be_corrected_there(client: Client, own: Person) -> None:
    finish(client, yes={"fever"})
    client.post("/safety/about-you/", {"asked": ["fever", "chest_pain"], "rest": "no"})
    assert TriageAnswers.objects.get().answers["fever"] is True
