"""The door: how often one may try, for whom it shuts, how it opens again, and what it leaves in the audit. Rows 39 and 40."""

from __future__ import annotations

import subprocess
import sys
import time
from statistics import median

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client, RequestFactory

from onefold.commands.models import AuditLine
from onefold.commands.viewer import Viewer
from onefold.domains.organisation.models import SignInTry
from onefold.domains.organisation.users import disable_user, enable_user
from onefold.kernel.ids import new_id
from onefold.web import accounts
from onefold.web.tests.pages import text_of

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def quick_hashes(request, settings_of):
    """Hashing is slow on purpose; only the test about time needs that."""
    if "time" in request.node.name:
        yield
    else:
        with settings_of(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
            yield


@pytest.fixture
def mei(database, new_user, as_role):
    return new_user("mei", "COUNTER", "HBANK", password=PASSWORD)


def enters(
    client: Client, name: str = "mei", password: str = PASSWORD, address: str = "203.0.113.9", **more: str
) -> bool:
    answer = client.post("/sign-in/", {"login": name, "password": password}, REMOTE_ADDR=address, **more)
    return answer.status_code == 302


def guess(times: int, name: str = "mei", address: str = "203.0.113.9") -> str:
    said = ""
    for number in range(times):
        answer = Client().post("/sign-in/", {"login": name, "password": f"guess {number}"}, REMOTE_ADDR=address)
        said = text_of(answer)
    return said


def let_minutes_pass(minutes: int) -> None:
    with connections["signin"].cursor() as cursor:
        cursor.execute(
            "UPDATE organisation_signintry SET tries = (SELECT array_agg(one - make_interval(mins => %s)) FROM unnest(tries) one)"
            " WHERE cardinality(tries) > 0",
            [minutes],
        )


def test_ten_wrong_tries_and_the_next_says_when_to_come_again(mei):
    assert "Too many tries" not in guess(10)
    assert "Too many tries. Try again in 15 minutes" in guess(1)
    assert not enters(Client()), "nor with the right password, or a guesser would learn it"
    let_minutes_pass(16)
    assert enters(Client())


def test_it_says_so_in_chinese(mei):
    guess(10)
    answer = Client(headers={"accept-language": "zh-hans"}).post(
        "/sign-in/", {"login": "mei", "password": "x"}, REMOTE_ADDR="203.0.113.9"
    )
    assert "尝试次数过多" in text_of(answer) and "15 分钟" in text_of(answer)


def test_tries_from_many_addresses_are_counted_together(mei):
    for number in range(10):
        guess(1, address=f"198.51.100.{number}")
    assert "Too many tries" in guess(1, address="198.51.100.200")


def test_a_right_password_costs_no_try_and_gives_a_guesser_none(mei):
    guess(9)
    assert all(enters(Client(), address="192.0.2.1") for _ in range(12))
    guess(1)
    assert "Too many tries" in guess(1)


def test_one_persons_wrong_tries_shut_out_nobody_else_behind_the_same_address(mei, new_user):
    """An office of two hundred behind one address: somebody tries a hundred times at his own account."""
    new_user("lin", "COUNTER", "HBANK", password=PASSWORD)
    guess(40, name="somebody.else")
    assert enters(Client(), "lin")


def test_a_stranger_who_never_stops_cannot_shut_the_owner_out(mei):
    """The owner's browser is known from the last time; so is the place."""
    own = Client()
    assert enters(own)
    own.post("/sign-out/")
    for _ in range(3):
        guess(11, address="198.51.100.7")
        assert enters(own, address="192.0.2.55"), "a known browser, wherever it is"
        own.post("/sign-out/")
        assert enters(Client()), "a known place, whatever browser"
        assert not enters(Client(), address="192.0.2.56"), "a place never seen"


def test_a_cookie_that_was_given_to_another_or_was_forged_opens_no_lane_of_its_own(mei, new_user):
    new_user("lin", "COUNTER", "HBANK", password=PASSWORD)
    lin = Client()
    assert enters(lin, "lin", address="192.0.2.9")
    lin.post("/sign-out/")
    guess(11)
    assert not enters(lin, "mei", address="192.0.2.9")
    lin.cookies["device"] = f"{mei.pk}:anything:{'x' * 43}"
    assert not enters(lin, "mei", address="192.0.2.9")


def test_an_address_that_tries_everybody_is_shut_but_not_for_known_browsers(mei):
    own = Client()
    assert enters(own)
    own.post("/sign-out/")
    for number in range(20):
        guess(5, name=f"name{number}")
    assert "Too many tries" in guess(1, name="another")
    assert enters(own)


def test_the_limit_is_one_for_all_processes(mei, web_environment):
    """Twenty tries from another process at the same moment as ours: ten of all are let through."""
    script = (
        "import django; django.setup()\n"
        "from onefold.domains.organisation.sign_in import take_try\n"
        "print(sum(take_try('mei', '203.0.113.9', '').wait is None for _ in range(20)))"
    )
    words = [sys.executable, "-c", script]
    processes = [subprocess.Popen(words, env=web_environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert sum(int(process.communicate(timeout=120)[0]) for process in processes) == 10


def test_whether_there_is_such_a_user_does_not_show_in_the_time(mei):
    """As many hashes either way; and the processor's time, which a busy machine does not change much."""
    names = {"mei": [], "nobody": []}
    for number in range(5):
        for name, seconds in names.items():
            began = time.thread_time()
            guess(1, name=name, address=f"198.51.100.{number}")
            seconds.append(time.thread_time() - began)
    apart = abs(median(names["mei"]) - median(names["nobody"]))
    assert apart < 0.010 + 0.1 * median(names["mei"]), apart


@pytest.mark.parametrize(
    ("proxies", "said", "address"),
    [
        (0, "1.1.1.1", "192.0.2.1"),
        (1, "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
    ],
)
def test_the_address_is_read_from_the_right_behind_a_declared_number_of_proxies(settings_of, proxies, said, address):
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", headers={"x-forwarded-for": said} if said else None)
    with settings_of(ALLAUTH_TRUSTED_PROXY_COUNT=proxies):
        assert accounts.address_of(request) == address


def test_after_sign_out_a_kept_cookie_opens_nothing(mei):
    client = Client()
    enters(client)
    kept = client.cookies["sessionid"].value
    assert client.get("/customers/").status_code == 200
    client.post("/sign-out/")
    thief = Client()
    thief.cookies["sessionid"] = kept
    assert thief.get("/customers/").status_code == 302


def test_a_session_is_a_new_one_after_sign_in(mei):
    client = Client()
    client.get("/sign-in/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    enters(client)
    assert client.cookies["sessionid"].value != planted


def test_disabling_a_user_ends_every_session_at_once_and_for_good(mei, as_role):
    clients = [Client(), Client()]
    assert all(enters(client) for client in clients)
    with as_role("owner"):
        assert disable_user(Viewer.system("cli"), new_id(), name="mei")["sessions_ended"] == 2
    assert [client.get("/customers/").status_code for client in clients] == [302, 302]
    assert not enters(Client())
    with as_role("owner"):
        enable_user(Viewer.system("cli"), new_id(), name="mei")
    assert [client.get("/customers/").status_code for client in clients] == [302, 302], "an old session stays ended"
    assert enters(Client())


def test_a_changed_password_ends_the_other_sessions(mei):
    here, there = Client(), Client()
    assert enters(here) and enters(there)
    new = "quite another horse"
    said = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post("/account/password/", said).status_code == 302
    assert here.get("/customers/").status_code == 200
    assert there.get("/customers/").status_code == 302


def test_what_happens_at_the_door_stands_in_the_audit_without_names_or_addresses(mei, as_role):
    client = Client()
    guess(11)
    enters(client, address="192.0.2.44")  # a stranger's lane is full
    let_minutes_pass(16)
    enters(client, address="192.0.2.44")
    client.post("/sign-out/")
    with as_role("batch"):
        lines = list(AuditLine.objects.filter(action__startswith="sign_in.").order_by("number"))
    assert [line.action.partition(".")[2] for line in lines] == [
        *["failed"] * 10,
        *["refused_for_a_while"] * 2,
        "came_in",
        "went_out",
    ]
    assert {line.company for line in lines} == {"HBANK"} and {line.subject for line in lines} == {f"user:{mei.pk}"}
    assert {line.actor for line in lines} == {"somebody", f"user:{mei.pk}"}
    said = " ".join(f"{line.subject} {line.facts}" for line in lines)
    assert "mei" not in said and "192.0.2" not in said and "203.0" not in said
    keys = " ".join(SignInTry.objects.values_list("key", flat=True))
    assert "mei" not in keys


def test_a_stranger_cannot_fill_the_audit(mei, as_role):
    guess(60)
    with as_role("batch"):
        assert AuditLine.objects.filter(action__startswith="sign_in.").count() == 11


def test_a_second_factors_code_is_guessed_no_oftener_than_a_password(mei):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(get_user_model().objects.get(username="mei"), generate_totp_secret())
    client = Client()
    assert client.post("/sign-in/", {"login": "mei", "password": PASSWORD}).url.startswith("/sign-in/code/")
    said = [text_of(client.post("/sign-in/code/", {"code": f"00000{n % 10}"})) for n in range(11)]
    assert "Too many tries" in said[10] and not any("Too many tries" in one for one in said[:10])
    assert Session.objects.count() >= 1 and "_auth_user_id" not in client.session
