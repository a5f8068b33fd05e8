"""What the room gives the lake: what people decided, and only that; what a run found out itself it finds out again."""

from __future__ import annotations

import pyarrow as pa

from onefold.domains.modelling.models import Ruling
from onefold.seam import datasets
from onefold.seam.contracts import Dataset


def export() -> list[tuple[Dataset, pa.Table]]:
    rows = (
        Ruling.objects.exclude(rule=Ruling.Rule.AUTOMATIC)
        .order_by("model")
        .values("model", "rule", "champion", "decided_by")
    )
    table = pa.Table.from_pylist(
        [{"approver" if name == "decided_by" else name: value for name, value in row.items()} for row in rows],
        schema=datasets.MODEL_STAGES.schema,
    )
    return [(datasets.MODEL_STAGES, table)]
