"""Contracts: the latest known version of each. Earlier versions stay in the lake (`contracts`)."""

from __future__ import annotations

from django.db import models

from onefold.domains.catalogue.models import Product, ProductSeries
from onefold.domains.customers.models import SourceRecord
from onefold.domains.organisation.models import Channel, Company


class Contract(models.Model):
    """A policy, deposit, card, loan, fund position or brokerage account: the owner company's fact.

    Found by its id and by its source record. Codes carry no index: nobody asks here for all contracts of a company, and
    each index is written for each of millions of rows.
    """

    contract_id = models.UUIDField(primary_key=True)
    contract_no = models.CharField(max_length=60, null=True)
    source_record = models.ForeignKey(SourceRecord, models.PROTECT)
    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    series = models.ForeignKey(ProductSeries, models.PROTECT, db_index=False)
    product = models.ForeignKey(Product, models.PROTECT, db_index=False)
    channel = models.ForeignKey(Channel, models.PROTECT, null=True, db_index=False)
    seller_code = models.CharField(max_length=20, null=True)
    status = models.CharField(max_length=20)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    premium_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, null=True)
    known_from = models.DateTimeField()
    awaited_since = models.DateTimeField(null=True)
    """Sold here, and not brought by the company's feed yet: until then its absence from a feed says nothing."""
