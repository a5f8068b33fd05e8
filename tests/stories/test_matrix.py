"""The matrix route × role × company. It walks the URL conf, so a new route without a line in web/routes.py fails here."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.consent.models import Consent
from onefold.domains.customers.models import Membership
from onefold.domains.organisation.models import Role
from onefold.web.routes import ANYBODY, OPEN_NAMESPACES, ROUTES, TOKEN, is_open, may_enter

COMPANIES = ("HLIFE", "HPC", "HBANK")
POST_ONLY = {
    "cockpit:settlement_closing",
    "terminal:outcome",
    "terminal:correction",
    "terminal:plans",
    "terminal:plan_end",
    "terminal:plan_postponement",
    "terminal:referral_acceptance",
    "terminal:referral_refusal",
    "terminal:referral_withdrawal",
    "backoffice:batches",
    "backoffice:holds",
    "backoffice:hold_end",
    "backoffice:hold_approval",
    "backoffice:hold_drop",
    "backoffice:runs",
    "backoffice:file",
    "api:files",
    "api:decisions",
    "api:outcomes",
    "api:calls",
    "api:recordings",
    "api:webhook_secret",
    "api:webhook_trial",
    "api:message_repetition",
    "backoffice:feed_pause",
    "backoffice:feed_resumption",
    "backoffice:token_replacement",
    "backoffice:token_revocation",
    "backoffice:consent_withdrawal",
    "backoffice:decision_now",
    "backoffice:webhook_end",
    "backoffice:webhook_secret",
    "backoffice:webhook_trial",
    "backoffice:message_repetition",
    "terminal:advice_needs",
    "terminal:advice_risk_test",
    "terminal:advice_opinion",
    "terminal:advice_confirmation",
    "terminal:advice_insistence",
    "terminal:need",
    "backoffice:need",
    "portal:consent_withdrawal",
    "portal:order_cancellation",
    "terminal:order_payment",
    "terminal:order_disclosures",
    "terminal:order_application",
    "terminal:order_counter_offer",
    "terminal:order_refusal",
    "terminal:order_cancellation",
    "backoffice:step_look",
    "backoffice:dead_letter_repetition",
    "api:orders",
    "api:order_disclosures",
    "api:order_application",
    "api:order_counter_offer",
    "api:order_cancellation",
    "api:order_payment",
    "api:callbacks",
    "set_language",
}


def routes(patterns=None, prefix: str = "") -> Iterator[str]:
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from routes(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield prefix + pattern.name


def test_every_route_has_a_line_in_the_table_and_every_line_a_route():
    walked = {route for route in routes() if not route.startswith(OPEN_NAMESPACES)}
    assert walked == set(ROUTES)


def arguments_of(route: str, customer: str, lead: str) -> dict[str, str]:
    for names in (
        {},
        {"lead_id": lead},
        {"outcome_id": str(uuid4())},
        {"answer_id": str(uuid4())},
        {"reminder_id": str(uuid4())},
        {"referral_id": str(uuid4())},
        {"customer_id": customer},
        {"customer_id": customer, "series": "HPC.MOTOR"},
        {"batch_id": str(uuid4())},
        {"hold_id": str(uuid4())},
        {"feed": "hpc_contracts"},
        {"token_id": str(uuid4())},
        {"evidence_id": str(uuid4())},
        {"webhook_id": str(uuid4())},
        {"webhook_id": str(uuid4()), "message_id": str(uuid4())},
        {"consent_id": str(uuid4())},
        {"order_id": str(uuid4())},
        {"call_id": str(uuid4())},
        {"item_id": str(uuid4())},
        {"test_id": str(uuid4())},
        {"opinion_id": str(uuid4())},
        {"need_id": str(uuid4())},
        {"delivery_id": str(uuid4())},
        {"statement_id": str(uuid4())},
        {"contract_id": str(uuid4())},
        {"name": "customer_penetration"},
        {"model": "LAPSE"},
        {"record_id": str(uuid4()), "other_id": str(uuid4())},
    ):
        try:
            reverse(route, kwargs=names)
        except NoReverseMatch:
            continue
        return names
    raise AssertionError(f"{route}: teach arguments_of its arguments")


@pytest.fixture
def people(harbour, new_user) -> dict[tuple[str, str], Client]:
    """One client for each role at each company, and the desk for the holding."""
    clients = {}
    staff = [role for role in Role.values if role != Role.CUSTOMER]
    users = [(role, company) for role, company in itertools.product(staff, (*COMPANIES, ""))]
    for role, company in users:
        if role == Role.SELLER and not company:
            continue
        seller = f"NOBODY.{company}"[:20] if role == Role.SELLER else ""
        user = new_user(f"{role}.{company}", role, company, seller)
        clients[role, company] = Client()
        clients[role, company].force_login(user)
    return clients


@pytest.fixture
def foreign_customers(harbour, as_role) -> list[str]:
    """The customers of whom none of COMPANIES knows and of whom none may learn by a consent."""
    with as_role("batch"), reading(Viewer.system("test")):
        known = set(Membership.objects.filter(company_id__in=COMPANIES).values_list("customer_id", flat=True))
        shared = set(Consent.objects.filter(to_company_id__in=COMPANIES).values_list("customer_id", flat=True))
        everybody = set(Membership.objects.values_list("customer_id", flat=True))
    return sorted(map(str, everybody - known - shared))


@pytest.fixture
def foreign_customer(foreign_customers) -> str:
    return foreign_customers[0]


def test_each_role_comes_through_its_own_doors_only(people, foreign_customer):
    """Allowed routes answer 200, 302, 404 or 405; the others 403; nothing ever answers 5xx."""
    for route in ROUTES:
        names = arguments_of(route, foreign_customer, str(uuid4()))
        for (role, company), client in people.items():
            url = reverse(route, kwargs=names)
            answer = client.post(url) if route in POST_ONLY else client.get(url)
            place = f"{route} as {role} of {company or 'the holding'}: {answer.status_code}"
            assert answer.status_code < 500, place
            if ROUTES[route] == TOKEN:
                assert answer.status_code in (401, 404), place
                continue
            allowed = ROUTES[route] == ANYBODY or role in ROUTES[route]  # the table itself, not the guard under test
            assert (answer.status_code != 403) == allowed, place


def test_without_sign_in_every_door_leads_to_the_sign_in_page(harbour, foreign_customer):
    for route in ROUTES:
        if is_open(route):
            continue
        names = arguments_of(route, foreign_customer, str(uuid4()))
        answer = Client().get(reverse(route, kwargs=names))
        assert answer.status_code == 302, route
        assert answer.url.startswith("/sign-in/"), route


def test_somebody_elses_customer_and_a_customer_that_does_not_exist_look_the_same(people, foreign_customers):
    for (role, company), client in people.items():
        if not may_enter("backoffice:customer", frozenset({role})) or not company:
            continue
        nobody = client.get(reverse("backoffice:customer", kwargs={"customer_id": str(uuid4())}))
        for customer in foreign_customers:
            foreign = client.get(reverse("backoffice:customer", kwargs={"customer_id": customer}))
            assert foreign.status_code == nobody.status_code == 404, (role, company, customer)
            assert without_request(foreign.content) == without_request(nobody.content)


def without_request(page: bytes) -> bytes:
    """The page without what names the request itself: the CSRF token and the address in the language form."""
    import re

    return re.sub(rb'(name="csrfmiddlewaretoken" value="[^"]*"|name="next" value="[^"]*")', b"", page)
