"""Tries to sign in, counted in the database for all processes together, and what sign-in leaves in the audit.

A stranger's tries at an account are counted together, wherever they come from; a device or an address from which its owner has
signed in before is counted by itself. So nobody guesses more often than the limit, and nobody can shut an owner out who
comes from where he comes from. An address is counted over all accounts too, but not for known devices: one person's wrong
tries do not shut out an office behind one address. Keys are hashed under this installation's key: what somebody typed as a
user name may be a password.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connections, router

from onefold.commands import clock
from onefold.commands.scope import today
from onefold.domains import rulebook
from onefold.domains.organisation.models import SignInTry, UserScope
from onefold.kernel.ids import new_id

TAKE = """
    INSERT INTO organisation_signintry AS t (key, tries, last_at) VALUES (%(key)s, ARRAY[%(at)s::timestamptz], %(at)s::timestamptz)
    ON CONFLICT (key) DO UPDATE SET last_at = excluded.last_at, tries = (
        SELECT CASE WHEN count(*) < %(most)s::int THEN array_append(coalesce(array_agg(one ORDER BY one), '{}'), %(at)s::timestamptz)
                    ELSE array_agg(one ORDER BY one) END
        FROM unnest(t.tries) one WHERE one > %(since)s::timestamptz)
    RETURNING tries
"""
"""Takes one try if fewer than `most` are in the window; one statement, so that no two processes take the same one."""
GIVE_BACK = "UPDATE organisation_signintry SET tries = array_remove(tries, %s::timestamptz) WHERE key = ANY (%s)"
AUDIT = """
    INSERT INTO commands_auditline (audit_id, command_id, action, actor, company, subject, facts, at)
    VALUES (%s, %s, %s, %s, %s, %s, %s::jsonb, %s)
"""


@dataclass(frozen=True)
class Limits:
    per_account: int
    per_address: int
    window: timedelta
    known_for: timedelta

    @classmethod
    def on(cls, at: datetime) -> Limits:
        day = today(at)
        return cls(
            rulebook.value("accounts.tries_per_account_max", day),
            rulebook.value("accounts.tries_per_address_max", day),
            timedelta(minutes=rulebook.value("accounts.tries_window_minutes", day)),
            timedelta(days=rulebook.value("accounts.known_for_days", day)),
        )


@dataclass(frozen=True)
class Taken:
    """One try. `wait`: how long until the next is free, where there was none."""

    keys: tuple[str, ...] = ()
    at: datetime | None = None
    wait: timedelta | None = None


def take_try(account: str, address: str, device: str) -> Taken:
    """Take a try at an account (what was typed, or an id with what is tried). `device`: the known device's id, empty if unknown."""
    at, limits = datetime.now(UTC), Limits.on(clock.now())
    lane = _lane(account, address, device, at, limits)
    if wait := _take(lane, limits.per_account, at, limits):
        return Taken(wait=wait)
    if device:
        return Taken((lane,), at)
    everybody = _key("address", address)
    if wait := _take(everybody, limits.per_address, at, limits):
        _give_back((lane,), at)
        return Taken(wait=wait)
    return Taken((lane, everybody), at)


def give_back(taken: Taken) -> None:
    """The try was right: it counts for nothing."""
    if taken.at is not None:
        _give_back(taken.keys, taken.at)


def know_address(account: str, address: str) -> None:
    """The owner of the account signed in from this address."""
    at = datetime.now(UTC)
    _run(TAKE, {"key": _key("known", account, address), "at": at, "most": 1, "since": at})


def is_first_refusal(account: str, address: str) -> bool:
    """Whether a refusal is the first of its kind within the window: only that is written down, or a stranger could fill the audit."""
    at, limits = datetime.now(UTC), Limits.on(clock.now())
    return _take(_key("told", account, address), 1, at, limits) is None


def note(event: str, user: Any = None, actor: str = "", **facts: Any) -> None:
    """Leave a line in the audit of the user's company, or the holding's. No name and no address is among `facts`."""
    import json

    scope: UserScope | None = getattr(user, "scope", None)
    who = f"user:{user.pk}" if user is not None else ""
    company = scope.company_code if scope else ""
    values = [new_id(), new_id(), f"sign_in.{event}", actor or who, company, who, json.dumps(facts), clock.now()]
    _run(AUDIT, values)


def place_of(address: str) -> str:
    """A mark by which one sees that two tries came from one address, and nothing else."""
    return _key("place", address)[:12]


def _lane(account: str, address: str, device: str, at: datetime, limits: Limits) -> str:
    if device:
        return _key("device", account, device)
    known = SignInTry.objects.filter(key=_key("known", account, address), last_at__gt=at - limits.known_for).exists()
    return _key("account", account, address) if known else _key("account", account)


def _take(key: str, most: int, at: datetime, limits: Limits) -> timedelta | None:
    tries = _run(TAKE, {"key": key, "at": at, "most": most, "since": at - limits.window})[0][0]
    return None if at in tries else max(tries[0] + limits.window - at, timedelta(seconds=1))


def _give_back(keys: tuple[str, ...], at: datetime) -> None:
    _run(GIVE_BACK, [at, list(keys)])


def _key(*words: str) -> str:
    text = "\x1f".join(word.strip().casefold() for word in words)
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def _run(statement: str, values: Any) -> list[tuple[Any, ...]]:
    with connections[router.db_for_write(SignInTry)].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []
