"""Give a company's machine its token, replace it, take it back. The token itself never comes in here: only its hash does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from onefold.commands import scope
from onefold.commands.action import Command, action
from onefold.commands.scope import today
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains import rulebook
from onefold.domains.organisation import refusals
from onefold.domains.organisation.models import ApiToken, Scope
from onefold.domains.organisation.queries import living, tokens_seen_by
from onefold.kernel.ids import new_id

LIVING_MAX = 2
"""Tokens of one system that open at the same time: the one in use and the one that replaces it."""


@action
def issue_token(
    command: Command,
    *,
    company: str,
    name: str,
    token_sha256: str,
    scopes: Sequence[str] = (Scope.FEEDS.value,),
    days: int | None = None,
) -> dict[str, Any]:
    """Let whoever holds the token act for `company`, within `scopes`, for `days` (None: as long as the rulebook allows).

    Raises `CompanyNotYours`, `ScopesMissing`, `TokenDaysUnsuitable`.
    """
    own = command.viewer.kind == ViewerKind.COMPANY and command.viewer.company == company
    if not own and command.viewer.kind != ViewerKind.SYSTEM:
        raise refusals.CompanyNotYours()
    if not scopes or set(scopes) - set(Scope.values):
        raise refusals.ScopesMissing()
    token_id = new_id()
    token = ApiToken(token_id=token_id, system_id=token_id, company_code=company, name=name[:60])
    return _made(command, token, sorted(set(scopes)), token_sha256, _end(command.at, days))


@action
def replace_token(command: Command, *, token_id: UUID, token_sha256: str) -> dict[str, Any]:
    """Make the token that follows; the old one opens for some days more. Raises `TokenUnknown`, `TokenOver`, `TokenReplacedBefore`."""
    old = tokens_seen_by(command.viewer).filter(token_id=token_id).first()
    if old is None:
        raise refusals.TokenUnknown()
    command.lock(old.system_id)
    alive = living(tokens_seen_by(command.viewer).filter(system_id=old.system_id), command.at)
    if not alive.filter(token_id=token_id).exists():
        raise refusals.TokenOver()
    if alive.count() >= LIVING_MAX:
        raise refusals.TokenReplacedBefore()
    overlap = timedelta(days=rulebook.value("machines.token_overlap_days", today(command.at)))
    ends = min(old.expires_at or command.at + overlap, command.at + overlap)
    tokens_seen_by(command.viewer).filter(token_id=token_id).update(expires_at=ends)
    token = ApiToken(token_id=new_id(), system_id=old.system_id, company_code=old.company_code, name=old.name)
    made = _made(command, token, old.scopes, token_sha256, _end(command.at, None))
    return made | {"old_token_ends_at": ends}


def _made(command: Command, token: ApiToken, scopes: list[str], sha256: str, ends: datetime) -> dict[str, Any]:
    token.scopes, token.token_sha256, token.expires_at = scopes, sha256, ends
    token.created_at, token.created_by = command.at, command.viewer.key
    token.save(force_insert=True)
    command.audit(str(token.token_id), company=token.company_code, scopes=scopes, system=str(token.system_id))
    return {"token_id": str(token.token_id), "expires_at": ends}


def _end(at: datetime, days: int | None) -> datetime:
    most: int = rulebook.value("machines.token_days_max", today(at))
    if days is not None and not 1 <= days <= most:
        raise refusals.TokenDaysUnsuitable(days=most)
    return at + timedelta(days=most if days is None else days)


@action
def revoke_token(command: Command, *, token_id: UUID) -> dict[str, Any]:
    """From now on the token opens nothing; doing it again changes nothing. Raises `TokenUnknown`."""
    tokens = tokens_seen_by(command.viewer).filter(token_id=token_id)
    if not tokens.exists():
        raise refusals.TokenUnknown()
    tokens.filter(revoked_at=None).update(revoked_at=command.at, revoked_by=command.viewer.key)
    command.audit(str(token_id))
    return {"token_id": str(token_id)}


def note_use(viewer: Viewer, token_id: UUID, at: datetime) -> None:
    """Write when the token was last used, to the minute. No fact of the business, so without a command of its own."""
    with scope.entered(viewer, at, read_only=False):
        ApiToken.objects.filter(token_id=token_id).update(last_used_at=at)
