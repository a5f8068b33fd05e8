"""The users of a demonstration: one for each role, and one for each seller. Only a demonstration may make them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from onefold.commands import clock
from onefold.commands.viewer import Viewer
from onefold.domains.organisation.models import Role, UserScope
from onefold.domains.sellers.queries import sellers

PERSONAS = (
    ("desk", Role.CROSS_SELLING_DESK, ""),
    ("manager.hlife", Role.COMPANY_MANAGER, "HLIFE"),
    ("compliance.hlife", Role.COMPLIANCE, "HLIFE"),
    ("steward.hpc", Role.DATA_STEWARD, "HPC"),
    ("counter.hbank", Role.COUNTER, "HBANK"),
)


def make_demo_users() -> int:
    """Make the personas and a user for each seller, without passwords (they sign in by a click); return how many there are."""
    if not settings.DEMO:
        raise clock.DemoClockRefused("Demonstration users are made in a demonstration only.")
    people = sellers(Viewer.system("demo")).values()
    scopes = [*PERSONAS, *((row.seller.lower(), Role.SELLER, row.company) for row in people)]
    with transaction.atomic():
        for username, role, company in scopes:
            user, _ = get_user_model().objects.get_or_create(username=username, defaults={"password": "!"})
            seller = username.upper() if role == Role.SELLER else ""
            UserScope.objects.update_or_create(
                user=user, defaults={"role": role, "company_code": company, "seller_code": seller}
            )
    return len(scopes)
