"""Users from the terminal. Their passwords come from a prompt or standard input, never from the command line."""

from __future__ import annotations

import argparse
import getpass
import sys

from onefold.cli import place

ROLES = ("CROSS_SELLING_DESK", "COMPANY_MANAGER", "SELLER", "COMPLIANCE", "DATA_STEWARD", "COUNTER")


def user(words: list[str]) -> int:
    """Make a user, or change role and password of one."""
    parser = argparse.ArgumentParser(prog="onefold user", description=user.__doc__)
    parser.add_argument("name")
    parser.add_argument("role", choices=ROLES)
    parser.add_argument("--company", default="", help="company code; without it the user belongs to the holding")
    parser.add_argument("--seller", default="", help="seller code, for the role SELLER")
    wanted = parser.parse_args(words)
    if wanted.role == "SELLER" and not (wanted.company and wanted.seller):
        parser.error("a SELLER needs --company and --seller")
    return make(wanted.name, wanted.role, wanted.company, wanted.seller, ask_password())


def ask_password() -> str:
    return getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def make(name: str, role: str, company: str, seller: str, password: str) -> int:
    found = place.connections()
    place.migrate(found)
    from django.contrib.auth import get_user_model
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.db import transaction

    from onefold.domains.organisation.models import UserScope

    try:
        validate_password(password, get_user_model()(username=name))
    except ValidationError as error:
        print("onefold:", " ".join(error.messages), file=sys.stderr)
        return 1
    with transaction.atomic():
        account, _ = get_user_model().objects.get_or_create(username=name)
        account.set_password(password)
        account.save()
        scope = {"role": role, "company_code": company, "seller_code": seller}
        UserScope.objects.update_or_create(user=account, defaults=scope)
    print(f"{name} may sign in as {role}{f' of {company}' if company else ''}.")
    return 0
