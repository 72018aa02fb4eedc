"""Exports as services give them; and archives that lie, burst or are broken."""

from __future__ import annotations

import gzip
import io
import sqlite3
import struct
import subprocess
import sys
import zipfile
import zlib
from contextlib import closing
from pathlib import Path

import pytest
from bench.terrain import files

from espalda.terrain import Walk, archive, health_connect, limits, track, walks

WAYS = [files.hills(seed, metres=900) for seed in (1, 2, 3)]


def told(data: bytes, name: str = "export.zip") -> list[tuple[str, str]]:
    return [(walk.file.removeprefix(f"{name}/"), walk.status) for walk in walks([(name, data)])]


def refusal(data: bytes) -> str:
    (walk,) = walks([("export.zip", data)])
    assert walk.status == "refused"
    return str(walk.to_dict("en")["reason"])


def test_strava_gives_its_activities_and_no_planned_route() -> None:
    assert told(files.strava(WAYS)) == [
        ("activities/0.fit.gz", "ok"),
        ("activities/1.gpx", "ok"),
        ("activities/2.tcx.gz", "ok"),
    ]


def test_stravas_list_tells_what_was_virtual() -> None:
    rows = b"Activity ID,Activity Date,Activity Name,Activity Type,Filename\n1,x,x,Ciclismo virtual,activities/1.gpx\n"
    data = files.zipped({"activities.csv": rows, "activities/1.gpx": files.gpx(WAYS[0], kind="cycling")})
    assert told(data) == [("activities/1.gpx", "no_terrain")]


def test_a_list_that_is_no_table_is_passed_over() -> None:
    for rows in (b"\xff\xfe\x00", b'"' * 200_000, b"a" * 200_000, b"activities/1.gpx\n" * 9):
        data = files.zipped({"activities.csv": rows, "activities/1.gpx": files.gpx(WAYS[0])})
        assert told(data) == [("activities/1.gpx", "ok")]


def test_apple_health_gives_routes_with_what_their_workouts_know() -> None:
    data = files.apple(WAYS[:2])
    found = list(walks([("export.zip", data)]))

    assert [(walk.file.rsplit("/", 1)[1], walk.status) for walk in found] == [
        ("route_0.gpx", "ok"),
        ("route_1.gpx", "ok"),
        ("exportar.xml#3", "no_terrain"),
        ("exportar.xml#4", "no_terrain"),
    ]
    first, *_, last = (walk.to_dict("en") for walk in found)
    assert first["start"] == "2025-10-09T10:53:20+02:00"
    assert first["device_ascent_m"] == 123.5
    assert last["minutes"] == pytest.approx((WAYS[0].time[-1] - WAYS[0].time[0]) / 60, abs=0.1)
    assert last["distance_m"] == pytest.approx(WAYS[0].distance[-1], abs=0.1)


def test_apples_list_may_be_broken_and_its_routes_are_read() -> None:
    route = files.gpx(WAYS[0])
    for export in (
        b"<HealthData>",
        b"<HealthData><Workout",
        b"<HealthData>" + b"<Workout " * 50_000,
        b"<HealthData>" + b"<Workout/>" * 10,
        b"<HealthData>" + b"\x00<Record x='" + bytes(range(256)) * 400 + files.apple_workout(WAYS[0], "a.gpx"),
    ):
        data = files.zipped({"e/export.xml": export, "e/workout-routes/a.gpx": route})
        assert ("e/workout-routes/a.gpx", "ok") in told(data)


def test_a_workout_across_two_chunks_is_whole() -> None:
    workout = files.apple_workout(WAYS[0], None)
    for filler in range(limits.CHUNK - 900, limits.CHUNK + 400, 97):
        xml = b"<HealthData>" + b" " * filler + workout + workout.replace(b"Walking", b"Hiking") + b"</HealthData>"
        assert [status for _, status in told(xml, "export.xml")] == ["no_terrain", "no_terrain"]


def test_a_route_is_read_once_however_many_workouts_claim_it() -> None:
    export = b"".join(files.apple_xml([files.apple_workout(WAYS[0], "a.gpx", kind="Cycling")] * 500))
    data = files.zipped({"e/export.xml": export, "e/workout-routes/a.gpx": files.gpx(WAYS[0])})
    assert told(data) == [("e/workout-routes/a.gpx", "ok")]


