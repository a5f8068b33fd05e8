"""What a right would unlock, by the release in force."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer, ViewerKind
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


@dataclass(frozen=True)
class Summary:
    """What one right would unlock over all sellers that lack it."""

    series: str
    missing: tuple[str, ...]
    sellers: int
    leads: int
    value_minor: int


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
        rows = unlocked_seen_by(viewer).filter(release_id=active_release_id(viewer), seller_id=seller)
        found = [Unlock(row.seller_id, row.series_id, tuple(row.missing.split(",")), row.leads, row.value_minor) for row in rows]  # fmt: skip
    return sorted(found, key=lambda one: (-one.value_minor, one.series, one.missing))


def unlocks_by_right(viewer: Viewer) -> list[Summary]:
    """Return what each right would unlock over all sellers the viewer sees, the most valuable first: what to train next.

    The sum of bounds: sellers who all got the right would compete for the same leads.
    """
    with reading(viewer):
        rows = unlocked_seen_by(viewer).filter(release_id=active_release_id(viewer))
        sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
        for series, missing, leads, value in rows.values_list("series_id", "missing", "leads", "value_minor"):
            total = sums[series, missing]
            sums[series, missing] = [total[0] + 1, total[1] + leads, total[2] + value]
    found = [Summary(series, tuple(missing.split(",")), *total) for (series, missing), total in sums.items()]
    return sorted(found, key=lambda one: (-one.value_minor, one.series, one.missing))
