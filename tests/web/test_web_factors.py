"""What a person is asked about: hidden, ordered, with usual amounts and a daily maximum of their own."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from tests.web.conftest import OWN_WORD

from espalda.diary import Factor
from espalda.web import archive, factors, store
from espalda.web.models import Person

PAGE, ONE = "/settings/factors/", "/settings/factors/one/?name="


def listed(client: Client) -> list[str]:
    """The names of what is asked about, in their order."""
    found = re.search(r'<ul class="factors">(.*?)</ul>', client.get(PAGE).content.decode(), re.S)
    return re.findall(r'href="/settings/factors/one/\?name=([^"]+)"', found[1]) if found else []


def one(person: Person, name: str) -> factors.Asked:
    found = factors.find(person, name)
    assert found
    return found


def test_it_lists_what_the_forms_ask_for_in_their_order(client: Client, filled: Person) -> None:
    assert listed(client) == [
        "sitting",
        "sleep",
        OWN_WORD,
        *[name for name in factors.USUAL if name not in ("sitting", "sleep")],
    ]


def test_a_factor_of_ones_own_is_added_with_unit_and_group(client: Client, own: Person) -> None:
    response = client.post(PAGE, {"name": "Baile  lento/vals", "unit": "min", "group": "exercise"})
    assert response["Location"] == "/settings/factors/one/?name=Baile+lento%2Fvals"
    assert client.get(response["Location"]).status_code == 200
    kept = one(own, "Baile lento/vals")
    assert (kept.factor.unit, kept.group, kept.habitual) == ("min", "exercise", None)
    assert "Baile lento/vals" in client.get("/").content.decode()


@pytest.mark.parametrize("name", ["", "sitting", "swimming", "pain", "Note"])
def test_a_name_that_can_not_be_is_refused(client: Client, own: Person, name: str) -> None:
    assert client.post(PAGE, {"name": name, "unit": "min", "group": "other"}).status_code == 422
    assert not own.factors.exists()


def test_a_factor_from_the_list_is_added_with_its_usual_amount(client: Client, own: Person) -> None:
    assert client.post(f"{ONE}swimming", {"shown": "on", "habitual": "45"}).status_code == 302
    assert one(own, "swimming").habitual == 45.0
    assert 'name="did:swimming" value="45"' in client.get("/").content.decode()


def test_what_is_hidden_comes_back_with_what_was_chosen(client: Client, filled: Person) -> None:
    client.post(f"{ONE}sitting", {"habitual": "30"})
    assert one(filled, "sitting").hidden
    assert "sitting" not in listed(client)
    assert 'name="did:sitting"' not in client.get("/").content.decode()
    client.post(f"{ONE}sitting", {"shown": "on", "habitual": "30"})
    assert not one(filled, "sitting").hidden
    assert one(filled, "sitting").habitual == 30.0


@pytest.mark.parametrize("sent", [{"habitual": "0"}, {"habitual": "x"}, {"daily_max": "0"}, {"daily_max": "-1"}])
def test_an_amount_that_can_not_be_is_refused(client: Client, own: Person, sent: dict[str, str]) -> None:
    assert client.post(f"{ONE}ibuprofen", {"shown": "on", **sent}).status_code == 422
    assert not own.factors.exists()


def test_a_usual_amount_keeps_to_the_scale(client: Client, own: Person) -> None:
    assert client.post(f"{ONE}stress", {"shown": "on", "habitual": "11"}).status_code == 422


def test_only_a_medicine_has_a_daily_maximum_and_the_cited_one_says_where_from(client: Client, own: Person) -> None:
    assert "daily_max" not in client.get(f"{ONE}sitting").content.decode()
    page = client.get(f"{ONE}ibuprofen", headers={"accept-language": "en"}).content.decode()
    assert "Blank: 1200 mg in 24 hours" in page
    assert "Nurofen 200 mg leaflet" in page
    assert "Blank: no warning." in client.get(f"{ONE}naproxen", headers={"accept-language": "en"}).content.decode()
    client.post(f"{ONE}ibuprofen", {"shown": "on", "daily_max": "800"})
    assert (one(own, "ibuprofen").daily_max, one(own, "ibuprofen").cited) == (800.0, None)


def test_they_move_up_and_down_past_the_hidden_ones(client: Client, own: Person) -> None:
    client.post(f"{ONE}sitting", {})
    before = listed(client)
    client.post(PAGE, {"down": before[0]})
    after = listed(client)
    assert after[:2] == [before[1], before[0]]
    client.post(PAGE, {"up": before[0]})
    assert listed(client) == before
    client.post(PAGE, {"up": before[0]})
    client.post(PAGE, {"down": before[-1]})
    client.post(PAGE, {"down": "nobody"})
    assert listed(client) == before


def test_an_unknown_name_is_not_found(client: Client, own: Person) -> None:
    for name in ("", "nobody", "pain"):
        assert client.get(f"{ONE}{name}").status_code == 404


def test_a_known_name_in_another_unit_is_the_persons_own(own: Person) -> None:
    store.record(own, store.Entry(datetime(2026, 3, 1, tzinfo=UTC), 0, amounts={Factor("ibuprofen", "n"): 5.0}))
    kept = one(own, "ibuprofen")
    assert (kept.group, kept.daily_max, kept.habitual) == ("other", None, 5.0)


def test_what_was_chosen_leaves_and_comes_back_in_the_archive(client: Client, filled: Person) -> None:
    client.post(f"{ONE}ibuprofen", {"shown": "on", "habitual": "600", "daily_max": "900"})
    client.post(f"{ONE}driving", {})
    client.post(f"{ONE}{OWN_WORD}", {"shown": "on", "habitual": "5", "group": "loads"})
    before, packed = factors.asked(filled), archive.pack(filled)
    new = store.erase(filled)
    found = archive.members(packed)
    assert found
    archive.bring(new, found, "Europe/Madrid")
    assert factors.asked(new) == before


def test_the_demonstration_shows_them_and_keeps_nothing(in_demo: Client, demo: Person) -> None:
    assert in_demo.get(PAGE).status_code == 200
    assert in_demo.get(f"{ONE}sitting").status_code == 200
    assert in_demo.post(f"{ONE}sitting", {}).status_code == 403
