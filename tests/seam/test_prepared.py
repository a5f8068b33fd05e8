"""A question compiled once answers each asker: nothing of the one who asked first stays in it."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from onefold.commands import prepared
from onefold.commands.prepared import BakedIn, rows
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.contacts.models import Attempt

LIN, MEI = Viewer.of_seller("HL2001", "HLIFE"), Viewer.of_seller("HB3001", "HBANK")
NOW = datetime(2026, 6, 30, tzinfo=UTC)


def own(viewer: Viewer, customer: UUID, on: datetime) -> Any:
    attempts = Attempt.objects.filter(seller_code=viewer.seller, company_id=viewer.company, by=viewer.key)
    return attempts.filter(customer_id=customer, at__lt=on).values_list("attempt_id")


def of_the_customer(viewer: Viewer) -> Any:
    return Attempt.objects.filter(customer_id=viewer.customer).values_list("attempt_id")


def by_beginning(viewer: Viewer) -> Any:
    return Attempt.objects.filter(seller_code__startswith=viewer.seller[:2]).values_list("attempt_id")


def by_having_a_company(viewer: Viewer) -> Any:
    seen = Attempt.objects.filter(company_id=viewer.company) if viewer.company else Attempt.objects.all()
    return seen.values_list("attempt_id")


def by_role(viewer: Viewer) -> Any:
    seen = Attempt.objects.all() if "COMPLIANCE" in viewer.roles else Attempt.objects.none()
    return seen.values_list("attempt_id")


def by_value(viewer: Viewer, on: datetime) -> Any:
    return Attempt.objects.filter(at__year=on.year).values_list("attempt_id")


def filled(build: Any, viewer: Viewer, *values: Any) -> list[Any]:
    return prepared._filled(prepared._known(build, viewer, values), viewer, values)


def test_every_attribute_of_the_viewer_is_the_askers_own(database: str) -> None:
    one, other = uuid4(), uuid4()
    assert {"HL2001", "HLIFE", LIN.key, one} <= set(filled(own, LIN, one, NOW))
    assert {"HB3001", "HBANK", MEI.key, other} <= set(filled(own, MEI, other, NOW))


def test_a_customer_asks_about_oneself_whoever_asked_before(database: str) -> None:
    for customer in (str(uuid4()), str(uuid4())):
        viewer = Viewer.of_customer(customer)
        assert filled(of_the_customer, viewer) == [customer]
        with reading(viewer):
            assert rows(of_the_customer, viewer) == []


@pytest.mark.parametrize("build", [by_beginning, by_role])
def test_a_question_that_would_keep_something_of_its_first_asker_is_refused(database: str, build: Any) -> None:
    with pytest.raises(BakedIn):
        filled(build, LIN)


def test_whether_a_viewer_has_a_company_may_shape_the_query(database: str) -> None:
    assert filled(by_having_a_company, Viewer.system("test")) == []
    assert filled(by_having_a_company, Viewer("system", "system:test", company="HPC")) == ["HPC"]  # type: ignore[arg-type]


def test_a_value_that_shapes_the_query_is_refused(database: str) -> None:
    with pytest.raises(BakedIn):
        filled(by_value, LIN, NOW)


def test_a_new_attribute_of_viewers_is_thought_of_here() -> None:
    assert {one.name for one in fields(Viewer)} == {"kind", "roles", *prepared.OF_VIEWER}
