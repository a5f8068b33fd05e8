"""What a customer has agreed to, and whether contact is allowed now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from onefold.commands.prepared import Question, instances, rows
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains.consent.models import Consent, ContactBlock, Withdrawal
from onefold.domains.consent.refusals import ConsentUnknown


@dataclass(frozen=True)
class ConsentRow:
    consent_id: UUID
    from_company: str
    to_company: str
    purpose: str
    categories: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    withdrawn: bool

    def in_force(self, on: date) -> bool:
        return not self.withdrawn and self.valid_from <= on and (self.valid_until is None or on < self.valid_until)


def consents_seen_by(viewer: Viewer) -> QuerySet[Consent]:
    """The second wall: the same rule as the row policy, so that either alone holds."""
    if viewer.kind in (ViewerKind.COMPANY, ViewerKind.SELLER):
        return Consent.objects.filter(Q(from_company_id=viewer.company) | Q(to_company_id=viewer.company))
    if viewer.kind == ViewerKind.CUSTOMER:
        return Consent.objects.filter(customer_id=viewer.customer)
    return Consent.objects.all() if viewer.kind == ViewerKind.SYSTEM else Consent.objects.none()


def consents_of(viewer: Viewer, customer_id: UUID) -> list[ConsentRow]:
    """Return the consents of a customer that the viewer may see, newest first."""
    with reading(viewer):
        seen = instances(_of_customer, viewer, customer_id)
        withdrawn = {one for (one,) in rows(_withdrawn_of, viewer, [row.consent_id for row in seen])}
    return [
        ConsentRow(
            row.consent_id, row.from_company_id, row.to_company_id, row.purpose, tuple(row.categories),
            row.valid_from, row.valid_until, row.consent_id in withdrawn,
        )
        for row in seen
    ]  # fmt: skip


def _of_customer(viewer: Viewer, customer_id: UUID) -> QuerySet[Consent]:
    return consents_seen_by(viewer).filter(customer_id=customer_id).order_by("-valid_from", "consent_id")


def _withdrawn_of(viewer: Viewer, consent_ids: list[UUID]) -> QuerySet[Any, Any]:
    return Withdrawal.objects.filter(consent_id__in=consent_ids).values_list("consent_id")


def giver_and_purpose(viewer: Viewer, consent_id: UUID) -> tuple[UUID, str]:
    """Return which customer gave a consent and for what; raise `ConsentUnknown` for none, or one that is not the viewer's."""
    with reading(viewer):
        found: tuple[UUID, str] | None = (
            consents_seen_by(viewer).filter(consent_id=consent_id).values_list("customer_id", "purpose").first()
        )
    if found is None:
        raise ConsentUnknown()
    return found


def marketing_allowed(viewer: Viewer, customer_ids: list[UUID]) -> set[tuple[UUID, str, str]]:
    """Return the (customer, from company, to company) triples with a marketing consent in force now."""
    with reading(viewer) as at:
        given: set[tuple[UUID, str, str]] = set(rows(_for_marketing, viewer, today(at), list(customer_ids)))
        return given


def _for_marketing(viewer: Viewer, on: date, customer_ids: list[UUID]) -> QuerySet[Any, Any]:
    given = consents_seen_by(viewer).filter(
        customer_id__in=customer_ids, purpose="MARKETING", valid_from__lte=on, withdrawal=None
    )
    standing = given.filter(Q(valid_until=None) | Q(valid_until__gt=on))
    return standing.values_list("customer_id", "from_company_id", "to_company_id")


def standing_blocks(on: date, *customer_ids: UUID) -> QuerySet[ContactBlock]:
    """The do-not-contact wishes of these customers that hold on that day."""
    blocks = ContactBlock.objects.filter(customer_id__in=customer_ids, valid_from__lte=on, retraction=None)
    return blocks.filter(Q(valid_until=None) | Q(valid_until__gt=on))


def advertising_refused(viewer: Viewer) -> tuple[bool, bool]:
    """Return whether the customer refused advertising here in the portal, and whether to a company."""
    with reading(viewer) as at:
        said = set(standing_blocks(today(at), UUID(viewer.customer)).values_list("own", flat=True))
    return True in said, False in said


def blocked_customers(viewer: Viewer, customer_ids: list[UUID]) -> set[UUID]:
    """Return those of the customers who want no contact now, through whichever company they said so."""
    with reading(viewer) as at:
        return {one for (one,) in rows(_blocked_among, viewer, today(at), list(customer_ids))}


def _blocked_among(viewer: Viewer, on: date, customer_ids: list[UUID]) -> QuerySet[Any, Any]:
    return standing_blocks(on, *customer_ids).values_list("customer_id")


def offers_agreed(on: date, customer_id: UUID) -> Question:
    """The (from company, to company) pairs of one customer with a marketing consent in force, as a set."""
    return Question(_agreed, (on, customer_id), set)


def _agreed(viewer: Viewer, on: date, customer_id: UUID) -> QuerySet[Any, Any]:
    given = consents_seen_by(viewer).filter(customer_id=customer_id, purpose="MARKETING", valid_from__lte=on)
    standing = given.filter(withdrawal=None).filter(Q(valid_until=None) | Q(valid_until__gt=on))
    return standing.values_list("from_company_id", "to_company_id")


def wants_no_contact(on: date, customer_id: UUID) -> Question:
    """Whether one customer wants no contact, through whichever company that was said."""
    return Question(_blocks, (on, customer_id), bool)


def _blocks(viewer: Viewer, on: date, customer_id: UUID) -> QuerySet[Any, Any]:
    return standing_blocks(on, customer_id).values_list("block_id")
