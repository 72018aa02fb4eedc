"""Medicines: a dose is a moment of the diary, and nobody goes over the most in a day without having been told."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from tests.web.test_web_amounts import wrote

from espalda.diary import Factor, known_factors
from espalda.web import doses, factors, store
from espalda.web.models import Person

IBUPROFEN = Factor("ibuprofen", "mg")


def dose(amount: str = "400", medicine: str = "ibuprofen", **more: str) -> dict[str, str]:
    return {"medicine": medicine, "amount": amount, "when": "now", "form_id": str(uuid.uuid4()), **more}


def test_a_dose_is_a_moment_with_its_amount_and_nothing_else(client: Client, own: Person) -> None:
    response = client.post("/medicines/", dose())
    kept = own.readings.get()
    assert response["Location"] == f"/reading/{kept.pk}/?done=saved"
    assert abs(kept.time - datetime.now(UTC)) < timedelta(seconds=10)
    assert (kept.pain, kept.spasm) == (None, None)
    assert [(one.factor.name, one.factor.unit, one.value) for one in kept.amounts.all()] == [("ibuprofen", "mg", 400.0)]
    page = client.get(response["Location"], headers={"accept-language": "en"}).content.decode()
    assert "The next reading asks what you did since" in page


def test_the_first_page_offers_what_was_taken_before_in_one_tap(client: Client, own: Person) -> None:
    assert 'action="/medicines/"' not in client.get("/").content.decode()
    wrote(own, 5, ibuprofen=600)
    page = client.get("/", headers={"accept-language": "en"}).content.decode()
    found = re.search(r'<form method="post" action="/medicines/".*?</form>', page, re.S)
    assert found
    sent = dict(re.findall(r'name="(medicine|amount|form_id)" value="([^"]*)"', found[0])) | {"when": "now"}
    assert (sent["medicine"], sent["amount"]) == ("ibuprofen", "600")
    assert "5 h ago" in found[0]
    assert "In 24 hours: 600 mg." in found[0]
    assert "Daily maximum: 1200 mg." in found[0]
    client.post("/medicines/", sent)
    client.post("/medicines/", sent)
    assert own.readings.count() == 2
    assert own.readings.filter(amounts__value=600).count() == 2


@pytest.mark.parametrize("page", ["/", "/medicines/"])
def test_more_medicines_ask_no_more_of_the_database(client: Client, own: Person, page: str) -> None:
    wrote(own, 5, ibuprofen=600)
    with CaptureQueriesContext(connection) as with_one:
        client.get(page)
    wrote(own, 4, paracetamol=500)
    factors.choose(own, Factor("metamizole", "mg"))
    with CaptureQueriesContext(connection) as with_three:
        assert "500 mg" in client.get(page).content.decode()
    assert len(with_three) == len(with_one)


def test_it_warns_before_the_most_in_a_day_and_keeps_the_truth_when_told_again(client: Client, own: Person) -> None:
    for hours in (20, 9, 4):
        wrote(own, hours, ibuprofen=400)
    sent = dose()
    response = client.post("/medicines/", sent, headers={"accept-language": "en"})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Ibuprofen: with this, 1600 mg in 24 hours. The daily maximum is 1200 mg." in page
    assert "Take no more of it." in page
    assert own.readings.count() == 3
    response = client.post("/medicines/", {**sent, "over": "on"}, follow=True)
    assert own.readings.count() == 4
    assert "1600 mg en 24 horas, por encima del máximo" in response.content.decode()


def test_at_the_most_and_a_day_later_there_is_no_warning(client: Client, own: Person) -> None:
    for hours in (24.01, 9, 4):
        wrote(own, hours, ibuprofen=400)
    assert client.post("/medicines/", dose()).status_code == 302


def test_a_dose_written_down_late_counts_with_those_after_it(
    client: Client, own: Person, no_clock_changes: None
) -> None:
    for hours in (10, 6, 1):
        wrote(own, hours, ibuprofen=400)
    when = (datetime.now(UTC) - timedelta(hours=20)).strftime("%Y-%m-%dT%H:%M")
    assert client.post("/medicines/", dose(when="at", at=when)).status_code == 422


def test_the_form_of_a_reading_warns_as_well(client: Client, own: Person) -> None:
    wrote(own, 3, paracetamol=2500)
    sent = {"pain": "6", "amount:paracetamol": "1000"}
    response = client.post("/", sent, headers={"accept-language": "en"})
    assert response.status_code == 422
    assert "Paracetamol: with this, 3500 mg in 24 hours. The daily maximum is 3000 mg." in response.content.decode()
    assert client.post("/", {**sent, "over": "on"}).status_code == 302


def test_a_correction_does_not_count_what_it_replaces(client: Client, own: Person) -> None:
    kept = wrote(own, 3, ibuprofen=1200)
    said = {"amount:ibuprofen": "1000", "when": kept.local_time.strftime("%Y-%m-%dT%H:%M")}
    assert client.post(f"/reading/{kept.pk}/edit/", said).status_code == 302
    assert client.post(f"/reading/{kept.pk}/edit/", {**said, "amount:ibuprofen": "1300"}).status_code == 422


def test_the_persons_own_maximum_stands_before_the_cited_one(client: Client, own: Person) -> None:
    wrote(own, 3, ibuprofen=400)
    factors.choose(own, IBUPROFEN, daily_max=600.0)
    assert client.post("/medicines/", dose()).status_code == 422
    factors.choose(own, IBUPROFEN, daily_max=2400.0)
    assert client.post("/medicines/", dose("1200")).status_code == 302


def test_one_tap_never_offers_a_dose_that_is_too_much_by_itself(own: Person) -> None:
    wrote(own, 3, ibuprofen=1400)
    (taken,) = doses.shown(own, factors.asked(own))
    assert taken.asked.habitual == 400.0
    assert taken.is_over
    assert taken.in_a_day == 1400.0


def test_a_medicine_without_a_maximum_is_never_warned_of(client: Client, own: Person) -> None:
    assert client.post("/medicines/", dose("50", "muscle_relaxant")).status_code == 302
    factors.choose(own, Factor("Pastilla azul", "n"), group="medicine", daily_max=2.0)
    assert client.post("/medicines/", dose("3", "Pastilla azul")).status_code == 422


def test_what_waited_on_a_phone_is_kept_and_told_afterwards(client: Client, own: Person) -> None:
    wrote(own, 3, ibuprofen=1200)
    tapped = (datetime.now(UTC) - timedelta(minutes=30)).isoformat(timespec="seconds")
    response = client.post("/medicines/", dose(tapped=tapped, ahead="0"), follow=True)
    assert own.readings.count() == 2
    assert "por encima del máximo" in response.content.decode()
    assert "Lo has pasado." in client.get("/").content.decode()
    assert client.post("/medicines/", dose(tapped=datetime.now(UTC).isoformat(), ahead="0")).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [{"amount": ""}, {"amount": "0"}, {"amount": "-1"}, {"medicine": "sitting"}, {"medicine": ""}, {"when": "x"}],
)
def test_what_is_no_dose_is_refused(client: Client, own: Person, wrong: dict[str, str]) -> None:
    assert client.post("/medicines/", {**dose(), **wrong}).status_code == 422
    assert not own.readings.exists()


def test_a_dose_at_the_moment_of_a_reading_is_added_to_it_and_taken_back_alone(client: Client, own: Person) -> None:
    sent = {"listed_name": "ibuprofen", "listed_amount": "200", "when": "2026-01-15T08:05"}
    client.post("/", {"pain": "3", **sent})
    response = client.post("/medicines/", dose(when="at", at="2026-01-15T08:05"))
    kept = own.readings.get()
    assert (kept.pain, kept.amounts.get().value) == (3.0, 600.0)
    assert response["Location"] == f"/reading/{kept.pk}/?done=corrected"
    client.post("/reading/undo/")
    assert own.readings.get().amounts.get().value == 200.0


def test_the_number_of_the_country_is_given(client: Client, own: Person) -> None:
    wrote(own, 3, ibuprofen=1200)
    for country, number in (
        ("ES", "tel:91 562 04 20"),
        ("GB", "tel:111"),
        ("FR", "información toxicológica de tu país"),
    ):
        client.cookies["country"] = country
        assert number in client.post("/medicines/", dose()).content.decode()


def test_the_demonstration_takes_none(in_demo: Client) -> None:
    assert in_demo.get("/medicines/").status_code == 200
    assert in_demo.post("/medicines/", dose()).status_code == 403


def test_only_what_a_source_says_has_a_maximum() -> None:
    cited = {one.name: one.daily_max for one in known_factors() if one.daily_max}
    assert {name: most.amount for name, most in cited.items()} == {"paracetamol": 3000, "ibuprofen": 1200}
    assert all(most.source and most.note and most.read.year >= 2026 for most in cited.values())


HOURS = st.lists(st.tuples(st.integers(0, 96), st.integers(1, 1000)), max_size=8)


@given(HOURS, st.integers(0, 96))
def test_the_largest_day_is_that_of_all_days_tried(taken: list[tuple[int, int]], hour: int) -> None:
    """An oracle: every whole hour tried as the end of a day that holds the moment."""
    start = datetime(2026, 3, 1, tzinfo=UTC)
    given_doses = [(start + timedelta(hours=at), float(amount)) for at, amount in taken]
    days = [sum(amount for at, amount in taken if end - 24 < at <= end) for end in range(hour, hour + 24)]
    there = [amount for at, amount in taken if at == hour]
    if there:
        assert doses.most_in_a_day(given_doses, start + timedelta(hours=hour)) == max(days)


def test_a_diary_of_doses_reads_back_whole(client: Client, own: Person) -> None:
    client.post("/medicines/", dose(when="at", at="2026-01-15T08:05"))
    diary = store.load(own)
    assert diary.factors == (IBUPROFEN,)
    assert diary.amounts.tolist() == [[400.0]]
