"""An account from its opening to a forgotten password, as a browser without JavaScript sees it."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings
from tests.web.accounts.conftest import PASSWORD, Cast, signed_in
from tests.web.conftest import OWN_WORD

from espalda.web import accounts
from espalda.web.models import Person

NAME = f"ana-{OWN_WORD}"
SCRIPT = re.compile(
    r'(?: defer| type="module")? src="/static/[^"]+"|'
    r' (?:id="js_data"|data-allauth-onload="[\w.]+") type="application/json"'
)
"""A script of ours from a file, or data, which no browser runs."""

PAGES = [
    "account",
    "account_change_password",
    "account_logout",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "mfa_generate_recovery_codes",
    "usersessions_list",
]


def sign_in(client: Client, name: str = NAME, password: str = PASSWORD, **more: str) -> Any:
    return client.post(reverse("account_login"), {"login": name, "password": password, **more})


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def code_now(user: User) -> str:
    """Return what the app of an account would show."""
    secret = Authenticator.objects.get(user=user, type="totp").data["secret"]
    return str(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30)))


def test_opening_an_account_asks_a_name_and_a_password_and_opens_a_diary(client: Client, db: None) -> None:
    page = client.get(reverse("account_signup")).content.decode()
    asked = set(re.findall(r'<(?:input|select)[^>]* name="(\w+)"', page.split('id="content"')[1]))
    assert asked == {"csrfmiddlewaretoken", "username", "password1", "password2", "time_zone"}
    sent = {"username": "nora", "password1": PASSWORD, "password2": PASSWORD, "time_zone": "America/Bogota"}
    assert client.post(reverse("account_signup"), sent).headers["Location"] == "/"
    assert is_in(client)
    person = Person.objects.get(user__username="nora")
    assert person.time_zone == "America/Bogota"
    assert User.objects.get().email == ""


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"password1": "corta", "password2": "corta"}, "Es demasiado corta: como mínimo, 10 caracteres"),
        ({"password1": "1q2w3e4r5t", "password2": "1q2w3e4r5t"}, "la usa mucha gente"),
        ({"password2": "otra cosa"}, "No has escrito la misma contraseña"),
        ({"username": NAME}, "Ese nombre ya está cogido"),
        ({"time_zone": "Europe/Atlantis"}, "Europe/Atlantis"),
    ],
)
def test_what_is_wrong_when_opening_one_is_said(client: Client, cast: Cast, wrong: dict[str, str], said: str) -> None:
    sent = {"username": "nora", "password1": PASSWORD, "password2": PASSWORD, "time_zone": ""} | wrong
    response = client.post(reverse("account_signup"), sent)
    assert said in response.content.decode()
    assert User.objects.count() == 3


def test_sign_up_can_be_closed(client: Client, db: None, settings: Settings) -> None:
    settings.OPEN_FOR_SIGNUP = False
    assert "no admite cuentas nuevas" in client.get(reverse("account_signup")).content.decode()
    client.post(reverse("account_signup"), {"username": "nora", "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.exists()


def test_signing_in_leads_where_one_was_going_and_nowhere_else(client: Client, cast: Cast) -> None:
    asked = client.get("/diary/?span=90")
    assert asked.headers["Location"] == "/account/sign-in/?next=%2Fdiary%2F%3Fspan%3D90"
    assert sign_in(client, next="/diary/?span=90").headers["Location"] == "/diary/?span=90"
    assert sign_in(Client(), next="https://evil.example/").headers["Location"] == "/"


def hidden(page: str) -> dict[str, str]:
    """Return what the last form of a page would send."""
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.rsplit("<form", maxsplit=1)[-1]))


def test_a_form_sent_when_signed_out_is_given_back_until_it_is_kept(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})
    door = client.get(reverse("account_login")).content.decode()
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', door)[0]
    page = client.post("/", {"pain": "4", "note": "<b>anoche</b>", "csrfmiddlewaretoken": token})
    assert page.status_code == 401
    assert 'name="note" value="&lt;b&gt;anoche&lt;/b&gt;"' in page.content.decode()
    sign_in(client, csrfmiddlewaretoken=token)
    again = client.post("/", {**hidden(page.content.decode()), "note": "<b>anoche</b>"})
    assert again.status_code == 403  # signing in has changed the token
    assert cast.first.readings.count() == 20
    once_more = hidden(again.content.decode())
    assert once_more["note"] == "&lt;b&gt;anoche&lt;/b&gt;"
    assert client.post("/", {**once_more, "note": "<b>anoche</b>"}).status_code == 302
    assert cast.first.readings.last().note == "<b>anoche</b>"  # type: ignore[union-attr]


def test_a_form_of_another_site_is_not_given_back(cast: Cast) -> None:
    for origin in ("https://evil.example", "null", "https://testserver"):
        client = Client(enforce_csrf_checks=True, headers={"origin": origin})
        assert cast.first.user
        client.force_login(cast.first.user)
        page = client.post("/", {"pain": "9", "note": "de otro sitio"})
        assert page.status_code == 403
        assert "de otro sitio" not in page.content.decode()


def test_a_wrong_password_is_the_same_answer_as_a_wrong_name(client: Client, cast: Cast) -> None:
    answers = [sign_in(client, name, "no es esta") for name in (NAME, "nadie")]
    sentences = [re.findall(r"errorlist[^>]*><li>(.*?)</li>", page.content.decode()) for page in answers]
    assert sentences == [["El nombre o la contraseña no son correctos."]] * 2
    assert not is_in(client)


def test_guessing_is_stopped_even_with_the_right_password_at_last(client: Client, cast: Cast) -> None:
    for _guess in range(5):
        sign_in(client, password="no es esta")  # noqa: S106
    page = sign_in(client)
    assert "Demasiados intentos" in page.content.decode()
    assert not is_in(client)
    assert sign_in(Client(REMOTE_ADDR="192.0.2.7"), "berta").status_code == 302  # nobody else is kept out


def test_an_app_is_asked_for_a_code_and_a_recovery_code_works_once(cast: Cast) -> None:
    client, user = signed_in(cast.first), cast.first.user
    assert user
    assert client.get(reverse("mfa_activate_totp")).status_code == 302  # signed in without password a moment ago
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    found = re.search(r'value="([A-Z2-7]{32})"', page)
    assert found
    assert "data:" not in page
    assert "<svg" in page
    now = str(totp.format_hotp_value(totp.hotp_value(found[1], int(time.time()) // 30)))
    done = client.post(reverse("mfa_activate_totp"), {"code": now}, follow=True).content.decode()
    codes = re.findall(r"<li><code>(\d+)</code></li>", done)
    assert len(codes) == 10
    for code, opens in (("000000", False), (codes[0], True), (codes[0], False), (codes[1], True)):
        cache.clear()
        other = Client()
        assert sign_in(other).headers["Location"] == "/account/second-factor/authenticate/"
        assert not is_in(other)
        other.post(reverse("mfa_authenticate"), {"code": code})
        assert is_in(other) is opens
    cache.clear()
    other = Client()
    sign_in(other)
    other.post(reverse("mfa_authenticate"), {"code": code_now(user)})
    assert is_in(other)


def test_sessions_are_listed_and_ended(cast: Cast) -> None:
    here, there = Client(headers={"user-agent": "El de casa"}), Client(headers={"user-agent": "El del trabajo"})
    for client in (here, there):
        sign_in(client)
    page = here.get(reverse("usersessions_list")).content.decode()
    assert "El de casa" in page
    assert "El del trabajo" in page
    here.post(reverse("usersessions_list"))
    assert is_in(here)
    assert not is_in(there)


def test_another_password_ends_the_other_sessions(cast: Cast) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        sign_in(client)
    other = "cuatro-perros-azules"
    sent = {"oldpassword": PASSWORD, "password1": other, "password2": other}
    assert here.post(reverse("account_change_password"), sent).status_code == 302
    assert is_in(here)
    assert not is_in(there)


def test_signing_out_ends_the_session(cast: Cast) -> None:
    client = Client()
    sign_in(client)
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_in(client)
    client.post(reverse("account_logout"))
    assert not is_in(client)
    assert not any("_auth_user_id" in session.get_decoded() for session in Session.objects.all())


def test_a_forgotten_password_is_given_anew_by_who_runs_the_server(cast: Cast) -> None:
    client = Client()
    sign_in(client)
    Authenticator.objects.create(user=cast.first.user, type="totp", data={"secret": "A" * 32})
    new = accounts.reset_password(NAME.upper(), second_factor=False)
    assert new
    assert not is_in(client)
    assert sign_in(client).status_code == 200
    assert sign_in(client, password=new).headers["Location"] == "/account/second-factor/authenticate/"
    new = accounts.reset_password(NAME, second_factor=True)
    assert new
    assert sign_in(Client(), password=new).headers["Location"] == "/"
    for nobody in ("nadie", "\udcff"):  # such as a byte of a command line that is no text
        assert accounts.reset_password(nobody, second_factor=True) is None


@pytest.mark.parametrize("lang", ["es", "en"])
def test_every_page_is_ours_in_both_languages_with_nothing_inline(cast: Cast, lang: str) -> None:
    client = signed_in(cast.first)
    client.cookies["django_language"] = lang
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    door = Client(headers={"accept-language": lang})
    asked = [client.get(reverse(name)) for name in PAGES]
    asked += [door.get(reverse(name)) for name in ("account_login", "account_signup", "account_inactive")]
    for response in asked:
        page = response.content.decode()
        assert response.status_code == 200, response.request["PATH_INFO"]
        assert f'<html lang="{lang}"' in page
        assert '<main id="content"' in page
        assert " style=" not in page
        assert "<style" not in page
        assert [one for one in re.findall(r"<script([^>]*)>", page) if not SCRIPT.fullmatch(one)] == []
        usted = r"\b(usted|su contraseña|su cuenta|introduzca|escriba|inténtelo|debe escribir|passkey)\b"
        assert lang == "en" or re.findall(usted, page.split("<main")[1].split("<script")[0], re.I) == []


def test_the_door_has_help_for_an_emergency_and_both_languages(client: Client, db: None, settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Madrid"
    page = client.get(reverse("account_login"), headers={"accept-language": "es-ES"}).content.decode()
    assert 'href="tel:112"' in page
    client.post("/language/", {"language": "en", "next": "/account/sign-in/"})
    assert "Sign in" in client.get(reverse("account_login")).content.decode()


def test_cookies_of_an_account_are_out_of_reach_of_scripts(cast: Cast) -> None:
    client = Client()
    sign_in(client)
    kept = client.cookies["sessionid"]
    assert kept["httponly"]
    assert kept["samesite"] == "Lax"
