"""Every prepared question that the pages ask, asked by two viewers of each kind in one process: each gets the query that would
have been built for that viewer alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from onefold.commands import prepared
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains.leads.models import Offered
from onefold.domains.organisation.models import Role, UserScope
from onefold.web.routes import ANYBODY, ROUTES, TOKEN
from tests.stories.harbour import SYSTEM
from tests.stories.test_matrix import POST_ONLY, arguments_of

Seen = dict[tuple[Any, ViewerKind], set[str]]
AT_ONCE = 2


def text(value: Any) -> str:
    if isinstance(value, list):  # a list written out names each once
        return " ".join(sorted({text(one) for one in value}))
    return str(UUID(value)) if isinstance(value, str) and len(value) == 36 and value.count("-") == 4 else str(value)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[Seen]:
    """Who asked which question; each compared with the query built anew for its viewer and values."""
    seen: Seen = defaultdict(set)
    real = prepared._filled

    def compared(query: Any, viewer: Viewer, values: tuple[Any, ...]) -> list[Any]:
        parameters = real(query, viewer, values)
        if (
            any(isinstance(value, list) and not value for value in values) or [] in parameters
        ):  # built anew, a question about none of them is no statement at all
            return parameters
        builds = [build for (build, sort), known in prepared._compiled.items() if known is query]
        sql, own = builds[0](viewer, *values).query.sql_with_params()
        assert sql == query.sql, builds[0]
        assert list(map(text, own)) == list(map(text, parameters)), builds[0]
        seen[builds[0], viewer.kind].add(viewer.key)
        return parameters

    monkeypatch.setattr(prepared, "_filled", compared)
    monkeypatch.setattr(prepared, "_compiled", {})
    monkeypatch.setattr(prepared, "_together", {})
    yield seen


def some_of_each_role() -> dict[str, list[str]]:
    """Two user names of each role, where there are two."""
    names: dict[str, list[str]] = defaultdict(list)
    for role, name in UserScope.objects.order_by("user__username").values_list("role", "user__username"):
        names[role].append(name)
    assert len(names[Role.CUSTOMER]) >= AT_ONCE and len(names[Role.SELLER]) >= AT_ONCE
    return {role: found[:AT_ONCE] for role, found in names.items()}


def test_what_one_viewer_asked_first_stays_in_nobody_elses_query(
    harbour, as_role, asked: Seen, sign_in, new_user
) -> None:
    for role in (Role.COMPANY_MANAGER, Role.COMPLIANCE, Role.DATA_STEWARD, Role.COUNTER):
        new_user(f"second.{role.lower()}", role, "HFUND")
    with as_role("owner"):
        people = some_of_each_role()
    with as_role("batch"), reading(SYSTEM):
        leads = {row.seller_id: row.lead for row in Offered.objects.select_related("lead").order_by("-rank")}
    clients = {role: [(name, sign_in(name)) for name in names] for role, names in people.items()}
    for route, allowed in ROUTES.items():
        if route in POST_ONLY or allowed in (TOKEN, ANYBODY):
            continue
        for name, client in (one for role in allowed for one in clients[role]):
            lead = leads.get(name.upper()) or next(iter(leads.values()))
            names = arguments_of(route, str(lead.customer_id), str(lead.lead_id))
            assert client.get(reverse(route, kwargs=names)).status_code < 500, (route, name)
    twice = {kind for (_, kind), viewers in asked.items() if len(viewers) >= AT_ONCE}
    assert {ViewerKind.COMPANY, ViewerKind.SELLER, ViewerKind.CUSTOMER} <= twice


def test_every_customer_sees_the_own_offers_whoever_looked_before(harbour, as_role, sign_in) -> None:
    with as_role("owner"):
        names = list(UserScope.objects.filter(role=Role.CUSTOMER).values_list("user__username", flat=True))
    assert len(names) >= AT_ONCE
    for name in names:
        assert sign_in(name).get("/mine/offers/").status_code == 200, name
