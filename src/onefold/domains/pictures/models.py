"""Counts of one release. Columns are those of the datasets of the same names; an empty count is withheld."""

from __future__ import annotations

from django.db import models

from onefold.domains.releases.models import Release


class Scoped(models.Model):
    """A row about the group, one company's customers, or one region's."""

    release = models.ForeignKey(Release, models.CASCADE, db_index=False)
    scope_kind = models.CharField(max_length=10)
    scope = models.CharField(max_length=40)

    class Meta:
        abstract = True


class WhiteSpaceCell(Scoped):
    segment = models.CharField(max_length=20)
    column_kind = models.CharField(max_length=10)
    column = models.CharField(max_length=40)
    customers = models.BigIntegerField(null=True)
    held = models.BigIntegerField(null=True)
    in_progress = models.BigIntegerField(null=True)
    eligible_gap = models.BigIntegerField(null=True)
    not_eligible = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "scope_kind", "scope", "column_kind", "segment", "column"],
                name="one_white_space_cell",
            )
        ]


class GapReason(Scoped):
    segment = models.CharField(max_length=20)
    series = models.CharField(max_length=40)
    gate = models.CharField(max_length=40)
    customers = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "scope_kind", "scope", "segment", "series", "gate"], name="one_reason_per_gap"
            )
        ]


class Flow(Scoped):
    book = models.CharField(max_length=20)
    view = models.CharField(max_length=10)
    from_on = models.DateField()
    to_on = models.DateField()
    from_state = models.CharField(max_length=20)
    to_state = models.CharField(max_length=20)
    customers = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "scope_kind", "scope", "book", "view", "from_on", "from_state", "to_state"],
                name="one_flow",
            )
        ]


class Cohort(Scoped):
    book = models.CharField(max_length=20)
    grain = models.CharField(max_length=10)
    joined = models.DateField()
    age = models.IntegerField()
    measured_on = models.DateField()
    customers = models.BigIntegerField(null=True)
    active = models.BigIntegerField(null=True)
    series = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "scope_kind", "scope", "book", "grain", "joined", "age"], name="one_cohort_by_age"
            )
        ]


class Contribution(Scoped):
    book = models.CharField(max_length=20)
    view = models.CharField(max_length=20)
    row = models.CharField(max_length=80)
    column = models.CharField(max_length=80)
    contracts = models.BigIntegerField(null=True)
    premium_minor = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "scope_kind", "scope", "book", "view", "row", "column"], name="one_contribution"
            )
        ]


class FunnelStep(models.Model):
    """How many leads of the last twelve months reached a step."""

    release = models.ForeignKey(Release, models.CASCADE, db_index=False)
    view = models.CharField(max_length=10)
    row = models.CharField(max_length=40)
    step = models.CharField(max_length=10)
    leads = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "view", "row", "step"], name="one_step_of_a_funnel")]
