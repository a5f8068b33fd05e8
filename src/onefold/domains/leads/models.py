"""A lead: one customer, one series, one seller; what came of it, what is planned about it, and who was asked to take it over.

Facts only: an outcome, a correction, an end of a reminder, a step of a referral is a row of its own and is never changed.
"""

from __future__ import annotations

from django.db import models

from onefold.domains.catalogue.models import ProductSeries
from onefold.domains.customers.models import Customer
from onefold.domains.leads.rules import TRANSITIONS
from onefold.domains.organisation.models import Channel, Company
from onefold.domains.releases.models import Release
from onefold.domains.sellers.models import Seller

LEGAL_STEPS = [
    models.Q(before=before, state=state, **({"number__gt": 0} if before else {"number": 0}))
    for before, after in TRANSITIONS.items()
    for state in after
]


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


class Need(models.Model):
    """The customer asked for it: said when, where and to whom; the lead is worked on until a day, whatever advertising was refused.

    With whom it is may change: a seller who does not take it in time passes it on, a new row in the place of the old one.
    """

    need_id = models.UUIDField(primary_key=True)
    lead = models.ForeignKey(Lead, models.PROTECT, related_name="needs")
    customer = models.ForeignKey(Customer, models.PROTECT)
    series = models.ForeignKey(ProductSeries, models.PROTECT, db_index=False)
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+")
    seller_company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    source = models.CharField(max_length=12)
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    expires_on = models.DateField()
    by = models.CharField(max_length=100)
    given_at = models.DateTimeField()
    """When this seller got it; for the first one that is when it was asked."""
    take_until = models.DateTimeField()
    """Until when the seller must take it, before it goes to a colleague."""
    instead_of = models.OneToOneField("self", models.PROTECT, null=True, related_name="passed_to")

    class Meta:
        indexes = [models.Index(fields=["take_until"], name="needs_by_take_until")]


class NeedTaken(models.Model):
    """The seller took it: until it expires no colleague of the company gets the same wish of the same customer."""

    need = models.OneToOneField(Need, models.PROTECT, primary_key=True, related_name="taken")
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+", db_index=False)
    seller_company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)


class NeedLeft(models.Model):
    """It is no longer with this seller: it went to a colleague, or (`waits`) anybody of the company who may sell it takes it from here;
    a second row then says that somebody did. Without a wish in its place: the customer has the contract."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="left")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False)
    seller_company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    waits = models.BooleanField()
    at = models.DateTimeField()
    by = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["need", "waits"], name="left_once_and_fetched_once")]


class Protection(models.Model):
    """A customer's matter (one series, at one company) is one seller's alone until a day; the one row of a matter goes from hand to hand."""

    customer = models.ForeignKey(Customer, models.PROTECT, db_index=False)
    series = models.ForeignKey(ProductSeries, models.PROTECT, db_index=False)
    seller_company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    lead = models.ForeignKey(Lead, models.PROTECT, related_name="+")
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+", db_index=False)
    since = models.DateTimeField()
    until = models.DateField()
    """The first day on which it is anybody's again."""
    by = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "series", "seller_company"], name="one_sellers_matter_at_a_time"
            )
        ]


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
    """What a contact about a lead brought. The last one counts; a closing one takes the lead off the list, until its day."""

    outcome_id = models.UUIDField(primary_key=True)
    lead = models.ForeignKey(Lead, models.PROTECT)
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+")
    seller_company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    code = models.CharField(max_length=30)
    reason = models.CharField(max_length=30, blank=True)
    not_until = models.DateField(null=True)
    by_customer = models.BooleanField(default=False)
    """The customer said it in the portal; no seller takes that back."""
    at = models.DateTimeField()
    by = models.CharField(max_length=100)

    class Meta:
        indexes = [models.Index(fields=["lead", "-at"]), models.Index(fields=["seller", "-at"])]


class Correction(models.Model):
    """An outcome was a slip, noticed within minutes: it counts no more. The outcome itself stays."""

    outcome = models.OneToOneField(Outcome, models.PROTECT, primary_key=True, related_name="correction")
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+")
    seller_company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.CharField(max_length=100)


class Call(models.Model):
    """A number was handed out to be dialled: at that moment nothing forbade it."""

    call_id = models.UUIDField(primary_key=True)
    lead = models.ForeignKey(Lead, models.PROTECT, related_name="calls")
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+")
    seller_company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)


