"""The same input again publishes nothing new; going back shows the release before; without consents nobody gets a lead."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from onefold.cli.work import receive_folders
from onefold.commands.models import OutboxEvent
from onefold.commands.scope import reading
from onefold.commands.staging import ReleaseFolder
from onefold.commands.viewer import Viewer
from onefold.domains.consent.models import Consent
from onefold.domains.holdings.models import Contract
from onefold.domains.indicators.models import IndicatorValue
from onefold.domains.leads.models import Offered
from onefold.domains.releases import actions, taking_back
from onefold.domains.releases.models import ActiveRelease
from onefold.jobs import pipeline
from onefold.kernel.ids import new_id
from tests.stories.harbour import FOLDER, SYSTEM


@pytest.fixture
def next_release(harbour, as_role, tmp_path) -> Any:
    """A second release is made from a changed file, and not published yet."""
    changed = tmp_path / "hlife_contracts.csv"
    lines = (FOLDER / "data" / changed.name).read_bytes().splitlines(keepends=True)
    changed.write_bytes(b"".join(lines[:-3]))
    with as_role("batch"):
        before = fingerprint()
        receive_folders([tmp_path])
        run_id = actions.request_run(SYSTEM, new_id())["run_id"]
        folder = pipeline.analyse(run_id, lambda progress: None)
        assert folder.release_id != before["release"]
        yield run_id, folder, before


def fingerprint() -> dict[str, Any]:
    """What a reader can see of facts and derived values, in one look."""
    with reading(SYSTEM):
        release = ActiveRelease.objects.get().release_id
        return {
            "release": release,
            "contracts": sorted(Contract.objects.values_list("contract_id", "status", "valid_until")),
            "consents": sorted(Consent.objects.values_list("consent_id", "valid_until"), key=str),
            "figures": sorted(
                IndicatorValue.objects.filter(release_id=release).values_list(
                    "indicator", "row", "column", "numerator"
                ),
                key=str,
            ),
            "leads": sorted(Offered.objects.filter(release_id=release).values_list("lead_id", "rank")),
        }


def test_a_second_run_on_the_same_input_is_the_same_release_and_tells_nobody(harbour, as_role):
    with as_role("batch"):
        before, events = fingerprint(), count_events()
        hashes = ReleaseFolder(before["release"]).manifest["datasets"]
        end = pipeline.run(actions.request_run(SYSTEM, new_id())["run_id"])
        assert end["state"] == "UNCHANGED", end
        assert fingerprint() == before
        assert ReleaseFolder(before["release"]).manifest["datasets"] == hashes
        assert count_events() == events + 1, "only the wish for a run is told"


def count_events() -> int:
    with reading(SYSTEM):
        return OutboxEvent.objects.count()


def test_the_same_files_again_are_repetitions_and_change_nothing(harbour, as_role):
    with as_role("batch"):
        before = fingerprint()
        taken = receive_folders([FOLDER / "data"])
        assert taken >= 33
        end = pipeline.run(actions.request_run(SYSTEM, new_id())["run_id"])
        assert end["state"] == "UNCHANGED", end
        assert fingerprint() == before


def test_going_back_shows_the_release_before(next_release):
    run_id, folder, before = next_release
    pipeline.publish(run_id, folder, lambda progress: None)
    assert fingerprint()["release"] == folder.release_id
    taking_back.roll_back(SYSTEM, new_id())
    now = fingerprint()
    assert (now["release"], now["figures"], now["leads"]) == (before["release"], before["figures"], before["leads"])


def test_without_consents_nobody_gets_a_lead_and_the_gate_is_named(database, as_role, tmp_path, connections):
    for path in (FOLDER / "data").iterdir():
        if "consents" not in path.name:
            shutil.copy(path, tmp_path / path.name)
    from onefold.cli import demo
    from onefold.decision.gates import Gate
    from onefold.domains.offers.models import Decision

    here = {role: known.to(database) for role, known in connections.items()}
    assert demo.set_up(here, [tmp_path])
    with as_role("batch"), reading(Viewer.system("test")):
        assert not Offered.objects.exists()
        masks = [mask for row in Decision.objects.all() for mask in row.blocked]
    assert masks
    assert all(mask & Gate.NO_CONSENT.bit for mask in masks)
