"""For which companies an event is news, and what each of them may read of it: codes, and its own keys of the customer.

A company learns of an event only what it could also see on its own pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from onefold.commands.viewer import Viewer
from onefold.domains.consent.queries import giver_and_purpose
from onefold.domains.customers.references import companies_knowing, own_keys_of
from onefold.domains.leads.listing import lead_as_told
from onefold.domains.organisation.queries import companies

Event = dict[str, Any]
Audience = Iterator[tuple[str, dict[str, Any]]]


def lead_answered(viewer: Viewer, event: Event) -> Audience:
    """The company of the seller who answered, or took the answer back."""
    lead = lead_as_told(viewer, UUID(event["lead_id"]))
    keys = _keys(viewer, lead.customer_id, lead.seller_company)
    yield (
        lead.seller_company,
        {
            "lead_id": str(lead.lead_id),
            "code": event["code"],
            "series": lead.series,
            "seller": lead.seller,
            "channel": lead.channel,
            "customer_keys": keys,
        },
    )


def consent_withdrawn(viewer: Viewer, event: Event) -> Audience:
    """The company that gave the data and the one that may no longer use it."""
    customer_id, purpose = giver_and_purpose(viewer, UUID(event["consent_id"]))
    parties = {"from_company": event["from_company"], "to_company": event["to_company"], "purpose": purpose}
    for company in dict.fromkeys((event["from_company"], event["to_company"])):
        keys = _keys(viewer, customer_id, company)
        yield company, {"consent_id": event["consent_id"], **parties, "customer_keys": keys}


def contact_blocked(viewer: Viewer, event: Event) -> Audience:
    """Everybody who knows the customer; through which company it was said is nobody's business."""
    customer_id = UUID(event["customer_id"])
    for company in companies_knowing(viewer, customer_id):
        yield company, {"customer_keys": _keys(viewer, customer_id, company)}


def customer_silenced(viewer: Viewer, event: Event) -> Audience:
    customer_id = UUID(event["customer_id"])
    for company in companies_knowing(viewer, customer_id):
        keys = _keys(viewer, customer_id, company)
        yield company, {"series": event["series"], "until": event["until"], "customer_keys": keys}


def release_activated(viewer: Viewer, event: Event) -> Audience:
    """Everybody: figures, decisions and leads are of another day now."""
    for company in companies(viewer):
        yield company, {"release_id": event["release_id"], "as_of": event["as_of"]}


def _keys(viewer: Viewer, customer_id: UUID, company: str) -> list[str]:
    return own_keys_of(viewer, [customer_id], company).get(customer_id, [])


AUDIENCES: dict[str, Callable[[Viewer, Event], Audience]] = {
    "lead.answered": lead_answered,
    "lead.corrected": lead_answered,
    "consent.withdrawn": consent_withdrawn,
    "contact.blocked": contact_blocked,
    "customer.silenced": customer_silenced,
    "release.activated": release_activated,
}
