"""A last line that is no row: how many rows, which total."""

from __future__ import annotations

import re
from decimal import Decimal

from onefold.analytics.assistant.drafts import Draft
from onefold.analytics.assistant.words import say


def trailer_of(draft: Draft, language: str) -> None:
    """Propose `control.trailer` where the last line counts the rows (and sums an amount)."""
    sample = draft.sample
    if not sample.trailer:
        return
    fields = sample.trailer.split("\x1f")
    rows = sample.rows.height + sample.ragged
    totals = {_sum_of(draft, name): name for name in draft.columns if draft.columns[name].type in ("money", "whole")}
    total_of, pieces, counted = "", [], False
    for text in fields:
        bare = text.strip()
        if not counted and bare.isdigit() and int(bare) == rows:
            pieces.append("(?P<rows>[0-9]+)")
            counted = True
        elif not total_of and (amount := _amount(bare)) is not None and amount in totals and bare:
            total_of = totals[amount]
            pieces.append("(?P<total>[-0-9.,]+)")
        else:
            pieces.append(re.escape(text))
    if not counted:
        draft.remarks.append(say(language, "trailer_unknown"))
        return
    trailer: dict[str, object] = {"pattern": f"^{re.escape(sample.dialect.delimiter).join(pieces)}$"}
    draft.control["trailer"] = trailer | ({"total_of": total_of} if total_of else {})
    draft.remarks.append(say(language, "trailer", rows=rows))


def _amount(text: str) -> Decimal | None:
    return Decimal(text.replace(",", "")) if re.fullmatch(r"-?[0-9,]+(?:\.[0-9]+)?", text) else None


def _sum_of(draft: Draft, name: str) -> Decimal | None:
    found = [_amount(text.strip()) for text in draft.sample.rows[name].to_list()]
    return sum((amount for amount in found if amount is not None), Decimal(0))
