"""What the database keeps of people: what they recorded, answered, chose and shared, and the last findings."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils import timezone


class Person(models.Model):
    """Whose diary it is: the reader's own, or the demonstration's invented one.

    On a machine of one's own the reader's has no user; on a server of several people each account has one. What a
    person chose is kept here: the hour their day begins (it ends when they sleep), when reminders are quiet, and the
    passphrase that opens the diary, hashed, empty where there is none. Reminders are in the language they were set in.
    """

    class Kind(models.TextChoices):
        """A reader's own diary, or the invented one."""

        OWN = "own"
        DEMO = "demo"

    kind = models.CharField(max_length=4, choices=Kind)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="person")
    time_zone = models.CharField(max_length=64, blank=True)
    day_starts_h = models.FloatField(default=4.0)
    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)
    webhook = models.URLField(blank=True)
    language = models.CharField(max_length=2, blank=True)
    passphrase = models.CharField(max_length=128, blank=True)
    # Whether every walk of theirs is among `walks`; null: they have not said.
    records_every_walk = models.BooleanField(null=True)

    class Meta:
        """One demonstration, and one diary of one's own that belongs to no account."""

        constraints = (
            models.UniqueConstraint(
                fields=("kind",), condition=models.Q(user__isnull=True), name="one_of_a_kind_without_account"
            ),
        )

    @property
    def is_demo(self) -> bool:
        """Whether the diary is invented, and so only for looking at."""
        return self.kind == self.Kind.DEMO

    @property
    def zone(self) -> tzinfo:
        """The time zone the person chose, else the machine's."""
        return ZoneInfo(self.time_zone) if self.time_zone else timezone.get_default_timezone()

    def day_of(self, moment: datetime) -> date:
        """Return the day a moment of their own clock belongs to, which ends when they sleep, as for `person_day`."""
        return (moment - timedelta(hours=self.day_starts_h)).date()


class Factor(models.Model):
    """What may act on a person's back: a column of their diary, with its unit and its place among the columns."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="factors")
    name = models.TextField()
    unit = models.TextField(blank=True)
    position = models.PositiveIntegerField()
    # Of an own factor; that of a known one stands with it.
    group = models.CharField(max_length=16, blank=True)
    hidden = models.BooleanField(default=False)
    # What one tap records; null: the amount recorded last, else the known factor's typical one.
    habitual = models.FloatField(null=True)
    # Of a medicine, in its unit: null is the known one's cited default, if there is one.
    daily_max = models.FloatField(null=True)

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
    # Where it hurts: ids of the back figure's parts, in its order.
    places = models.JSONField(default=list)
    # What can be done: 0 can't, 1 with trouble, 2 as usual.
    bend = models.PositiveSmallIntegerField(null=True)
    sit = models.PositiveSmallIntegerField(null=True)
    stand = models.PositiveSmallIntegerField(null=True)
    walk = models.PositiveSmallIntegerField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        """One row per moment."""

        ordering = ("time",)
        constraints = (models.UniqueConstraint(fields=("person", "time"), name="one_reading_a_moment"),)

    @property
    def local_time(self) -> datetime:
        """The moment as the person's clock showed it, without zone."""
        return _shown(self.time, self.utc_offset_min)

    @property
    def day(self) -> date:
        """The person's day it belongs to."""
        return self.person.day_of(self.local_time)

    @property
    def has_felt(self) -> bool:
        """Whether it says how the back was."""
        return not (self.pain is None and self.stiffness is None and self.spasm is None)


class Amount(models.Model):
    """How much of a factor there was since the reading before; no row where it was not recorded."""

    reading = models.ForeignKey(Reading, models.CASCADE, related_name="amounts")
    factor = models.ForeignKey(Factor, models.CASCADE, related_name="amounts")
    value = models.FloatField()

    class Meta:
        """One amount of a factor per moment."""

        constraints = (models.UniqueConstraint(fields=("reading", "factor"), name="one_amount_of_a_factor"),)


