"""What a customer holds in each company of the group, with the gaps: shared by the seller's lead and the back office."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

from onefold.commands.viewer import Viewer
from onefold.domains.consent.queries import ConsentRow
from onefold.domains.customers.scope import purposes_of
from onefold.domains.holdings.queries import Holding
from onefold.domains.offers.queries import Verdict
from onefold.web.names import Names
from onefold.web.words import PILLARS, word

ELIGIBLE, NOT_ELIGIBLE, HIDDEN = "ELIGIBLE", "NOT_ELIGIBLE", "HIDDEN"


def strip(
    holdings: Iterable[Holding],
    consents: Iterable[ConsentRow],
    verdicts: Iterable[Verdict],
    viewer: Viewer,
    on: date,
    names: Names,
) -> list[dict[str, Any]]:
    """One field for each company, by pillar: what is held there, a gap that may or may not be offered, or not shared.

    An empty field of a company that shares nothing with the viewer's would look like a gap, and be a lie: it is HIDDEN.
    """
    held: dict[str, list[str]] = {}
    for row in holdings:
        if row.in_force:
            held.setdefault(row.company, []).append(names.series(row.series))
    shared = {viewer.company} | {row.from_company for row in consents if _opens_holdings(row, viewer, on)}
    offered = {verdict.owner_company for verdict in verdicts if verdict.allowed}
    return [
        {
            "pillar": pillar,
            "label": word(PILLARS, pillar),
            "companies": [
                {
                    "code": row.company,
                    "label": names.company(row.company),
                    "held": len(held.get(row.company, [])),
                    "series": list(dict.fromkeys(held.get(row.company, []))),
                    "gap": _gap(row.company, shared, offered),
                }
                for row in rows
            ],
        }
        for pillar, rows in groupby(names.company_rows.values(), lambda row: row.pillar)
    ]


def _opens_holdings(row: ConsentRow, viewer: Viewer, on: date) -> bool:
    return (
        row.to_company == viewer.company
        and row.purpose in purposes_of(viewer)
        and "HOLDINGS" in row.categories
        and row.in_force(on)
    )


def _gap(company: str, shared: set[str], offered: set[str]) -> str:
    if company not in shared:
        return HIDDEN
    return ELIGIBLE if company in offered else NOT_ELIGIBLE
