"""Walks on the page: recordings in, whole or in part; the ground in one tap; a walk by hand; a month; undone."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from bench.terrain import files
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from espalda import flows
from espalda.terrain import BANDS, OUTLINE_POINTS
from espalda.web import store, walk_keeping, walks
from espalda.web.charts_walks import pictures, stacks
from espalda.web.models import CachedFindings, Person, Walk
from espalda.web.templatetags.espalda import minutes
from espalda.web.walk_forms import SHAPES, SHARES

WAY = files.hills(metres=1500)
FIT, GPX = files.fit(WAY), files.gpx(files.hills(2, metres=900))
LINES = {"HTTP_ACCEPT": "application/x-ndjson"}
HAND = {"minutes": "40", "when": "now"}
START = datetime(2026, 3, 1, 9, tzinfo=UTC)


def send(client: Client, sent: dict[str, bytes], **more: Any) -> Any:
    uploads = [SimpleUploadedFile(name, data) for name, data in sent.items()]
    return client.post("/walks/", {"files": uploads}, **more)


def shown(client: Client, address: str) -> dict[str, Any]:
    page: Any = client.get(address)
    return dict(page.context_data)


def lines(response: Any) -> list[dict[str, str]]:
    return [json.loads(line) for line in b"".join(response).splitlines()]


def walk(person: Person, after_min: float = 0, minutes: float = 60, **told: Any) -> Walk:
    start = START + timedelta(minutes=after_min)
    usual = {"kind": "foot", "quality": "good", "method": 1, "bands": [0, minutes / 2, minutes / 2, 0, 0]}
    given = {"start": start, "end": start + timedelta(minutes=minutes), "minutes": minutes, "moving_minutes": minutes}
    digest = f"{person.walks.count():064d}"
    return Walk.objects.create(person=person, digest=digest, **{"utc_offset_min": 60} | usual | given | told)


# In ------------------------------------------------------------------------------------------------------------


def test_recordings_become_walks_and_what_came_of_each_is_said(client: Client, own: Person) -> None:
    swim = files.fit(WAY, sport=5)
    answer = send(client, {"a.fit": FIT, "b.gpx": GPX, "cut.gpx": GPX[:40000], "swim.fit": swim, "none.gpx": b"<gpx"})
    counts = answer.context_data["counts"]
    assert counts == {"read": 3, "partial": 1, "other": 1, "known": 0, "refused": 1}
    page = answer.content.decode()
    assert "none.gpx" in page
    assert "cut.gpx" in page
    told = {state: said for state, _words, said in answer.context_data["told"]}
    assert [files for _sentence, files in told["refused"]] == [["none.gpx"]]
    assert [files for _sentence, files in told["partial"]] == [["cut.gpx"]]
    assert own.walks.count() == 4
    first = own.walks.get(quality="good", kind="foot", partial=False, distance_m__gt=1400)
    assert first.utc_offset_min == 120
    assert sum(first.bands or ()) == pytest.approx(first.moving_minutes, abs=0.3)


def test_what_is_wrong_with_many_files_is_said_once(client: Client, own: Person) -> None:
    answer = send(client, {"a.gpx": b"<gpx", "b.gpx": b"<gpx", "c.gpx": GPX})
    (state, _words, said), *rest = answer.context_data["told"]
    assert state == "refused"
    assert [files for _sentence, files in said] == [["a.gpx", "b.gpx"]]
    assert [said for _state, _words, said in rest] == [[], [], []]
    assert answer.content.decode().count(said[0][0]) == 1


def test_no_name_of_a_file_is_kept(client: Client, own: Person) -> None:
    send(client, {"paseo-por-casa.fit": FIT})
    assert "casa" not in str(list(own.walks.values()))


def test_the_script_hears_of_each_when_it_is_kept(client: Client, own: Person) -> None:
    zipped = files.strava([WAY, files.hills(2, metres=900), files.hills(3, metres=900)])
    told = send(client, {"s.zip": zipped}, **LINES)
    stream = iter(told)
    assert json.loads(next(stream))["state"] == "read"
    assert own.walks.count() == 1, "the second is measured once the first has been told"
    assert [json.loads(line)["state"] for line in stream] == ["read", "read"]


def test_what_was_read_before_is_known_and_a_stopped_import_goes_on(client: Client, own: Person) -> None:
    zipped = files.strava([WAY, files.hills(2, metres=900), files.hills(3, metres=900)])
    stopped = send(client, {"s.zip": zipped}, **LINES)
    next(iter(stopped))
    stopped.close()
    again = lines(send(client, {"s.zip": zipped}, **LINES))
    assert sorted(one["state"] for one in again) == ["known", "read", "read"]
    more = lines(send(client, {"s.zip": zipped, "a.fit": b""}, **LINES))
    assert {one["state"] for one in more} == {"known", "refused"}
    assert own.walks.count() == 3


def test_a_file_with_nothing_in_it_says_so_whatever_was_read_before(own: Person) -> None:
    walk(own)
    (told,) = walk_keeping.bring(own, [("export.xml", b"<HealthData></HealthData>")])
    assert told.state == "refused"
    assert told.sentence


def test_what_was_walked_without_a_clock_has_no_place_in_a_diary(own: Person) -> None:
    (told,) = walk_keeping.bring(own, [("plan.gpx", re.sub(rb"<time>[^<]*</time>", b"", GPX))])
    assert told.state == "refused"
    assert not own.walks.exists()


def test_more_than_is_read_at_once_is_refused_with_a_sentence(client: Client, own: Person, settings: Settings) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = send(client, {"a.fit": FIT})
    assert answer.status_code == 422
    assert "MB" in answer.content.decode()
    assert not own.walks.exists()


def test_a_recording_is_not_kept_aside_as_a_table(client: Client, own: Person, settings: Settings) -> None:
    for data in (GPX, b"\xef\xbb\xbf" + GPX, files.tcx(WAY)):
        answer = client.post("/file/", {"diary": SimpleUploadedFile("a.gpx", data)})
        assert answer.status_code == 422
    assert [path for path in settings.DATA.rglob("*") if path.is_file()] == []


def test_findings_are_older_than_a_walk(own: Person) -> None:
    store.findings(own, "en")
    assert CachedFindings.objects.get(person=own).fingerprint.count(" ") == 0
    list(walk_keeping.bring(own, [("a.fit", FIT)]))
    assert CachedFindings.objects.get(person=own).fingerprint.count(" ") == 1


# In the diary --------------------------------------------------------------------------------------------------


def test_a_walk_tells_the_diary_its_minutes(own: Person) -> None:
    walk(own, ground="rough", partly=True)
    own.records_every_walk = True
    told = store.load(own).walks
    assert told.minutes.tolist() == [[30.0, 0.0, 30.0, 0.0, 30.0]]
    assert told.complete


def test_of_two_recordings_of_the_same_walk_the_better_counts(client: Client, own: Person) -> None:
    coarse, good = walk(own, quality="coarse"), walk(own, after_min=5, quality="good")
    walk(own, kind="swim")
    assert walks.counted(list(own.walks.all())) == [good]
    page = shown(client, "/walks/?month=2026-03")
    assert [one.walk for one in page["all"] if one.twice] == [coarse]
    good.delete()
    assert len(store.load(own).walks.start) == 1


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_walks_at_all_make_a_diary(own: Person, data: st.DataObject) -> None:
    kinds = st.sampled_from(["good", "coarse", "time_only", "by_hand"])
    rows = st.tuples(st.integers(0, 300), st.integers(-30, 90), kinds, st.none() | st.floats(0, 600))
    own.walks.all().delete()
    for after, lasts, quality, moving in data.draw(st.lists(rows, max_size=6)):
        end = START + timedelta(minutes=after + lasts)
        walk(own, after, quality=quality, end=end, moving_minutes=moving, ground="soft")
    told = store.load(own).walks
    assert (told.end > told.start).all()
    assert (np.diff(told.start) >= np.timedelta64(0)).all()


def test_the_invented_walks_are_those_of_the_diary(db: None) -> None:
    diary = flows.demo()
    store.replace_demo(diary)
    demo = Person.objects.get(kind=Person.Kind.DEMO)
    first = demo.walks.first()
    assert first
    assert store.load(demo) == diary
    store.replace_demo(diary)
    assert demo.walks.first() == first, "nothing is written when it is the same"


# The ground, by hand, deleted ------------------------------------------------------------------------------------


def test_the_ground_is_one_tap(client: Client, own: Person) -> None:
    one = walk(own)
    assert client.post(f"/walks/{one.pk}/", {"ground": "rough", "list": "1"})["Location"].endswith(f"#walk-{one.pk}")
    client.post(f"/walks/{one.pk}/", {"partly": "1"})
    one.refresh_from_db()
    assert (one.ground, one.partly) == ("rough", True)
    client.post(f"/walks/{one.pk}/", {"ground": ""})
    client.post(f"/walks/{one.pk}/", {"kind": "other"})
    one.refresh_from_db()
    assert (one.ground, one.kind) == ("", "other")
    assert client.post(f"/walks/{one.pk}/", {"ground": "lava"}).status_code == 400


def test_a_walk_by_hand_is_its_minutes_and_what_it_was_like(client: Client, own: Person) -> None:
    sent = HAND | {"shape": "hilly", "ground": "gravel", "form_id": "6f3c3fd0-3ae1-4a86-8a5e-0a1bd29bb0e1"}
    for _again in range(2):
        assert client.post("/walks/by-hand/", sent).status_code == 302
    one = own.walks.get()
    assert (one.minutes, one.quality, one.ground) == (40.0, "by_hand", "gravel")
    assert one.bands == [6.0, 6.0, 16.0, 6.0, 6.0]
    assert one.end - one.start == timedelta(minutes=40)


def test_without_a_shape_slopes_are_not_made_up(client: Client, own: Person) -> None:
    client.post("/walks/by-hand/", HAND)
    assert own.walks.get().bands is None
    assert np.isnan(store.load(own).walks.minutes).all()


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"minutes": ""}, "minutes", "¿Cuántos minutos fueron?"),
        ({"minutes": "0"}, "minutes", "Tiene que ir de 1 a 1"),
        ({"minutes": "cuarenta"}, "minutes", "Escribe un número."),
        ({"shape": "moon"}, "shape", ""),
        ({"when": "at"}, "at", ""),
        ({"when": ""}, "when", ""),
    ],
)
def test_what_can_t_be_a_walk_is_not_kept(
    client: Client, own: Person, wrong: dict[str, str], field: str, sentence: str
) -> None:
    page = client.post("/walks/by-hand/", HAND | wrong)
    assert page.status_code == 422
    assert "errorlist" in page.content.decode()
    assert sentence in page.content.decode()
    told = client.post("/walks/by-hand/", HAND | wrong, headers={"accept": "application/json"})
    assert (told.status_code, list(told.json()["errors"])) == (422, [field])
    assert not own.walks.exists()


def test_a_walk_that_waited_on_the_phone_ended_when_it_was_written_down(client: Client, own: Person) -> None:
    ago = timezone.now().replace(microsecond=0) - timedelta(hours=7)
    kept = HAND | {"form_id": str(uuid.uuid4()), "tapped": ago.isoformat(), "ahead": "0"}
    answers = [client.post("/walks/by-hand/", kept, headers={"accept": "application/json"}).json() for _again in "12"]
    assert answers[0] == answers[1]
    assert answers[0]["go"].startswith("/walks/?")
    assert own.walks.get().end == ago
    client.post("/walks/by-hand/", kept | {"form_id": str(uuid.uuid4()), "when": "hour"})
    assert own.walks.order_by("end")[0].end == ago - timedelta(hours=1)


def test_every_shape_shares_out_the_whole_walk() -> None:
    assert set(SHAPES) == set(SHARES)
    for shares in SHARES.values():
        assert len(shares) == len(BANDS)
        assert sum(shares) == pytest.approx(1)


def test_a_deleted_walk_comes_back_whole(client: Client, own: Person) -> None:
    one = walk(own, outline=[[0, 0.0], [100, 2.5]], ground="soft")
    before = Walk.objects.filter(pk=one.pk).values().get()
    page = client.post(f"/walks/{one.pk}/delete/")["Location"]
    assert not own.walks.exists()
    assert "/walks/undo/" in client.get(page).content.decode()
    assert store.undo(own) is None, "a walk is no reading"
    client.post("/walks/undo/")
    assert own.walks.values().get() | {"id": one.pk} == before
    client.post("/walks/undo/")
    assert own.walks.count() == 1


def test_whether_every_walk_is_recorded_is_asked_and_blank_is_not_none(client: Client, own: Person) -> None:
    assert 'name="every"' not in client.get("/walks/").content.decode()
    walk(own)
    assert shown(client, "/walks/")["ask"]
    assert not store.load(own).walks.complete
    client.post("/walks/every/", {"every": "yes"})
    assert not shown(client, "/walks/")["ask"]
    assert store.load(Person.objects.get(pk=own.pk)).walks.complete
    assert client.post("/walks/every/", {"every": "perhaps"}).status_code == 400


# Shown ---------------------------------------------------------------------------------------------------------


def test_a_month_has_its_own_walks_on_the_person_s_days(client: Client, own: Person) -> None:
    own.walks.all().delete()
    walk(own, bands=None)
    late = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)  # 01:30 of April by the clock, and still the last day of March
    walk(own, start=late, end=late + timedelta(minutes=20), utc_offset_min=120)
    page = shown(client, "/walks/?month=2026-03")
    assert len(page["all"]) == 2
    assert page["untold"] == 60
    assert shown(client, "/walks/?month=1999-99")["month"].month == 3


@given(
    st.lists(st.tuples(st.floats(1, 500), st.floats(-300, 300)), min_size=1, max_size=OUTLINE_POINTS),
    st.booleans(),
)
def test_every_picture_is_inside_its_frame(steps: list[tuple[float, float]], small: bool) -> None:
    metres = np.cumsum([0.0, *(run for run, _rise in steps)]).tolist()
    outline = list(zip(metres, [0.0, *(rise for _run, rise in steps)], strict=True))
    for picture in pictures(outline, small=small):
        places = [tuple(map(float, one.split())) for one in picture.line.removeprefix("M").split("L")]
        assert all(picture.left - 0.1 <= x <= picture.right + 0.1 and 0 <= y <= picture.floor for x, y in places)
        assert all(one.band != after.band for one, after in pairwise(picture.parts))


@pytest.mark.parametrize(
    ("told", "words"), [(0, "0 min"), (59.4, "59 min"), (59.6, "1 h"), (60, "1 h"), (410.4, "6 h 50 min")]
)
def test_minutes_are_told_in_hours_where_there_are(told: float, words: str) -> None:
    assert minutes(told) == words.replace(" ", "\xa0")


def test_a_day_s_bands_stand_on_one_another_and_add_up() -> None:
    told = {START.date(): {"down": 20.0, "flat": 40.0}}
    for chart in stacks(START.date(), 31, told):
        down, flat = (one.box for one in chart.boxes)
        assert down.y == pytest.approx(flat.y + flat.height, abs=0.11)
        assert flat.height == pytest.approx(2 * down.height, abs=0.21)


def test_the_demonstration_s_walks_are_for_looking(in_demo: Client, demo: Person) -> None:
    one = walk(demo)
    assert in_demo.get(f"/walks/{one.pk}/").status_code == 200
    for address in (f"/walks/{one.pk}/", f"/walks/{one.pk}/delete/", "/walks/", "/walks/every/", "/walks/by-hand/"):
        assert in_demo.post(address, {"ground": "soft"}).status_code == 403
    assert demo.walks.get() == one
