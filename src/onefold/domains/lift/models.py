"""One comparison of two arms, per release."""

from __future__ import annotations

from django.db import models

from onefold.domains.releases.models import Release


class Comparison(models.Model):
    """The columns are those of dataset `lift`."""

    release = models.ForeignKey(Release, models.CASCADE)
    measure = models.CharField(max_length=10)
    outcome = models.CharField(max_length=10)
    level = models.CharField(max_length=10)
    row = models.CharField(max_length=60)
    since = models.DateField()
    until = models.DateField()
    open_units = models.BigIntegerField()
    open_exposure = models.BigIntegerField()
    open_sum = models.BigIntegerField()
    open_error = models.BigIntegerField()
    held_units = models.BigIntegerField()
    held_exposure = models.BigIntegerField()
    held_sum = models.BigIntegerField()
    held_error = models.BigIntegerField()
    lift = models.BigIntegerField()
    low = models.BigIntegerField(null=True)
    high = models.BigIntegerField(null=True)
    detectable = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "measure", "outcome", "level", "row", "since"], name="one_comparison_per_row"
            )
        ]
