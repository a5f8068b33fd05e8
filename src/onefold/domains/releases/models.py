"""Runs make releases; one pointer says which release readers see."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class Release(models.Model):
    """One published state of everything derived. The id is a hash of the inputs: the same input is the same release."""

    release_id = models.CharField(primary_key=True, max_length=32)
    as_of = models.DateField()
    rulebook_version = models.CharField(max_length=64)
    code_version = models.CharField(max_length=64)
    manifest = models.JSONField()
    staged_at = models.DateTimeField(null=True)
    pruned_at = models.DateTimeField(null=True)
    """Since then only this row is left of it: neither folders nor derived rows."""
    examined_against = models.CharField(max_length=32, blank=True, db_default="")
    """The release in force when this one was compared with it; only with that one in force may it become active."""


class StagedDataset(models.Model):
    """One room's share of a release was put into the database and is not active yet; `StagedTable` says what that was."""

    release = models.ForeignKey(Release, models.CASCADE)
    room = models.CharField(max_length=40)
    rows = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "room"], name="one_staging_per_room")]


class StagedTable(models.Model):
    """What one table held when it was staged (`commands.contents`). Nothing is published unless it still holds that."""

    staged = models.ForeignKey(StagedDataset, models.CASCADE, related_name="tables")
    table = models.CharField(max_length=100)
    rows = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staged", "table"], name="one_record_per_staged_table")]


class Activation(models.Model):
    """A release became the one that readers see. The newest activation is in force; the one before is the way back."""

    activation_id = models.BigAutoField(primary_key=True)
    release = models.ForeignKey(Release, models.PROTECT)
    activated_at = models.DateTimeField()
    activated_by = models.CharField(max_length=100)
    instead_of = models.CharField(max_length=32, blank=True, db_default="", default="")
    """The release before, to which one can go back; "" where there is none, or where this was a going back."""
    changes_noted = models.BooleanField(db_default=False, default=False)
    """What it changed in the facts is kept (`Change`), so that it can be taken back."""


class ActiveRelease(models.Model):
    """The pointer: exactly one row."""

    id = models.SmallIntegerField(primary_key=True)
    release = models.ForeignKey(Release, models.PROTECT)
    activation = models.ForeignKey(Activation, models.PROTECT)


class Run(models.Model):
    """One run of the analytics process, asked for by somebody, followed by its progress."""

    class State(models.TextChoices):
        WAITING = "WAITING"
        RUNNING = "RUNNING"
        PUBLISHED = "PUBLISHED"
        UNCHANGED = "UNCHANGED"
        FAILED = "FAILED"
        HELD = "HELD"
        DROPPED = "DROPPED"

    run_id = models.UUIDField(primary_key=True)
    state = models.CharField(max_length=20, choices=State.choices)
    step = models.CharField(max_length=60, blank=True)
    steps_done = models.PositiveSmallIntegerField(default=0)
    steps_total = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    """how often it was begun or taken up again"""
    failure = models.CharField(max_length=300, blank=True)
    """the code and, for whoever looks into the table, the English sentence; readers get `failures.failure_in`"""
    failure_told = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    release = models.ForeignKey(Release, models.PROTECT, null=True)
    requested_at = models.DateTimeField()
    requested_by = models.CharField(max_length=100)
    finished_at = models.DateTimeField(null=True)


class FactCount(models.Model):
    """How many facts of one kind a release brings, by company ("" where the kind has none): what the next one is compared with."""

    release = models.ForeignKey(Release, models.CASCADE)
    fact = models.CharField(max_length=40)
    company_code = models.CharField(max_length=20, blank=True)
    number = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "fact", "company_code"], name="counted_once_per_release")
        ]


class Hold(models.Model):
    """A finished release that readers do not see, because it would lose more than is plausible; until persons have judged it.

    Two approvals by two persons pass it, one word drops it, a newer release supersedes it.
    """

    class State(models.TextChoices):
        OPEN = "OPEN"
        PASSED = "PASSED"
        DROPPED = "DROPPED"
        SUPERSEDED = "SUPERSEDED"

    hold_id = models.UUIDField(primary_key=True)
    release = models.ForeignKey(Release, models.PROTECT, related_name="holds")
    in_force = models.ForeignKey(Release, models.PROTECT, related_name="+")
    """The release that readers saw, with which this one was compared."""
    companies = ArrayField(models.CharField(max_length=20))
    """Whose facts or files the findings are about; "" for the whole group's."""
    state = models.CharField(max_length=20, choices=State.choices, default=State.OPEN)
    held_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=100, blank=True)
    why = models.CharField(max_length=400, blank=True)
    """Why it was dropped, or what superseded it."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="OPEN"), name="one_release_is_held_at_a_time"
            ),
            models.CheckConstraint(
                name="an_ended_hold_says_when_and_by_whom",
                condition=models.Q(state="OPEN", ended_at=None, ended_by="")
                | (~models.Q(state="OPEN") & models.Q(ended_at__isnull=False) & ~models.Q(ended_by="")),
            ),
        ]


class Finding(models.Model):
    """One reason why a release is held: facts of one kind that fell too far, or a file that was loaded and is so no more."""

    class Kind(models.TextChoices):
        FALL = "FALL"
        FILE = "FILE"
        BACK = "BACK"

    hold = models.ForeignKey(Hold, models.CASCADE, related_name="findings")
    place = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    company_code = models.CharField(max_length=20, blank=True)
    fact = models.CharField(max_length=40, blank=True)
    before = models.PositiveBigIntegerField(null=True)
    now = models.PositiveBigIntegerField(null=True)
    percent_max = models.PositiveSmallIntegerField(null=True)
    feed = models.CharField(max_length=60, blank=True)
    batch_id = models.UUIDField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=40, blank=True)


class Approval(models.Model):
    """One person says that what fell was to fall. Two different ones let the release pass."""

    hold = models.ForeignKey(Hold, models.PROTECT, related_name="approvals")
    by = models.CharField(max_length=100)
    name = models.CharField(max_length=150, db_default="", default="")
    """How the person signs in, so that the second one sees who was first."""
    role = models.CharField(max_length=30)
    at = models.DateTimeField()
    why = models.CharField(max_length=400)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hold", "by"], name="one_approval_per_person")]


class Change(models.Model):
    """A row of a fact as it was before the release in force changed it, and a hash of it as it was after. Written by triggers."""

    change_id = models.BigAutoField(primary_key=True)
    release_id = models.CharField(max_length=32)
    table = models.CharField(max_length=63)
    op = models.CharField(max_length=1)
    """I: brought, U: changed, D: taken away"""
    key = models.JSONField()
    before = models.JSONField(null=True)
    after = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["release_id", "table"], name="changes_of_a_table")]


class TakingBack(models.Model):
    """A release that readers saw was taken back, for the one before it. The next release with its files is held."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="takings_back")
    in_force = models.ForeignKey(Release, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    why = models.CharField(max_length=400, blank=True)
    left = models.PositiveBigIntegerField()
    """rows that stayed as the release had made them: changed or used since"""