def test_places_written_in_the_list_itself_are_read() -> None:
    points = "".join(
        f'<Location date="2025-10-09 11:{i // 60:02}:{i % 60:02} +0200" '
        f'latitude="{lat}" longitude="{lon}" altitude="{up}"/>'
        for i, (lat, lon, up) in enumerate(zip(WAYS[0].lat, WAYS[0].lon, WAYS[0].altitude, strict=True))
    )
    workout = (
        f'<Workout workoutActivityType="HKWorkoutActivityTypeRunning"><WorkoutRoute>{points}</WorkoutRoute></Workout>'
    )
    assert told(f"<HealthData>{workout}</HealthData>".encode(), "export.xml") == [("export.xml#1", "ok")]


def test_health_connect_gives_routes_and_walks_without() -> None:
    assert told(files.health_connect(WAYS[:2])) == [
        ("health_connect_export.db#1", "ok"),
        ("health_connect_export.db#2", "ok"),
        ("health_connect_export.db#101", "no_terrain"),
    ]


def test_a_store_kept_with_a_log_beside_it_is_read() -> None:
    data = bytearray(zipfile.ZipFile(io.BytesIO(files.health_connect(WAYS[:1]))).read("health_connect_export.db"))
    data[18:20] = b"\x02\x02"
    assert told(bytes(data), "a.db")[0] == ("a.db#1", "ok")


@pytest.mark.parametrize(
    "trap",
    [
        "CREATE VIEW exercise_session_record_table AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
        " SELECT x AS row_id, x AS start_time, x AS end_time, 53 AS exercise_type FROM n",
        "CREATE TABLE exercise_session_record_table (row_id, start_time, end_time,"
        " exercise_type AS (length(zeroblob(1000000000))))",
        "CREATE VIRTUAL TABLE exercise_session_record_table USING fts5(row_id, start_time, end_time, exercise_type)",
        "CREATE TABLE other (a)",
    ],
    ids=["endless view", "huge value", "virtual table", "no table"],
)
def test_a_store_that_sets_a_trap_is_refused(trap: str) -> None:
    with closing(sqlite3.connect(":memory:")) as store:
        store.execute(trap)
        if "AS (length" in trap:
            store.execute("INSERT INTO exercise_session_record_table VALUES (1, 1, 1)")
        data = store.serialize()
    assert "Health Connect" in refusal(data)


def test_a_store_that_asks_for_too_much_work_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_connect, "_MAX_STEPS", 1)
    assert "Health Connect" in refusal(files.health_connect(WAYS))


