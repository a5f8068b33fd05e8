"""Faults row 11: the reply to COMMIT is lost. The client does not know; it asks again with its id and gets one effect."""

from __future__ import annotations

import tempfile
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import OperationalError, connection

from onefold.commands.models import OutboxEvent
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.intake import actions as intake
from onefold.domains.releases import actions as releases
from tests.faults.proxy import CuttingProxy

STEWARD = Viewer.of_company("HPC", roles=frozenset({"DATA_STEWARD"}))
WRITES = {
    "releases.request_run": (releases.request_run, {}),
    "intake.receive": (intake.receive, {"feed": "hpc_customers", "file_name": "a.csv", "sha256": "0" * 64, "size": 1}),
}


@pytest.fixture
def proxy(database):
    with tempfile.TemporaryDirectory() as folder:
        settings = connection.settings_dict
        server, port = settings["HOST"], int(settings["PORT"])
        cutting = CuttingProxy(Path(folder), Path(server), port)
        connection.close()
        settings["HOST"] = folder
        yield cutting
        connection.close()
        settings["HOST"] = server
        cutting.close()


@pytest.mark.parametrize("name", WRITES)
def test_the_same_id_sent_again_gives_one_effect_and_the_first_result(proxy, as_role, name):
    function, inputs = WRITES[name]
    command_id = uuid4()
    proxy.cut_next_commit = True
    with pytest.raises(OperationalError):
        function(STEWARD, command_id, **inputs)
    connection.close()
    answered = function(STEWARD, command_id, **inputs)
    assert function(STEWARD, command_id, **inputs) == answered
    assert proxy.cuts == 1
    with as_role("batch"), reading(Viewer.system("test")):
        assert OutboxEvent.objects.count() == 1
