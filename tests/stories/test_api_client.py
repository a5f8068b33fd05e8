"""The sample client against the real web server: a file, a decision, an outcome, a webhook's signature."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.customers.models import SourceRecord
from onefold.domains.intake.queries import latest_batches
from onefold.domains.leads.models import Lead
from onefold.domains.organisation.actions import issue_token
from onefold.domains.organisation.models import Channel
from onefold.jobs import couriers
from onefold.kernel.ids import new_id
from tests.receiver import receiving
from tests.served import Served

FILE = Path(__file__).parents[2] / "examples" / "api-client" / "onefold_client.py"
SYSTEM = Viewer.system("test")
SCOPES = ["FEEDS", "DECISIONS", "LEADS", "WEBHOOKS"]


@pytest.fixture(scope="module")
def sample() -> ModuleType:
    spec = importlib.util.spec_from_file_location("onefold_client", FILE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def company(harbour, as_role) -> str:
    """A company whose sellers have leads."""
    with as_role("batch"), reading(SYSTEM):
        return str(Lead.objects.order_by("lead_id").values_list("seller_company_id", flat=True).first())


@pytest.fixture
def client(sample, company, connections) -> Iterator[Any]:
    secret = f"ofk_{uuid4().hex}"
    digest = hashlib.sha256(secret.encode()).hexdigest()
    viewer = Viewer.of_company(company)
    issue_token(viewer, new_id(), company=company, name="sample", token_sha256=digest, scopes=SCOPES)
    with Served(connections, workers=1) as served:
        yield sample.Client(served.address, secret)


def test_the_sample_client_does_what_a_companys_machine_has_to_do(client, sample, company, tmp_path, as_role):
    viewer = Viewer.of_company(company)
    feed = f"{company.lower()}_customers"
    file = tmp_path / f"{feed}.csv"
    file.write_bytes(b"a file that no run will like\n")
    receipt = client.send_file(feed, file)
    assert client.send_file(feed, file) == receipt, "sent again, it is the same receipt"
    assert client.batch(receipt["batch_id"])["outcome"] == "RECEIVED"
    assert latest_batches(viewer)[0].file_name == file.name

    with reading(viewer):
        key = SourceRecord.objects.filter(company_id=company).order_by("source_key").first().source_key
        channel = Channel.objects.filter(company_id=company).first().channel_id
    decision_id = str(uuid4())
    words = {"customer_key": key, "channel": channel, "reason": "INBOUND_NEED", "decision_id": decision_id}
    decision = client.decide(**words)
    assert client.decide(**words) == decision
    assert decision["offers"] or decision["others"]

    leads = list(client.leads())
    assert leads
    outcome = client.report(leads[0]["lead_id"], "DECLINED")
    assert outcome["until"]
    assert leads[0]["lead_id"] not in {lead["lead_id"] for lead in client.leads()}
    with pytest.raises(sample.Refused) as refused:
        client.report(leads[0]["lead_id"], "INTERESTED")
    assert (refused.value.status, refused.value.code) == (409, "LEAD_ANSWERED_BEFORE")


def test_the_sample_client_knows_a_genuine_message(client, sample, as_role):
    with receiving() as receiver:
        made = client.register_webhook(receiver.url, ["lead.answered"])
        client.try_webhook(made["webhook_id"])
        with as_role("batch"):
            couriers.send_until(threading.Event(), drained=True)
        headers, body = receiver.got[0]
    signature = headers["onefold-signature"]
    assert sample.is_genuine(made["secret"], signature, body)
    assert not sample.is_genuine(made["secret"], signature, body + b" ")
    assert not sample.is_genuine("ofw_another", signature, body)
    for two in (signature.replace(",v1=", ",v1=00,v1="), f"{signature},v1=00"):
        assert sample.is_genuine(made["secret"], two, body), "signed with the new secret and the one before"
    assert not sample.is_genuine(made["secret"], signature, body, now=time.time() + 600), "an old message, sent again"
    assert not sample.is_genuine(made["secret"], "nonsense", body)
