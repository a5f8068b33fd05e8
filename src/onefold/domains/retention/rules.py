"""Who may put what under a legal hold."""

from __future__ import annotations

EVERYTHING, COMPANY, CUSTOMER, CONTRACT = "EVERYTHING", "COMPANY", "CUSTOMER", "CONTRACT"
COMPLIANCE, DESK = "COMPLIANCE", "CROSS_SELLING_DESK"


def may_hold(roles: frozenset[str], own_company: str, subject: str, company: str) -> bool:
    """Return whether somebody with these roles may set or lift a hold on such a subject of this company."""
    if DESK in roles and not own_company:
        return subject in (EVERYTHING, COMPANY)
    return COMPLIANCE in roles and bool(own_company) and subject != EVERYTHING and company == own_company
