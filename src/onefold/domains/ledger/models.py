"""Double entry: accounts, journals, postings. Written once, never changed; the guards are triggers (migrations/0002)."""

from __future__ import annotations

from django.db import models

from onefold.domains.organisation.models import Company


class Account(models.Model):
    """What one company keeps about one counterparty, in one currency. The id is a hash of the four."""

    account_id = models.UUIDField(primary_key=True)
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    counterparty = models.CharField(max_length=60, blank=True)
    """Another company, a person by code, or nobody."""
    currency = models.CharField(max_length=3)
    mirrors = models.CharField(max_length=40, blank=True)
    """The kind of account in which the counterparty keeps the exact opposite; empty = none."""
    no_overdraft = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "counterparty", "currency"], name="one_account_of_a_kind"
            )
        ]


class Journal(models.Model):
    """One entry in the book. The id is the operation's: made by whoever asks, before asking, and used once for ever."""

    journal_id = models.UUIDField(primary_key=True)
    number = models.BigIntegerField(unique=True)
    """Given by the database; the order of the chain."""
    effective_on = models.DateField()
    event = models.CharField(max_length=120)
    """The fact of the business that this journal books: a reference, not a description."""
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    body_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)

    class Meta:
        indexes = [models.Index(fields=["event"]), models.Index(fields=["effective_on"])]


class Posting(models.Model):
    """One line of a journal: so much on one account. Debit positive, credit negative."""

    posting_id = models.BigAutoField(primary_key=True)
    journal = models.ForeignKey(Journal, models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, models.PROTECT, related_name="postings")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(name="a_posting_is_not_nothing", condition=~models.Q(amount_minor=0))]


class Balance(models.Model):
    """The sum of an account's postings, kept by the database as they come in. Its row is what writers queue for."""

    account = models.OneToOneField(Account, models.PROTECT, primary_key=True, related_name="balance")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    balance_minor = models.BigIntegerField()
    no_overdraft = models.BooleanField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="no_account_is_overdrawn", condition=models.Q(no_overdraft=False) | models.Q(balance_minor__gte=0)
            )
        ]


class Seal(models.Model):
    """A link of the chain: the hash of the link before and of every journal made since."""

    seal_id = models.PositiveBigIntegerField(primary_key=True)
    number_until = models.BigIntegerField()
    journals = models.PositiveBigIntegerField()
    head_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()


class ClosedPeriod(models.Model):
    """A month that takes no journal any more."""

    month = models.DateField(primary_key=True)
    seal = models.OneToOneField(Seal, models.PROTECT, related_name="closes")
    """Made with the closing: no journal of the month comes after it."""
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
