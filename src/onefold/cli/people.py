"""Users from the terminal. Their passwords come from a prompt or standard input, never from the command line."""

from __future__ import annotations

import argparse
import getpass
import hashlib
import secrets
import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID

from onefold.cli import place

ROLES = ("CROSS_SELLING_DESK", "COMPANY_MANAGER", "SELLER", "COMPLIANCE", "DATA_STEWARD", "COUNTER", "CUSTOMER")
SCOPES = ("FEEDS", "DECISIONS", "LEADS", "WEBHOOKS", "ORDERS")
NAMED_MAX = 30
"""Sellers named where one is unknown; a company may have thousands."""


def user(words: list[str]) -> int:
    """Make a user or change role and password of one; show all users; disable one (who is signed out at once) or enable one."""
    parser = argparse.ArgumentParser(prog="onefold user", description=user.__doc__)
    parser.add_argument("name", nargs="?")
    parser.add_argument("role", nargs="?", choices=ROLES)
    parser.add_argument("--company", default="", help="company code; without it the user belongs to the holding")
    parser.add_argument("--seller", default="", help="seller code, for the role SELLER")
    parser.add_argument(
        "--customer", default="", help="COMPANY:NUMBER by which a company keeps the customer, for the role CUSTOMER"
    )
    parser.add_argument("--list", action="store_true", help="show all users")
    parser.add_argument("--disable", metavar="NAME", help="let this user in no more, and end every session at once")
    parser.add_argument("--enable", metavar="NAME", help="let this user in again")
    wanted = parser.parse_args(words)
    if wanted.list or wanted.disable or wanted.enable:
        return _told(lambda: _administer(wanted))
    if not (wanted.name and wanted.role):
        parser.error("say NAME and ROLE, or --list, or --disable NAME, or --enable NAME")
    if (wanted.role == "CUSTOMER") != bool(wanted.customer) or (wanted.customer and wanted.company):
        parser.error("a CUSTOMER, and nobody else, needs --customer COMPANY:NUMBER, and no --company")
    if (wanted.role == "SELLER") != bool(wanted.seller) or (wanted.seller and not wanted.company):
        parser.error("a SELLER, and nobody else, needs --seller, and --company with it")
    return _told(lambda: make(wanted.name, wanted.role, wanted.company, wanted.seller, ask_password(), wanted.customer))


def ask_password() -> str:
    return getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def _told(work: Callable[[], int]) -> int:
    from onefold.kernel.refusals import Refusal

    try:
        return work()
    except Refusal as refusal:
        print(f"onefold: {refusal.sentence_in('en')}", file=sys.stderr)
        return 1


def make(name: str, role: str, company: str, seller: str, password: str, customer: str = "") -> int:
    found = place.connections()
    place.migrate(found)
    from django.contrib.auth import get_user_model
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from onefold.commands.viewer import Viewer
    from onefold.config.databases import connected_as
    from onefold.domains.organisation.users import set_user
    from onefold.kernel.ids import new_id

    try:
        validate_password(password, get_user_model()(username=name))
    except ValidationError as error:
        print("onefold:", " ".join(error.messages), file=sys.stderr)
        return 1
    refuse_unknown(found, company, seller)
    code = customer_called(customer) if customer else ""
    if customer and not code:
        print(f"onefold: no company keeps a customer {customer}", file=sys.stderr)
        return 1
    with connected_as(found, "owner"):
        set_user(
            Viewer.system("cli"), new_id(), name=name, role=role, company=company, seller=seller, customer=code,
            password_hash=make_password(password), by=getpass.getuser(),
        )  # fmt: skip
    print(f"{name} may sign in as {role}{f' of {company}' if company else ''}.")
    return 0


def refuse_unknown(found: Any, company: str, seller: str) -> None:
    """Raise `CompanyUnknown` for a company the rulebook does not know, `SellerUnknown` for a seller nobody sent."""
    if not company:
        return
    from onefold.commands import clock
    from onefold.commands.scope import today
    from onefold.commands.viewer import Viewer
    from onefold.config.databases import connected_as
    from onefold.domains import rulebook
    from onefold.domains.organisation.refusals import CompanyUnknown, SellerUnknown
    from onefold.domains.sellers.queries import sellers

    known = sorted(row.company for row in rulebook.loaded().catalogue(today(clock.now())).companies)
    if company not in known:
        raise CompanyUnknown(company=company, known=", ".join(known))
    if seller:
        with connected_as(found, "batch"):
            codes = sorted(row.seller for row in sellers(Viewer.system("cli")).values() if row.company == company)
        if seller not in codes:
            more = f", … ({len(codes)})" if len(codes) > NAMED_MAX else ""
            named = ", ".join(codes[:NAMED_MAX]) + more or "none yet: receive the sellers' file and run"
            raise SellerUnknown(company=company, seller=seller, known=named)


def _administer(wanted: argparse.Namespace) -> int:
    found = place.connections()
    place.migrate(found)
    from onefold.commands.viewer import Viewer
    from onefold.config.databases import connected_as
    from onefold.domains.organisation.users import disable_user, enable_user
    from onefold.kernel.ids import new_id

    with connected_as(found, "owner"):
        if wanted.disable:
            done = disable_user(Viewer.system("cli"), new_id(), name=wanted.disable, by=getpass.getuser())
            print(f"{wanted.disable} is disabled; {done['sessions_ended']} session(s) ended.")
        elif wanted.enable:
            enable_user(Viewer.system("cli"), new_id(), name=wanted.enable, by=getpass.getuser())
            print(f"{wanted.enable} may sign in again.")
        else:
            show_users()
    return 0


