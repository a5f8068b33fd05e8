"""What happens at the door, written into the audit: who came in and went out, whose password and second factor changed."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_in, user_logged_out

from onefold.domains.organisation.sign_in import note, place_of
from onefold.web.accounts import address_of


def listen() -> None:
    """Called once, when the application starts."""
    user_logged_in.connect(_came_in)
    user_logged_out.connect(_went_out)
    account.password_changed.connect(_line("password_changed"), weak=False)
    mfa.authenticator_added.connect(_line("second_factor_added"), weak=False)
    mfa.authenticator_removed.connect(_line("second_factor_removed"), weak=False)
    mfa.authenticator_reset.connect(_line("recovery_codes_made"), weak=False)


def _came_in(request: Any, user: Any, **_: Any) -> None:
    note("came_in", user, place=place_of(address_of(request)))


def _went_out(request: Any, user: Any, **_: Any) -> None:
    if user is not None:
        note("went_out", user)


def _line(event: str) -> Any:
    def write(user: Any, authenticator: Any = None, **_: Any) -> None:
        kind = {"kind": authenticator.type} if authenticator is not None else {}
        note(event, user, **kind)

    return write
