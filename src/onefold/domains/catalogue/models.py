"""What the companies sell. Penetration counts series; a series belongs to exactly one company."""

from __future__ import annotations

from django.db import models

from onefold.domains.organisation.models import Channel, Company


class ProductSeries(models.Model):
    series_id = models.CharField(primary_key=True, max_length=40)
    company = models.ForeignKey(Company, models.PROTECT)
    pillar = models.CharField(max_length=20)
    line = models.CharField(max_length=20)
    name_en = models.CharField(max_length=100)
    name_zh = models.CharField(max_length=100)
    kinds = models.CharField(max_length=40)
    on_sale_from = models.DateField(null=True)
    on_sale_until = models.DateField(null=True)
    age_min = models.PositiveSmallIntegerField(null=True)
    age_max = models.PositiveSmallIntegerField(null=True)
    grade_min = models.PositiveSmallIntegerField()


class Product(models.Model):
    product_id = models.CharField(primary_key=True, max_length=60)
    series = models.ForeignKey(ProductSeries, models.PROTECT)
    name_en = models.CharField(max_length=100)
    name_zh = models.CharField(max_length=100)


class ChannelProduct(models.Model):
    """The dated matrix: this channel may sell this series in this period."""

    channel = models.ForeignKey(Channel, models.PROTECT)
    series = models.ForeignKey(ProductSeries, models.PROTECT)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "series", "valid_from"], name="one_right_per_start")]
