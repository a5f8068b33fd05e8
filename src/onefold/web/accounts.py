"""Sign-in: accounts are made by an administrator, nobody signs up."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.http import HttpRequest


class Backend(AuthenticationBackend):
    """The user of a session comes with the scope: one question for both. A disabled user is nobody from the next request on."""

    def get_user(self, user_id: int) -> User | None:
        user = get_user_model().objects.select_related("scope").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None


class NoSignUp(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Any, password: str) -> None:
        """Only the password is written: the sign-in's role may change nothing else of a user."""
        user.set_password(password)
        user.save(update_fields=["password"])
