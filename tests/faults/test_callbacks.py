"""Where a request may go, and that nothing the other side does takes longer than the deadline."""

from __future__ import annotations

import socket
import time

import pytest

from onefold.partners import callbacks
from onefold.partners.callbacks import Reach, networks_of, post
from tests.receiver import receiving

HERE = Reach(loopback=True)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.5", "172.16.3.4", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1", "::ffff:10.0.0.5",
        "::ffff:127.0.0.1", "64:ff9b::a00:5", "2002:a00:5::1", "198.18.0.1", "240.0.0.1",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_not_reached(address):
    assert not Reach().allows(address)


def test_the_public_internet_and_what_the_operator_named_are_reached():
    assert Reach().allows("93.184.216.34")
    assert Reach().allows("2606:2800:220:1:248:1893:25c8:1946")
    assert Reach(networks_of(["10.20.0.0/16"])).allows("10.20.3.4")
    assert not Reach(networks_of(["10.20.0.0/16"])).allows("10.21.3.4")
    assert HERE.allows("127.0.0.1") and not HERE.allows("10.0.0.5")
    with pytest.raises(ValueError, match=r"10\.20"):
        networks_of(["10.20"])


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f.1", "127.1"])
def test_a_name_or_a_number_for_this_machine_is_this_machine(host):
    with receiving() as receiver:
        port = receiver.url.split(":")[2].split("/")[0]
        answer = post(f"http://{host}:{port}/", b"{}", {}, timeout_s=2, reach=Reach())
        assert answer.fault in ("ADDRESS_FORBIDDEN", "NO_CONNECTION")
        assert receiver.got == []


def test_a_name_with_one_forbidden_address_among_others_is_forbidden(monkeypatch):
    def two(host, port, **_):
        kinds = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kinds, ("93.184.216.34", port)), (*kinds, ("10.0.0.5", port))]

    monkeypatch.setattr(callbacks.socket, "getaddrinfo", two)
    assert post("https://two.example/", b"{}", {}, timeout_s=1, reach=Reach()).fault == "ADDRESS_FORBIDDEN"


def test_the_connection_goes_to_the_address_that_was_judged_and_nowhere_else(monkeypatch):
    """A name that leads elsewhere when it is looked up again (DNS rebinding) is not looked up again."""
    with receiving() as receiver:
        port = int(receiver.url.split(":")[2].split("/")[0])
        asked = []

        def once(host, port, **_):
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

        monkeypatch.setattr(callbacks.socket, "getaddrinfo", once)
        connected = []
        plain = socket.create_connection
        monkeypatch.setattr(
            callbacks.socket,
            "create_connection",
            lambda address, *rest: connected.append(address) or _direct(address, plain),
        )
        assert post(f"http://receiver.example:{port}/", b"{}", {}, timeout_s=2, reach=HERE).status == 200
        assert connected == [("127.0.0.1", port)]
        assert asked == ["receiver.example"]
        assert receiver.got[0][0]["host"] == f"receiver.example:{port}"


def _direct(address, plain):
    made = socket.socket()
    made.settimeout(2)
    made.connect(address)
    return made


def test_a_redirect_is_a_no_and_is_not_followed():
    with receiving() as receiver:
        receiver.plan = [302]
        answer = post(receiver.url, b"{}", {}, timeout_s=2, reach=HERE)
        assert (answer.status, answer.fault) == (302, "ANSWERED_NO")
        assert len(receiver.got) == 1


@pytest.mark.parametrize("fault", ["slow", "drip"])
def test_nothing_takes_longer_than_the_deadline(fault):
    with receiving() as receiver:
        receiver.plan = [fault]
        began = time.monotonic()
        assert post(receiver.url, b"{}", {}, timeout_s=0.5, reach=HERE).fault == "TIMED_OUT"
        assert time.monotonic() - began < 2


def test_a_closed_port_and_a_name_that_nobody_has_are_no_connection():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        assert post(f"http://127.0.0.1:{port}/", b"", {}, timeout_s=1, reach=HERE).fault == "NO_CONNECTION"
    assert post("https://nobody.invalid/", b"", {}, timeout_s=1, reach=HERE).fault == "NO_CONNECTION"


def test_plain_talk_on_a_secure_address_is_no_trusted_certificate():
    with receiving() as receiver:
        secure = receiver.url.replace("http://", "https://")
        assert post(secure, b"{}", {}, timeout_s=2, reach=HERE).fault == "CERTIFICATE_NOT_TRUSTED"
