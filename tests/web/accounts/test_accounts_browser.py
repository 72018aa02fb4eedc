"""Accounts in a real Chromium: opening one, a passkey, and every page laid out, light and dark, for any thumb."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.web.accounts.conftest import PASSWORD, Cast
from tests.web.accounts.test_accounts_signing_in import PAGES
from tests.web.browser.conftest import Watch
from tests.web.browser.layout import DESK, PHONE, SMALL, in_order

from espalda.web.models import Person

pytestmark = pytest.mark.browser

OUTSIDE = ["account_login", "account_signup"]
INSIDE = [*PAGES, "account_reauthenticate"]


@pytest.fixture
def page(request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page at "localhost", the only name that may have passkeys without TLS; any error on it fails the test."""
    cache.clear()
    home = live_server.url.replace("127.0.0.1", "localhost")
    watch = Watch(home)
    options = getattr(request, "param", {})
    context = browser.new_context(
        **{"viewport": PHONE, "locale": "es", "base_url": home, "service_workers": "block"} | options
    )
    page = context.new_page()
    watch.over(page)
    yield page
    context.close()
    assert watch.wrong == []


def open_account(page: Page, name: str = "nora") -> None:
    page.goto("/")
    page.get_by_role("link", name="Abrir una cuenta").click()
    page.get_by_label("Nombre").fill(name)
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_label("La contraseña otra vez").fill(PASSWORD)
    page.get_by_label("Zona horaria").select_option("Europe/Madrid")
    page.get_by_role("button", name="Abrir la cuenta").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("espalda hoy"))


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_an_account_is_opened_and_left_without_javascript(page: Page) -> None:
    open_account(page)
    page.get_by_role("link", name="Has entrado como nora").click()
    page.get_by_role("button", name="Salir").click()
    page.get_by_label("Nombre").fill("nora")
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar", exact=True).click()
    expect(page.get_by_role("link", name="Has entrado como nora")).to_be_visible()
    assert Person.objects.get(user__username="nora").time_zone == "Europe/Madrid"


def test_a_passkey_is_added_and_signs_in_by_itself(page: Page) -> None:
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    open_account(page)
    page.goto(reverse("mfa_index"))
    page.get_by_role("link", name="Añadir una llave de acceso").click()
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Seguir").click()
    page.get_by_label("Cómo llamarla").fill("Mi móvil")
    page.get_by_role("button", name="Añadir esta llave").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Códigos de recuperación")
    assert page.locator(".codes li").count() == 10
    page.goto(reverse("mfa_list_webauthn"))
    expect(page.locator("article")).to_contain_text("Sirve por sí sola, sin contraseña.")
    page.goto(reverse("account"))
    page.get_by_role("button", name="Salir").click()
    page.get_by_role("button", name="Entrar con una llave de acceso").click()
    expect(page.get_by_role("link", name="Has entrado como nora")).to_be_visible()


@pytest.mark.parametrize(
    ("page", "outside", "inside"),
    [
        ({"bypass_csp": True}, OUTSIDE, INSIDE),
        ({"bypass_csp": True, "color_scheme": "dark"}, OUTSIDE[:1], ["mfa_index", "mfa_activate_totp"]),
    ],
    ids=["light", "dark"],
    indirect=["page"],
)
def test_every_page_suits_axe_and_any_thumb(page: Page, cast: Cast, outside: list[str], inside: list[str]) -> None:
    # axe is a script of its own: only here may a page run one that its policy does not allow.
    for name in outside:
        page.goto(reverse(name))
        in_order(page, SMALL, PHONE, DESK)
    page.goto(reverse("account_login"))
    page.get_by_label("Nombre").fill("berta")
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Entrar", exact=True).click()
    for name in inside:
        page.goto(reverse(name))
        in_order(page, SMALL, PHONE, DESK)
