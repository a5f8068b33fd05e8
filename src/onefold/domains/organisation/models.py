"""Companies, channels, agency agreements and what a user of Onefold may be."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models


class Company(models.Model):
    """One legal entity of the group."""

    company_id = models.CharField(primary_key=True, max_length=20)
    pillar = models.CharField(max_length=20)
    name_en = models.CharField(max_length=100)
    name_zh = models.CharField(max_length=100)


class Channel(models.Model):
    """A way to the customer, with a home company."""

    channel_id = models.CharField(primary_key=True, max_length=40)
    company = models.ForeignKey(Company, models.PROTECT)
    kind = models.CharField(max_length=20)
    name_en = models.CharField(max_length=100)
    name_zh = models.CharField(max_length=100)


class AgencyAgreement(models.Model):
    """A written agreement by which one company sells another's products. Every sister-company sale rests on one."""

    agreement_no = models.CharField(primary_key=True, max_length=40)
    seller_company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    owner_company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)


class Role(models.TextChoices):
    CROSS_SELLING_DESK = "CROSS_SELLING_DESK"
    COMPANY_MANAGER = "COMPANY_MANAGER"
    SELLER = "SELLER"
    COMPLIANCE = "COMPLIANCE"
    DATA_STEWARD = "DATA_STEWARD"
    COUNTER = "COUNTER"
    CUSTOMER = "CUSTOMER"


class UserScope(models.Model):
    """What one signed-in user is: a role, at a company or for the whole group; for sellers which seller, for customers which customer.

    Written by the tables' owner alone (`onefold user`); read through the sign-in's connection, with the user.
    """

    of_sign_in = True

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="scope")
    role = models.CharField(max_length=30, choices=Role.choices)
    company_code = models.CharField(max_length=20, blank=True)
    seller_code = models.CharField(max_length=20, blank=True)
    customer_code = models.CharField(max_length=36, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_customer_is_somebody_and_of_no_company",
                condition=models.Q(role="CUSTOMER", company_code="", seller_code="") & ~models.Q(customer_code="")
                | ~models.Q(role="CUSTOMER") & models.Q(customer_code=""),
            ),
            models.CheckConstraint(
                name="a_seller_has_a_company_and_a_code",
                condition=~models.Q(role="SELLER") | (~models.Q(company_code="") & ~models.Q(seller_code="")),
            ),
        ]


class SignInTry(models.Model):
    """Tries to sign in that count against a limit: for one key (an account, an address, a device; hashed), when they were."""

    of_sign_in = True
    key = models.CharField(primary_key=True, max_length=64)
    tries = ArrayField(models.DateTimeField())
    last_at = models.DateTimeField(db_index=True)


class Scope(models.TextChoices):
    """What a token opens."""

    FEEDS = "FEEDS"
    DECISIONS = "DECISIONS"
    LEADS = "LEADS"
    WEBHOOKS = "WEBHOOKS"
    ORDERS = "ORDERS"


class ApiToken(models.Model):
    """The right of one company's machine to some of the interface, for a time. Only the token's hash is kept.

    A token that replaces another is of the same system; for a while both open, so that nothing stops between the two.
    """

    token_id = models.UUIDField(primary_key=True)
    system_id = models.UUIDField()
    """The machine, through all its tokens: a command repeated with the next token is the same command."""
    company_code = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope.choices))
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=100)
    expires_at = models.DateTimeField(null=True)
    """Empty only for tokens made before tokens ended."""
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="who_revoked_and_when_go_together",
                condition=models.Q(revoked_at=None, revoked_by="")
                | (models.Q(revoked_at__isnull=False) & ~models.Q(revoked_by="")),
            )
        ]
        indexes = [models.Index(fields=["company_code", "system_id"], name="organisatio_company_system")]
