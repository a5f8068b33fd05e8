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
