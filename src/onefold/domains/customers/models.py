"""What each company knows (source record), who that is (membership), and the customer it adds up to."""

from __future__ import annotations

from django.db import models

from onefold.domains.organisation.models import Company
from onefold.domains.releases.models import Release


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
    key_id = models.CharField(max_length=12, default="", db_default="")
    """the key it was made with; empty: the oldest, of before keys had ids"""


class Told(models.Model):
    """What somebody was told of a customer's circumstances: by a company's feed (then with its record), or in Onefold (`Answer`)."""

    told_id = models.UUIDField(primary_key=True)
    source_record = models.ForeignKey(SourceRecord, models.PROTECT, null=True, db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT)
    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=20)
    told_on = models.DateField()
    valid_until = models.DateField(null=True)
    """First day on which the company sends it no more; it stays as the record of what was said."""
    recorded_at = models.DateTimeField()
    heard = models.BooleanField(db_default=False)
    """Told in Onefold, and not by a feed."""

    class Meta:
        abstract = True


class Circumstance(Told):
    """RISK_LEVEL, INCOME, BORN_ON: the company's own fact, shared under a consent for CIRCUMSTANCES and no other."""


class Standing(Told):
    """STATUS, CAPACITY, PROFILING: whoever sees the customer must heed them, and sees them, but not which company was told: the
    app role has no right to read `company` (see migration 0005). The latest word of each `source_record` counts."""


class Answer(models.Model):
    """Who heard a circumstance in Onefold, from whom, when. What was heard is the `Circumstance` or `Standing` of the same id."""

    answer_id = models.UUIDField(primary_key=True)
    customer = models.ForeignKey(Customer, models.PROTECT)
    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    seller_code = models.CharField(max_length=20, blank=True)
    said_by = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)


class AnswerRetraction(models.Model):
    """An answer was a slip, noticed within minutes: it counts no more."""

    answer = models.OneToOneField(Answer, models.PROTECT, primary_key=True, related_name="retraction")
    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)


class AnswerTaken(models.Model):
    """This release's run knew this answer; every other one is news since."""

    pk = models.CompositePrimaryKey("release", "answer_id")
    release = models.ForeignKey(Release, models.CASCADE, db_index=False)
    answer_id = models.UUIDField()


class LinkCandidate(models.Model):
    """Two records that likeness or a steward spoke of, as a release has it. Staff of either company see it. It is staged before
    the companies of a first release are there, so the database does not hold it to them."""

    release = models.ForeignKey(Release, models.CASCADE, db_index=False)
    source_record_id = models.UUIDField()
    other_record_id = models.UUIDField()
    company = models.ForeignKey(Company, models.PROTECT, db_index=False, related_name="+", db_constraint=False)
    other_company = models.ForeignKey(Company, models.PROTECT, db_index=False, related_name="+", db_constraint=False)
    probability_ppm = models.IntegerField()
    levels = models.JSONField()
    outcome = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "source_record_id", "other_record_id"], name="one_link_a_pair")
        ]


class LinkRuling(models.Model):
    """What a steward said of two records; the newest of a pair counts, the others are its history."""

    class Verdict(models.TextChoices):
        SAME = "SAME"
        DIFFERENT = "DIFFERENT"
        OPEN = "OPEN"

    ruling_id = models.UUIDField(primary_key=True)
    source_record_id = models.UUIDField()
    other_record_id = models.UUIDField()
    company = models.ForeignKey(Company, models.PROTECT, db_index=False, related_name="+")
    other_company = models.ForeignKey(Company, models.PROTECT, db_index=False, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict)
    why = models.CharField(max_length=400)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["source_record_id", "other_record_id", "at"], name="rulings_of_a_pair")]


class Look(models.Model):
    """Somebody of a company looked at a customer: once a day, company and occasion, for the customer to see. Who it was is in the audit."""

    look_id = models.UUIDField(primary_key=True)
    customer = models.ForeignKey(Customer, models.PROTECT)
    company = models.ForeignKey(Company, models.PROTECT, db_index=False, related_name="+")
    occasion = models.CharField(max_length=20)
    on = models.DateField()
