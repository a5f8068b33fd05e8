"""Set a legal hold and lift it; let go of what is past its term."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any
from uuid import UUID

from onefold.commands.action import Command, action
from onefold.commands.faultpoint import faultpoint
from onefold.commands.retention import Gone
from onefold.commands.scope import today
from onefold.domains.retention import refusals
from onefold.domains.retention.keepers import keeper_of, term_of
from onefold.domains.retention.models import LegalHold, Pruning
from onefold.domains.retention.queries import holds_in_force, holds_seen_by
from onefold.domains.retention.rules import CONTRACT, CUSTOMER, EVERYTHING, may_hold
from onefold.kernel.ids import derived_id, new_id
from onefold.kernel.retention import Ruling

LOCK = "retention"
"""Holds are set and things let go one after the other: a hold that stands is seen, and nobody is told of one that came too late."""
WHY_MAX = 300


@action
def set_hold(
    command: Command,
    *,
    subject: str,
    why: str,
    company: str = "",
    customer_id: UUID | None = None,
    contract_id: UUID | None = None,
) -> dict[str, Any]:
    """Keep everything about a subject from going, from now until it is lifted. Raises `HoldNotYours`, `HoldSubjectUnknown`,
    `ReasonMissing`. That the subject exists is the asker's to see.
    """
    viewer = command.viewer
    if not may_hold(viewer.roles, viewer.company, subject, company):
        raise refusals.HoldNotYours()
    if (subject in (CUSTOMER, CONTRACT) and not customer_id) or (subject == CONTRACT and not contract_id):
        raise refusals.HoldSubjectUnknown()
    if not why.strip():
        raise refusals.ReasonMissing()
    command.lock(LOCK)
    hold = LegalHold.objects.create(
        hold_id=new_id(),
        subject=subject,
        company_code="" if subject == EVERYTHING else company,
        customer_id=customer_id if subject in (CUSTOMER, CONTRACT) else None,
        contract_id=contract_id if subject == CONTRACT else None,
        why=why.strip()[:WHY_MAX],
        set_at=command.at,
        set_by=viewer.key,
    )
    command.audit(str(hold.hold_id), about=subject, company=hold.company_code)
    return {"hold_id": str(hold.hold_id)}


@action
def lift_hold(command: Command, *, hold_id: UUID, why: str) -> dict[str, Any]:
    """End a legal hold: what is past its term goes from the next night on. Raises `HoldUnknown`, `HoldNotYours`, `ReasonMissing`."""
    viewer = command.viewer
    hold = holds_seen_by(viewer).filter(hold_id=hold_id, lifted_at=None).first()
    if hold is None:
        raise refusals.HoldUnknown()
    if not may_hold(viewer.roles, viewer.company, hold.subject, hold.company_code):
        raise refusals.HoldNotYours()
    if not why.strip():
        raise refusals.ReasonMissing()
    changed = LegalHold.objects.filter(hold_id=hold_id, lifted_at=None).update(
        lifted_at=command.at, lifted_by=viewer.key, lifted_why=why.strip()[:WHY_MAX]
    )
    if not changed:
        raise refusals.HoldUnknown()
    command.audit(str(hold_id), about=hold.subject, company=hold.company_code)
    return {"hold_id": str(hold_id)}


@action
def let_go(command: Command, *, kind: str, on: date) -> dict[str, Any]:
    """Let things of one class go, as many as one transaction takes, and write down how many, how large and which (a hash).

    Files of what went are removed after this has been committed (`Keeper.clear`). Raises `KindUnknown`, `DayToCome`.
    """
    if on > today(command.at):
        raise refusals.DayToCome(day=on.isoformat())
    command.lock(LOCK)
    keeper = keeper_of(kind)
    gone = keeper.let_go(command.at, on, term_of(kind, on), holds_in_force(command.viewer))
    if gone.count:
        _note(kind, on, gone, command.at)
        command.audit(kind, count=gone.count, bytes=gone.bytes, sha256=gone.sha256, on=on.isoformat())
    faultpoint(f"retention.marked.{kind}")
    return {"count": gone.count, "bytes": gone.bytes, "sha256": gone.sha256, "more": gone.more}


def _note(kind: str, on: date, gone: Gone, at: datetime) -> None:
    row, _ = Pruning.objects.get_or_create(
        on=on, kind=kind, defaults={"pruning_id": derived_id("pruning", on.isoformat(), kind), "at": at}
    )
    chained = hashlib.sha256(f"{row.sha256}{gone.sha256}".encode()).hexdigest() if row.sha256 else gone.sha256
    Pruning.objects.filter(pk=row.pk).update(
        went=row.went + gone.count, went_bytes=row.went_bytes + gone.bytes, sha256=chained, at=at
    )


@action
def note_kept(command: Command, *, kind: str, on: date) -> dict[str, Any]:
    """Write down what of one class is kept after a night, and how much of it a legal hold protects."""
    weighed = keeper_of(kind).weigh(command.at, on, term_of(kind, on), holds_in_force(command.viewer))
    counts, sizes = weighed.counts, weighed.bytes
    Pruning.objects.update_or_create(
        on=on,
        kind=kind,
        defaults={
            "kept": sum(counts.values()), "kept_bytes": sum(sizes.values()),
            "held": counts[Ruling.HELD], "held_bytes": sizes[Ruling.HELD], "at": command.at,
        },
        create_defaults={
            "pruning_id": derived_id("pruning", on.isoformat(), kind), "at": command.at,
            "kept": sum(counts.values()), "kept_bytes": sum(sizes.values()),
            "held": counts[Ruling.HELD], "held_bytes": sizes[Ruling.HELD],
        },
    )  # fmt: skip
    command.audit(kind, kept=sum(counts.values()))
    return {"kept": sum(counts.values())}
