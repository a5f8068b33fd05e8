"""What was done before a recommendation: dated rows that are only ever added. Facts of the company that advises."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from onefold.domains.catalogue.models import ProductSeries
from onefold.domains.customers.models import Customer
from onefold.domains.organisation.models import Company


class Advised(models.Model):
    """Who did it, for which company, when."""

    customer = models.ForeignKey(Customer, models.PROTECT)
    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    seller_code = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)

    class Meta:
        abstract = True


class RiskTest(Advised):
    """One test with its result, 1 to 5. `differs_from`: the result in force then, where it was another; it waits for confirmation."""

    test_id = models.UUIDField(primary_key=True)
    level = models.PositiveSmallIntegerField()
    differs_from = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_risk_level_is_1_to_5", condition=models.Q(level__gte=1, level__lte=5))
        ]


class TakenTest(models.Model):
    """That a test was taken, and when: what the limits over the group are counted by. Through which company, the app role cannot read."""

    test_id = models.UUIDField(primary_key=True)
    customer = models.ForeignKey(Customer, models.PROTECT)
    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    at = models.DateTimeField()


class RiskConfirmation(models.Model):
    """The customer has confirmed a result that differs."""

    test = models.OneToOneField(RiskTest, models.PROTECT, primary_key=True, related_name="confirmation")
    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)


class NeedsAnalysis(Advised):
    """What the customer needs (lines of business), can spend in a year, and has elsewhere (lines)."""

    analysis_id = models.UUIDField(primary_key=True)
    needs = ArrayField(models.CharField(max_length=30))
    cover_elsewhere = ArrayField(models.CharField(max_length=30))
    budget_minor = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(name="a_budget_is_not_negative", condition=models.Q(budget_minor__gte=0))]


class Opinion(Advised):
    """Whether a series suits, with reasons. `reasons`: codes of what forbids or advises to stop; `missing`: those of them that do because
    a fact is unknown."""

    class Verdict(models.TextChoices):
        SUITABLE = "SUITABLE"
        STOP_ADVISED = "STOP_ADVISED"
        UNSUITABLE = "UNSUITABLE"

    opinion_id = models.UUIDField(primary_key=True)
    series = models.ForeignKey(ProductSeries, models.PROTECT, db_index=False)
    analysis = models.ForeignKey(NeedsAnalysis, models.PROTECT)
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    reasons = ArrayField(models.CharField(max_length=30))
    missing = ArrayField(models.CharField(max_length=30))
    yearly_minor = models.BigIntegerField()
    """what a year of it costs, as offered"""
    valid_until = models.DateTimeField()
    rulebook_version = models.CharField(max_length=64)
    core_version = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["customer", "series", "-at"], name="opinions_on_a_series")]


class Insistence(models.Model):
    """Warned of every reason, the customer confirmed wanting it all the same."""

    opinion = models.OneToOneField(Opinion, models.PROTECT, primary_key=True, related_name="insistence")
    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
