"""A contract sold here is in the picture at once; the company's feed brings it again, as the same contract, and from then on speaks for it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from onefold.commands.action import Command, action
from onefold.domains.holdings.models import Contract


@action
def record_sale(
    command: Command,
    *,
    contract_id: UUID,
    contract_no: str,
    source_record_id: UUID,
    company: str,
    series: str,
    product: str,
    channel: str,
    seller: str,
    valid_from: date,
    valid_until: date | None,
    premium_minor: int,
    currency: str,
) -> dict[str, Any]:
    """Write a contract down that was issued just now, unless the feed was quicker. Whoever issued it tells of it; no event here."""
    made = Contract(
        contract_id=contract_id,
        contract_no=contract_no,
        source_record_id=source_record_id,
        company_id=company,
        series_id=series,
        product_id=product,
        channel_id=channel,
        seller_code=seller,
        status="IN_FORCE",
        valid_from=valid_from,
        valid_until=valid_until,
        premium_minor=premium_minor,
        currency=currency,
        known_from=command.at,
        awaited_since=command.at,
    )
    Contract.objects.bulk_create([made], ignore_conflicts=True)
    command.audit(str(contract_id), company=company, series=series)
    return {"contract_id": str(contract_id)}


@action
def end_sale(command: Command, *, contract_id: UUID, on: date) -> dict[str, Any]:
    """The contract was taken back within the free look."""
    ended = Contract.objects.filter(contract_id=contract_id, status="IN_FORCE").update(
        status="CANCELLED", valid_until=on, known_from=command.at
    )
    command.audit(str(contract_id), ended=ended)
    return {"ended": ended}
