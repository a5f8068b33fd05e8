"""The evidence of decisions: one row per customer and owner company, so that the firewall can judge each company's part."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from onefold.domains.customers.models import Customer
from onefold.domains.organisation.models import Company
from onefold.domains.releases.models import Release


class Decision(models.Model):
    """Verdicts over the series of one owner company for one customer; the arrays run parallel."""

    pk = models.CompositePrimaryKey("release", "customer", "owner_company")
    # Staged before the release's customers are merged, and millions at a time: the database does not check these three, and
    # the key is the only index.
    release = models.ForeignKey(Release, models.CASCADE, db_constraint=False, db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT, db_constraint=False, db_index=False)
    owner_company = models.ForeignKey(Company, models.PROTECT, db_constraint=False, db_index=False)
    series = ArrayField(models.CharField(max_length=40))
    sellers = ArrayField(models.CharField(max_length=20))
    blocked = ArrayField(models.BigIntegerField())
    missing = ArrayField(models.BigIntegerField())
    warned = ArrayField(models.BigIntegerField())
    scores = ArrayField(models.IntegerField())
    values = ArrayField(models.BigIntegerField())
    bases = ArrayField(models.IntegerField())
    actions = ArrayField(models.CharField(max_length=12, blank=True))
    because = ArrayField(models.CharField(max_length=40))


class Evidence(models.Model):
    """One decision made for somebody who asked: what it rested on and what came of it, for ever. Pseudonyms, codes, numbers.

    `facts` and `verdict` are bytes that the same core makes again (see conclusions.py).
    """

    evidence_id = models.UUIDField(primary_key=True)
    decision_id = models.UUIDField()
    """the asker's own id"""
    company_code = models.CharField(max_length=20)
    seller_code = models.CharField(max_length=20, blank=True)
    """the seller who asked; empty: the company's machine or counter"""
    actor = models.CharField(max_length=100)
    customer_id = models.UUIDField()
    at = models.DateTimeField()
    channel = models.CharField(max_length=40)
    reason = models.CharField(max_length=20)
    release_id = models.CharField(max_length=32)
    rulebook_version = models.CharField(max_length=64)
    model_version = models.CharField(max_length=64)
    core_version = models.PositiveSmallIntegerField()
    form = models.PositiveSmallIntegerField()
    facts = models.BinaryField()
    verdict = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["customer_id", "-at"], name="evidence_of_a_customer")]
