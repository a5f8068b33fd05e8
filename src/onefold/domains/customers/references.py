"""What a company itself calls a customer: its own keys, and never another company's."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains.customers.models import Membership, SourceRecord
from onefold.domains.customers.refusals import CustomerUnknown
from onefold.domains.customers.scope import memberships_seen_by


def own_keys_of(viewer: Viewer, customer_ids: Iterable[UUID], company: str = "") -> dict[UUID, list[str]]:
    """Return the keys under which the viewer's company (for jobs: `company`) keeps each customer; others are left out."""
    of = company if viewer.kind == ViewerKind.SYSTEM else viewer.company
    with reading(viewer):
        rows = (
            Membership.objects.filter(customer_id__in=list(customer_ids), company_id=of)
            .order_by("source_record__source_key")
            .values_list("customer_id", "source_record__source_key")
        )
        found: dict[UUID, list[str]] = {}
        for customer_id, key in rows:
            found.setdefault(customer_id, []).append(key)
        return found


def companies_knowing(viewer: Viewer, customer_id: UUID) -> list[str]:
    """Return the companies that have a record of the customer, as far as the viewer may see them; for jobs: all."""
    with reading(viewer) as at:
        rows = memberships_seen_by(viewer, today(at)).filter(customer_id=customer_id)
        return sorted(set(rows.values_list("company_id", flat=True)))


def customer_of_key(viewer: Viewer, source_key: str) -> UUID:
    """Return who the viewer's company calls by this key; raise `CustomerUnknown` where it calls nobody so."""
    with reading(viewer):
        found: UUID | None = (
            SourceRecord.objects.filter(company_id=viewer.company, source_key=source_key)
            .values_list("membership__customer_id", flat=True)
            .first()
        )
    if found is None:
        raise CustomerUnknown()
    return found
