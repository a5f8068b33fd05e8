"""What the room gives the lake: who each source record is now, so that customer ids stay stable from run to run."""

from __future__ import annotations

import pyarrow as pa

from onefold.domains.customers.models import Membership
from onefold.seam import datasets
from onefold.seam.contracts import Dataset


def export() -> list[tuple[Dataset, pa.Table]]:
    rows = [
        {"source_id": source.hex, "customer_id": customer.hex, "basis": basis, "recorded_at": at}
        for source, customer, basis, at in Membership.objects.order_by("source_record_id").values_list(
            "source_record_id", "customer_id", "basis", "recorded_at"
        )
    ]
    dataset = datasets.MEMBERSHIPS
    return [(dataset, pa.Table.from_pylist(rows, schema=dataset.schema))]
