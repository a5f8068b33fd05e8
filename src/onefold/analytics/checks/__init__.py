"""What must hold before a release may be shown. Each check stops the run with a code and a sentence, never with a value."""

from onefold.analytics.checks.lake import check_lake
from onefold.analytics.checks.offers import check_offers
from onefold.analytics.checks.references import check_references
from onefold.analytics.checks.rows import check_currencies, check_rows, check_spells

__all__ = ["check_currencies", "check_lake", "check_offers", "check_references", "check_rows", "check_spells"]
