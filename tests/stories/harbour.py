"""Harbour Group's people by name, for stories: customer ids, viewers and leads, looked up as the batch role sees them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.customers.models import Membership, SourceRecord
from onefold.domains.leads.models import Offered
from onefold.domains.offers.models import Decision
from onefold.domains.releases.queries import active_release_id

FOLDER = Path(__file__).parents[2] / "examples" / "harbour"
SYSTEM = Viewer.system("test")
EXPECTED: dict[str, Any] = yaml.safe_load((FOLDER / "expected.yaml").read_text())


@dataclass(frozen=True)
class World:
    """Everything the release says, read once as the batch role."""

    as_role: Callable[[str], Any]

    @cached_property
    def customer_of(self) -> dict[str, UUID]:
        """The customer of each member of the cast; fails if linkage found more than one, or joined two of them."""
        with self.as_role("batch"), reading(SYSTEM):
            member = dict(Membership.objects.values_list("source_record_id", "customer_id"))
            records = SourceRecord.objects.values_list("company_id", "source_key", "source_record_id")
            by_key = {(company, key): member[record] for company, key, record in records}
        found = {}
        for name, person in EXPECTED["cast"].items():
            customers = {by_key[company, key] for company, key in person["known_to"].items()}
            assert len(customers) == 1, f"{name} is {len(customers)} customers"
            found[name] = customers.pop()
        assert len(set(found.values())) == len(found), "two of the cast were joined"
        return found

    @cached_property
    def name_of(self) -> dict[UUID, str]:
        return {customer: name for name, customer in self.customer_of.items()}

    @cached_property
    def verdicts(self) -> dict[tuple[str, str], tuple[str, int, int, int, str]]:
        """(name, series) → (seller, blocked, missing, score, because)."""
        with self.as_role("batch"), reading(SYSTEM):
            rows = list(Decision.objects.filter(release_id=active_release_id(SYSTEM)))
        return {
            (self.name_of[row.customer_id], series): tuple(rest)
            for row in rows
            for series, *rest in zip(
                row.series, row.sellers, row.blocked, row.missing, row.scores, row.because, strict=True
            )
        }

    @cached_property
    def leads(self) -> dict[str, list[dict[str, Any]]]:
        """By seller, in the order of the list."""
        with self.as_role("batch"), reading(SYSTEM):
            rows = list(
                Offered.objects.filter(release_id=active_release_id(SYSTEM))
                .select_related("lead")
                .order_by("seller_id", "rank")
            )
        lists: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            lists.setdefault(row.seller_id, []).append(
                {
                    "customer": self.name_of[row.lead.customer_id],
                    "series": row.lead.series_id,
                    "score": row.score,
                    "action": row.action,
                    "worth": row.value_minor,
                    "because": row.because,
                    "lead_id": row.lead_id,
                }
            )
        return lists

    def lead_of(self, name: str) -> tuple[Viewer, dict[str, Any]]:
        """The lead about a member of the cast, and the seller who has it."""
        for seller, leads in self.leads.items():
            for lead in leads:
                if lead["customer"] == name:
                    return Viewer.of_seller(seller, COMPANY_OF_SELLER[seller[:2]]), lead
        raise AssertionError(f"nobody has a lead about {name}")


COMPANY_OF_SELLER = {"HL": "HLIFE", "HP": "HPC", "HB": "HBANK", "HH": "HHEALTH", "HE": "HPENSION", "HS": "HSEC", "HF": "HFUND", "HT": "HTRUST"}  # fmt: skip
