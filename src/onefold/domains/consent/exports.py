"""What the room gives the lake: consents withdrawn in Onefold, and do-not-contact wishes said in Onefold."""

from __future__ import annotations

import pyarrow as pa
from django.db.models import Min

from onefold.domains.consent.models import ContactBlock, Withdrawal
from onefold.seam import datasets
from onefold.seam.contracts import Dataset


def export() -> list[tuple[Dataset, pa.Table]]:
    return [_table(datasets.CONSENT_WITHDRAWALS, _withdrawals()), _table(datasets.BLOCK_WISHES, _wishes())]


def _withdrawals() -> list[dict[str, object]]:
    rows = Withdrawal.objects.order_by("consent_id").values_list("consent_id", "withdrawn_at")
    return [{"consent_id": consent_id.hex, "withdrawn_at": at} for consent_id, at in rows]


def _wishes() -> list[dict[str, object]]:
    """Said to a seller or in the portal, so without a source record; what the companies send comes back by their feeds anyway."""
    said = ContactBlock.objects.filter(source_record=None, valid_until=None, retraction=None)
    rows = said.values("customer_id").annotate(since=Min("valid_from")).order_by("customer_id")
    return [{"customer_id": row["customer_id"].hex, "since": row["since"]} for row in rows]


def _table(dataset: Dataset, rows: list[dict[str, object]]) -> tuple[Dataset, pa.Table]:
    return dataset, pa.Table.from_pylist(rows, schema=dataset.schema)