def show_users() -> None:
    from onefold.domains.organisation.users import users

    for row in users():
        whose = row.seller or row.customer
        state = "in use" if row.active else "disabled"
        last = f"last signed in {row.last_sign_in:%Y-%m-%d %H:%M}" if row.last_sign_in else "never signed in"
        print(f"{row.name:<24} {row.role:<20} {row.company or '-':<10} {whose or '-':<12} {state:<9} {last}")


def customer_called(word: str) -> str:
    """Return the id of the customer whom a company keeps under a number (COMPANY:NUMBER); empty where there is none."""
    from onefold.commands.scope import reading
    from onefold.commands.viewer import Viewer
    from onefold.config.databases import connected_as
    from onefold.domains.customers.models import Membership

    company, _colon, number = word.partition(":")
    with connected_as(place.connections(), "batch"), reading(Viewer.system("cli")):
        found = Membership.objects.filter(company_id=company, source_record__source_key=number)
        return str(found.values_list("customer_id", flat=True).first() or "")


def token(words: list[str]) -> int:
    """Make a token for a company's machine (it is printed once), list the tokens, replace one, or take one back."""
    parser = argparse.ArgumentParser(prog="onefold token", description=token.__doc__)
    parser.add_argument("company", nargs="?", help="company code, or GROUP for the holding's own feeds")
    parser.add_argument("name", nargs="?", help="which system it is for")
    parser.add_argument("--scope", action="append", choices=SCOPES, help="what it opens, once for each (FEEDS)")
    parser.add_argument("--days", type=int, help="how long it opens; the rulebook sets the longest")
    parser.add_argument("--list", action="store_true", help="show all tokens, never their secrets")
    parser.add_argument("--replace", type=UUID, metavar="ID", help="make the next token of the same system")
    parser.add_argument("--revoke", type=UUID, metavar="ID", help="take this token back")
    asked = parser.parse_args(words)
    if not (asked.list or asked.replace or asked.revoke or (asked.company and asked.name)):
        parser.error("say COMPANY and NAME, or --list, or --replace ID, or --revoke ID")
    from onefold.cli.work import as_jobs
    from onefold.kernel.refusals import Refusal

    with as_jobs():
        try:
            return _token_work(asked)
        except Refusal as refusal:
            print(f"onefold: {refusal.sentence_in('en')}", file=sys.stderr)
            return 1


def _token_work(asked: argparse.Namespace) -> int:
    if asked.revoke:
        return revoke(asked.revoke)
    if asked.replace:
        return replace(asked.replace)
    return show_tokens() if asked.list else make_token(asked.company, asked.name, asked.scope or ["FEEDS"], asked.days)


def make_token(company: str, name: str, scopes: list[str], days: int | None) -> int:
    from onefold.commands.viewer import Viewer
    from onefold.domains.organisation.actions import issue_token
    from onefold.domains.rulebook import loaded
    from onefold.kernel.ids import new_id

    if company not in {feed.company for feed in loaded().feeds.values()}:
        print(f"onefold: the rulebook declares no feed of {company}", file=sys.stderr)
        return 1
    secret, digest = _secret()
    made = issue_token(
        Viewer.system("cli"), new_id(), company=company, name=name, token_sha256=digest, scopes=scopes, days=days
    )
    print(f"{secret}\n  for {company}, {name}; id {made['token_id']}. It is shown this once.")
    return 0


def replace(token_id: UUID) -> int:
    from onefold.commands.viewer import Viewer
    from onefold.domains.organisation.actions import replace_token
    from onefold.kernel.ids import new_id

    secret, digest = _secret()
    made = replace_token(Viewer.system("cli"), new_id(), token_id=token_id, token_sha256=digest)
    print(f"{secret}\n  id {made['token_id']}. The old one opens until {made['old_token_ends_at'][:16]}.")
    return 0


def _secret() -> tuple[str, str]:
    secret = f"ofk_{secrets.token_urlsafe(32)}"
    return secret, hashlib.sha256(secret.encode()).hexdigest()


def show_tokens() -> int:
    from onefold.commands import clock
    from onefold.commands.viewer import Viewer
    from onefold.domains.organisation.queries import tokens_of

    at = clock.now()
    for row in tokens_of(Viewer.system("cli")):
        state = f"taken back {row.revoked_at:%Y-%m-%d}" if row.revoked_at else "in use" if row.opens(at) else "ended"
        ends = f"until {row.expires_at:%Y-%m-%d}" if row.expires_at else "no end"
        used = f"used {row.last_used_at:%Y-%m-%d %H:%M}" if row.last_used_at else "never used"
        print(f"{row.token_id}  {row.company:<10} {row.name:<30} {','.join(row.scopes):<32} {ends}  {used}  {state}")
    return 0


def revoke(token_id: UUID) -> int:
    from onefold.commands.viewer import Viewer
    from onefold.domains.organisation.actions import revoke_token
    from onefold.kernel.ids import new_id

    revoke_token(Viewer.system("cli"), new_id(), token_id=token_id)
    print("Taken back: it opens nothing any more.")
    return 0
