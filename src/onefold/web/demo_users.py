"""The users of a demonstration: one for each role, and one for each seller. Only a demonstration may make them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from onefold.commands import clock
from onefold.commands.viewer import Viewer
from onefold.domains.organisation.models import Role, UserScope
from onefold.domains.organisation.queries import companies
from onefold.domains.sellers.queries import sellers

HARBOUR = (
    ("manager", Role.COMPANY_MANAGER, "HLIFE"),
    ("compliance", Role.COMPLIANCE, "HLIFE"),
    ("steward", Role.DATA_STEWARD, "HPC"),
    ("counter", Role.COUNTER, "HBANK"),
)
"""Harbour Group's staff; of another group, each company gets one of each."""


def staff_of(companies: list[str]) -> list[tuple[str, Role, str]]:
    """Return (user name, role, company) of everybody but the sellers."""
    chosen = [(word, role, company) for word, role, company in HARBOUR if company in companies] or [
        (word, role, company) for company in companies for word, role, _ in HARBOUR
    ]
    named = [(f"{word}.{company.lower()}", role, company) for word, role, company in chosen]
    return [("desk", Role.CROSS_SELLING_DESK, ""), *named]


def make_demo_users() -> int:
    """Make the personas and a user for each seller, without passwords (they sign in by a click); return how many there are."""
    if not settings.DEMO:
        raise clock.DemoClockRefused("Demonstration users are made in a demonstration only.")
    system = Viewer.system("demo")
    people = sellers(system).values()
    scopes = [*staff_of(list(companies(system))), *((row.seller.lower(), Role.SELLER, row.company) for row in people)]
    with transaction.atomic():
        for username, role, company in scopes:
            user, _ = get_user_model().objects.get_or_create(username=username, defaults={"password": "!"})
            seller = username.upper() if role == Role.SELLER else ""
            UserScope.objects.update_or_create(
                user=user, defaults={"role": role, "company_code": company, "seller_code": seller}
            )
    return len(scopes)
