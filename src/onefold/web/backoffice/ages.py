"""How old the data of each company are, in words that stand beside them wherever they are shown."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from onefold.domains.intake.queries import FeedAge
from onefold.web.backoffice.receipts import days_old
from onefold.web.ui.templatetags.figures import day


def ages_of(rows: Iterable[FeedAge], target: str) -> dict[str, str]:
    """Return, by company, how old its data of one kind are: of several feeds the oldest. Companies that sent none are left out."""
    oldest: dict[str, FeedAge] = {}
    for row in rows:
        known = oldest.get(row.company)
        if row.target == target and row.data_at and (known is None or row.data_at < known.data_at):  # type: ignore[operator]
            oldest[row.company] = row
    return {company: _words(row) for company, row in oldest.items()}


def _words(row: FeedAge) -> str:
    said = _("data of %(day)s, %(age)s") % {"day": day(row.data_at), "age": days_old(row.age_days or 0)}
    return f"{said} · {_('late')}" if row.is_stale else said
