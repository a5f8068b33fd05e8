"""What the room gives the lake: circumstances heard in Onefold, and what stewards said of links."""

from __future__ import annotations

import pyarrow as pa
from django.db.models import Exists, OuterRef

from onefold.domains.customers.links import rulings_that_hold
from onefold.domains.customers.models import AnswerRetraction, Circumstance, Standing, Told
from onefold.domains.customers.rules import BORN_ON
from onefold.seam import datasets
from onefold.seam.contracts import Dataset

FIELDS = ("told_id", "source_record_id", "customer_id", "company_id", "kind", "value", "told_on", "recorded_at")
NAMES = tuple(column.name for column in datasets.ANSWERS.columns)


def export() -> list[tuple[Dataset, pa.Table]]:
    rows = sorted((*_that_count(Circumstance), *_that_count(Standing)), key=lambda row: str(row["answer_id"]))
    ruled = pa.Table.from_pylist(rulings_that_hold(), schema=datasets.LINK_RULINGS.schema)
    return [
        (datasets.ANSWERS, pa.Table.from_pylist(rows, schema=datasets.ANSWERS.schema)),
        (datasets.LINK_RULINGS, ruled),
    ]


def _that_count(model: type[Told]) -> list[dict[str, object]]:
    slips = AnswerRetraction.objects.filter(answer_id=OuterRef("told_id"))
    heard = model._default_manager.filter(heard=True).exclude(Exists(slips)).values_list(*FIELDS)
    return [
        dict(
            zip(
                NAMES,
                (answer.hex, record and record.hex, customer.hex, company, kind, _plain(kind, value), *when),
                strict=True,
            )
        )
        for answer, record, customer, company, kind, value, *when in heard
    ]


def _plain(kind: str, value: str) -> str:
    """Of a birth the lake knows the month."""
    return f"{value[:7]}-01" if kind == BORN_ON else value
