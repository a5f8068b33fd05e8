"""On which side of the permanent experiment a customer stands."""

from __future__ import annotations

from django.db import models

from onefold.domains.customers.models import Customer


class Arm(models.Model):
    """Drawn once, by household, and never drawn again. OPEN may become HOLDOUT (a held-out household grew), never the reverse."""

    class Side(models.TextChoices):
        HOLDOUT = "HOLDOUT"
        OPEN = "OPEN"

    class Basis(models.TextChoices):
        DRAWN = "DRAWN"
        HANDED_IN = "HANDED_IN"
        CARRIED = "CARRIED"

    customer = models.OneToOneField(Customer, models.PROTECT, primary_key=True)
    arm = models.CharField(max_length=10, choices=Side.choices)
    drawn_on = models.DateField()
    basis = models.CharField(max_length=10, choices=Basis.choices)
