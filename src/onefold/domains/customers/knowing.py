"""A customer becomes known to another company of the group: by buying from it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings

from onefold.commands.action import Command, action
from onefold.commands.key_marks import hold
from onefold.domains.customers.models import Membership, SearchToken, SourceRecord
from onefold.domains.customers.tokens import tokens_of
from onefold.kernel import keys

SALE = "SALE"


@action
def become_known(
    command: Command, *, source_record_id: UUID, company: str, source_key: str, customer_id: UUID, through: str
) -> dict[str, Any]:
    """Write down under which number a company keeps the customer from now on; its feed will bring more of the record.

    What the contract needs to name its holder is taken from the record of `through`, the selling company, as the customer
    agreed for this contract. A record that is there already stays as it is.
    """
    if SourceRecord.objects.filter(source_record_id=source_record_id).exists():
        return {"made": False}
    known = SourceRecord.objects.filter(membership__customer_id=customer_id)
    best = known.filter(company_id=through).first() or known.order_by("-recorded_at").first()
    assert best is not None, "a customer has a record somewhere"
    SourceRecord.objects.create(
        source_record_id=source_record_id,
        company_id=company,
        source_key=source_key,
        kind=best.kind,
        name=best.name,
        sex=best.sex,
        born_on=best.born_on,
        phone=best.phone,
        recorded_at=command.at,
    )
    Membership.objects.create(
        source_record_id=source_record_id,
        customer_id=customer_id,
        company_id=company,
        basis=SALE,
        recorded_at=command.at,
    )
    key = hold(settings.SECRETS, keys.SEARCH).current
    tokens = tokens_of(key.secret, name=best.name, phone=best.phone, id_number=None, source_key=source_key)
    SearchToken.objects.bulk_create(
        SearchToken(token=token, source_record_id=source_record_id, company_id=company, key_id=key.id)
        for token in tokens
    )
    command.audit(str(customer_id), company=company, through=through)
    return {"made": True}
