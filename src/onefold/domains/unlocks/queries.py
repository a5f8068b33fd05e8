"""What a right would unlock, by the release in force."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from django.db.models import Count, QuerySet, Sum

from onefold.commands.prepared import instances
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains import rulebook
from onefold.domains.releases.queries import active_release_id
from onefold.domains.unlocks.models import Unlocked


@dataclass(frozen=True)
class Unlock:
    """`missing`: the gates that forbid the series, as codes; `value_minor`: at most so much more for the whole group."""

    seller: str
    series: str
    missing: tuple[str, ...]
    leads: int
    value_minor: int


class By(StrEnum):
    """What the sums of a right are broken down by."""

    RIGHT = ""
    COMPANY = "seller_company_id"
    SELLER = "seller_id"


@dataclass(frozen=True)
class Summary:
    """What one right would unlock over the sellers that lack it, or over those `of` one company, or for one seller.

    `leads` and `value_minor` are None where the viewer may not see the customers and the leads are too few to be told.
    """

    series: str
    missing: tuple[str, ...]
    of: str
    sellers: int
    leads: int | None
    value_minor: int | None


def unlocked_seen_by(viewer: Viewer) -> QuerySet[Unlocked]:
    """The second wall: a seller's own rows, a company's own sellers'; the holding's desk all, for it trains them."""
    if viewer.kind == ViewerKind.SELLER:
        return Unlocked.objects.filter(seller_id=viewer.seller)
    if viewer.kind == ViewerKind.COMPANY:
        return Unlocked.objects.filter(seller_company_id=viewer.company)
    return Unlocked.objects.all() if viewer.kind in (ViewerKind.GROUP, ViewerKind.SYSTEM) else Unlocked.objects.none()


def unlocks_of(viewer: Viewer, seller: str) -> list[Unlock]:
    """Return what rights would unlock for one seller, the most valuable first."""
    with reading(viewer):
        rows = instances(_of_seller, viewer, active_release_id(viewer), seller)
        found = [Unlock(row.seller_id, row.series_id, tuple(row.missing.split(",")), row.leads, row.value_minor) for row in rows]  # fmt: skip
    return sorted(found, key=lambda one: (-one.value_minor, one.series, one.missing))


def _of_seller(viewer: Viewer, release_id: str, seller: str) -> QuerySet[Unlocked]:
    return unlocked_seen_by(viewer).filter(release_id=release_id, seller_id=seller)


def unlocks_by_right(viewer: Viewer, by: By = By.RIGHT) -> list[Summary]:
    """Return what each right would unlock over the sellers the viewer sees, the most valuable first, what is withheld last: what to train next.

    The sum of bounds: sellers who all got the right would compete for the same leads.
    """
    keys = ["series_id", "missing", *([by.value] if by else [])]
    with reading(viewer) as at:
        rows = unlocked_seen_by(viewer).filter(release_id=active_release_id(viewer)).values_list(*keys)
        sums = list(rows.annotate(Count("seller_id", distinct=True), Sum("leads"), Sum("value_minor")).order_by(*keys))
        least = rulebook.value("publication.cell_min", today(at)) if viewer.kind == ViewerKind.GROUP else 0
    found = [Summary(row[0], tuple(row[1].split(",")), row[2] if by else "", *row[len(keys) :]) for row in sums]
    told = [one if (one.leads or 0) >= least else replace(one, leads=None, value_minor=None) for one in found]
    return sorted(told, key=lambda one: (-(one.value_minor or 0), one.series, one.missing, one.of))
