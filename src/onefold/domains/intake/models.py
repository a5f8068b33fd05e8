"""The ledger of arrivals. The web only receives: bytes, hash, receipt. What became of the rows is recorded after a run."""

from __future__ import annotations

from django.db import models

from onefold.domains.releases.models import Release


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
    pruned_at = models.DateTimeField(null=True)
    """Since then its bytes are gone, and no run reads them."""
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    """The batch whose rows set aside this file brings again, mended: alone where files add, in the whole file where each is the whole truth."""

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


class FeedPause(models.Model):
    """A feed is not read for a while: its files are received, kept and wait. A person ends it, once."""

    class Why(models.TextChoices):
        HEADER_CHANGED = "HEADER_CHANGED"
        TOO_MANY_QUARANTINED = "TOO_MANY_QUARANTINED"
        BY_HAND = "BY_HAND"

    pause_id = models.UUIDField(primary_key=True)
    feed = models.CharField(max_length=60)
    company_code = models.CharField(max_length=20)
    why = models.CharField(max_length=30, choices=Why.choices)
    note = models.CharField(max_length=300, blank=True)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True)
    """The file that was refused; none when a person paused the feed."""
    paused_at = models.DateTimeField()
    paused_by = models.CharField(max_length=100)
    resumed_at = models.DateTimeField(null=True)
    resumed_by = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["feed"], condition=models.Q(resumed_at=None), name="one_open_pause_per_feed"
            ),
            models.CheckConstraint(
                name="who_resumed_and_when_go_together",
                condition=models.Q(resumed_at=None, resumed_by="")
                | (models.Q(resumed_at__isnull=False) & ~models.Q(resumed_by="")),
            ),
        ]


class FeedData(models.Model):
    """How old what is known from a feed is: when the newest file that was loaded (or said the same again) was received.

    Every member of staff may know it: it stands beside whatever is shown of the feed's data, also in another company.
    """

    feed = models.CharField(primary_key=True, max_length=60)
    company_code = models.CharField(max_length=20)
    data_at = models.DateTimeField()


class FieldQuality(models.Model):
    """Counts of the cells of one column of one file: how many filled, how many of those valid, how many different."""

    batch = models.ForeignKey(Batch, models.CASCADE)
    company_code = models.CharField(max_length=20)
    feed = models.CharField(max_length=60)
    column = models.CharField(max_length=60)
    rows = models.PositiveBigIntegerField()
    filled = models.PositiveBigIntegerField()
    valid = models.PositiveBigIntegerField()
    distinct = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "column"], name="one_measure_per_column")]
        indexes = [models.Index(fields=["company_code", "feed"])]


class DefectCost(models.Model):
    """What one kind of defect costs downstream, in the release: records with it, customers, and what could not be done."""

    release = models.ForeignKey(Release, models.CASCADE)
    company_code = models.CharField(max_length=20)
    defect = models.CharField(max_length=40)
    records = models.PositiveBigIntegerField()
    customers = models.PositiveBigIntegerField()
    unlinked = models.PositiveBigIntegerField()
    undecidable = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "company_code", "defect"], name="one_cost_per_defect")
        ]
