"""Fits of a release, and what was decided about models."""

from __future__ import annotations

from django.db import models

from onefold.domains.releases.models import Release


class Fit(models.Model):
    """One fit of one model as a release has it; `fit` is empty where nothing could be learnt."""

    class Stage(models.TextChoices):
        CANDIDATE = "CANDIDATE"
        CHAMPION = "CHAMPION"
        RETIRED = "RETIRED"

    release = models.ForeignKey(Release, models.CASCADE)
    model = models.CharField(max_length=80)
    fit = models.CharField(max_length=32, blank=True)
    recipe = models.CharField(max_length=60)
    stage = models.CharField(max_length=10, choices=Stage)
    used = models.BooleanField()
    fallback_reason = models.CharField(max_length=40, blank=True)
    trained_on = models.DateField(null=True)
    validated_on = models.DateField(null=True)
    rows = models.BigIntegerField()
    outcomes = models.BigIntegerField(null=True)
    assessment = models.CharField(max_length=80, blank=True)
    approver = models.CharField(max_length=120, blank=True)
    card = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "model", "fit"], name="one_card_per_fit")]


class Ruling(models.Model):
    """What people decided last about a model; who, when and why stand beside it."""

    class Rule(models.TextChoices):
        AUTOMATIC = "AUTOMATIC"
        BY_HAND = "BY_HAND"
        RETIRED = "RETIRED"

    model = models.CharField(max_length=80, primary_key=True)
    rule = models.CharField(max_length=10, choices=Rule)
    champion = models.CharField(max_length=32, blank=True)
    decided_by = models.CharField(max_length=120)
    decided_at = models.DateTimeField()
    why = models.CharField(max_length=400)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rule="BY_HAND") ^ models.Q(champion=""), name="a_champion_where_chosen_by_hand"
            )
        ]


class PastRuling(models.Model):
    """Everything people ever decided about a model, each once, the newest included."""

    model = models.CharField(max_length=80)
    rule = models.CharField(max_length=10, choices=Ruling.Rule)
    champion = models.CharField(max_length=32, blank=True)
    decided_by = models.CharField(max_length=120)
    decided_at = models.DateTimeField()
    why = models.CharField(max_length=400)

    class Meta:
        indexes = [models.Index(fields=["model", "decided_at"], name="rulings_of_a_model")]
