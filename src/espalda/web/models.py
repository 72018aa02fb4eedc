"""What the database keeps: people, their factors and readings, their safety answers and the last findings."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import models


class Person(models.Model):
    """Whose diary it is: the reader's own, or the demonstration's invented one."""

    class Kind(models.TextChoices):
        """The two people there are on a machine of one's own."""

        OWN = "own"
        DEMO = "demo"

    kind = models.CharField(max_length=4, choices=Kind, unique=True)

    @property
    def is_demo(self) -> bool:
        """Whether the diary is invented, and so only for looking at."""
        return self.kind == self.Kind.DEMO


class Factor(models.Model):
    """What may act on a person's back: a column of their diary, with its unit and its place among the columns."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="factors")
    name = models.TextField()
    unit = models.TextField(blank=True)
    position = models.PositiveIntegerField()

    class Meta:
        """No name twice in one diary."""

        ordering = ("position", "id")
        constraints = (models.UniqueConstraint(fields=("person", "name"), name="one_factor_of_a_name"),)


class Reading(models.Model):
    """A moment of a diary: what was felt then, each part null where it was not recorded."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="readings")
    time = models.DateTimeField()
    utc_offset_min = models.SmallIntegerField()
    pain = models.FloatField(null=True)
    stiffness = models.FloatField(null=True)
    spasm = models.FloatField(null=True)
    note = models.TextField(blank=True)
    # The form it was sent with: the same form sent twice is one reading.
    form_id = models.UUIDField(null=True)

    class Meta:
        """One row per moment, and per form."""

        ordering = ("time",)
        constraints = (
            models.UniqueConstraint(fields=("person", "time"), name="one_reading_a_moment"),
            models.UniqueConstraint(fields=("person", "form_id"), name="one_reading_a_form"),
        )

    @property
    def local_time(self) -> datetime:
        """The moment as the person's clock showed it, without zone."""
        return self.time.replace(tzinfo=None) + timedelta(minutes=self.utc_offset_min)

    @property
    def day(self) -> date:
        """The person's day it belongs to, which ends when they sleep: at four, as for `person_day`."""
        return (self.local_time - timedelta(hours=4)).date()


class Amount(models.Model):
    """How much of a factor there was since the reading before; no row where it was not recorded."""

    reading = models.ForeignKey(Reading, models.CASCADE, related_name="amounts")
    factor = models.ForeignKey(Factor, models.CASCADE, related_name="amounts")
    value = models.FloatField()

    class Meta:
        """One amount of a factor per moment."""

        constraints = (models.UniqueConstraint(fields=("reading", "factor"), name="one_amount_of_a_factor"),)


class DeletedReading(models.Model):
    """The reading a person deleted last, as a diary file of one row, so that it can be put back."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="deleted_reading")
    text = models.TextField()


class CachedFindings(models.Model):
    """The last findings of a person's diary, in both languages, and the fingerprint of what they were drawn from."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="cached_findings")
    fingerprint = models.CharField(max_length=64)
    es = models.JSONField()
    en = models.JSONField()


class TriageAnswers(models.Model):
    """The answers to the safety questions given at one time: question id to yes, no, or null where left open.

    The level of care is never kept: it is drawn from the answers with the rules in force. A level that asks for a
    doctor stands until it is answered again, or until the person sets it aside and says why.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="triage_answers")
    answers = models.JSONField()
    answered_at = models.DateTimeField()
    set_aside_at = models.DateTimeField(null=True)
    set_aside_because = models.TextField(blank=True)

    class Meta:
        """In the order they were given."""

        ordering = ("id",)
