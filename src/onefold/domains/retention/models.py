"""Legal holds, and the proof of what went: a row a class and night."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class LegalHold(models.Model):
    """Nothing about the subject goes, whatever its age, until a person lifts it."""

    class Subject(models.TextChoices):
        EVERYTHING = "EVERYTHING"
        COMPANY = "COMPANY"
        CUSTOMER = "CUSTOMER"
        CONTRACT = "CONTRACT"

    hold_id = models.UUIDField(primary_key=True)
    subject = models.CharField(max_length=12, choices=Subject.choices)
    company_code = models.CharField(max_length=20, blank=True)
    """The company it protects, or the one whose staff set it for a customer or contract of theirs; empty: everything."""
    customer_id = models.UUIDField(null=True)
    """The customer, or the contract's holder: all that is kept about the holder is protected with the contract."""
    followed = ArrayField(models.UUIDField(), default=list, db_default=[])
    """Other customers that the held one was joined with, or a record of it became, since: the hold protects them all. Written where a
    membership changes (`customers`, migration 0010), whatever changes it: a release, or taking one back."""
    contract_id = models.UUIDField(null=True)
    why = models.CharField(max_length=300)
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=100)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=100, blank=True)
    lifted_why = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["set_at"], name="holds_in_force", condition=models.Q(lifted_at=None))]
        constraints = [
            models.CheckConstraint(
                name="who_lifted_and_when_go_together",
                condition=models.Q(lifted_at=None, lifted_by="") | (models.Q(lifted_at__isnull=False) & ~models.Q(lifted_by="")),
            ),
            models.CheckConstraint(
                name="a_hold_names_its_subject",
                condition=models.Q(subject="EVERYTHING", company_code="", customer_id=None, contract_id=None)
                | (models.Q(subject="COMPANY", customer_id=None, contract_id=None) & ~models.Q(company_code=""))
                | models.Q(subject="CUSTOMER", customer_id__isnull=False, contract_id=None)
                | models.Q(subject="CONTRACT", customer_id__isnull=False, contract_id__isnull=False),
            ),
        ]  # fmt: skip


class Pruning(models.Model):
    """What of one class went on a night, and what stayed and why. `sha256`: over the keys that went (several: over their hashes)."""

    pruning_id = models.UUIDField(primary_key=True)
    on = models.DateField()
    kind = models.CharField(max_length=30)
    went = models.PositiveBigIntegerField(default=0)
    went_bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    kept = models.PositiveBigIntegerField(default=0)
    kept_bytes = models.PositiveBigIntegerField(default=0)
    held = models.PositiveBigIntegerField(default=0)
    held_bytes = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["on", "kind"], name="one_pruning_per_class_and_day")]
