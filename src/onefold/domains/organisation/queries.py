"""Companies, channels and agreements: not secret inside the group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q, QuerySet

from onefold.commands.prepared import rows as prepared_rows
from onefold.commands.scope import once_a_reading, reading
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains.organisation.models import AgencyAgreement, ApiToken, Channel, Company, Role, UserScope


@dataclass(frozen=True)
class CompanyRow:
    company: str
    pillar: str
    name_en: str
    name_zh: str


@dataclass(frozen=True)
class ChannelRow:
    channel: str
    company: str
    kind: str
    name_en: str
    name_zh: str


PILLARS = ("INSURANCE", "BANKING", "INVESTMENT")


@once_a_reading
def companies(viewer: Viewer) -> dict[str, CompanyRow]:
    """Return all companies by code, in the order of the pillars."""
    with reading(viewer):
        rows = [CompanyRow(row.company_id, row.pillar, row.name_en, row.name_zh) for row in Company.objects.all()]
    rows.sort(key=lambda row: (PILLARS.index(row.pillar), row.company))
    return {row.company: row for row in rows}


@once_a_reading
def channels(viewer: Viewer) -> dict[str, ChannelRow]:
    with reading(viewer):
        rows = Channel.objects.order_by("channel_id")
        return {
            row.channel_id: ChannelRow(row.channel_id, row.company_id, row.kind, row.name_en, row.name_zh)
            for row in rows
        }


@once_a_reading
def may_sell_for(viewer: Viewer, seller_company: str, owner_company: str, on: date) -> bool:
    """Return whether the seller's company may sell the owner's products: its own, or under an agreement in force."""
    if seller_company == owner_company:
        return True
    with reading(viewer):
        return bool(prepared_rows(_agreements, viewer, seller_company, owner_company, on))


def _agreements(viewer: Viewer, seller_company: str, owner_company: str, on: date) -> QuerySet[Any, Any]:
    agreed = AgencyAgreement.objects.filter(seller_company_id=seller_company, owner_company_id=owner_company)
    return agreed.filter(Q(valid_until=None) | Q(valid_until__gt=on), valid_from__lte=on).values_list("pk")[:1]


def companies_that_may_sell_for(viewer: Viewer, owner_company: str, on: date) -> set[str]:
    """Return the companies that may sell the owner's products: itself, and those under an agreement in force."""
    with reading(viewer):
        agreed = AgencyAgreement.objects.filter(owner_company_id=owner_company, valid_from__lte=on)
        agreed = agreed.filter(Q(valid_until=None) | Q(valid_until__gt=on))
        return {owner_company, *agreed.values_list("seller_company_id", flat=True)}


def agreements_on(viewer: Viewer, on: date) -> set[tuple[str, str]]:
    """Return the (seller company, owner company) pairs under an agency agreement in force."""
    with reading(viewer):
        agreed = AgencyAgreement.objects.filter(valid_from__lte=on)
        agreed = agreed.filter(Q(valid_until=None) | Q(valid_until__gt=on))
        return set(agreed.values_list("seller_company_id", "owner_company_id"))


def viewer_of(user: AbstractBaseUser) -> Viewer | None:
    """Return what a signed-in user may be, None for a user without a scope. The scope comes with the user (`web.accounts`)."""
    scope: UserScope | None = getattr(user, "scope", None)
    if scope is None:
        return None
    key, roles = f"user:{user.pk}", frozenset({scope.role})
    if scope.role == Role.SELLER:
        return Viewer(ViewerKind.SELLER, key, company=scope.company_code, seller=scope.seller_code, roles=roles)
    if scope.role == Role.CUSTOMER:
        return Viewer(ViewerKind.CUSTOMER, key, customer=scope.customer_code, roles=roles)
    if scope.company_code:
        return Viewer(ViewerKind.COMPANY, key, company=scope.company_code, roles=roles)
    return Viewer(ViewerKind.GROUP, key, roles=roles)


def users_of(viewer: Viewer) -> dict[str, str]:
    """Return the users of the viewer's company, or of the holding: the name by the key under which the audit has them."""
    rows = UserScope.objects.filter(company_code=viewer.company).exclude(role=Role.CUSTOMER).select_related("user")
    return {f"user:{row.user_id}": row.user.username for row in rows}


@dataclass(frozen=True)
class TokenRow:
    token_id: UUID
    system_id: UUID
    company: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    def opens(self, at: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


@dataclass(frozen=True)
class Machine:
    """Whom a token speaks for. The viewer's roles are what the token opens; its key names the machine, not the token."""

    viewer: Viewer
    token_id: UUID
    last_used_at: datetime | None
    at: datetime
    """when it was asked"""


def tokens_seen_by(viewer: Viewer) -> QuerySet[ApiToken]:
    """The second wall: a company's own tokens."""
    if viewer.kind == ViewerKind.COMPANY:
        return ApiToken.objects.filter(company_code=viewer.company)
    return ApiToken.objects.all() if viewer.kind == ViewerKind.SYSTEM else ApiToken.objects.none()


def living(tokens: QuerySet[ApiToken], at: datetime) -> QuerySet[ApiToken]:
    """Those that open at that instant."""
    return tokens.filter(revoked_at=None).filter(Q(expires_at=None) | Q(expires_at__gt=at))


def tokens_of(viewer: Viewer) -> list[TokenRow]:
    """Return the company's tokens, newest first; those taken back too."""
    with reading(viewer):
        return [
            TokenRow(
                row.token_id, row.system_id, row.company_code, row.name, tuple(row.scopes), row.created_at, row.created_by,
                row.expires_at, row.last_used_at, row.revoked_at,
            )
            for row in tokens_seen_by(viewer).order_by("-token_id")
        ]  # fmt: skip


def machine_of_token(token_sha256: str) -> Machine | None:
    """Return whom a token speaks for, None for one that is unknown, over or taken back. Opens a scope of its own."""
    asker = Viewer.system("api")
    with reading(asker) as at:
        found = prepared_rows(_living_token, asker, token_sha256, at)
    if not found:
        return None
    token_id, system_id, company, scopes, last_used_at = found[0]
    viewer = Viewer.of_company(company, f"token:{system_id}", frozenset(scopes))
    return Machine(viewer, token_id, last_used_at, at)


def _living_token(viewer: Viewer, token_sha256: str, at: datetime) -> QuerySet[Any, Any]:
    tokens = living(ApiToken.objects.filter(token_sha256=token_sha256), at)
    return tokens.values_list("token_id", "system_id", "company_code", "scopes", "last_used_at")
