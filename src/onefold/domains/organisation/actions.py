"""Give a company's machine its token; take it back. The token itself never comes in here: only its hash does."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from onefold.commands.action import Command, action
from onefold.commands.viewer import ViewerKind
from onefold.domains.organisation.models import ApiToken
from onefold.domains.organisation.queries import tokens_seen_by
from onefold.domains.organisation.refusals import CompanyNotYours, TokenUnknown
from onefold.kernel.ids import new_id


@action
def issue_token(command: Command, *, company: str, name: str, token_sha256: str) -> dict[str, Any]:
    """Let whoever holds the token act for `company`. Raises `CompanyNotYours`."""
    own = command.viewer.kind == ViewerKind.COMPANY and command.viewer.company == company
    if not own and command.viewer.kind != ViewerKind.SYSTEM:
        raise CompanyNotYours()
    token = ApiToken.objects.create(
        token_id=new_id(),
        company_code=company,
        name=name[:60],
        token_sha256=token_sha256,
        created_at=command.at,
        created_by=command.viewer.key,
    )
    command.audit(str(token.token_id), company=company)
    return {"token_id": str(token.token_id)}


@action
def revoke_token(command: Command, *, token_id: UUID) -> dict[str, Any]:
    """From now on the token opens nothing; doing it again changes nothing. Raises `TokenUnknown`."""
    tokens = tokens_seen_by(command.viewer).filter(token_id=token_id)
    if not tokens.exists():
        raise TokenUnknown()
    tokens.filter(revoked_at=None).update(revoked_at=command.at, revoked_by=command.viewer.key)
    command.audit(str(token_id))
    return {"token_id": str(token_id)}
