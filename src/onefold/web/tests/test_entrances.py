"""The ways in: sign-in, the demonstration's choice of roles, home, addresses that lead nowhere."""

from __future__ import annotations

import pytest
from django.test import Client

from onefold.domains.organisation.models import Role
from onefold.web.tests.pages import text_of

PASSWORD = "correct horse battery"


def test_the_demonstration_offers_every_role_and_seller(harbour):
    page = text_of(Client().get("/demo/"))
    for words in (
        "Cross-selling desk The whole group",
        "Counter Harbour Bank",
        "Enter as hl1001",
        "Harbour Life · Gold",
    ):
        assert words in page, words


def test_choosing_a_role_signs_in_and_leads_home(harbour):
    client = Client()
    answer = client.post("/demo/", {"username": "counter.hbank"})
    assert answer.url == "/"
    assert client.get("/").url == "/customers/"


@pytest.mark.parametrize(
    ("username", "home"),
    [("desk", "/cockpit/"), ("hl1001", "/today/"), ("steward.hpc", "/intake/"), ("compliance.hlife", "/cockpit/")],
)
def test_everybody_has_a_home(harbour, sign_in, username, home):
    assert sign_in(username).get("/").url == home


def test_a_user_with_a_password_cannot_be_entered_by_a_click(harbour, new_user):
    new_user("root", Role.CROSS_SELLING_DESK, password=PASSWORD)
    assert "Enter as root" not in text_of(Client().get("/demo/"))
    assert Client().post("/demo/", {"username": "root"}).status_code == 404


def test_outside_a_demonstration_the_entrance_does_not_exist(harbour, settings_of):
    with settings_of(DEMO=False):
        assert Client().get("/demo/").status_code == 404
        assert Client().post("/demo/", {"username": "desk"}).status_code == 404


def test_sign_in_with_a_password(harbour, new_user):
    new_user("root", Role.CROSS_SELLING_DESK, password=PASSWORD)
    client = Client()
    assert client.post("/sign-in/", {"login": "root", "password": "wrong"}).status_code == 200
    assert client.post("/sign-in/", {"login": "root", "password": PASSWORD}).status_code == 302
    assert client.get("/cockpit/").status_code == 200
    assert "The second factor is off." in text_of(client.get("/account/second-factor/"))


def test_nobody_signs_up(harbour):
    assert Client().get("/sign-up/").status_code == 404


def test_an_address_without_a_page_answers_in_the_houses_frame(harbour, sign_in):
    answer = sign_in("desk").get("/nowhere/")
    assert answer.status_code == 404
    assert "There is no page at this address." in text_of(answer)


def test_the_language_is_a_choice_that_stays(harbour, sign_in):
    client = sign_in("desk")
    client.post("/language/", {"language": "zh-hans", "next": "/cockpit/"})
    assert "总览" in text_of(client.get("/cockpit/"))
