"""What the room gives the lake: answers that silence a customer."""

from __future__ import annotations

import pyarrow as pa
from django.db.models import Max

from onefold.domains.contacts.models import Suppression
from onefold.domains.contacts.queries import that_count
from onefold.seam import datasets
from onefold.seam.contracts import Dataset


def export() -> list[tuple[Dataset, pa.Table]]:
    latest = that_count(Suppression.objects.all()).values("customer_id", "series_code").annotate(until=Max("until"))
    rows = [
        {"customer_id": row["customer_id"].hex, "series": row["series_code"], "until": row["until"]}
        for row in latest.order_by("customer_id", "series_code")
    ]
    dataset = datasets.SUPPRESSIONS
    return [(dataset, pa.Table.from_pylist(rows, schema=dataset.schema))]
