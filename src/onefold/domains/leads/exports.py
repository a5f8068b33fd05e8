"""What the room gives the lake: what came of each contact made through Onefold."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from onefold.commands.scope import today
from onefold.domains.leads.models import Outcome
from onefold.domains.leads.scope import outcomes_that_count
from onefold.seam import datasets
from onefold.seam.contracts import Dataset


def export() -> list[tuple[Dataset, pa.Table]]:
    rows = [_answer(row) for row in outcomes_that_count().select_related("lead").order_by("outcome_id")]
    return [(datasets.OUTCOMES, pa.Table.from_pylist(rows, schema=datasets.OUTCOMES.schema))]


def _answer(row: Outcome) -> dict[str, Any]:
    return {
        "outcome_id": row.outcome_id.hex,
        "lead_id": row.lead_id.hex,
        "customer_id": row.lead.customer_id.hex,
        "series": row.lead.series_id,
        "seller": row.seller_id,
        "company": row.seller_company_id,
        "channel": row.lead.channel_id,
        "code": row.code,
        "reason": row.reason,
        "not_until": row.not_until,
        "happened_on": today(row.at),
        "known_from": row.at,
    }
