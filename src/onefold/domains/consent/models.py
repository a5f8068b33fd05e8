"""Who may use what, and who wants no contact."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from onefold.domains.customers.models import Customer, SourceRecord
from onefold.domains.organisation.models import Company


class Consent(models.Model):
    """A separate consent (PIPL 23): from one company to another, for a purpose, over data categories, for a period."""

    consent_id = models.UUIDField(primary_key=True)
    source_record = models.ForeignKey(SourceRecord, models.PROTECT)
    customer = models.ForeignKey(Customer, models.PROTECT)
    """Who the source record is now; refreshed with each release, so that customers find their own consents."""
    from_company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    to_company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    purpose = models.CharField(max_length=20)
    categories = ArrayField(models.CharField(max_length=20))
    notice_version = models.CharField(max_length=20)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    recorded_at = models.DateTimeField()


class Withdrawal(models.Model):
    """A consent taken back in Onefold. Wins over whatever a feed still says."""

    consent = models.OneToOneField(Consent, models.PROTECT, primary_key=True)
    from_company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    to_company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField()
    withdrawn_by = models.CharField(max_length=100)
    why = models.CharField(max_length=40)


class ContactBlock(models.Model):
    """Do not contact: one list over all companies and channels.

    Everybody who sees the customer sees that there is a block, but not through which company it was said: the app role has
    no right to read `source_record` and `company` (see the room's firewall migration).
    """

    block_id = models.UUIDField(primary_key=True)
    customer = models.ForeignKey(Customer, models.PROTECT)
    source_record = models.ForeignKey(SourceRecord, models.PROTECT, null=True)
    company = models.ForeignKey(Company, models.PROTECT, null=True)
    """Through which company it was said; none = the customer said it in the portal."""
    own = models.BooleanField(default=False, db_default=False)
    """The customer's own switch in the portal, which the customer can also turn back."""
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    recorded_at = models.DateTimeField()


class BlockRetraction(models.Model):
    """A do-not-contact wish that holds no more: written down by mistake and taken back at once by the company that wrote it down, or
    said in the portal and taken back there."""

    block = models.OneToOneField(ContactBlock, models.PROTECT, primary_key=True, related_name="retraction")
    company = models.ForeignKey(Company, models.PROTECT, null=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
