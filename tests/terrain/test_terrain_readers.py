"""Each format gives the same outing; what is damaged gives what can be kept of it; what is nothing says so."""

from __future__ import annotations

import gzip
import io
import math
import os
import random
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from bench.terrain import files
from hypothesis import given, settings
from hypothesis import strategies as st

from espalda.terrain import Kind, Walk, measure, walks
from espalda.terrain.sport import kind_of
from espalda.words import LANGUAGES, Message

WAY = files.hills(metres=1500)
MADE = {"walk.fit": files.fit(WAY), "walk.gpx": files.gpx(WAY), "walk.tcx": files.tcx(WAY)}


def one(data: bytes, name: str = "walk", *, ignore_device_totals: bool = False) -> Walk:
    (walk,) = walks([(name, data)], ignore_device_totals=ignore_device_totals)
    return walk


def climbed(walk: Walk) -> float:
    assert walk.profile is not None
    assert walk.profile.ascent_m is not None
    return walk.profile.ascent_m


def minutes(walk: Walk) -> float:
    assert walk.profile is not None
    assert walk.profile.minutes is not None
    return walk.profile.minutes


WHOLE = {name: one(data, name) for name, data in MADE.items()}


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
def test_every_format_gives_the_same_outing(name: str, packed: bool) -> None:
    walk = one(gzip.compress(MADE[name]) if packed else MADE[name], "no telling name")

    whole = WHOLE["walk.gpx"]
    assert walk.status == "ok"
    assert climbed(walk) == pytest.approx(climbed(whole), rel=0.02)
    assert minutes(walk) == pytest.approx((WAY.time[-1] - WAY.time[0]) / 60, abs=0.05)
    assert walk.to_dict("en")["distance_m"] == pytest.approx(WAY.distance[-1], rel=0.01)


def test_local_time_where_the_file_tells_it() -> None:
    assert WHOLE["walk.fit"].to_dict("en")["start"] == "2025-10-09T10:53:20+02:00"
    assert WHOLE["walk.gpx"].to_dict("en")["start"] == "2025-10-09T08:53:20+00:00"


def test_the_devices_totals_are_told_apart() -> None:
    told = WHOLE["walk.fit"].to_dict("en")
    rises = np.diff(WAY.altitude)
    assert told["device_ascent_m"] == round(rises[rises > 0].sum())
    assert told["ascent_m"] != told["device_ascent_m"]
    along = one(MADE["walk.fit"], ignore_device_totals=True).to_dict("en")
    assert along["distance_m"] == pytest.approx(WHOLE["walk.gpx"].to_dict("en")["distance_m"], rel=0.005)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (files.fit(WAY, sport=5), "swim"),
        (files.fit(WAY, sport=2, sub_sport=6), "Indoors"),
        (files.fit(WAY, sport=2, sub_sport=58), "virtual"),
        (files.fit(WAY, positions=False), "no positions"),
        (files.gpx(WAY, kind="VirtualRun"), "virtual"),
        (files.gpx(WAY.every(len(WAY.time))), "one point"),
        (files.fit(files.Outing(WAY.time, WAY.north * 0, WAY.east * 0, WAY.altitude, WAY.distance)), "stayed where"),
    ],
    ids=["swim", "indoor", "virtual FIT", "no positions", "virtual GPX", "one point", "rollers"],
)
def test_what_has_no_terrain_says_so(data: bytes, says: str) -> None:
    walk = one(data).to_dict("en")
    assert walk["status"] == "no_terrain"
    assert says in walk["reason"]
    assert walk["bands"] is walk["ascent_m"] is None
    assert walk["minutes"] is not None


def test_what_a_waypoint_is_does_not_say_what_was_done() -> None:
    spring = b'<wpt lat="40" lon="-3"><name>Fuente</name><type>Water</type></wpt><trk>'
    assert one(MADE["walk.gpx"].replace(b"<trk>", spring)).status == "ok"


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (("walking", "generic"), Kind.FOOT),
        (("running", "trail"), Kind.FOOT),
        (("running", "treadmill"), Kind.INDOOR),
        (("cycling", "indoor_cycling"), Kind.INDOOR),
        (("cycling", "virtual_activity"), Kind.VIRTUAL),
        (("swimming", "open_water"), Kind.SWIM),
        (("rowing", None), Kind.WATER),
        (("Hiking",), Kind.FOOT),
        (("Caminata",), Kind.FOOT),
        (("Natación",), Kind.SWIM),
        (("Ciclismo virtual",), Kind.VIRTUAL),
        (("cycling", "road"), Kind.OTHER),
        (("generic", "generic"), None),
        ((None, ""), None),
    ],
)
def test_what_was_done_is_told_by_its_name(names: tuple[str | None, ...], kind: Kind | None) -> None:
    assert kind_of(*names) is kind


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"<html></html>",
        b"\x1f\x8b",
        b"PK\x05\x06" + bytes(18),
        b"PK\x03\x04" + bytes(100),
        b"SQLite format 3\x00" + bytes(200),
        bytes(8) + b".FIT",
        b"<gpx/>",
        b"<gpx><trk><trkseg><trkpt lat='x' lon='1e999'/></trkseg></trk></gpx>",
        files.zipped({"a.txt": b"hello"}),
        files.zipped({"a.zip": files.zipped({"a.gpx": MADE["walk.gpx"]})}),
    ],
    ids=[
        "empty",
        "text",
        "html",
        "gz",
        "empty zip",
        "cut zip",
        "SQLite",
        "FIT",
        "no points",
        "no numbers",
        "other",
        "zips",
    ],
)
def test_what_is_no_walk_is_refused_with_a_sentence(data: bytes) -> None:
    walk = one(data, "thing.bin")
    assert walk.status == "refused"
    assert all(walk.to_dict(lang)["reason"] for lang in LANGUAGES)
    assert walk.to_dict("en")["file"] == "thing.bin"


