"""Which diary is open, and in which language."""

from __future__ import annotations

from django.test import Client

from espalda.web.models import Person


def test_the_switch_opens_the_demonstration_and_ones_own_again(client: Client, filled: Person, demo: Person) -> None:
    assert "Datos inventados" in client.post("/switch/", {"diary": "demo"}, follow=True).content.decode()
    assert "Datos inventados" in client.get("/diary/").content.decode()
    assert "Datos inventados" not in client.post("/switch/", {"diary": "own"}, follow=True).content.decode()


def test_there_is_no_third_diary(client: Client, own: Person) -> None:
    assert client.post("/switch/", {"diary": "admin"}).status_code == 400
    assert client.post("/switch/").status_code == 400


def test_the_language_changes_and_the_page_stays(client: Client, own: Person) -> None:
    response = client.post("/language/", {"language": "en", "next": "/diary/?span=90"})
    assert response["Location"] == "/diary/?span=90"
    assert '<html lang="en" ' in client.get("/diary/").content.decode()
    client.post("/language/", {"language": "es", "next": "/"})
    assert '<html lang="es" ' in client.get("/").content.decode()


def test_the_language_switch_leads_nowhere_else(client: Client, own: Person) -> None:
    response = client.post("/language/", {"language": "en", "next": "https://evil.example/"})
    assert response["Location"] == "/"


def test_any_other_language_gets_spanish(client: Client, own: Person) -> None:
    assert '<html lang="es" ' in client.get("/", headers={"accept-language": "fr-FR,fr;q=0.9"}).content.decode()
