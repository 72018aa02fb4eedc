"""When a reminder is due: each chosen day once, whatever the clocks do and however long the machine slept."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from espalda.web import schedule

MADRID, MEXICO = ZoneInfo("Europe/Madrid"), ZoneInfo("America/Mexico_City")
CHANGES = [
    (MADRID, date(2026, 3, 29)),
    (MADRID, date(2026, 10, 25)),
    (MEXICO, date(2022, 4, 3)),
    (MEXICO, date(2022, 10, 30)),
    (MEXICO, date(2026, 4, 5)),
]
"""Days on which the clocks go forward or back; and one on which Mexico's no longer do."""
MINUTE = timedelta(minutes=1)
TIMES = st.integers(0, 24 * 60 - 1).map(lambda n: time(n // 60, n % 60))


def on_the_wall(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the first minute of a day at which the clock on the wall shows `at`, or has skipped it."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=14)
    before = moment.astimezone(zone).replace(tzinfo=None)
    wanted = datetime.combine(day, at)
    while True:
        shown = moment.astimezone(zone).replace(tzinfo=None)
        if shown == wanted:
            return moment
        if before < wanted < shown:  # put forward past it: it comes as late as the hour that is missing
            return moment + (wanted - before - MINUTE)
        before, moment = shown, moment + MINUTE


@given(change=st.sampled_from(CHANGES), at=TIMES, days=st.integers(0, 127), step=st.integers(1, 60))
@settings(max_examples=40)
def test_it_rings_once_on_each_chosen_day_whatever_the_clocks_do(
    change: tuple[ZoneInfo, date], at: time, days: int, step: int
) -> None:
    zone, day = change
    since = now = on_the_wall(day - timedelta(days=1), time(0), zone) - MINUTE
    end = on_the_wall(day + timedelta(days=2), time(0), zone)
    rung = []
    while now < end:
        moment = schedule.due(at, days, zone, since, now)
        if moment:
            assert now - moment < step * MINUTE
            rung.append(moment)
            since = now
        now += step * MINUTE
    wanted = [day + timedelta(days=n) for n in (-1, 0, 1)]
    expected = [on_the_wall(one, at, zone) for one in wanted if days >> one.weekday() & 1]
    assert [one for one in expected if one < end - step * MINUTE] == [one for one in rung if one < end - step * MINUTE]


@given(change=st.sampled_from(CHANGES), at=TIMES, gaps=st.lists(st.integers(1, 3000), min_size=1, max_size=8))
def test_a_machine_that_slept_rings_at_most_once_when_it_wakes_and_never_very_late(
    change: tuple[ZoneInfo, date], at: time, gaps: list[int]
) -> None:
    zone, day = change
    since = now = datetime.combine(day - timedelta(days=1), time(12), zone).astimezone(UTC)
    rung: list[datetime] = []
    for gap in gaps:
        now += gap * MINUTE
        moment = schedule.due(at, schedule.EVERY_DAY, zone, since, now)
        if moment:
            assert now - schedule.LATE <= moment <= now
            rung.append(moment)
            since = now
        assert schedule.due(at, schedule.EVERY_DAY, zone, since, now) is None
    assert len(set(rung)) == len(rung)


@pytest.mark.parametrize(
    ("at", "zone", "day", "moment"),
    [
        # 02:30 is skipped: it rings an hour later by the wall. It comes twice: it rings the first time.
        (time(2, 30), MADRID, date(2026, 3, 29), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (time(2, 30), MADRID, date(2026, 10, 25), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (time(2, 30), MEXICO, date(2022, 4, 3), datetime(2022, 4, 3, 8, 30, tzinfo=UTC)),
        (time(1, 30), MEXICO, date(2022, 10, 30), datetime(2022, 10, 30, 6, 30, tzinfo=UTC)),
        (time(8), MADRID, date(2026, 3, 28), datetime(2026, 3, 28, 7, tzinfo=UTC)),
        (time(8), MADRID, date(2026, 3, 29), datetime(2026, 3, 29, 6, tzinfo=UTC)),
        (time(8), MEXICO, date(2026, 4, 5), datetime(2026, 4, 5, 14, tzinfo=UTC)),
    ],
)
def test_the_days_on_which_clocks_change(at: time, zone: ZoneInfo, day: date, moment: datetime) -> None:
    bit = 1 << day.weekday()
    assert schedule.due(at, bit, zone, moment - MINUTE, moment) == moment
    assert schedule.due(at, bit, zone, moment - MINUTE, moment - timedelta(seconds=1)) is None
    assert schedule.due(at, bit, zone, moment, moment + MINUTE) is None
    assert schedule.due(at, 127 - bit, zone, moment - MINUTE, moment) is None


def test_late_in_the_evening_it_may_ring_after_midnight_for_the_day_before() -> None:
    now = datetime(2026, 3, 3, 0, 20, tzinfo=MADRID)  # a Tuesday
    assert schedule.due(time(23, 50), 0b1, MADRID, now - timedelta(hours=1), now)
    assert schedule.due(time(23, 50), 0b10, MADRID, now - timedelta(hours=1), now) is None


@given(clock=TIMES, start=TIMES, end=TIMES)
def test_quiet_hours_and_the_rest_are_the_whole_day(clock: time, start: time, end: time) -> None:
    if start != end:
        assert schedule.is_quiet(clock, start, end) != schedule.is_quiet(clock, end, start)
    assert not schedule.is_quiet(clock, start, None)
    assert not schedule.is_quiet(clock, None, end)


@pytest.mark.parametrize(
    ("clock", "is_quiet"),
    [(time(22, 59), False), (time(23), True), (time(3), True), (time(7, 29), True), (time(7, 30), False)],
)
def test_quiet_hours_go_over_midnight(clock: time, is_quiet: bool) -> None:
    assert schedule.is_quiet(clock, time(23), time(7, 30)) == is_quiet
