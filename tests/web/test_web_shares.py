"""Sharing by a link: what it shows and nothing else, for how long, and that the person sees who saw what."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.web.conftest import OWN_WORD

from espalda.web import lock, safety, shares
from espalda.web.models import Person, Share, ShareVisit, Walk

FORM = {"name": "Dra. Ruiz", "lasts": "7", "period": "", "findings": "on", "walks": "on"}
PAGES = ("", "walks/", "affects/")


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def made(client: Client, **changed: str) -> str:
    """Make a link and return its address, as the page shows it."""
    page = client.post("/shares/", FORM | changed).content.decode()
    found = re.search(r'value="http://testserver(/shared/[\w-]+/)"', page)
    assert found, page
    return found[1]


def visit(address: str, **headers: str) -> Any:
    """Ask as a stranger would, without a cookie."""
    return Client(headers=headers).get(address)


def test_a_link_shows_the_diary_and_what_affects_it(client: Client, filled: Person) -> None:
    address = made(client)
    page = visit(f"{address}?span=all").content.decode()
    assert f"Una nota de {OWN_WORD}" in page
    assert "Compartido con Dra. Ruiz hasta el" in page
    assert "Curva del dolor" in page
    assert OWN_WORD in visit(f"{address}affects/").content.decode().lower()


@pytest.mark.parametrize("page", PAGES)
def test_a_shared_page_leads_nowhere_else_and_can_change_nothing(client: Client, filled: Person, page: str) -> None:
    address = made(client)
    shown = visit(f"{address}{page}").content.decode()
    led = {link.split("?")[0] for link in re.findall(r'href="([^"#]+)"', shown)}
    assert {link for link in led if link and not link.startswith("/static/")} <= {f"{address}{one}" for one in PAGES}
    assert "<form" not in shown
    assert "<button" not in shown
    assert "<script" not in shown
    assert Client().post(f"{address}{page}").status_code == 405


@pytest.mark.parametrize("page", PAGES)
def test_a_shared_page_needs_no_cookie_and_leaves_no_trace_elsewhere(client: Client, filled: Person, page: str) -> None:
    response = visit(f"{made(client)}{page}")
    assert not response.cookies
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_the_language_is_chosen_in_the_address(client: Client, filled: Person) -> None:
    address = made(client)
    assert '<html lang="es"' in visit(address, accept_language="es").content.decode()
    english = visit(f"{address}?lang=en", accept_language="es").content.decode()
    assert '<html lang="en"' in english
    assert "A shared diary" in english
    assert "lang=en" in re.findall(r'href="(\?span=90[^"]*)"', english)[0]


def test_the_token_is_shown_once_and_its_hash_alone_is_kept(client: Client, filled: Person) -> None:
    address = made(client)
    token = address.split("/")[2]
    assert len(token) >= 32
    assert Share.objects.get().token_sha256 == hashlib.sha256(token.encode()).hexdigest()
    assert token not in client.get("/shares/").content.decode()


def test_only_the_chosen_period_is_shown(client: Client, own: Person) -> None:
    now = timezone.now().replace(microsecond=0)
    for ago, note in ((1, "ayer"), (60, "hace dos meses")):
        own.readings.create(time=now - timedelta(days=ago), utc_offset_min=0, pain=4, note=note)
    page = visit(f"{made(client, period='30')}?span=all").content.decode()
    assert "ayer" in page
    assert "hace dos meses" not in page


def test_what_affects_it_is_shown_only_where_the_person_shows_it(client: Client, filled: Person) -> None:
    address = made(client, findings="")
    assert "affects/" not in visit(address).content.decode()
    assert visit(f"{address}affects/").status_code == 404


def walked(person: Person, ago: int, **told: Any) -> Walk:
    """Have walked so many days ago, an hour downhill."""
    end = timezone.now().replace(microsecond=0) - timedelta(days=ago)
    usual = {"kind": "foot", "quality": "good", "bands": [0.0, 60.0, 0.0, 0.0, 0.0], "ground": "rough"}
    return person.walks.create(
        digest=str(ago),
        start=end - timedelta(hours=1),
        end=end,
        utc_offset_min=0,
        method=1,
        minutes=60,
        moving_minutes=60,
        **usual | told,
    )


def shown_walks(address: str, month: str = "") -> list[Walk]:
    """Return the walks a visitor sees."""
    page = visit(f"{address}walks/?month={month}")
    assert page.status_code == 200
    return [one.walk for one in page.context["all"]] if page.context["any"] else []


def test_walks_are_shown_only_where_the_person_shows_them(client: Client, own: Person) -> None:
    one = walked(own, 1)
    address = made(client, walks="")
    assert "walks/" not in visit(address).content.decode()
    assert visit(f"{address}walks/").status_code == 404
    address = made(client)
    assert f"{address}walks/" in visit(address).content.decode()
    assert shown_walks(address) == [one]
    page = visit(f"{address}walks/").content.decode()
    assert "Piedras, raíces" in page
    assert f"/walks/{one.pk}/" not in page


def test_a_link_made_before_walks_could_be_shared_shows_none(own: Person) -> None:
    walked(own, 1)
    _share, token = shares.make(own, "Dra. Ruiz", 7, with_findings=True)
    assert visit(f"/shared/{token}/walks/").status_code == 404


def test_of_walks_and_the_pain_above_them_only_the_chosen_days_are_shown(client: Client, own: Person) -> None:
    now = timezone.now().replace(microsecond=0)
    days = range(0, 64, 4)
    for ago in days:
        walked(own, ago)
        own.readings.create(time=now - timedelta(days=ago), utc_offset_min=0, pain=4)
    walked(own, 1, kind="bike")
    address = made(client, period="30")
    share = Share.objects.get()
    assert share.first_day
    first = share.first_day
    months = {f"{walk.day:%Y-%m}" for walk in own.walks.all()}
    seen = [walk for month in months for walk in shown_walks(address, month) if f"{walk.day:%Y-%m}" == month]
    assert sorted(walk.pk for walk in seen) == [
        walk.pk for walk in own.walks.filter(kind="foot").order_by("pk") if walk.day >= first
    ]
    whole = visit(f"{address}walks/?month={first:%Y-%m}").context
    (curve, stack), _desk = whole["curves"]
    assert stack.boxes
    assert {dot.x >= stack.left + (first.day - 1) * (stack.right - stack.left) / 31 for dot in curve.dots} == {True}


def test_without_walks_in_its_days_it_says_so(client: Client, own: Person) -> None:
    walked(own, 60)
    address = made(client, period="30")
    assert shown_walks(address) == []
    assert "There are no walks" in visit(f"{address}walks/?lang=en").content.decode()


def test_the_page_that_makes_links_says_that_walks_are_shown(client: Client, own: Person) -> None:
    page = client.get("/shares/", headers={"accept-language": "en"}).content.decode()
    assert "Walks: how long" in page
    assert "no place is kept" in page


def test_how_urgent_it_is_is_shown_only_where_the_person_shows_it(client: Client, filled: Person) -> None:
    safety.keep(filled, {"cannot_move": True}, timezone.now())
    level = safety.standing(filled)
    assert level
    name = level.level.name("es")
    assert name not in visit(made(client)).content.decode()
    assert name in visit(made(client, safety="on")).content.decode()


def test_no_answer_is_never_told_as_a_calm_one(client: Client, filled: Person) -> None:
    page = visit(made(client, safety="on")).content.decode()
    assert "Puede que no se hayan contestado." in page


@pytest.mark.parametrize(
    ("ended", "said", "status"),
    [("revoked", "lo ha retirado", 410), ("expired", "ha caducado solo", 410), ("unknown", "copiado entero", 404)],
)
def test_a_link_that_has_ended_shows_nothing_and_says_so(
    client: Client, filled: Person, ended: str, said: str, status: int
) -> None:
    address = made(client)
    share = Share.objects.get()
    if ended == "revoked":
        client.post(reverse("shares-revoke", args=[share.pk]))
    elif ended == "expired":
        Share.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    else:
        address = address.replace("/shared/", "/shared/x")
    for page in (f"{address}{one}" for one in PAGES):
        for visitor in (Client(), client):
            response = visitor.get(page)
            assert response.status_code == status
            assert said in response.content.decode()
            assert OWN_WORD not in response.content.decode()
            assert "<nav" not in response.content.decode()
    assert not ShareVisit.objects.exists()


def test_every_visit_is_told_to_the_person(client: Client, filled: Person) -> None:
    address = made(client)
    for page in ("", "?span=90", "walks/", "affects/"):
        visit(f"{address}{page}")
    Client().head(address)
    page = client.get("/shares/").content.decode()
    assert "4 visitas" in page
    seen = re.findall(r"<li>([^<,]+), \d+ \w+ \d{4}, \d\d:\d\d</li>", page)
    assert seen == ["Qué influye", "Caminatas", "Diario", "Diario"]
    pages = ["shared-findings", "shared-walks", "shared", "shared"]
    assert list(ShareVisit.objects.values_list("page", flat=True)) == pages


def test_trying_links_is_stopped(client: Client, filled: Person) -> None:
    address = made(client)
    for n in range(30):
        assert visit(f"/shared/{n}/").status_code == 404
    assert visit(address).status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.7").get(address).status_code == 200


def test_another_persons_link_cant_be_revoked(in_demo: Client, own: Person) -> None:
    share, _token = shares.make(own, "Dra. Ruiz", 7)
    assert in_demo.post(reverse("shares-revoke", args=[share.pk])).status_code in (403, 404)
    share.refresh_from_db()
    assert share.revoked_at is None


def test_the_example_makes_no_links(in_demo: Client) -> None:
    assert in_demo.post("/shares/", FORM).status_code == 403
    assert "Dra." not in in_demo.get("/shares/").content.decode()


@pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "x" * 81}, {"lasts": "3650"}, {"lasts": ""}, {"period": "7"}])
def test_what_is_wrong_with_a_link_is_said_and_none_is_made(client: Client, own: Person, wrong: dict[str, str]) -> None:
    response = client.post("/shares/", FORM | wrong)
    assert response.status_code == 422
    assert "errorlist" in response.content.decode()
    assert not Share.objects.exists()


def test_a_machine_that_only_it_reaches_says_so(client: Client, own: Person) -> None:
    page = client.post("/shares/", FORM, headers={"host": "localhost"}).content.decode()
    assert "solo funciona en este equipo" in page
    assert "Tu diario no tiene clave." in page


def test_a_link_opens_while_the_diary_is_locked(client: Client, filled: Person) -> None:
    address = made(client)
    lock.change(filled, "tres gatos verdes")
    assert visit(address).status_code == 200
    assert visit("/diary/").status_code == 302
