"""What the room gives the lake: every lead, and what came of each contact made through Onefold."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from onefold.commands.scope import today
from onefold.domains.leads.models import Lead, Need, Outcome, Referral
from onefold.domains.leads.rules import ACCEPTED
from onefold.domains.leads.scope import outcomes_that_count
from onefold.domains.releases.models import ActiveRelease
from onefold.seam import datasets
from onefold.seam.contracts import Dataset


def export() -> list[tuple[Dataset, pa.Table]]:
    rows = [_answer(row) for row in outcomes_that_count().select_related("lead").order_by("outcome_id")]
    return [
        (datasets.LEADS, _leads()),
        (datasets.OUTCOMES, pa.Table.from_pylist(rows, schema=datasets.OUTCOMES.schema)),
    ]


def _leads() -> pa.Table:
    """By columns and without objects: there are as many as sellers have days.

    What the release in force opened and nobody has touched stays out: the run offers it anew, and a run on the same facts must be
    the same release. So does what was opened by a wish that went on to a colleague untouched: it is one wish, and the colleague's.
    """
    asked = set(Need.objects.values_list("lead_id", flat=True))
    passed_on = set(Need.objects.exclude(passed_to=None).values_list("lead_id", "given_at"))
    here = set(Need.objects.filter(passed_to=None).values_list("lead_id", flat=True))
    agreed = Referral.objects.filter(steps__state=ACCEPTED)
    handed = set(agreed.filter(kind=Referral.Kind.HANDOVER).values_list("to_lead_id", flat=True))
    along = set(agreed.filter(kind=Referral.Kind.ACCOMPANY).values_list("lead_id", flat=True))
    worked = handed | along | set(outcomes_that_count().values_list("lead_id", flat=True))
    touched, kept = asked | worked, here | worked
    since = ActiveRelease.objects.values_list("activation__activated_at", flat=True).first()
    names = ("lead_id", "customer_id", "series_id", "seller_company_id", "channel_id", "opened_at")
    columns: list[list[Any]] = [[] for _ in datasets.LEADS.columns]
    for lead, customer, series, company, channel, at in Lead.objects.values_list(*names).iterator(50_000):
        if since is not None and at >= since and lead not in touched:
            continue
        if (lead, at) in passed_on and lead not in kept:
            continue
        source = "ASKED" if lead in asked else "HANDED" if lead in handed else "OFFERED"
        mode = "ACCOMPANIED" if lead in along else "SOLO"
        row = (lead.hex, customer.hex, series, company, channel, source, mode, today(at))
        for column, value in zip(columns, row, strict=True):
            column.append(value)
    return pa.Table.from_arrays([pa.array(column) for column in columns], schema=datasets.LEADS.schema)


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