def test_a_store_spoilt_anywhere_is_read_or_refused() -> None:
    whole = zipfile.ZipFile(io.BytesIO(files.health_connect(WAYS[:1]))).read("health_connect_export.db")
    for place in range(0, len(whole), len(whole) // 60):
        data = bytearray(whole)
        data[place : place + 40] = b"\xff" * 40
        assert {status for _, status in told(bytes(data), "a.db")} <= {"ok", "partial", "no_terrain", "refused"}


def test_nothing_is_written_to_the_disk(tmp_path: Path) -> None:
    for name, data in {
        "s.zip": files.strava(WAYS),
        "a.zip": files.apple(WAYS[:2]),
        "h.zip": files.health_connect(WAYS[:2]),
        "g.gpx.gz": gzip.compress(files.gpx(WAYS[0])),
    }.items():
        (tmp_path / name).write_bytes(data)
    program = (
        "import os, sys\n"
        "from espalda.terrain import walks\n"
        "def heard(event, arguments):\n"
        "    if event == 'open' and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):\n"
        "        os._exit(9)\n"
        "sys.addaudithook(heard)\n"
        "print(sum(walk.status == 'ok' for walk in walks(sys.argv[1:])))\n"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", program, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "8\n"), done.stderr


def bomb(size: int) -> bytes:
    """Return a gzip file of so many zeros."""
    return gzip.compress(bytes(size), 9)


def test_a_file_that_bursts_is_not_unpacked_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = bomb(60 * 2**20)
    assert len(limits.unzip_gzip(packed).data) <= limits.FREE + limits.MAX_RATIO * len(packed) + limits.CHUNK
    assert "far more" in refusal(packed)
    monkeypatch.setattr(limits, "MAX_RATIO", 10_000)
    assert len(limits.unzip_gzip(packed, 2**20).data) == 2**20


def test_an_archive_that_bursts_is_not_read_further() -> None:
    zeros = zlib.compressobj(9, zlib.DEFLATED, -15)
    blob = zeros.compress(bytes(60 * 2**20)) + zeros.flush()
    data = files.zipped({"a.gpx": files.gpx(WAYS[0])})
    lying = _with_member(data, b"b.gpx", blob, claimed=100)
    statuses = told(lying)
    assert ("a.gpx", "ok") in statuses
    assert statuses[-1][1] == "refused"

    members = {f"{i}.gpx": bytes(15 * 2**20) for i in range(4)}
    found = list(walks([("export.zip", files.zipped(members))]))
    assert "far more" in str(found[-1].to_dict("en")["reason"])
    assert len(found) <= 3


def _with_member(data: bytes, name: bytes, blob: bytes, *, claimed: int) -> bytes:
    """Return an archive with one more member, which claims another size than it has."""
    end = data.rindex(b"PK\x05\x06")
    start_of_list, count = (
        struct.unpack("<I", data[end + 16 : end + 20])[0],
        struct.unpack("<H", data[end + 8 : end + 10])[0],
    )
    local = (
        struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(blob), claimed, len(name), 0) + name + blob
    )
    entry = struct.pack(
        "<4sHHHHHHIIIHHHHHII",
        *(b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(blob), claimed, len(name), 0, 0, 0, 0, 0, start_of_list),
    )
    listed = data[start_of_list:end] + entry + name
    tail = struct.pack(
        "<4sHHHHIIH", b"PK\x05\x06", 0, 0, count + 1, count + 1, len(listed), start_of_list + len(local), 0
    )
    return data[:start_of_list] + local + listed + tail


def test_a_list_of_members_without_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    data = files.zipped({f"{i}.txt": b"" for i in range(300)})
    monkeypatch.setattr(archive, "MAX_MEMBERS", 299)
    assert "299" in refusal(data)
    monkeypatch.setattr(archive, "_MAX_DIRECTORY", 10_000)
    assert "damaged" in refusal(data)


def test_names_in_an_archive_are_only_names(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("here")
    data = files.zipped({"../../up.gpx": files.gpx(WAYS[0]), f"{folder}/out.gpx": files.gpx(WAYS[1]), "a\nb.gpx": b""})
    found = list(walks([("export.zip", data)]))
    assert [walk.status for walk in found] == ["ok", "ok", "refused"]
    assert list(folder.iterdir()) == []
    assert all(walk.file.isprintable() for walk in found)


def test_a_member_that_is_broken_or_locked_does_not_stop_the_others() -> None:
    data = bytearray(files.zipped({f"{i}.gpx": files.gpx(way) for i, way in enumerate(WAYS)}))
    start = data.index(b"PK\x03\x04", 1)
    data[start + 3000 : start + 3050] = bytes(50)
    locked = data.rindex(b"PK\x01\x02")
    data[locked + 8] |= 1
    assert [status for _, status in told(bytes(data))] == ["ok", "partial", "refused"]


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9, 0.999])
def test_an_archive_cut_short_is_refused(kept: float) -> None:
    data = files.strava(WAYS)
    assert "damaged" in refusal(data[: int(len(data) * kept)])


def test_more_points_than_are_kept_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(track, "MAX_POINTS", 100)
    for data in (files.gpx(WAYS[0]), files.tcx(WAYS[0]), files.fit(WAYS[0])):
        (walk,) = walks([("a", data)])
        assert walk.status == "partial"
        assert "100 points" in str(walk.to_dict("en")["reason"])
    found: list[Walk] = list(walks([("a.zip", files.health_connect(WAYS[:1]))]))
    assert found[0].status == "partial"


def test_more_bytes_than_are_read_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    data = files.gpx(WAYS[0])
    content = limits.read_at_most(io.BytesIO(data), 1000)
    assert (len(content.data), content.cut is None) == (1000, False)
    assert limits.read_at_most(io.BytesIO(data), len(data)).cut is None
