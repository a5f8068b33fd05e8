"""What one right would unlock for one seller, per release."""

from __future__ import annotations

from django.db import models

from onefold.domains.catalogue.models import ProductSeries
from onefold.domains.organisation.models import Company
from onefold.domains.releases.models import Release
from onefold.domains.sellers.models import Seller


class Unlocked(models.Model):
    """`missing`: codes of the gates that forbid the series to the seller, comma separated."""

    release = models.ForeignKey(Release, models.CASCADE)
    # Staged before the release's sellers and series are merged, so the database does not check these.
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+", db_constraint=False)
    seller_company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_constraint=False)
    series = models.ForeignKey(ProductSeries, models.PROTECT, related_name="+", db_constraint=False)
    missing = models.CharField(max_length=400)
    leads = models.BigIntegerField()
    value_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "seller", "series", "missing"], name="one_unlock_per_right")
        ]
