"""The crossings with the database: what goes in comes out, all of it or nothing."""

from __future__ import annotations

from io import StringIO

import numpy as np
import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from tests.diary.test_diary_properties import diaries
from tests.web.conftest import some_days

from espalda.diary import Diary, Factor, dump_diary, make_diary, parse_diary
from espalda.web import store
from espalda.web.models import Amount, Person, Reading


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(diary=diaries())
def test_any_diary_survives_the_database_and_its_file_and_merged_again_is_there_once(own: Person, diary: Diary) -> None:
    with transaction.atomic():
        store.merge(own, diary)
        assert store.load(own) == diary
        assert parse_diary(dump_diary(store.load(own)).encode()).diary == diary
        assert store.merge(own, diary) == store.Merged(added=0, known=len(diary))
        assert store.load(own) == diary
        transaction.set_rollback(True)


def test_an_empty_diary_is_a_diary(own: Person) -> None:
    assert store.load(own) == make_diary([], [])
    assert store.merge(own, make_diary([], [])) == store.Merged(0, 0)


def test_new_columns_go_after_those_that_are_there(own: Person) -> None:
    store.merge(own, make_diary(["2026-03-01T07"], 0, pain=[1], factors=[Factor("b", "min")], amounts=[[2]]))
    factors = [Factor("a", ""), Factor("b", "min")]
    store.merge(own, make_diary(["2026-03-02T07"], 0, pain=[3], factors=factors, amounts=[[4, np.nan]]))
    assert store.load(own) == make_diary(
        ["2026-03-01T07", "2026-03-02T07"],
        0,
        pain=[1, 3],
        factors=[Factor("b", "min"), Factor("a", "")],
        amounts=[[2, np.nan], [np.nan, 4]],
    )


@pytest.mark.parametrize(
    "other",
    [
        make_diary(["2026-03-01T07"], 0, pain=[2]),
        make_diary(["2026-03-01T07"], 0, pain=[1], spasm=[0]),
        make_diary(["2026-03-01T07"], 0, pain=[1], notes=["x"]),
        make_diary(["2026-03-01T07"], 60, pain=[1]),
        make_diary(["2026-03-01T07"], 0, pain=[1], factors=[Factor("a", "")], amounts=[[0]]),
    ],
    ids=["value", "blank", "note", "offset", "amount"],
)
def test_one_moment_says_one_thing(own: Person, other: Diary) -> None:
    kept = make_diary(["2026-03-01T07"], 0, pain=[1])
    store.merge(own, kept)
    with pytest.raises(store.ClashError):
        store.merge(own, other)
    assert store.load(own) == kept
    assert not own.factors.exists()


def test_the_demonstration_is_replaced_when_it_changed_and_left_when_not(demo: Person, filled: Person) -> None:
    first = Reading.objects.filter(person=demo).first()
    store.replace_demo(some_days("piano"))
    assert Reading.objects.filter(person=demo).first() == first
    store.replace_demo(some_days("flute", days=3))
    assert store.load(demo) == some_days("flute", days=3)
    assert filled.readings.count() == 20


def test_a_person_takes_everything_along_when_erased(filled: Person, demo: Person) -> None:
    filled.delete()
    assert not Reading.objects.exclude(person=demo).exists()
    assert not Amount.objects.exclude(reading__person=demo).exists()


def test_the_migrations_are_complete(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())
