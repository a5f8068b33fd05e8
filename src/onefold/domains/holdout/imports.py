"""What the room takes from a release: arms of customers who had none, and households that came to be held out."""

from __future__ import annotations

from django.db import connection

from onefold.commands.action import Command
from onefold.commands.facts import Fact
from onefold.commands.staging import ReleaseFolder, rows_of, stage_facts, staging_table
from onefold.domains.holdout.models import Arm
from onefold.seam import datasets

COLUMNS = ("customer_id", "arm", "drawn_on", "basis")

KNOWN = "EXISTS (SELECT 1 FROM customers_membership m WHERE m.customer_id = t.customer_id)"
FACTS = (Fact("arms", Arm, "fall_customers_max", stands=KNOWN),)


def stage(folder: ReleaseFolder) -> int:
    rows = rows_of(folder.read(datasets.HOUSEHOLD_ARMS), COLUMNS)
    return stage_facts(folder.release_id, Arm, COLUMNS, rows, expected=folder.rows_said(datasets.HOUSEHOLD_ARMS))


def merge(command: Command, release_id: str) -> None:
    """Insert new arms; the only change of an old one is from OPEN to HOLDOUT."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO holdout_arm AS t (customer_id, arm, drawn_on, basis)
            SELECT customer_id, arm, drawn_on, basis FROM {staging_table(release_id, Arm)} ORDER BY customer_id
            ON CONFLICT (customer_id) DO UPDATE SET arm = excluded.arm, drawn_on = excluded.drawn_on, basis = excluded.basis
            WHERE t.arm = 'OPEN' AND excluded.arm = 'HOLDOUT'
            """
        )
