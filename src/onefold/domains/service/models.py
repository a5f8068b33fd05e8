"""Contracts whose seller has left: who serves them now, and when their holders were told."""

from __future__ import annotations

from django.db import models

from onefold.domains.organisation.models import Company
from onefold.domains.sellers.models import Seller


class Reassignment(models.Model):
    """A contract passed from a seller who left to a successor. The newest of a contract says who serves it."""

    reassignment_id = models.UUIDField(primary_key=True)
    contract_id = models.UUIDField()
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    """The owner of the contract: whose duty the notice is."""
    from_seller = models.ForeignKey(Seller, models.PROTECT, related_name="+")
    to_seller = models.ForeignKey(Seller, models.PROTECT, related_name="+", null=True)
    """None: nobody of the seller's company is in force; the next night looks again."""
    left_on = models.DateField()
    notice_due_on = models.DateField(null=True)
    """The last day to tell the holder; None where no notice is due."""
    at = models.DateTimeField()
    by = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract_id", "from_seller"], name="one_successor_of_a_leaver"),
        ]
        indexes = [models.Index(fields=["company", "notice_due_on"], name="service_rea_company_due")]


class Notice(models.Model):
    """The holder was told who serves the contract from now on."""

    class Way(models.TextChoices):
        LETTER = "LETTER"
        MESSAGE = "MESSAGE"
        CALL = "CALL"
        VISIT = "VISIT"

    reassignment = models.OneToOneField(Reassignment, models.PROTECT, primary_key=True, related_name="notice")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    told_on = models.DateField()
    way = models.CharField(max_length=10, choices=Way.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
