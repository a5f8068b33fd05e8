"""What a customer is bound to pay already."""

from __future__ import annotations

from uuid import UUID

from onefold.commands.viewer import Viewer
from onefold.domains.catalogue.queries import series
from onefold.domains.holdings.queries import holdings_of


def insurance_premiums(viewer: Viewer, customer_id: UUID) -> int:
    """Return what the customer pays for insurance in a year, in minor units, as far as the viewer may see."""
    pillars = {row.series: row.pillar for row in series(viewer).values()}
    held = [one for one in holdings_of(viewer, customer_id) if one.in_force and pillars.get(one.series) == "INSURANCE"]
    return sum(one.premium_minor or 0 for one in held)
