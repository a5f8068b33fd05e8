"""Users of Onefold and what they may see: changed by `onefold user` alone, as the owner of the tables, each change a command.

No web process and no job has the right to write any of it. A password comes in as its hash: a command's inputs are hashed and
kept, and a password must not be guessed from that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session

from onefold.commands.action import Command, action
from onefold.domains.organisation import refusals
from onefold.domains.organisation.models import UserScope

NO_PASSWORD = "!"
"""Such a user signs in by a click in a demonstration, and nowhere else."""


@dataclass(frozen=True)
class UserRow:
    name: str
    role: str
    company: str
    seller: str
    customer: str
    active: bool
    last_sign_in: datetime | None


@action
def set_user(
    command: Command,
    *,
    name: str,
    role: str,
    company: str = "",
    seller: str = "",
    customer: str = "",
    password_hash: str = NO_PASSWORD,
    by: str = "",
) -> dict[str, Any]:
    """Make a user or change role, company and password of one; whoever is signed in as that user is signed out.

    `by`: the account of the operating system that asked. Companies, sellers and customers are checked by the caller.
    """
    user = get_user_model().objects.filter(username=name).first()
    made = user is None
    user = user or get_user_model()(username=name)
    user.password = password_hash
    user.save()
    scope = {"role": role, "company_code": company, "seller_code": seller, "customer_code": customer}
    UserScope.objects.update_or_create(user=user, defaults=scope)
    ended = 0 if made else end_sessions(user.pk)
    facts = {"role": role, "seller": seller, "made": made, "sessions_ended": ended, "by": by}
    command.audit(f"user:{user.pk}", in_book_of=company, **facts)
    return {"user_id": user.pk, "made": made}


@action
def set_users(command: Command, *, users: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Make or change many users at once: those of a demonstration."""
    return {"users": [set_user(command, **user)["user_id"] for user in users]}


@action
def disable_user(command: Command, *, name: str, by: str = "") -> dict[str, Any]:
    """Let a user in no more and end every session at once. Raises `UserUnknown`."""
    user = _known(name)
    get_user_model().objects.filter(pk=user.pk).update(is_active=False)
    ended = end_sessions(user.pk)
    command.audit(f"user:{user.pk}", in_book_of=_company_of(user), sessions_ended=ended, by=by)
    return {"user_id": user.pk, "sessions_ended": ended}


@action
def enable_user(command: Command, *, name: str, by: str = "") -> dict[str, Any]:
    """Let a user in again, who signs in anew. Raises `UserUnknown`."""
    user = _known(name)
    get_user_model().objects.filter(pk=user.pk).update(is_active=True)
    command.audit(f"user:{user.pk}", in_book_of=_company_of(user), by=by)
    return {"user_id": user.pk}


def end_sessions(user_id: int) -> int:
    """Delete every session of a user; return how many there were. A session tells whose it is only when it is opened."""
    own = [
        session.session_key
        for session in Session.objects.iterator()
        if session.get_decoded().get(SESSION_KEY) == str(user_id)
    ]
    Session.objects.filter(session_key__in=own).delete()
    return len(own)


def users() -> list[UserRow]:
    """Return all users by name. Asked as the owner."""
    rows = get_user_model().objects.select_related("scope").order_by("username")
    return [_row(user, getattr(user, "scope", None)) for user in rows]


def _row(user: User, scope: UserScope | None) -> UserRow:
    said = (scope.role, scope.company_code, scope.seller_code, scope.customer_code) if scope else ("", "", "", "")
    return UserRow(user.username, *said, user.is_active, user.last_login)


def _known(name: str) -> User:
    user = get_user_model().objects.filter(username=name).first()
    if user is None:
        raise refusals.UserUnknown(name=name)
    return user


def _company_of(user: User) -> str:
    scope: UserScope | None = getattr(user, "scope", None)
    return scope.company_code if scope else ""
