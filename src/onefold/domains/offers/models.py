"""The evidence of decisions: one row per customer and owner company, so that the firewall can judge each company's part."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from onefold.domains.customers.models import Customer
from onefold.domains.organisation.models import Company
from onefold.domains.releases.models import Release


class Decision(models.Model):
    """Verdicts over the series of one owner company for one customer; the arrays run parallel."""

    release = models.ForeignKey(Release, models.CASCADE)
    # Staged before the release's customers are merged, so the database does not check these two.
    customer = models.ForeignKey(Customer, models.PROTECT, db_constraint=False)
    owner_company = models.ForeignKey(Company, models.PROTECT, db_constraint=False)
    series = ArrayField(models.CharField(max_length=40))
    sellers = ArrayField(models.CharField(max_length=20))
    blocked = ArrayField(models.BigIntegerField())
    missing = ArrayField(models.BigIntegerField())
    scores = ArrayField(models.IntegerField())
    values = ArrayField(models.BigIntegerField())
    bases = ArrayField(models.IntegerField())
    actions = ArrayField(models.CharField(max_length=12, blank=True))
    because = ArrayField(models.CharField(max_length=40))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "customer", "owner_company"], name="one_decision_per_company")
        ]
