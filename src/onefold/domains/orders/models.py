"""Orders, their items, every outside step, and what the customer confirmed and declared."""

from __future__ import annotations

from django.db import models

from onefold.domains.catalogue.models import Product, ProductSeries
from onefold.domains.customers.models import Customer
from onefold.domains.leads.models import Lead
from onefold.domains.orders.rules import CHOICES, ENDS, ISSUED, PAYERS, STATES, STEPS
from onefold.domains.organisation.models import Channel, Company
from onefold.domains.sellers.models import Seller

CONTRACTED = (ISSUED, "IN_FORCE", "CANCELLED_REFUNDED")


class Order(models.Model):
    """What one customer was proposed at one moment by one seller. It has no state: its items have."""

    order_id = models.UUIDField(primary_key=True)
    customer = models.ForeignKey(Customer, models.PROTECT)
    lead = models.ForeignKey(Lead, models.PROTECT, null=True)
    need = models.CharField(max_length=12)
    """OUTBOUND: we came. INBOUND_NEED: the customer did."""
    choice = models.CharField(max_length=4)
    """ALL: all of the items or none. EACH: each by itself."""
    seller = models.ForeignKey(Seller, models.PROTECT)
    seller_company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    referrer_code = models.CharField(max_length=20, null=True)
    accompanying_code = models.CharField(max_length=20, null=True)
    servicer_code = models.CharField(max_length=20, null=True)
    proposed_at = models.DateTimeField()
    by = models.CharField(max_length=100)

    class Meta:
        constraints = [models.CheckConstraint(name="all_or_each", condition=models.Q(choice__in=CHOICES))]
        indexes = [models.Index(fields=["seller", "-proposed_at"])]


class OrderItem(models.Model):
    """One product of one company, on its way to one contract. Who may see it stands on the row itself, so that a wall is quick."""

    item_id = models.UUIDField(primary_key=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="items")
    number = models.PositiveSmallIntegerField()
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+")
    seller_company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    owner_company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    series = models.ForeignKey(ProductSeries, models.PROTECT, db_index=False)
    product = models.ForeignKey(Product, models.PROTECT, db_index=False)
    state = models.CharField(max_length=20)
    reason = models.CharField(max_length=40, blank=True)
    """Why it is not further: a code of ours, of the partner's, or of the underwriter's."""
    answers = models.JSONField()
    parts = models.JSONField(null=True)
    """[[code, minor], ...]: the binding price as it stands, by part."""
    premium_minor = models.BigIntegerField(null=True)
    quoted_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    quote_no = models.CharField(max_length=60, blank=True)
    application_no = models.CharField(max_length=60, blank=True)
    decision = models.CharField(max_length=10, blank=True)
    ends_on = models.DateField(null=True)
    """First day on which the quote, later the decision, no longer binds the company."""
    payer = models.CharField(max_length=12, blank=True)
    payment_operation = models.UUIDField(null=True)
    issue_operation = models.UUIDField(null=True)
    contract_id = models.UUIDField(null=True)
    contract_no = models.CharField(max_length=60, blank=True)
    issued_at = models.DateTimeField(null=True)
    free_look_until = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=20, blank=True)
    cancel_asked_at = models.DateTimeField(null=True)
    refunded_minor = models.BigIntegerField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="one_item_a_place"),
            models.CheckConstraint(name="a_known_state", condition=models.Q(state__in=STATES)),
            models.CheckConstraint(
                name="a_contract_with_its_state",
                condition=models.Q(state__in=CONTRACTED, contract_id__isnull=False, issued_at__isnull=False)
                | ~models.Q(state__in=CONTRACTED),
            ),
            models.CheckConstraint(
                name="who_cancels_says_why",
                condition=models.Q(cancel_asked_at=None, cancel_reason="")
                | (models.Q(cancel_asked_at__isnull=False) & ~models.Q(cancel_reason="")),
            ),
            models.CheckConstraint(name="a_party_pays", condition=models.Q(payer__in=["", *PAYERS])),
        ]
        indexes = [
            models.Index(fields=["seller_company", "state"], name="items_of_seller_company"),
            models.Index(fields=["state", "ends_on"], name="items_open", condition=~models.Q(state__in=ENDS)),
        ]


class OrderStep(models.Model):
    """An outside step: what is asked of a partner, under an operation id that was committed before anything was sent."""

    class State(models.TextChoices):
        WAITING = "WAITING"
        DONE = "DONE"
        REFUSED = "REFUSED"
        GIVEN_UP = "GIVEN_UP"
        DROPPED = "DROPPED"
        STUCK = "STUCK"

    operation_id = models.UUIDField(primary_key=True)
    item = models.ForeignKey(OrderItem, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12)
    body = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=40, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    """The business instant it was decided at."""
    begun_at = models.DateTimeField()
    """Real time, as is `due_at`: they pace machines and are no fact of the business."""
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_known_step", condition=models.Q(kind__in=list(STEPS))),
            models.UniqueConstraint(
                fields=["item"], name="one_step_at_once", condition=models.Q(state__in=["WAITING", "STUCK"])
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="steps_due", condition=models.Q(state="WAITING"))]


class ItemChange(models.Model):
    """One change of an item's state. Written by the database, whoever changes it."""

    item = models.ForeignKey(OrderItem, models.PROTECT, related_name="changes")
    before = models.CharField(max_length=20, blank=True)
    after = models.CharField(max_length=20)
    reason = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)


class Disclosure(models.Model):
    """One statement that was shown to the customer and confirmed, in the version of its day."""

    item = models.ForeignKey(OrderItem, models.PROTECT, related_name="disclosures")
    code = models.CharField(max_length=30)
    version = models.DateField()
    confirmed_at = models.DateTimeField()
    by = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "code"], name="each_confirmed_once")]


class Application(models.Model):
    """What the customer declared and signed; and who the parties are, by reference."""

    item = models.OneToOneField(OrderItem, models.PROTECT, primary_key=True, related_name="application")
    declarations = models.JSONField()
    parties = models.JSONField()
    """role → customer id, or a reference of the seller's company to somebody who is no customer"""
    signed_at = models.DateTimeField()
    by = models.CharField(max_length=100)
