"""Recordings made to order: one outing as columns, written in each format that is read."""

from __future__ import annotations

import gzip
import io
import sqlite3
import struct
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

START_S = 1_760_000_000.0  # 2025-10-09T08:53:20Z
_FIT_EPOCH_S = 631065600
_DEGREE_M = 111_195.0
_BEND_M = 800.0
_HOME = (40.0, -3.0)  # invented: a point in the middle of nowhere in particular


@dataclass(frozen=True)
class Outing:
    """An outing: seconds since 1970, metres north and east of a point, altitude, and metres as the device counts."""

    time: Floats
    north: Floats
    east: Floats
    altitude: Floats
    distance: Floats

    @property
    def lat(self) -> Floats:
        """Degrees north."""
        return _HOME[0] + self.north / _DEGREE_M

    @property
    def lon(self) -> Floats:
        """Degrees east."""
        return np.asarray(_HOME[1] + self.east / (_DEGREE_M * np.cos(np.radians(_HOME[0]))))

    def every(self, step: int) -> Outing:
        """Return one point in `step`."""
        return Outing(
            self.time[::step], self.north[::step], self.east[::step], self.altitude[::step], self.distance[::step]
        )

    def reversed(self) -> Outing:
        """Return the outing walked the other way."""
        return Outing(
            self.time[0] + self.time[-1] - self.time[::-1],
            self.north[::-1],
            self.east[::-1],
            self.altitude[::-1],
            self.distance[-1] - self.distance[::-1],
        )

    def at_altitude(self, altitude: Floats) -> Outing:
        """Return the same way with another altitude."""
        return replace(self, altitude=altitude)


def outing(metres: Floats, altitude: Floats, *, speed: float = 1.2, step_s: float = 1.0) -> Outing:
    """Return a walk in a wide circle at an even pace, over the heights that are given at some of its metres."""
    seconds = np.arange(0, metres[-1] / speed, step_s)
    along = seconds * speed
    return Outing(
        START_S + seconds,
        _BEND_M * np.sin(along / _BEND_M),
        _BEND_M * (1 - np.cos(along / _BEND_M)),
        np.interp(along, metres, altitude),
        along,
    )


def hills(seed: int = 1, metres: float = 6000.0, height: float = 60.0) -> Outing:
    """Return a walk of some metres over hills drawn from `seed`."""
    rng = np.random.default_rng(seed)
    places = np.linspace(0, metres, int(metres / 150) + 2)
    heights = 500 + np.cumsum(rng.normal(0, height / 6, len(places)))
    along = np.arange(0, metres, 5.0)
    return outing(along, np.interp(along, places, heights))


