from __future__ import annotations

import hashlib
import hmac
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onefold.domains.webhooks.rules import body_of, is_suitable, pause_after, secret_of, signature

KEY = b"k" * 32


@pytest.mark.parametrize(
    ("url", "real", "demo"),
    [
        ("https://core.hpc.example/onefold", True, True),
        ("https://core.hpc.example:8443/onefold?x=1", True, True),
        ("http://core.hpc.example/onefold", False, False),
        ("http://127.0.0.1:9000/", False, True),
        ("http://localhost:9000/", False, True),
        ("http://127.0.0.1.evil.example/", False, False),
        ("https://user:secret@core.hpc.example/", False, False),
        ("https://core.hpc.example/#part", False, False),
        ("https:///nothing", False, False),
        ("https://core.hpc.example:99999/", False, False),
        ("https://core.hpc.example/\r\nX: y", False, False),
        ("ftp://core.hpc.example/", False, False),
        ("file:///etc/passwd", False, False),
        ("https://海港.example/", False, False),
        ("https://a.example/" + "x" * 500, False, False),
        ("", False, False),
    ],
)
def test_which_addresses_may_be_registered(url, real, demo):
    assert (is_suitable(url, demo=False), is_suitable(url, demo=True)) == (real, demo)


def test_a_signature_is_hmac_sha256_over_time_and_body():
    secret = secret_of(KEY, uuid4())
    words = dict(part.split("=") for part in signature([secret], 1751248800, b'{"a":1}').split(","))
    assert words["t"] == "1751248800"
    assert words["v1"] == hmac.new(secret.encode(), b'1751248800.{"a":1}', hashlib.sha256).hexdigest()


def test_while_secrets_are_changed_both_sign_the_new_one_first():
    new, old = (signature([secret], 7, b"{}").split("v1=")[1] for secret in ("ofw_new", "ofw_old"))
    assert signature(["ofw_new", "ofw_old"], 7, b"{}") == f"t=7,v1={new},v1={old}"


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=50), st.binary(max_size=50), st.integers(0, 2**40), st.integers(0, 2**40))
def test_another_body_or_another_time_has_another_signature(one, other, then, later):
    secret = secret_of(KEY, uuid4())
    assert (signature([secret], then, one) == signature([secret], later, other)) == ((one, then) == (other, later))


def test_each_webhook_has_a_secret_of_its_own_that_stays():
    first, second = uuid4(), uuid4()
    assert secret_of(KEY, first) == secret_of(KEY, first) != secret_of(KEY, second)


def test_a_message_is_tried_once_more_than_there_are_pauses():
    assert [pause_after(attempt, [5, 30]) for attempt in (1, 2, 3, 4)] == [5, 30, None, None]


def test_a_message_is_the_same_text_every_time():
    words = (uuid4(), "lead.answered", "2026-06-30T02:00:00+00:00", "HPC", {"customer_keys": ["客1"]})
    assert body_of(*words) == body_of(*words)
    assert "客1" in body_of(*words)
