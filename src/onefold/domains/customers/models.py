"""What each company knows (source record), who that is (membership), and the customer it adds up to."""

from __future__ import annotations

from django.db import models

from onefold.domains.organisation.models import Company


class Customer(models.Model):
    """A person or an organisation known to the group. Carries no identifying value; names live on source records."""

    customer_id = models.UUIDField(primary_key=True)
    household_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=20)
    sex = models.CharField(max_length=1, null=True)
    birth_month = models.DateField(null=True)
    region = models.CharField(max_length=40, null=True)
    segment = models.CharField(max_length=20)


class SourceRecord(models.Model):
    """What one company knows of one of its customers: that company's fact."""

    source_record_id = models.UUIDField(primary_key=True)
    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    source_key = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=200, null=True)
    sex = models.CharField(max_length=1, null=True)
    born_on = models.DateField(null=True)
    id_type = models.CharField(max_length=20, null=True)
    id_number = models.CharField(max_length=40, null=True)
    phone = models.CharField(max_length=30, null=True)
    email = models.CharField(max_length=200, null=True)
    address = models.CharField(max_length=300, null=True)
    region = models.CharField(max_length=40, null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["company", "source_key"])]


class Membership(models.Model):
    """Dated fact: this source record is this customer. Merges and splits write here and nowhere else."""

    source_record = models.OneToOneField(SourceRecord, models.PROTECT, primary_key=True)
    customer = models.ForeignKey(Customer, models.PROTECT)
    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    basis = models.CharField(max_length=30)
    recorded_at = models.DateTimeField()


class SearchToken(models.Model):
    """A keyed hash of something one can search a customer by; equality only, so that row security keeps the index."""

    pk = models.CompositePrimaryKey("token", "source_record")
    source_record = models.ForeignKey(SourceRecord, models.CASCADE, db_index=False)
    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    token = models.CharField(max_length=32)
