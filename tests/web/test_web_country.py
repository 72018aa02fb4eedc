"""Which country the reader is in, and which number the pages show."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from espalda.triage import emergency_numbers
from espalda.web.country import guess
from espalda.web.models import Person


@pytest.fixture(autouse=True)
def in_madrid(settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Madrid"


@pytest.mark.parametrize(
    ("zone", "languages", "country"),
    [
        ("Europe/Madrid", "", "ES"),
        ("Atlantic/Canary", "en-US", "ES"),
        ("America/Mexico_City", "es-ES,es;q=0.9", "MX"),
        ("America/Argentina/Cordoba", "", "AR"),
        ("America/Buenos_Aires", "", "AR"),  # its older name, which Windows gives
        ("Europe/Amsterdam", "", "NL"),
        ("Etc/UTC", "es,es-CL;q=0.9,en-US;q=0.8", "CL"),
        ("Etc/UTC", "es-419,es;q=0.9", None),
        ("Etc/UTC", "", None),
        ("nonsense", "zh-Hans", None),
    ],
)
def test_a_country_is_guessed(zone: str, languages: str, country: str | None) -> None:
    assert guess(zone, languages) == country


def test_every_country_in_the_list_can_be_guessed() -> None:
    assert all(guess("Etc/UTC", f"xx-{code}") == code for code in emergency_numbers())


def test_the_guess_is_shown_with_a_way_to_say_otherwise(client: Client, own: Person) -> None:
    page = client.get("/safety/").content.decode()
    assert '<a class="button call" href="tel:112">Llamar al 112</a>' in page
    assert "España. ¿Estás en otro país?" in page
    for country in emergency_numbers().values():
        assert f">{country.es}</option>" in page
    assert ">Otro país</option>" in page


@pytest.mark.parametrize(
    ("country", "number", "said"),
    [
        ("MX", "911", "México. ¿Estás"),
        ("CL", "131", "Chile. ¿Estás"),
        ("PE", None, "Perú. ¿Estás"),
        ("other", None, ""),
    ],
)
def test_a_chosen_country_is_kept(client: Client, own: Person, country: str, number: str | None, said: str) -> None:
    response = client.post("/safety/country/", {"country": country, "next": "/safety/?why=legs"})
    assert response["Location"] == "/safety/?why=legs"
    page = client.get("/safety/").content.decode()
    assert said in page
    assert f'<option value="{country}" selected>' in page
    if number:
        assert f'href="tel:{number}"' in page
    else:
        assert "tel:" not in page
        assert "Llama al número de emergencias de tu país." in page


def test_names_are_in_order_in_the_readers_language(client: Client, own: Person) -> None:
    page = client.get("/safety/", headers={"accept-language": "en"}).content.decode()
    assert page.index(">Germany<") < page.index(">Spain<") < page.index(">United Kingdom<")
    page = client.get("/safety/").content.decode()
    assert page.index(">Alemania<") < page.index(">Bélgica<") < page.index(">Chile<") < page.index(">España<")


@pytest.mark.parametrize("country", ["", "XX", "es"])
def test_there_is_no_other_choice(client: Client, own: Person, country: str) -> None:
    assert client.post("/safety/country/", {"country": country}).status_code == 400


def test_a_cookie_that_says_nonsense_is_a_guess(client: Client, own: Person) -> None:
    client.cookies["country"] = "XX"
    assert "España. ¿Estás" in client.get("/safety/").content.decode()


def test_the_choice_leads_nowhere_else(client: Client, own: Person) -> None:
    response = client.post("/safety/country/", {"country": "ES", "next": "https://evil.example/"})
    assert response["Location"] == "/safety/"


def test_unknown_it_is_asked(client: Client, own: Person, settings: Settings) -> None:
    settings.TIME_ZONE = "Etc/UTC"
    page = client.get("/safety/").content.decode()
    assert '<details class="country" open>' in page
    assert "¿En qué país estás?" in page
    assert "tel:" not in page