@pytest.mark.parametrize("name", MADE)
def test_a_file_cut_short_keeps_what_came_before(name: str) -> None:
    data = MADE[name]
    walk = one(data[: len(data) // 2], name)

    assert walk.status == "partial"
    assert minutes(walk) == pytest.approx(minutes(one(data)) / 2, rel=0.05)


def test_a_packed_file_cut_short_keeps_what_came_before() -> None:
    packed = gzip.compress(MADE["walk.gpx"])
    walk = one(packed[: len(packed) // 2])
    assert walk.status == "partial"
    assert minutes(walk) == pytest.approx(minutes(WHOLE["walk.gpx"]) / 2, rel=0.2)


BROKEN_XML = [
    b"<trkpt lat='1' <  />",
    b"</trkseg></trk></gpx>",
    b"<![CDATA[ never ends",
    b"<!-- nor this",
    b"<trkpt lat=1 lon=2/>",
    b"&bad; &#0; & <",
    b"\x00\x01\xff\xfe",
    b"<a>" * 1000,
]


@pytest.mark.parametrize("bad", BROKEN_XML)
def test_what_is_not_well_formed_costs_no_point_around_it(bad: bytes) -> None:
    points = list(files.gpx_points(WAY))
    data = b"<gpx><trk><trkseg>" + b"".join([*points[:700], bad, *points[700:]]) + b"</trkseg></trk></gpx>"

    walk = one(data)

    assert walk.status in {"ok", "partial"}
    assert climbed(walk) == pytest.approx(climbed(WHOLE["walk.gpx"]), rel=0.01)
    assert minutes(walk) == pytest.approx(minutes(WHOLE["walk.gpx"]), abs=0.1)


def test_text_in_another_coding_is_read() -> None:
    text = MADE["walk.gpx"].decode().replace("UTF-8", "UTF-16")
    for coding in ("utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "latin-1"):
        assert climbed(one(text.encode(coding))) == pytest.approx(climbed(WHOLE["walk.gpx"]), rel=0.001)


def test_neither_entities_nor_files_are_resolved() -> None:
    head = '<!DOCTYPE gpx [<!ENTITY a "9999"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    data = MADE["walk.gpx"].replace(b"<gpx ", head.encode() + b"<gpx ", 1).replace(b"<ele>", b"<ele>&a;&b;", 5)
    assert climbed(one(data)) == pytest.approx(climbed(WHOLE["walk.gpx"]), abs=3)


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(WAY.time)),
            st.sampled_from(["nan", "inf", "-1e308", "1e308", "91", "0", ""]),
            st.sampled_from(["nan", "1e999", "-181", "0", "x"]),
            st.sampled_from(["nan", "-9999", "1e308", "0", "abc"]),
            st.sampled_from(["", "1899-12-30T00:00:00Z", "2025-10-09T08:53:20Z", "2099-01-01T00:00:00Z", "yesterday"]),
        ),
        max_size=20,
    )
)
def test_bad_rows_never_cost_good_ones(rows: list[tuple[int, str, str, str, str]]) -> None:
    points = list(files.gpx_points(WAY))
    for place, lat, lon, altitude, time in sorted(rows, reverse=True):
        bad = f'<trkpt lat="{lat}" lon="{lon}"><ele>{altitude}</ele><time>{time}</time></trkpt>'
        points.insert(place, bad.encode())
    walk, whole = one(b"<gpx>" + b"".join(points) + b"</gpx>"), WHOLE["walk.gpx"]

    assert climbed(walk) == pytest.approx(climbed(whole), rel=0.02, abs=0.5)
    assert minutes(walk) == pytest.approx(minutes(whole), abs=0.1)


@settings(max_examples=40)
@given(st.sampled_from(sorted(MADE)), st.randoms(use_true_random=False))
def test_nothing_crashes(name: str, rng: random.Random) -> None:
    data = bytearray(MADE[name][:20_000])
    for _ in range(rng.randrange(1, 30)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    for walk in walks([(name, bytes(data))]):
        told = walk.to_dict("es")
        numbers = [value for value in told.values() if isinstance(value, float)]
        assert all(math.isfinite(value) for value in numbers)
        assert (told["reason"] is None) == (told["status"] == "ok")


def test_a_clock_that_is_set_back_or_far_ahead_costs_only_its_own_points() -> None:
    time = WAY.time.copy()
    time[400:420] += 86400 * 365
    time[900:930] -= 7200
    way = files.Outing(time, WAY.north, WAY.east, WAY.altitude, WAY.distance)
    assert minutes(one(files.gpx(way))) == pytest.approx(minutes(WHOLE["walk.gpx"]), abs=0.1)


def test_a_long_gap_is_not_walked() -> None:
    time = WAY.time + np.where(np.arange(len(WAY.time)) > 600, 31 * 86400.0, 0)
    way = files.Outing(time, WAY.north, WAY.east, WAY.altitude, WAY.distance)
    assert minutes(one(files.gpx(way))) == pytest.approx(minutes(WHOLE["walk.gpx"]), abs=0.1)


def test_sports_without_terrain_are_left_out_of_a_mixed_outing() -> None:
    both = files.fit(WAY, sport=5) + files.fit(
        files.Outing(WAY.time + 2000, WAY.north, WAY.east, WAY.altitude, WAY.distance), sport=1
    )
    walk = one(both)
    assert walk.status == "ok"
    assert minutes(walk) == pytest.approx(minutes(WHOLE["walk.fit"]), abs=0.1)


def test_a_fit_file_that_claims_more_than_it_has() -> None:
    data = bytearray(MADE["walk.fit"])
    data[4:8] = struct.pack("<I", 2**32 - 1)
    walk = one(bytes(data))
    assert walk.status == "partial"
    assert climbed(walk) == pytest.approx(climbed(WHOLE["walk.fit"]))


def test_open_files_are_read_too() -> None:
    (walk,) = walks([("a", io.BytesIO(MADE["walk.gpx"]))])
    assert walk.status == "ok"


def test_what_is_known_is_not_read_again() -> None:
    whole = files.strava([files.hills(seed, metres=600) for seed in (1, 2, 3)])
    first = list(walks([("export.zip", whole)]))
    assert len({walk.digest for walk in first}) == 3
    assert list(walks([("again.zip", whole)], known={walk.digest for walk in first})) == []
    (left,) = walks([("again.zip", whole)], known={walk.digest for walk in first[1:]})
    assert left.digest == first[0].digest


def test_names_that_are_no_text_are_shown() -> None:
    (walk,) = walks([("a\x1b[31m\udc80\u202e.gpx", MADE["walk.gpx"])])
    assert walk.file.isprintable()
    walk.file.encode()


def test_a_broken_file_does_not_stop_the_others(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("walks")
    (folder / "a.gpx").write_bytes(b"<gpx")
    (folder / "b.FIT").write_bytes(MADE["walk.fit"])
    (folder / "c.txt").write_bytes(b"not asked for")
    (folder / "deeper").mkdir()
    (folder / "deeper" / "d.tcx.gz").write_bytes(gzip.compress(MADE["walk.tcx"]))
    found = list(walks([folder, folder / "none.gpx", folder / "c.txt"]))
    assert [(walk.file.rsplit("/", 1)[1], walk.status) for walk in found] == [
        ("a.gpx", "refused"),
        ("b.FIT", "ok"),
        ("d.tcx.gz", "ok"),
        ("none.gpx", "refused"),
        ("c.txt", "refused"),
    ]


def test_what_cannot_be_looked_at_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "gone.gpx").symlink_to(tmp_path / "nowhere")
    (tmp_path / "a.gpx").write_bytes(MADE["walk.gpx"])
    found = list(walks(["x" * 300 + ".gpx", tmp_path]))
    assert [walk.status for walk in found] == ["refused", "ok", "refused"]
    assert found[0].reason == Message(measure.NO_FILE)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the administrator may read everything")
def test_a_folder_that_may_not_be_read_is_told_from_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir(mode=0)
    (tmp_path / "empty").mkdir()
    found = list(walks([tmp_path / "mine", tmp_path / "mine" / "a.gpx", tmp_path / "empty"]))
    reasons = (measure.NO_FOLDER, measure.NO_FILE, measure.EMPTY_FOLDER)
    assert [walk.reason for walk in found] == [Message(reason) for reason in reasons]


def test_walks_are_measured_only_when_asked_for() -> None:
    later = io.BytesIO(MADE["walk.gpx"])
    next(walks([("a", MADE["walk.gpx"]), ("b", later)]))
    assert later.tell() == 0


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_members_packed_in_other_ways_are_refused(method: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("a.gpx", MADE["walk.gpx"])
    assert one(buffer.getvalue()).status == "refused"
