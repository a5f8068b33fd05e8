"""Runs make releases; one pointer says which release readers see."""

from __future__ import annotations

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

    run_id = models.UUIDField(primary_key=True)
    state = models.CharField(max_length=20, choices=State.choices)
    step = models.CharField(max_length=60, blank=True)
    steps_done = models.PositiveSmallIntegerField(default=0)
    steps_total = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    """how often it was begun or taken up again"""
    failure = models.CharField(max_length=300, blank=True)
    release = models.ForeignKey(Release, models.PROTECT, null=True)
    requested_at = models.DateTimeField()
    requested_by = models.CharField(max_length=100)
    finished_at = models.DateTimeField(null=True)
