"""Every answer behind the sign-in forbids to keep it; static files, which hold nothing of a person, may be kept."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from onefold.web.routes import OPEN_NAMESPACES
from tests.stories.test_matrix import POST_ONLY, arguments_of, routes

WHO = ("desk", "manager.hlife", "compliance.hlife", "steward.hpc", "counter.hbank", "customer.1", "hl1001")


def test_no_answer_of_any_route_may_be_kept(harbour: str, sign_in: Any) -> None:
    clients = [*(sign_in(name) for name in WHO), Client()]
    for route in (one for one in routes() if not one.startswith(OPEN_NAMESPACES)):
        address = reverse(route, kwargs=arguments_of(route, str(uuid4()), str(uuid4())))
        for client in clients:
            answer = client.post(address) if route in POST_ONLY else client.get(address)
            assert "no-store" in answer.headers["Cache-Control"], (route, answer.status_code)


def test_a_page_that_is_not_there_is_not_kept_either(harbour: str, sign_in: Any) -> None:
    assert "no-store" in sign_in("desk").get("/nowhere/")["Cache-Control"]


@pytest.mark.parametrize(
    ("https", "names"), [("1", "__Host-sessionid __Host-csrftoken True"), ("0", "sessionid csrftoken False")]
)
def test_over_https_cookies_are_the_hosts_own(https: str, names: str) -> None:
    asked = (
        "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE);"
        "assert s.SESSION_COOKIE_PATH == s.CSRF_COOKIE_PATH == '/' and not s.SESSION_COOKIE_DOMAIN and not s.CSRF_COOKIE_DOMAIN"
    )
    told = {**os.environ, "ONEFOLD_HTTPS": https, "DJANGO_SETTINGS_MODULE": "onefold.config.settings"}
    assert (
        subprocess.run(
            [sys.executable, "-c", asked], env=told, capture_output=True, text=True, check=True
        ).stdout.strip()
        == names
    )
