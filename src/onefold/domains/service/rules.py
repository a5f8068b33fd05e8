"""Who follows a seller who left, and by when a holder must be told. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any


def successor(customer: str, able: Sequence[str]) -> str | None:
    """Return who serves the customer (hexadecimal id) from now on, of the sellers who can; None for nobody.

    The same choice as the run makes for customers without a seller of their own, so that whoever serves also offers: by the
    customer's id, which spreads evenly and gives all contracts of one customer to one person.
    """
    ranked = sorted(able)
    return ranked[int(customer[:8], 16) % len(ranked)] if ranked else None


def notice_due(
    left_on: date, line: str, valid_from: date, valid_until: date | None, terms: Mapping[str, Any]
) -> date | None:
    """Return the last day to tell the holder, None where none need be told: other lines, and terms of no more than a year
    (`terms`: service.leaver_notice)."""
    if line not in terms["lines"]:
        return None
    if valid_until is not None and (valid_until - valid_from).days <= terms["longer_than_days"]:
        return None
    return left_on + timedelta(days=terms["days"])
