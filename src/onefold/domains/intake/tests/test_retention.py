"""Which bytes a run still needs: everything that was loaded or may yet be."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings

from onefold.commands import clock
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer
from onefold.domains.intake import actions, retention
from onefold.domains.intake.queries import received_batches
from onefold.kernel.ids import new_id
from onefold.kernel.retention import Holds, Ruling, Term, ruling

JOBS, HPC = Viewer.system("test"), Viewer.of_company("HPC")
FEED = "hpc_relations"


@pytest.fixture
def intake(database, as_role, tmp_path, settings_of):
    """`sent(letter)`: a file; `came(batch, outcome)`: what a run made of it; `needed()`: sha256 to why it stays."""

    class Intake:
        def sent(self, letter: str) -> UUID:
            (tmp_path / "intake" / (letter * 64)).write_bytes(letter.encode())
            made = actions.receive(HPC, new_id(), feed=FEED, file_name="f.csv", sha256=letter * 64, size=1)
            return UUID(made["batch_id"])

        def came(self, batch: UUID, outcome: str, reason: str = "") -> None:
            rows = {
                "rows_in": 1,
                "rows_loaded": int(outcome == "LOADED"),
                "rows_quarantined": int(outcome != "LOADED"),
                "rows_duplicate": 0,
            }
            with as_role("batch"):
                arrival = {"batch_id": batch.hex, "outcome": outcome, "reason": reason, "detail": "", **rows}
                actions.record_arrivals(JOBS, new_id(), arrivals=[arrival])

        def needed(self) -> dict[str, str]:
            with as_role("batch"), reading(JOBS) as at:
                return {kept.key[0]: kept.needed for kept in retention.files_found(at)}

        def read_by_runs(self) -> set[str]:
            with as_role("batch"):
                return {row["sha256"][0] for row in received_batches(JOBS)}

    (tmp_path / "intake").mkdir()
    with settings_of(VAR=tmp_path):
        yield Intake()


def test_a_refused_file_is_needed_until_a_later_one_of_its_feed_came_through(intake):
    first, refused = intake.sent("a"), intake.sent("b")
    assert intake.needed() == {"a": retention.READ, "b": retention.READ}
    intake.came(first, "LOADED")
    intake.came(refused, "REFUSED", "SUPERSEDED")
    assert intake.needed() == {"a": retention.READ, "b": retention.TRIED_AGAIN}
    intake.came(intake.sent("c"), "LOADED")
    assert intake.needed() == {"a": retention.READ, "b": "", "c": retention.READ}
    actions.pause(HPC, new_id(), feed=FEED)
    assert intake.needed()["b"] == retention.TRIED_AGAIN, "a paused feed's file is tried once more when it is resumed"


def test_bytes_go_after_their_rows_and_come_back_with_a_new_receipt(intake, as_role, settings_of):
    refused = intake.sent("b")
    intake.came(refused, "REFUSED", "SUPERSEDED")
    intake.came(intake.sent("c"), "LOADED")
    with as_role("batch"), reading(JOBS) as at:
        kept = {kept.key[0]: kept for kept in retention.files_found(at)}
        on = today(at) + timedelta(days=366)
        assert ruling(kept["b"], Term(years=1), on, Holds()) is Ruling.GOES
        assert ruling(kept["b"], Term(years=1), on, Holds(customers=frozenset({"x"}))) is Ruling.HELD
        assert ruling(kept["b"], Term(years=1), on, Holds(companies=frozenset({"HLIFE"}))) is Ruling.GOES
    path = settings.VAR / "intake" / ("b" * 64)
    with as_role("batch"):
        retention.mark_files(clock.now(), [path.name])
        retention.clear_files()
        assert path.exists(), "it was written within the hour: a receipt may be on its way"
    assert intake.read_by_runs() == {"c"}
    intake.sent("b")
    assert intake.read_by_runs() == {"b", "c"}
