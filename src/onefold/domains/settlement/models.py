"""A sale and what is owed because of it; when it was earned, taken back, put on a statement and netted. Facts only, never changed."""

from __future__ import annotations

from django.db import models

from onefold.domains.ledger.models import Journal
from onefold.domains.organisation.models import Company


class Terms(models.Model):
    """The rules by which sales of a day are paid: plan, splits, taxes, schedule. Fixed when sold; the id is their hash."""

    terms_id = models.CharField(primary_key=True, max_length=32)
    rulebook_version = models.CharField(max_length=64)
    plan = models.CharField(max_length=40, blank=True)
    content = models.JSONField()


class Sale(models.Model):
    """One issued contract and who took part. The customer is who it was then; a merge later changes nothing here."""

    class Outcome(models.TextChoices):
        SETTLED = "SETTLED"
        EXPLAINED = "EXPLAINED"
        """Nothing is paid for it, and `reason` says why."""

    item_id = models.UUIDField(primary_key=True)
    contract_id = models.UUIDField(db_index=True)
    customer_id = models.UUIDField()
    owner_company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    selling_company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    series = models.CharField(max_length=40)
    product = models.CharField(max_length=60, blank=True)
    channel = models.CharField(max_length=40)
    seller_code = models.CharField(max_length=20)
    referrer_code = models.CharField(max_length=20, blank=True)
    accompanying_code = models.CharField(max_length=20, blank=True)
    servicer_code = models.CharField(max_length=20, blank=True)
    premium_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    sold_on = models.DateField()
    issued_on = models.DateField()
    free_look_until = models.DateField()
    deferred_until = models.DateField()
    terms = models.ForeignKey(Terms, models.PROTECT, db_index=False)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="what_is_not_paid_is_explained",
                condition=models.Q(outcome="SETTLED", reason="")
                | (models.Q(outcome="EXPLAINED") & ~models.Q(reason="")),
            )
        ]
        indexes = [models.Index(fields=["issued_on"]), models.Index(fields=["deferred_until"])]


class Recognition(models.Model):
    """Somebody took part who may not be paid commission: named, and given nothing that is money."""

    sale = models.ForeignKey(Sale, models.PROTECT, related_name="recognitions")
    role = models.CharField(max_length=20)
    person = models.CharField(max_length=20)
    company = models.ForeignKey(Company, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sale", "role"], name="one_recognition_per_role")]


class Line(models.Model):
    """One sum owed because of one sale. `payee` is a person, or empty where the company itself is paid."""

    line_id = models.UUIDField(primary_key=True)
    sale = models.ForeignKey(Sale, models.PROTECT, related_name="lines")
    kind = models.CharField(max_length=20)
    role = models.CharField(max_length=20)
    payer_company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    payee_company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    payee = models.CharField(max_length=20, blank=True)
    part = models.CharField(max_length=10)
    amount_minor = models.BigIntegerField()
    vat_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sale", "kind", "role", "payee_company", "payee", "part"], name="one_line_of_a_kind_per_sale"
            )
        ]
        indexes = [models.Index(fields=["payee"], name="line_of_a_person", condition=~models.Q(payee=""))]


class Movement(models.Model):
    """What happened to a line: accrued at issue, then vested or cancelled, once; what was vested may be clawed back, once."""

    class Kind(models.TextChoices):
        ACCRUED = "ACCRUED"
        VESTED = "VESTED"
        CANCELLED = "CANCELLED"
        CLAWED_BACK = "CLAWED_BACK"

    movement_id = models.UUIDField(primary_key=True)
    line = models.ForeignKey(Line, models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    amount_minor = models.BigIntegerField()
    vat_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    payable_minor = models.BigIntegerField()
    """What it adds to, or takes from, what the payee is to be paid: with VAT between companies, less tax for persons."""
    effective_on = models.DateField()
    """The day it is booked on: the event's, or the first of the oldest open month where that is closed."""
    event_on = models.DateField()
    journal = models.ForeignKey(Journal, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line"], name="accrued_once", condition=models.Q(kind="ACCRUED")),
            models.UniqueConstraint(
                fields=["line"], name="vested_or_cancelled_once", condition=models.Q(kind__in=("VESTED", "CANCELLED"))
            ),
            models.UniqueConstraint(fields=["line"], name="clawed_back_once", condition=models.Q(kind="CLAWED_BACK")),
            models.CheckConstraint(
                name="what_goes_back_is_negative",
                condition=models.Q(kind__in=("ACCRUED", "VESTED")) | models.Q(amount_minor__lt=0),
            ),
        ]
        indexes = [models.Index(fields=["effective_on"])]


class Ending(models.Model):
    """A contract ended, so that what was paid for it goes back. Also where it is told of before the sale itself."""

    item_id = models.UUIDField(primary_key=True)
    reason = models.CharField(max_length=30)
    refunded_minor = models.BigIntegerField()
    ended_on = models.DateField()
    source = models.CharField(max_length=10)
    """ORDER or FEED: whichever told first."""


class Close(models.Model):
    """A month was settled: its statements and its netting, and the hash of all their bytes."""

    month = models.DateField(primary_key=True)
    lines = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)


class Statement(models.Model):
    """What a month was for one company, or for one person of it. `sha256` is that of its lines as they are exported."""

    statement_id = models.UUIDField(primary_key=True)
    close = models.ForeignKey(Close, models.PROTECT, related_name="statements")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    person = models.CharField(max_length=20, blank=True)
    currency = models.CharField(max_length=3)
    accrued_in_minor = models.BigIntegerField()
    accrued_out_minor = models.BigIntegerField()
    receivable_minor = models.BigIntegerField()
    payable_minor = models.BigIntegerField()
    vat_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    opening_minor = models.BigIntegerField()
    """A person's debt from months before, after clawbacks."""
    paid_minor = models.BigIntegerField()
    closing_minor = models.BigIntegerField()
    lines = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["close", "company", "person", "currency"], name="one_statement_per_month")
        ]
        indexes = [models.Index(fields=["person", "close"])]


class Clearing(models.Model):
    """What two companies owe each other for a month, and the one sum that settles it: from `debtor` to `creditor`."""

    clearing_id = models.UUIDField(primary_key=True)
    close = models.ForeignKey(Close, models.PROTECT, related_name="clearings")
    debtor = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    creditor = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    owed_minor = models.BigIntegerField()
    """What the debtor owes, gross."""
    counter_minor = models.BigIntegerField()
    """What the creditor owes, gross."""
    net_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["close", "debtor", "creditor", "currency"], name="one_netting_per_pair"),
            models.CheckConstraint(
                name="net_is_the_difference",
                condition=models.Q(net_minor=models.F("owed_minor") - models.F("counter_minor"), net_minor__gte=0),
            ),
        ]


class CommissionGauge(models.Model):
    """An insurer's year so far at a month's settling: premiums, what was given back, and what selling cost."""

    close = models.ForeignKey(Close, models.PROTECT, related_name="gauges")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    premiums_minor = models.BigIntegerField()
    surrenders_minor = models.BigIntegerField()
    paid_minor = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["close", "company", "currency"], name="one_gauge_per_month")]


class Dealing(models.Model):
    """What one company came to owe another in the year so far, and the largest single sum: dealings of related parties."""

    close = models.ForeignKey(Close, models.PROTECT, related_name="dealings")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    counterparty = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    largest_minor = models.BigIntegerField()
    year_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["close", "company", "counterparty", "currency"], name="one_dealing_per_month"
            )
        ]
