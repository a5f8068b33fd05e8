"""What the room takes from a release: which leads are offered now, and how many each seller has. A lead once made stays."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
from django.db import connection

from onefold.commands.action import Command
from onefold.commands.facts import Fact
from onefold.commands.staging import ReleaseFolder, copy_in, merge_facts, rows_of, stage_facts, staging_table
from onefold.domains.leads.models import Lead, Load, Offered
from onefold.seam import datasets

LEAD = ("lead_id", "customer_id", "series", "owner_company", "seller", "seller_company", "channel")
LEAD_COLUMNS = (
    "lead_id",
    "customer_id",
    "series_id",
    "owner_company_id",
    "seller_id",
    "seller_company_id",
    "channel_id",
)
PLACE = ("lead_id", "seller", "seller_company", "action", "score", "value_minor", "basis", "rank", "because")
PLACE_COLUMNS = (
    "release_id",
    "lead_id",
    "seller_id",
    "seller_company_id",
    "action",
    "score",
    "value_minor",
    "basis",
    "rank",
    "because",
)

OFFERED = (
    "EXISTS (SELECT 1 FROM leads_offered o WHERE o.lead_id = t.lead_id "
    "AND o.release_id = (SELECT release_id FROM releases_activerelease))"
)
FACTS = (Fact("offers", Lead, "fall_offers_max", "seller_company_id", stands=OFFERED),)
"""A lead once made stays; what a release can lose is that it is offered."""


def stage(folder: ReleaseFolder) -> int:
    offers, said = folder.read(datasets.OFFERS), folder.rows_said(datasets.OFFERS)
    rows = ((folder.release_id, *row) for row in rows_of(offers, PLACE))
    stage_facts(folder.release_id, Lead, LEAD_COLUMNS, rows_of(offers, LEAD), expected=said)
    _stage_load(folder.release_id, offers)
    return stage_facts(folder.release_id, Offered, PLACE_COLUMNS, rows, expected=said)


def _stage_load(release_id: str, offers: pa.Table) -> None:
    Load.objects.filter(release_id=release_id).delete()
    load = Counter(offers["seller"].to_pylist())
    copy_in("leads_load", ("release_id", "seller_id", "leads"), ((release_id, *row) for row in sorted(load.items())))


def merge(command: Command, release_id: str) -> None:
    names = ", ".join(LEAD_COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO leads_lead ({names}, opened_at) SELECT {names}, %s FROM {staging_table(release_id, Lead)} "
            "ON CONFLICT (lead_id) DO NOTHING",
            [command.at],
        )
    merge_facts(release_id, Offered, ["release_id", "lead_id"])


def forget(kept: list[str]) -> None:
    Offered.objects.exclude(release_id__in=kept).delete()
    Load.objects.exclude(release_id__in=kept).delete()
