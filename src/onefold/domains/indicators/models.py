"""Published figures. Integers only; the value is divided once, when shown. An empty count is withheld."""

from __future__ import annotations

from django.db import models

from onefold.domains.releases.models import Release


class IndicatorDefinition(models.Model):
    """What a figure means, as it was defined when the release was made."""

    release = models.ForeignKey(Release, models.CASCADE)
    name = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    words = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "name"], name="one_definition_per_release")]


class IndicatorValue(models.Model):
    release = models.ForeignKey(Release, models.CASCADE)
    indicator = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    as_of = models.DateField()
    row = models.CharField(max_length=60)
    column = models.CharField(max_length=60)
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "indicator", "as_of", "row", "column"], name="one_figure_per_cell"
            )
        ]


class ScopedValue(models.Model):
    """A figure over the customers of one company or one region, on the release's day, rounded."""

    release = models.ForeignKey(Release, models.CASCADE, db_index=False)
    scope_kind = models.CharField(max_length=10)
    scope = models.CharField(max_length=40)
    indicator = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    as_of = models.DateField()
    row = models.CharField(max_length=60)
    column = models.CharField(max_length=60)
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "indicator", "scope_kind", "scope", "row", "column"], name="one_figure_per_scope"
            )
        ]


class IndicatorMovement(models.Model):
    """What one cause added to a figure between two days; part BEFORE is the figure it started from."""

    class Basis(models.TextChoices):
        HISTORY = "HISTORY", "both days as known now"
        RELEASE = "RELEASE", "from what the release before published"

    release = models.ForeignKey(Release, models.CASCADE)
    indicator = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=10, choices=Basis)
    as_of_before = models.DateField()
    as_of = models.DateField()
    row = models.CharField(max_length=60)
    column = models.CharField(max_length=60)
    part = models.CharField(max_length=20)
    channel = models.CharField(max_length=60, blank=True)
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "indicator", "basis", "row", "column", "as_of", "part", "channel"],
                name="one_part_per_movement",
            )
        ]
