"""Companies, channels and agreements: not secret inside the group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains.organisation.models import AgencyAgreement, Channel, Company, Role, UserScope


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


def companies(viewer: Viewer) -> dict[str, CompanyRow]:
    """Return all companies by code, in the order of the pillars."""
    with reading(viewer):
        rows = [CompanyRow(row.company_id, row.pillar, row.name_en, row.name_zh) for row in Company.objects.all()]
    rows.sort(key=lambda row: (PILLARS.index(row.pillar), row.company))
    return {row.company: row for row in rows}


def channels(viewer: Viewer) -> dict[str, ChannelRow]:
    with reading(viewer):
        rows = Channel.objects.order_by("channel_id")
        return {
            row.channel_id: ChannelRow(row.channel_id, row.company_id, row.kind, row.name_en, row.name_zh)
            for row in rows
        }


def may_sell_for(viewer: Viewer, seller_company: str, owner_company: str, on: date) -> bool:
    """Return whether the seller's company may sell the owner's products: its own, or under an agreement in force."""
    if seller_company == owner_company:
        return True
    with reading(viewer):
        return (
            AgencyAgreement.objects.filter(
                seller_company_id=seller_company, owner_company_id=owner_company, valid_from__lte=on
            )
            .filter(Q(valid_until=None) | Q(valid_until__gt=on))
            .exists()
        )


def viewer_of(user_id: int) -> Viewer | None:
    """Return what a signed-in user may be, None for a user without a scope. Read before any scope is open."""
    scope = UserScope.objects.filter(user_id=user_id).first()
    if scope is None:
        return None
    key, roles = f"user:{user_id}", frozenset({scope.role})
    if scope.role == Role.SELLER:
        return Viewer(ViewerKind.SELLER, key, company=scope.company_code, seller=scope.seller_code, roles=roles)
    if scope.company_code:
        return Viewer(ViewerKind.COMPANY, key, company=scope.company_code, roles=roles)
    return Viewer(ViewerKind.GROUP, key, roles=roles)
