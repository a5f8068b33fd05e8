"""Every attempt and every answer; what an answer silences."""

from __future__ import annotations

from django.db import models

from onefold.domains.customers.models import Customer
from onefold.domains.organisation.models import Channel, Company


class Attempt(models.Model):
    """Somebody tried to reach a customer, and what came of it."""

    attempt_id = models.UUIDField(primary_key=True)
    customer = models.ForeignKey(Customer, models.PROTECT)
    company = models.ForeignKey(Company, models.PROTECT)
    channel = models.ForeignKey(Channel, models.PROTECT)
    seller_code = models.CharField(max_length=20)
    series_code = models.CharField(max_length=40)
    outcome = models.CharField(max_length=30)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)


class Touch(models.Model):
    """That somebody of the household was contacted, and when: what caps over companies are counted by.

    Everybody who sees a customer of the household sees how often; which company it was, the app role cannot read.
    """

    touch_id = models.UUIDField(primary_key=True)
    """The attempt's id, so that a slip counts neither here nor there."""
    household_id = models.UUIDField()
    at = models.DateTimeField()
    company = models.ForeignKey(Company, models.PROTECT)

    class Meta:
        indexes = [models.Index(fields=["household_id", "at"], name="touches_of_a_household")]


class Suppression(models.Model):
    """The answer "not until ..." silences one series, or all of them (ALL), over all companies and channels.

    As with do-not-contact, who recorded it is not readable by the app role.
    """

    suppression_id = models.UUIDField(primary_key=True)
    customer = models.ForeignKey(Customer, models.PROTECT)
    series_code = models.CharField(max_length=40)
    until = models.DateField()
    company = models.ForeignKey(Company, models.PROTECT, null=True)
    """Through which company it was said; none = the customer said it in the portal."""
    at = models.DateTimeField()
    by = models.CharField(max_length=100)


class Retraction(models.Model):
    """An answer was written down by mistake: neither its attempt nor its silence counts. Both carry the answer's id.

    As with silences, who retracted it is not readable by the app role.
    """

    answer_id = models.UUIDField(primary_key=True)
    company = models.ForeignKey(Company, models.PROTECT)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
