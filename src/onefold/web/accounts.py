"""Sign-in: accounts are made by an administrator, nobody signs up. How often one may try is counted for all processes together."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import ChangePasswordForm
from allauth.core import context
from allauth.core.internal.httpkit import get_client_ip
from allauth.core.internal.ratelimit import truncate_ip
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.core.signing import BadSignature, Signer
from django.db import router
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext

from onefold.commands import clock
from onefold.commands.prepared import instances
from onefold.commands.viewer import Viewer
from onefold.domains.organisation import sign_in
from onefold.kernel.ids import new_id
from onefold.web.sessions import SIGN_IN

DEVICE = "__Host-device" if settings.HTTPS else "device"
SOMEBODY = "somebody"
"""Who tries to come in is not known to be who he says."""
SIGNER = Signer(salt="onefold.device")


class Backend(AuthenticationBackend):
    """The user of a session comes with the scope: one question for both. A disabled user is nobody from the next request on."""

    def get_user(self, user_id: int) -> User | None:
        user = next(iter(instances(_user, SIGN_IN, user_id, using=router.db_for_read(User))), None)
        return user if user is not None and self.user_can_authenticate(user) else None


def _user(viewer: Viewer, user_id: int) -> QuerySet[User]:
    return User.objects.select_related("scope").filter(pk=user_id)


class Accounts(DefaultAccountAdapter):
    """allauth's questions to us. Its own limits are switched off: they live in one process, and shut out a whole address."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Any, password: str) -> None:
        """Only the password is written: the sign-in's role may change nothing else of a user."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        name = str(credentials.get("username", "")).replace("\x1f", "")

        def tried() -> Any:
            AuthenticationBackend.unstash_authenticated_user()
            user = super(Accounts, self).authenticate(request, **credentials)
            return user if user is not None and user.is_active else None

        def owner() -> Any:
            return get_user_model().objects.select_related("scope").filter(username__iexact=name).first()

        return limited(name, tried, owner)

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse:
        """This browser, and where it is, are known from now on."""
        response: HttpResponse = super().post_login(request, user, **more)
        sign_in.know_address(user.username, address_of(request))
        age = int(sign_in.Limits.on(clock.now()).known_for.total_seconds())
        said = SIGNER.sign(f"{user.pk}:{new_id()}")
        response.set_cookie(DEVICE, said, age, secure=settings.HTTPS, httponly=True, samesite="Lax")
        return response


def limited(account: str, tried: Callable[[], Any], owner: Callable[[], Any]) -> Any:
    """Do what is `tried` if a try at the account is free; its answer. Raises a ValidationError that says when to come again.

    `owner` looks up whose account it is, for the audit: only where the try failed, and after it, so that time tells nothing.
    """
    request = context.request
    address, place = address_of(request), sign_in.place_of(address_of(request))
    taken = sign_in.take_try(account, address, device_of(request, account))
    if taken.wait is not None:
        if sign_in.is_first_refusal(account, address):
            sign_in.note("refused_for_a_while", owner(), actor=SOMEBODY, place=place)
        raise forms.ValidationError(said_when(taken.wait), code="too_many_login_attempts")
    done = tried()
    if done:
        sign_in.give_back(taken)
    else:
        sign_in.note("failed", owner(), actor=SOMEBODY, place=place)
    return done


def said_when(wait: timedelta) -> str:
    minutes = max(1, math.ceil(wait.total_seconds() / 60))
    return ngettext(
        "Too many tries. Try again in %(minutes)d minute, or from a browser in which you signed in before.",
        "Too many tries. Try again in %(minutes)d minutes, or from a browser in which you signed in before.",
        minutes,
    ) % {"minutes": minutes}


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, behind as many proxies as were declared (ONEFOLD_PROXIES); of IPv6, the network.

    Fewer addresses than proxies: somebody came past them, or the number is wrong; who is next to us is believed then.
    """
    try:
        return truncate_ip(get_client_ip(request) or "")
    except ImproperlyConfigured:
        return truncate_ip(request.META.get("REMOTE_ADDR", ""))


def device_of(request: HttpRequest, account: str) -> str:
    """The known device's id, if this browser's cookie was given to the owner of this account; else empty."""
    try:
        owner, _colon, device = SIGNER.unsign(request.COOKIES.get(DEVICE, "")).partition(":")
    except BadSignature:
        return ""
    name = account.rpartition("\x1f")[2]
    is_owner = get_user_model().objects.filter(pk=int(owner), username__iexact=name).exists()
    return device if is_owner else ""


class LimitedCode:
    """A second factor's code, which is short: as many tries as at a password."""

    user: Any

    def clean_code(self) -> str:
        def tried() -> str | None:
            try:
                return super(LimitedCode, self).clean_code()  # type: ignore[misc]
            except forms.ValidationError as wrong:
                self.wrong = wrong
                return None

        code: str | None = limited(f"code\x1f{self.user.username}", tried, lambda: self.user)
        if code is None:
            raise self.wrong
        return code


class CodeForm(LimitedCode, AuthenticateForm):
    """The second step of signing in."""


class CodeAgainForm(LimitedCode, ReauthenticateForm):
    """Who is signed in shows once more that it is him."""


class PasswordForm(ChangePasswordForm):
    """A new password. The present one is asked for, and guessing it counts like guessing at the door."""

    def clean_oldpassword(self) -> str:
        typed: str = self.cleaned_data.get("oldpassword", "")
        if not limited(self.user.username, lambda: self.user.check_password(typed), lambda: self.user):
            raise get_adapter().validation_error("enter_current_password")
        return typed
