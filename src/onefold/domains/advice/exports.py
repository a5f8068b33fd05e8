"""What the room gives the lake: that an opinion was given, on what and when; never what it says."""

from __future__ import annotations

import pyarrow as pa

from onefold.commands.scope import today
from onefold.domains.advice.models import Opinion
from onefold.seam import datasets
from onefold.seam.contracts import Dataset


def export() -> list[tuple[Dataset, pa.Table]]:
    given = Opinion.objects.order_by("opinion_id").values_list(
        "opinion_id", "customer_id", "series_id", "company_id", "at"
    )
    rows = [
        {
            "opinion_id": one.hex,
            "customer_id": customer.hex,
            "series": series,
            "company": company,
            "given_on": today(at),
        }
        for one, customer, series, company, at in given
    ]
    return [(datasets.OPINIONS, pa.Table.from_pylist(rows, schema=datasets.OPINIONS.schema))]
