"""What the room gives the lake: consents withdrawn in Onefold."""

from __future__ import annotations

import pyarrow as pa

from onefold.domains.consent.models import Withdrawal
from onefold.seam import datasets
from onefold.seam.contracts import Dataset


def export() -> list[tuple[Dataset, pa.Table]]:
    rows = [
        {"consent_id": consent_id.hex, "withdrawn_at": at}
        for consent_id, at in Withdrawal.objects.order_by("consent_id").values_list("consent_id", "withdrawn_at")
    ]
    dataset = datasets.CONSENT_WITHDRAWALS
    return [(dataset, pa.Table.from_pylist(rows, schema=dataset.schema))]
