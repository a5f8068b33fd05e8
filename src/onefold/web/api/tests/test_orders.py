"""A sale over the interface: a company's system proposes, applies, pays and hears; each step once however often it is sent."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from tests.sandboxes import running

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.customers.models import SourceRecord
from onefold.web.api.tests.machines import Machine

SYSTEM = Viewer.system("test")


@pytest.fixture(scope="module")
def sandboxes(tmp_path_factory) -> Any:
    with running(tmp_path_factory.mktemp("sandbox")) as started:
        yield started


@pytest.fixture
def shop(harbour, as_role, settings_of, sandboxes) -> Any:
    from tests.selling import selling

    cache.clear()
    sandboxes.all_is_well()
    with settings_of(PARTNERS=sandboxes.text):
        yield selling(as_role, sandboxes)


@pytest.fixture
def machine(shop) -> Machine:
    return Machine(Viewer.of_company("HLIFE"), "ORDERS")


@pytest.fixture
def proposal(shop, as_role) -> dict[str, Any]:
    with as_role("batch"), reading(SYSTEM):
        record = SourceRecord.objects.get(company_id="HLIFE", membership__customer_id=shop.customer_id)
    answers = {"vehicle_value": 20_000_000, "vehicle_age": 1, "claims": 0}
    return {
        "proposal_id": str(uuid4()), "customer_key": record.source_key, "seller": "HL1001", "need": "INBOUND_NEED",
        "items": [{"product": "HPC.MOTOR.STD", "answers": answers}],
    }  # fmt: skip


def test_a_sale_over_the_interface_each_step_once(shop, machine, proposal):
    made = machine.post("/orders", proposal)
    assert made.status_code == 201 and made.json()["items"][0]["under_way"]
    assert machine.post("/orders", proposal).json()["order_id"] == made.json()["order_id"]
    shop.run()
    order = machine.get(f"/orders/{made.json()['order_id']}").json()
    item = order["items"][0]
    assert (item["state"], item["premium_minor"]) == ("PROPOSED", 421_000)
    codes = ["TERMS_AND_PRICE", "SOLD_ALONE", "EXCLUSIONS", "CANCELLATION", "DATA_TO_OWNER"]
    step = f"/orders/items/{item['item_id']}"
    assert machine.post(f"{step}/disclosures", {"step_id": str(uuid4()), "codes": codes[:2]}).status_code == 422
    assert machine.post(f"{step}/disclosures", {"step_id": str(uuid4()), "codes": codes}).status_code == 200
    applied = {"step_id": str(uuid4()), "declarations": {"private_use": 1, "roadworthy": 1}, "signed": True}
    assert machine.post(f"{step}/application", applied).json() == machine.post(f"{step}/application", applied).json()
    shop.run()
    paid = {"step_id": str(uuid4()), "payer": "POLICYHOLDER", "account": f"acct.{shop.customer_id}"}
    assert machine.post(f"/orders/{order['order_id']}/payment", paid | {"payer": "SELLER"}).status_code == 422
    assert machine.post(f"/orders/{order['order_id']}/payment", paid).status_code == 200
    shop.run()
    item = machine.get(f"/orders/{order['order_id']}").json()["items"][0]
    assert item["state"] == "ISSUED" and item["contract_no"]
    assert machine.post(f"{step}/cancellation", {"step_id": str(uuid4())}).status_code == 409, "no free look for a car"


def test_the_owners_core_says_that_there_is_news_and_it_is_looked_up(shop, machine):
    from onefold.domains.orders.queries import steps_open

    shop.to("proposed", answers={"claims": 5})
    shop.disclose(), shop.apply(), shop.run()
    operation_id = next(row.operation_id for row in steps_open(shop.viewer) if row.item_id == shop.item.item_id)
    shop.sandboxes.core.post("/v1/HPC/rulings", {"operation_id": str(operation_id), "decision": "ACCEPT"})
    core, other = Machine(Viewer.of_company("HPC"), "ORDERS"), Machine(Viewer.of_company("HBANK"), "ORDERS")
    assert other.post("/callbacks", {"operation_id": str(operation_id)}).status_code == 404
    assert core.post("/callbacks", {"operation_id": str(operation_id)}).json()["looked_up"]
    shop.run()
    assert shop.states == ["ACCEPTED"]
    assert not core.post("/callbacks", {"operation_id": str(operation_id)}).json()["looked_up"]


def test_another_companys_order_is_no_order(shop, proposal):
    shop.to("proposed")
    other = Machine(Viewer.of_company("HBANK"), "ORDERS")
    assert other.get(f"/orders/{shop.order_id}").status_code == 404
    assert Machine(Viewer.of_company("HLIFE"), "LEADS").post("/orders", proposal).status_code == 403
