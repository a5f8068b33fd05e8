"""What every room leans on: commands kept for ever, audit lines, the outbox, its deliveries and the demonstration's clock."""

from __future__ import annotations

from django.db import models


class DemoClock(models.Model):
    id = models.SmallIntegerField(primary_key=True)
    at = models.DateTimeField()


class Measured(models.Model):
    """How the installation does, as measured last: one row of counts and ages (`figures.FIGURES`), nothing about anybody."""

    id = models.SmallIntegerField(primary_key=True)
    at = models.DateTimeField()
    figures = models.JSONField()


class CommandRecord(models.Model):
    """A command that was carried out: its client-made id, the hash of its body and its first result."""

    command_id = models.UUIDField(primary_key=True)
    action = models.CharField(max_length=100)
    actor = models.CharField(max_length=100)
    body_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    result = models.JSONField(null=True)


class AuditLine(models.Model):
    """Who did what to which subject. Pseudonyms and codes only; a bulk action writes one line with count and hash.

    Written once, for every role (migrations/0005); the database gives the number, which is the order of the chain.
    """

    number = models.BigIntegerField(editable=False)
    audit_id = models.UUIDField(primary_key=True)
    command_id = models.UUIDField(db_index=True)
    action = models.CharField(max_length=100)
    actor = models.CharField(max_length=100)
    company = models.CharField(max_length=20, blank=True)
    subject = models.CharField(max_length=100, blank=True)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["company", "at"]),
            models.Index(fields=["subject", "at"]),
            models.Index(fields=["company", "number"], name="audit_of_a_company"),
            models.Index(fields=["company", "actor", "at"], name="audit_of_an_actor"),
        ]
        constraints = [models.UniqueConstraint(fields=["number"], name="one_audit_line_of_a_number")]


class AuditSeal(models.Model):
    """A link of one company's chain: the hash of the link before and of every line numbered from there to here."""

    id = models.BigAutoField(primary_key=True)
    company = models.CharField(max_length=20, blank=True)
    seal_no = models.PositiveBigIntegerField()
    number_from = models.BigIntegerField()
    """Exclusive: where the link before ended."""
    number_until = models.BigIntegerField()
    lines = models.PositiveBigIntegerField()
    head_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "seal_no"], name="one_audit_seal_of_a_number")]


class AuditBreak(models.Model):
    """Where a chain does not hold, and says so: lines that retention took, links that a restored backup does not know."""

    class Kind(models.TextChoices):
        PRUNED = "PRUNED"
        RESTORED = "RESTORED"

    break_id = models.UUIDField(primary_key=True)
    company = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    seal_no_from = models.PositiveBigIntegerField()
    seal_no_until = models.PositiveBigIntegerField()
    number_until = models.BigIntegerField()
    """PRUNED: no line up to here is kept. RESTORED: the last line that the restored database knew."""
    why = models.CharField(max_length=200)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    key_id = models.CharField(max_length=16)
    signature = models.CharField(max_length=128)
    chain = models.CharField(max_length=10, default="audit", db_default="audit")
    """`audit`, or the name of another chain whose heads are written down outside: `ledger`."""


class OutboxEvent(models.Model):
    """A past-tense fact, written in the transaction that made it true, not yet or already handed to its reactions."""

    event_id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=100)
    payload = models.JSONField()
    command_id = models.UUIDField()
    at = models.DateTimeField()
    relayed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["event_id"], name="outbox_waiting", condition=models.Q(relayed_at=None))]


class Delivery(models.Model):
    """The inbox: one reaction to one event. DONE is written in the transaction of the reaction itself."""

    class State(models.TextChoices):
        WAITING = "WAITING"
        DONE = "DONE"
        DEAD = "DEAD"

    delivery_id = models.UUIDField(primary_key=True)
    event_id = models.UUIDField()
    reaction = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State.choices)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event_id", "reaction"], name="one_delivery_per_reaction")]
        indexes = [models.Index(fields=["due_at"], name="delivery_waiting", condition=models.Q(state="WAITING"))]


class KeyMark(models.Model):
    """A key with which data here were made, by its id, which tells nothing of it. Struck when nothing made with it is left."""

    key_id = models.CharField(primary_key=True, max_length=12)
    purpose = models.CharField(max_length=20)
    noted_at = models.DateTimeField()
    struck_at = models.DateTimeField(null=True)