def stamp(time: float) -> str:
    """Return a time as GPX and TCX write it."""
    return datetime.fromtimestamp(time, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def gpx(way: Outing, *, head: str = "", kind: str = "walking") -> bytes:
    """Return the outing as GPX."""
    return b"".join((_gpx_head(head, kind), *gpx_points(way), b"</trkseg></trk></gpx>\n"))


def _gpx_head(head: str, kind: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{head}<gpx version="1.1" creator="test" '
        f'xmlns="http://www.topografix.com/GPX/1/1"><trk><type>{kind}</type><trkseg>\n'
    ).encode()


def gpx_points(way: Outing) -> Iterator[bytes]:
    """Yield the points of the outing as GPX."""
    for time, lat, lon, altitude in zip(way.time, way.lat, way.lon, way.altitude, strict=True):
        yield (
            f'<trkpt lat="{lat:.7f}" lon="{lon:.7f}"><ele>{altitude:.2f}</ele><time>{stamp(time)}</time></trkpt>\n'
        ).encode()


def tcx(way: Outing, *, sport: str = "Other") -> bytes:
    """Return the outing as TCX."""
    points = "".join(
        f"<Trackpoint><Time>{stamp(time)}</Time><Position><LatitudeDegrees>{lat:.7f}</LatitudeDegrees>"
        f"<LongitudeDegrees>{lon:.7f}</LongitudeDegrees></Position><AltitudeMeters>{altitude:.2f}</AltitudeMeters>"
        f"<DistanceMeters>{distance:.2f}</DistanceMeters></Trackpoint>\n"
        for time, lat, lon, altitude, distance in zip(
            way.time, way.lat, way.lon, way.altitude, way.distance, strict=True
        )
    )
    return (
        '   <?xml version="1.0"?><TrainingCenterDatabase '
        'xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"><Activities>'
        f'<Activity Sport="{sport}"><Lap><DistanceMeters>{way.distance[-1]:.1f}</DistanceMeters>'
        f"<Track>{points}</Track></Lap></Activity></Activities></TrainingCenterDatabase>\n"
    ).encode()


def fit(way: Outing, *, sport: int = 11, sub_sport: int = 0, ahead_s: int = 7200, positions: bool = True) -> bytes:
    """Return the outing as FIT, with a session and local time; sport 11 is walking, 5 swimming, 2 cycling."""
    body = bytearray(_definition(0, 0, [(0, 1, 0), (4, 4, 0x86)]) + bytes([0, 4]) + _seconds(way.time[0]))
    fields = [(253, 4, 0x86), (0, 4, 0x85), (1, 4, 0x85), (78, 4, 0x86), (5, 4, 0x86)]
    body += _definition(1, 20, fields)
    for time, lat, lon, altitude, distance in zip(way.time, way.lat, way.lon, way.altitude, way.distance, strict=True):
        place = [round(degrees * 2**31 / 180) if positions else 0x7FFFFFFF for degrees in (lat, lon)]
        body += (
            b"\x01" + _seconds(time) + struct.pack("<iiII", *place, round((altitude + 500) * 5), round(distance * 100))
        )
    rises = np.diff(way.altitude)
    body += _definition(
        2,
        18,
        [(253, 4, 0x86), (2, 4, 0x86), (7, 4, 0x86), (9, 4, 0x86), (22, 2, 0x84), (23, 2, 0x84), (5, 1, 0), (6, 1, 0)],
    )
    body += b"\x02" + _seconds(way.time[-1]) + _seconds(way.time[0])
    body += struct.pack(
        "<IIHHBB",
        round((way.time[-1] - way.time[0]) * 1000),
        round(way.distance[-1] * 100),
        round(min(rises[rises > 0].sum(), 60000)),
        round(min(-rises[rises < 0].sum(), 60000)),
        sport,
        sub_sport,
    )
    body += _definition(3, 34, [(253, 4, 0x86), (5, 4, 0x86)])
    body += b"\x03" + _seconds(way.time[-1]) + _seconds(way.time[-1] + ahead_s)
    return struct.pack("<BBHI4sH", 14, 0x20, 2132, len(body), b".FIT", 0) + bytes(body) + b"\x00\x00"


def _definition(local: int, message: int, fields: list[tuple[int, int, int]]) -> bytes:
    return struct.pack("<BBBHB", 0x40 | local, 0, 0, message, len(fields)) + b"".join(map(bytes, fields))


def _seconds(time: float) -> bytes:
    return struct.pack("<I", round(time) - _FIT_EPOCH_S)


def zipped(members: dict[str, bytes]) -> bytes:
    """Return a zip archive of the members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def strava(ways: Iterable[Outing]) -> bytes:
    """Return outings as Strava exports them, in Spanish: one in each format."""
    ways = list(ways)
    made = [("fit.gz", gzip.compress(fit(ways[0]))), ("gpx", gpx(ways[1])), ("tcx.gz", gzip.compress(tcx(ways[2])))]
    rows = ["ID de actividad,Fecha de la actividad,Nombre de la actividad,Tipo de actividad,Nombre de archivo"]
    rows += [f'{i},"9 oct 2025","Paseo, con coma",Caminata,activities/{i}.{kind}' for i, (kind, _) in enumerate(made)]
    members = {f"activities/{i}.{kind}": data for i, (kind, data) in enumerate(made)}
    return zipped({"activities.csv": "\n".join(rows).encode(), "routes/plan.gpx": gpx(ways[1]), **members})


_APPLE_HEAD = b"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 14 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Workout)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
<!ELEMENT WorkoutRoute ((MetadataEntry|FileReference)*)
<!ATTLIST HeartRateVariabilityMetadataList
]>
<HealthData locale="es_ES">
"""
_APPLE_RECORD = (
    b' <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Reloj" unit="count/min" '
    b'device="&lt;&lt;HKDevice: 0x28&gt;, name:Apple Watch&gt;" startDate="2025-10-09 10:53:20 +0200" '
    b'endDate="2025-10-09 10:53:20 +0200" value="92">\n'
    b'  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="2"/>\n </Record>\n'
)


def apple_xml(workouts: Iterable[bytes], *, filler: int = 3) -> Iterator[bytes]:
    """Yield an export of Apple Health with so many bytes of other records before each workout."""
    yield _APPLE_HEAD
    for workout in workouts:
        left = filler
        while left > 0:
            block = _APPLE_RECORD * min(3000, left // len(_APPLE_RECORD) + 1)
            yield block
            left -= len(block)
        yield workout
    yield b"</HealthData>\n"


def apple_workout(way: Outing, route: str | None, *, kind: str = "Walking", indoor: bool = False) -> bytes:
    """Return one workout as Apple Health writes it, two hours ahead of UTC."""
    begin, end = (
        datetime.fromtimestamp(time + 7200, UTC).strftime("%Y-%m-%d %H:%M:%S +0200") for time in way.time[[0, -1]]
    )
    reference = f'<WorkoutRoute><FileReference path="/workout-routes/{route}"/></WorkoutRoute>' if route else ""
    return (
        f' <Workout workoutActivityType="HKWorkoutActivityType{kind}" startDate="{begin}" endDate="{end}">\n'
        f'  <MetadataEntry key="HKIndoorWorkout" value="{int(indoor)}"/>\n'
        '  <MetadataEntry key="HKElevationAscended" value="12345 cm"/>\n'
        '  <WorkoutStatistics type="HKQuantityTypeIdentifierDistanceWalkingRunning" '
        f'sum="{way.distance[-1] / 1000:.4f}" unit="km"/>\n  {reference}\n </Workout>\n'
    ).encode()


def apple(ways: list[Outing]) -> bytes:
    """Return an export of Apple Health in Spanish: a route for each outing, a walk indoors and a session of yoga."""
    routes = {f"apple_health_export/workout-routes/route_{i}.gpx": gpx(way, kind="") for i, way in enumerate(ways)}
    workouts = [apple_workout(way, f"route_{i}.gpx") for i, way in enumerate(ways)]
    workouts += [
        apple_workout(ways[0], None, indoor=True),
        apple_workout(ways[0], None),
        apple_workout(ways[0], None, kind="Yoga"),
    ]
    return zipped(
        {
            "apple_health_export/export_cda.xml": b"<ClinicalDocument/>",
            "apple_health_export/exportar.xml": b"".join(apple_xml(workouts)),
            **routes,
        }
    )


def health_connect(ways: Iterable[Outing]) -> bytes:
    """Return an export of Health Connect: the outings on foot, one of them without route, and a swim."""
    with closing(sqlite3.connect(":memory:")) as store:
        store.execute(
            "CREATE TABLE exercise_session_record_table (row_id INTEGER PRIMARY KEY, start_time INTEGER,"
            " end_time INTEGER, start_zone_offset INTEGER, exercise_type INTEGER, title TEXT)"
        )
        store.execute(
            "CREATE TABLE exercise_route_table (parent_key INTEGER, timestamp_millis INTEGER,"
            " latitude REAL, longitude REAL, altitude REAL)"
        )
        for number, way in enumerate(ways, start=1):
            begin, end = (int(time * 1000) for time in way.time[[0, -1]])
            for row, kind in ((number, 53), (100 + number, 79 if number > 1 else 53), (200 + number, 49)):
                store.execute(
                    "INSERT INTO exercise_session_record_table VALUES (?,?,?,7200,?,'')", (row, begin, end, kind)
                )
            points = zip(way.time, way.lat, way.lon, way.altitude, strict=True)
            store.executemany(
                "INSERT INTO exercise_route_table VALUES (?,?,?,?,?)",
                [(number, int(time * 1000), float(lat), float(lon), float(up)) for time, lat, lon, up in points],
            )
        store.commit()
        return zipped({"health_connect_export.db": store.serialize()})
