"""A lead: one customer, one series, one seller. Its outcomes are facts of their own; a release says whether it is offered now."""

from __future__ import annotations

from django.db import models

from onefold.domains.catalogue.models import ProductSeries
from onefold.domains.customers.models import Customer
from onefold.domains.organisation.models import Channel, Company
from onefold.domains.releases.models import Release
from onefold.domains.sellers.models import Seller


class Lead(models.Model):
    """The id is a hash of customer, series and seller, so a repeated offer is the same lead."""

    lead_id = models.UUIDField(primary_key=True)
    customer = models.ForeignKey(Customer, models.PROTECT)
    series = models.ForeignKey(ProductSeries, models.PROTECT)
    owner_company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    seller = models.ForeignKey(Seller, models.PROTECT)
    seller_company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, models.PROTECT)
    opened_at = models.DateTimeField()


class Offered(models.Model):
    """This release offers this lead, with this score, at this place of the seller's list."""

    release = models.ForeignKey(Release, models.CASCADE)
    lead = models.ForeignKey(Lead, models.PROTECT)
    seller_company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+")
    action = models.CharField(max_length=12)
    score = models.IntegerField()
    value_minor = models.BigIntegerField()
    basis = models.IntegerField()
    rank = models.IntegerField()
    because = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "lead"], name="offered_once_per_release")]
        indexes = [models.Index(fields=["release", "seller", "rank"])]


class Outcome(models.Model):
    """What a contact about a lead brought. The last one counts; a closing one takes the lead off the list."""

    outcome_id = models.UUIDField(primary_key=True)
    lead = models.ForeignKey(Lead, models.PROTECT)
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+")
    seller_company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    code = models.CharField(max_length=30)
    not_until = models.DateField(null=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)

    class Meta:
        indexes = [models.Index(fields=["lead", "-at"])]
