"""What was done: one tap for as usual, none apart from not recorded, and since when it is asked."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.web.conftest import OWN_WORD

from espalda.diary import Factor
from espalda.web import factors, store
from espalda.web.models import Person, Reading


def kept(person: Person) -> dict[str, float]:
    last = person.readings.last()
    assert last
    return {amount.factor.name: amount.value for amount in last.amounts.all()}


def wrote(person: Person, hours_ago: float, **amounts: float) -> Reading:
    units = {"sitting": "min", "ibuprofen": "mg", "paracetamol": "mg", "heat": "min", "menstruation": "0-1"}
    given = {Factor(name, units[name]): value for name, value in amounts.items()}
    moment = timezone.now().replace(microsecond=0) - timedelta(hours=hours_ago)
    return store.record(person, store.Entry(moment, 0, amounts=given))


def taps(page: str, name: str) -> list[str]:
    """The values one tap can send of a factor, in their order."""
    return re.findall(rf'<input type="radio" name="did:{re.escape(name)}" value="([^"]*)"', page)


@pytest.mark.parametrize(
    ("sent", "amounts"),
    [
        ({"did:sitting": "60"}, {"sitting": 60.0}),
        ({"did:sitting": "0"}, {"sitting": 0.0}),
        ({"did:sitting": ""}, {}),
        ({"did:sitting": "typed", "amount:sitting": "12,5"}, {"sitting": 12.5}),
        ({"amount:sitting": "45"}, {"sitting": 45.0}),
        ({"did:sitting": "", "amount:sitting": "45"}, {"sitting": 45.0}),  # typed, the tap forgotten
        ({"did:sitting": "0", "amount:sitting": "45"}, {"sitting": 0.0}),
        ({"did:sitting": "60", "amount:sitting": "mucho"}, {"sitting": 60.0}),
    ],
)
def test_a_tap_or_what_is_typed_is_the_amount(
    client: Client, own: Person, sent: dict[str, str], amounts: dict[str, float]
) -> None:
    assert client.post("/", {"pain": "3", **sent}).status_code == 302
    assert kept(own) == amounts


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"did:sitting": "typed"}, "¿Cuánto? Escribe 0 si no hubo nada."),
        ({"did:sitting": "typed", "amount:sitting": "mucho"}, "Escribe un número o déjalo en blanco."),
        ({"did:stress": "11"}, "Escoja una opción válida"),
        ({"did:sitting": "nan"}, "Escoja una opción válida"),
    ],
)
def test_a_tap_that_says_nothing_is_refused(client: Client, own: Person, sent: dict[str, str], sentence: str) -> None:
    response = client.post("/", {"pain": "3", **sent})
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not own.readings.exists()


def test_as_usual_is_the_typical_amount_then_the_last_one_over_zero_then_the_chosen_one(
    client: Client, own: Person
) -> None:
    assert taps(client.get("/").content.decode(), "sitting") == ["", "0", "60", "typed"]
    wrote(own, 3, sitting=95.5)
    wrote(own, 2, sitting=0)
    assert taps(client.get("/").content.decode(), "sitting") == ["", "0", "95.5", "typed"]
    factors.choose(own, Factor("sitting", "min"), habitual=20.0)
    page = client.get("/", headers={"accept-language": "en"}).content.decode()
    assert taps(page, "sitting") == ["", "0", "20", "typed"]
    assert "<small>As usual</small> 20 min" in page


def test_a_form_opened_before_the_usual_amount_changed_keeps_what_it_showed(client: Client, own: Person) -> None:
    factors.choose(own, Factor("sitting", "min"), habitual=20.0)
    client.post("/", {"did:sitting": "60"})
    assert kept(own) == {"sitting": 60.0}


def test_a_yes_or_no_is_asked_as_one_and_one_of_ones_own_has_no_usual_amount_at_first(
    client: Client, own: Person
) -> None:
    factors.choose(own, Factor("menstruation", "0-1"), hidden=False)
    factors.choose(own, Factor("Baile", "min"), hidden=False)
    page = client.get("/").content.decode()
    assert taps(page, "menstruation") == ["", "0", "1"]
    assert taps(page, "Baile") == ["", "0", "typed"]


def test_a_correction_shows_none_usual_and_other_amounts_as_such(client: Client, own: Person) -> None:
    first = wrote(own, 5, sitting=0, heat=7)
    wrote(own, 4, sitting=50, heat=20)
    page = client.get(f"/reading/{first.pk}/edit/").content.decode()
    checked = re.findall(r'name="did:(\w+)" value="(\w*)" id="\w[^"]*" checked', page)
    assert dict(checked)["sitting"] == "0"
    assert dict(checked)["heat"] == "typed"
    assert 'name="amount:heat" value="7"' in page


def test_half_a_yes_from_a_file_is_still_there_after_a_correction(client: Client, own: Person) -> None:
    kept_reading = wrote(own, 1, menstruation=0.5)
    page = client.get(f"/reading/{kept_reading.pk}/edit/").content.decode()
    assert taps(page, "menstruation") == ["", "0", "1", "typed"]
    assert 'name="amount:menstruation" value="0,5"' in page


def test_the_eight_used_most_come_first_in_the_persons_own_order(client: Client, filled: Person) -> None:
    page = client.get("/").content.decode()
    first, rest = page.split('<details class="more"', 1)
    shown = re.findall(r'<input type="radio" name="did:([^"]*)" value=""', first)
    assert len(shown) == factors.FIRST
    assert shown[:3] == ["sitting", "sleep", OWN_WORD]
    assert {"lifting", "bending", "stress"} == set(re.findall(r'<input type="radio" name="did:([^"]*)" value=""', rest))


def test_what_is_used_most_is_shown_before_what_is_not(own: Person) -> None:
    for hours in (3, 2, 1):
        wrote(own, hours, heat=20)
    for place in range(factors.FIRST):
        factors.choose(own, Factor(f"Cosa {place}", "min"), hidden=False)
    assert "heat" in factors.first_shown(factors.asked(own))
    factors.choose(own, Factor("heat", "min"), hidden=True)
    assert "heat" not in factors.first_shown(factors.asked(own))


def test_what_is_hidden_is_not_asked_but_for_a_reading_that_has_it(client: Client, own: Person) -> None:
    kept_reading = wrote(own, 2, heat=20)
    factors.choose(own, Factor("heat", "min"), hidden=True)
    factors.choose(own, Factor("sitting", "min"), hidden=True)
    page = client.get("/").content.decode()
    assert not taps(page, "heat")
    assert not taps(page, "sitting")
    page = client.get(f"/reading/{kept_reading.pk}/edit/").content.decode()
    assert taps(page, "heat")
    assert not taps(page, "sitting")


def test_it_asks_since_the_row_before_of_the_same_day_else_since_getting_up(client: Client, own: Person) -> None:
    words = {"accept-language": "en"}
    assert "Since you got up" in client.get("/", headers=words).content.decode()
    day = datetime(2026, 3, 3, tzinfo=UTC)
    rows = [
        store.record(own, store.Entry(day + timedelta(hours=hour), 0, **said))
        for hour, said in (
            (9.0, {"pain": 3.0}),
            (14.25, {"amounts": {Factor("ibuprofen", "mg"): 400.0}}),
            (20.0, {"pain": 4.0}),
            (33.0, {"pain": 2.0}),
        )
    ]
    since = [
        re.search(
            r'<p class="since"><strong>(.*?)</strong>',
            client.get(f"/reading/{row.pk}/edit/", headers=words).content.decode(),
        )
        for row in rows
    ]
    assert [found and found[1] for found in since] == [
        "Since you got up",
        "Since 09:00",
        "Since 14:15",  # a row of a dose alone is a row: amounts of the next one cover the time since it
        "Since you got up",
    ]


def test_a_factor_that_was_only_arranged_is_not_among_the_findings(own: Person) -> None:
    for hours in range(40):
        wrote(own, 12 * hours + 1, sitting=60)
    factors.choose(own, Factor("heat", "min"), hidden=True)
    assert "heat" in [factor.name for factor in store.load(own).factors]
    told = store.findings(own, "en").found
    assert [one["name"] for one in told["factors"]] == ["sitting"]
