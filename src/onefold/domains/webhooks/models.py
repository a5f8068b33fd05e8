"""Which address is told what, and each message on its way."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Webhook(models.Model):
    """An address of one company that is told of events of some types, until it is ended."""

    webhook_id = models.UUIDField(primary_key=True)
    company_code = models.CharField(max_length=20, db_index=True)
    url = models.CharField(max_length=500)
    types = ArrayField(models.CharField(max_length=40))
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=100)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=100, blank=True)
    key_id = models.CharField(max_length=12, default="", db_default="")
    """the key its secret is made of; empty: the oldest, of before keys had ids"""
    former_key_id = models.CharField(max_length=12, blank=True, default="", db_default="")
    """the key of the secret before, which signs too until that key is destroyed"""
    shown_key_id = models.CharField(max_length=12, blank=True, default="", db_default="")
    """the key of the secret that was shown after a rotation; empty: only the one of the registration was"""

    @property
    def secret_waits(self) -> bool:
        """Whether a rotation made a secret that nobody of the company has seen yet."""
        return bool(self.former_key_id) and self.shown_key_id != self.key_id

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="who_ended_it_and_when_go_together",
                condition=models.Q(ended_at=None, ended_by="") | (models.Q(ended_at__isnull=False) & ~models.Q(ended_by="")),
            )
        ]  # fmt: skip


class Message(models.Model):
    """One event for one webhook. `body` is what is sent, byte for byte, with every try."""

    class State(models.TextChoices):
        WAITING = "WAITING"
        DELIVERED = "DELIVERED"
        DEAD = "DEAD"

    message_id = models.UUIDField(primary_key=True)
    webhook = models.ForeignKey(Webhook, models.PROTECT)
    company_code = models.CharField(max_length=20)
    type = models.CharField(max_length=40)
    body = models.TextField()
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    last_status = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=40, blank=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["webhook", "due_at"], name="message_waiting", condition=models.Q(state="WAITING")),
            models.Index(fields=["webhook", "state", "message_id"]),
        ]
