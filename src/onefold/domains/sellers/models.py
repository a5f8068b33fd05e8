"""Who may sell. Grades: 1 bronze, 2 silver, 3 gold."""

from __future__ import annotations

from django.db import models

from onefold.domains.organisation.models import Channel, Company


class Grade(models.IntegerChoices):
    BRONZE = 1
    SILVER = 2
    GOLD = 3


class Seller(models.Model):
    seller_id = models.CharField(primary_key=True, max_length=20)
    company = models.ForeignKey(Company, models.PROTECT)
    channel = models.ForeignKey(Channel, models.PROTECT)
    grade = models.PositiveSmallIntegerField(choices=Grade.choices)
    region = models.CharField(max_length=40, null=True)
    name = models.CharField(max_length=100, null=True)
    registration_no = models.CharField(max_length=40, null=True)
    phone = models.CharField(max_length=30, null=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