class Walk(models.Model):
    """An outing: what is kept of its recording, or what a person wrote of it. No place, and no name of a file.

    `digest` is the SHA-256 of what was recorded, by which it is known again; of one written by hand, a random one.
    `start` and `end` are what it covered, gaps included. Null is what it does not tell.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="walks")
    digest = models.CharField(max_length=64)
    start = models.DateTimeField()
    end = models.DateTimeField()
    utc_offset_min = models.SmallIntegerField()
    # As `espalda.terrain.Kind` calls what was done; empty where the recording does not say.
    kind = models.CharField(max_length=8, blank=True)
    # As `espalda.terrain.Profile` tells it, or ``by_hand``; with the version of the method that measured it.
    quality = models.CharField(max_length=9)
    method = models.PositiveSmallIntegerField()
    minutes = models.FloatField()
    moving_minutes = models.FloatField(null=True)
    distance_m = models.FloatField(null=True)
    ascent_m = models.FloatField(null=True)
    descent_m = models.FloatField(null=True)
    longest_descent_m = models.FloatField(null=True)
    # Minutes on the move in each of `espalda.terrain.BANDS`.
    bands = models.JSONField(null=True)
    # The picture: pairs of metres along the way, and above or below its start.
    outline = models.JSONField(null=True)
    # Some of the recording could not be read.
    partial = models.BooleanField(default=False)
    # What was underfoot, as `espalda.diary.Ground` calls it, empty where not said; and whether only partly.
    ground = models.CharField(max_length=6, blank=True)
    partly = models.BooleanField(default=False)

    class Meta:
        """Every recording once."""

        ordering = ("start", "id")
        constraints = (models.UniqueConstraint(fields=("person", "digest"), name="one_walk_a_recording"),)

    @property
    def local_start(self) -> datetime:
        """When it began as the person's clock showed it, without zone."""
        return _shown(self.start, self.utc_offset_min)

    @property
    def kilometres(self) -> float | None:
        """How far it went."""
        return None if self.distance_m is None else self.distance_m / 1000

    @property
    def day(self) -> date:
        """The person's day it began on."""
        return self.person.day_of(self.local_start)


class Change(models.Model):
    """The last correction or deletion, which can be undone.

    `before` is what the reading said, as plain data; `time` is the moment it has since, null where it was deleted. Of a
    walk that was deleted, `before` has all of it, under ``deleted_walk``.
    """

    person = models.OneToOneField(Person, models.CASCADE, related_name="last_change")
    before = models.JSONField()
    time = models.DateTimeField(null=True)


class SentForm(models.Model):
    """A form that has arrived, and the page it led to: sent again it does nothing, whatever became of what it wrote."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="sent_forms")
    form_id = models.UUIDField()
    went_to = models.TextField()

    class Meta:
        """Every form once."""

        constraints = (models.UniqueConstraint(fields=("person", "form_id"), name="a_form_arrives_once"),)


class CachedFindings(models.Model):
    """The last findings of a person's diary, in both languages.

    `fingerprint` is the version that drew them; once the diary has changed, a mark of that change follows it.
    """

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


class Reminder(models.Model):
    """A time of day at which to be reminded of a reading; `days` has bit 0 set for Mondays, up to bit 6 for Sundays.

    `sent_at`: when one of it was last sent or left out on purpose, at first when it was set; what was due by then is
    never due again.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="reminders")
    at = models.TimeField()
    days = models.PositiveSmallIntegerField(default=127)
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """In the order of the day, no time twice."""

        ordering = ("at",)
        constraints = (models.UniqueConstraint(fields=("person", "at"), name="one_reminder_at_a_time"),)


class PushSubscription(models.Model):
    """A browser that asked for reminders: where to send them, and the keys they are encrypted with."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="push_subscriptions")
    endpoint = models.URLField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=200)
    auth = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)


class Share(models.Model):
    """A read-only link to a diary, for a clinician: it ends by itself, and can be revoked.

    The link's token is never kept, only its hash. Without a `first_day` it shows all of it.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="shares")
    name = models.CharField(max_length=80)
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    first_day = models.DateField(null=True)
    # Beside the readings: what affects it, which is drawn from the whole diary, the level of care that stands, and the
    # walks of the same days.
    with_findings = models.BooleanField(default=False)
    with_safety = models.BooleanField(default=False)
    with_walks = models.BooleanField(default=False)

    class Meta:
        """The newest first."""

        ordering = ("-created_at",)

    @property
    def ended(self) -> bool:
        """Whether it shows nothing any more, revoked or expired."""
        return self.revoked_at is not None or self.expires_at <= timezone.now()

    def covers(self, day: date) -> bool:
        """Return whether it shows that day."""
        return self.first_day is None or self.first_day <= day


class ShareVisit(models.Model):
    """A page seen through a shared link, and when."""

    share = models.ForeignKey(Share, models.CASCADE, related_name="visits")
    page = models.CharField(max_length=40)
    seen_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """The newest first."""

        ordering = ("-seen_at",)


def _shown(moment: datetime, utc_offset_min: int) -> datetime:
    """Return a moment as a clock of that offset showed it, without zone."""
    return moment.replace(tzinfo=None) + timedelta(minutes=utc_offset_min)
