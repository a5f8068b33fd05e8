"""Withdraw a consent; put a customer on the do-not-contact list, and take that back when it was a slip or the customer turns it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from onefold.commands.action import Command, action
from onefold.commands.scope import today
from onefold.commands.viewer import ViewerKind
from onefold.domains.consent import events, refusals
from onefold.domains.consent.models import BlockRetraction, Consent, ContactBlock, Withdrawal
from onefold.domains.consent.queries import standing_blocks
from onefold.kernel.ids import new_id


@action
def withdraw(command: Command, *, consent_id: UUID, why: str) -> dict[str, Any]:
    """Take a consent back. It holds from the next read on, in every company.

    Raises `ConsentUnknown`, `ConsentOfAnother` (only who gave the data, or the customer, takes it back), `ConsentAlreadyWithdrawn`.
    """
    command.lock(consent_id)
    consent = Consent.objects.filter(consent_id=consent_id).first()
    if consent is None:
        raise refusals.ConsentUnknown()
    if command.viewer.company and command.viewer.company != consent.from_company_id:
        raise refusals.ConsentOfAnother()
    if Withdrawal.objects.filter(consent_id=consent_id).exists():
        raise refusals.ConsentAlreadyWithdrawn()
    Withdrawal.objects.create(
        consent_id=consent_id,
        from_company_id=consent.from_company_id,
        to_company_id=consent.to_company_id,
        withdrawn_at=command.at,
        withdrawn_by=command.viewer.key,
        why=why,
    )
    command.audit(str(consent_id), why=why)
    command.emit(events.ConsentWithdrawn(str(consent_id), consent.from_company_id, consent.to_company_id))
    return {"consent_id": str(consent_id)}


@action
def block_contact(command: Command, *, customer_id: UUID, answer_id: UUID | None = None) -> dict[str, Any]:
    """Put the customer on the one do-not-contact list of the group, from today on, open-ended.

    `answer_id`: the answer it is part of, under whose id it can be retracted.
    """
    block_id = answer_id or new_id()
    ContactBlock.objects.create(
        block_id=block_id,
        customer_id=customer_id,
        company_id=command.viewer.company,
        valid_from=today(command.at),
        recorded_at=command.at,
    )
    command.audit(str(customer_id))
    command.emit(events.ContactBlocked(str(block_id), str(customer_id)))
    return {"block_id": str(block_id)}


@action
def retract_block(command: Command, *, block_id: UUID) -> dict[str, Any]:
    """Let one do-not-contact wish count no more, because it was a slip. Wishes said elsewhere stay."""
    BlockRetraction.objects.create(
        block_id=block_id, company_id=command.viewer.company, at=command.at, by=command.viewer.key
    )
    command.audit(str(block_id))
    command.emit(events.BlockRetracted(str(block_id)))
    return {"block_id": str(block_id)}


@action
def refuse_contact(command: Command) -> dict[str, Any]:
    """The customer asks the whole group, in the portal, for no advertising. Asked twice it is one wish.

    Raises `NotTheCustomer` for anybody else.
    """
    customer_id = _oneself(command)
    if standing_blocks(today(command.at), customer_id).filter(own=True).exists():
        return {"customer_id": str(customer_id)}
    block = ContactBlock.objects.create(
        block_id=new_id(),
        customer_id=customer_id,
        own=True,
        valid_from=today(command.at),
        recorded_at=command.at,
    )
    command.audit(str(customer_id))
    command.emit(events.ContactBlocked(str(block.block_id), str(customer_id)))
    return {"customer_id": str(customer_id)}


@action
def allow_contact(command: Command) -> dict[str, Any]:
    """The customer turns back what was asked for in the portal; what was said to a company is turned back there.

    Raises `NotTheCustomer` for anybody else.
    """
    customer_id = _oneself(command)
    for block in standing_blocks(today(command.at), customer_id).filter(own=True).only("block_id"):
        BlockRetraction.objects.create(block_id=block.block_id, at=command.at, by=command.viewer.key)
        command.emit(events.BlockRetracted(str(block.block_id)))
    command.audit(str(customer_id))
    return {"customer_id": str(customer_id)}


def _oneself(command: Command) -> UUID:
    if command.viewer.kind != ViewerKind.CUSTOMER:
        raise refusals.NotTheCustomer()
    command.lock(command.viewer.customer)
    return UUID(command.viewer.customer)
