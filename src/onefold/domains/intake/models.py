"""The ledger of arrivals. The web only receives: bytes, hash, receipt. What became of the rows is recorded after a run."""

from __future__ import annotations

from django.db import models


class Batch(models.Model):
    """One file that arrived. rows_in = rows_loaded + rows_quarantined + rows_duplicate, always."""

    class Outcome(models.TextChoices):
        RECEIVED = "RECEIVED"
        LOADED = "LOADED"
        REFUSED = "REFUSED"
        DUPLICATE_FILE = "DUPLICATE_FILE"

    batch_id = models.UUIDField(primary_key=True)
    """Time-ordered: sorting by it is sorting by arrival."""
    feed = models.CharField(max_length=60)
    company_code = models.CharField(max_length=20)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveBigIntegerField()
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=100)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, default=Outcome.RECEIVED)
    reason = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    rows_in = models.PositiveBigIntegerField(null=True)
    rows_loaded = models.PositiveBigIntegerField(null=True)
    rows_quarantined = models.PositiveBigIntegerField(null=True)
    rows_duplicate = models.PositiveBigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["feed", "-batch_id"])]
        constraints = [
            models.CheckConstraint(
                name="no_row_is_lost",
                condition=models.Q(rows_in=None)
                | models.Q(rows_in=models.F("rows_loaded") + models.F("rows_quarantined") + models.F("rows_duplicate")),
            )
        ]


class Reject(models.Model):
    """One quarantined row with the bytes exactly as the company sent them."""

    batch = models.ForeignKey(Batch, models.CASCADE)
    company_code = models.CharField(max_length=20)
    line = models.PositiveBigIntegerField()
    column = models.CharField(max_length=60, null=True)
    rule = models.CharField(max_length=40)
    original = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "line"], name="one_reject_per_line")]