class Recording(models.Model):
    """Where the company keeps the recording of a call; the sound itself never comes here."""

    call = models.OneToOneField(Call, models.PROTECT, primary_key=True, related_name="recording")
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+", db_index=False)
    seller_company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    reference = models.CharField(max_length=100)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)


class Reminder(models.Model):
    """What a seller has planned about a lead: call again, go there, or find something out. Moved = a new one in its place."""

    class Kind(models.TextChoices):
        CALL = "CALL"
        VISIT = "VISIT"
        TASK = "TASK"

    reminder_id = models.UUIDField(primary_key=True)
    lead = models.ForeignKey(Lead, models.PROTECT)
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+")
    seller_company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    about = models.CharField(max_length=40, blank=True)
    """The gate whose missing fact is to be found out; empty = none."""
    due_at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()
    by = models.CharField(max_length=100)
    instead_of = models.OneToOneField("self", models.PROTECT, null=True, related_name="moved_to")

    class Meta:
        indexes = [models.Index(fields=["seller", "due_at"])]


class ReminderEnd(models.Model):
    """A reminder is settled: done, or dropped."""

    class How(models.TextChoices):
        DONE = "DONE"
        DROPPED = "DROPPED"

    reminder = models.OneToOneField(Reminder, models.PROTECT, primary_key=True, related_name="end")
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+")
    how = models.CharField(max_length=10, choices=How.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)


class Referral(models.Model):
    """A lead handed to a colleague who may sell (HANDOVER), or a colleague asked along (ACCOMPANY).

    It stands on the consent from the referrer's company to the colleague's; where that ends, the colleague sees it no more.
    """

    class Kind(models.TextChoices):
        HANDOVER = "HANDOVER"
        ACCOMPANY = "ACCOMPANY"

    referral_id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    lead = models.ForeignKey(Lead, models.PROTECT, related_name="referrals")
    customer = models.ForeignKey(Customer, models.PROTECT)
    series = models.ForeignKey(ProductSeries, models.PROTECT)
    owner_company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    from_seller = models.ForeignKey(Seller, models.PROTECT, related_name="+")
    from_company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    to_seller = models.ForeignKey(Seller, models.PROTECT, related_name="+")
    to_company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    to_lead_id = models.UUIDField()
    """The lead it becomes when accepted as a handover: the same hash as if a release had offered it to the colleague."""
    score = models.IntegerField()
    because = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=500, blank=True)
    credit = models.CharField(max_length=20)
    """What the referrer is credited with, fixed when it is offered; see contact.referral_credit."""
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    by = models.CharField(max_length=100)

    class Meta:
        indexes = [
            models.Index(fields=["from_seller", "-offered_at"]),
            models.Index(fields=["to_seller", "-offered_at"]),
            models.Index(fields=["to_lead_id"]),
        ]


class ReferralStep(models.Model):
    """One state a referral came into. The last one is its state; which may follow which is `rules.TRANSITIONS`."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    before = models.CharField(max_length=10, blank=True)
    state = models.CharField(max_length=10)
    reason = models.CharField(max_length=30, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "number"], name="one_step_at_a_time"),
            models.CheckConstraint(
                name="a_referral_steps_legally", condition=models.Q(*LEGAL_STEPS, _connector=models.Q.OR)
            ),
        ]


class Visit(models.Model):
    """How a visit went to which a colleague came along: who led, who learned, who closed. Said anew = a further one; the last counts."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="visits")
    number = models.PositiveSmallIntegerField()
    held_on = models.DateField()
    led_by = models.ForeignKey(Seller, models.PROTECT, related_name="+", db_index=False)
    learned_by = models.ForeignKey(Seller, models.PROTECT, related_name="+", db_index=False, null=True)
    """None: nobody went along to learn."""
    closed_by = models.ForeignKey(Seller, models.PROTECT, related_name="+", db_index=False, null=True)
    """Who brought the customer to a decision; None: there is none yet."""
    at = models.DateTimeField()
    by = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "number"], name="one_word_about_a_visit_at_a_time"),
            models.CheckConstraint(name="who_leads_does_not_learn", condition=~models.Q(learned_by=models.F("led_by"))),
        ]


class Load(models.Model):
    """How many leads a release gives a seller. A number about a colleague's day, and nothing about any customer."""

    release = models.ForeignKey(Release, models.CASCADE)
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+", db_constraint=False)
    leads = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "seller"], name="one_load_per_release")]
