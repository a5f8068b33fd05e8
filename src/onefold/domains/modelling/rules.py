"""When a model may be decided upon. Pure."""

from __future__ import annotations

DECIDES = "COMPLIANCE"


def may_decide(roles: frozenset[str]) -> bool:
    """Compliance answers for the impact assessment, so it is compliance that lets a model act or takes it away."""
    return DECIDES in roles


def may_be_approved(fit: str, assessment: str) -> bool:
    """A fit that exists, by a recipe with an impact assessment."""
    return bool(fit and assessment)
