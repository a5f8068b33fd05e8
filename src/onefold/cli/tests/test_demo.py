"""The demonstration receives each day once, on its morning."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection

from onefold.cli import demo
from onefold.commands import clock
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.intake.models import Batch

DATA = Path(__file__).parents[4] / "examples" / "harbour" / "data"
NAME = "group_sellers.csv"


def received() -> list[tuple[str, datetime, str]]:
    with reading(Viewer.system("test")):
        return list(Batch.objects.order_by("batch_id").values_list("feed", "received_at", "outcome"))


def test_a_day_is_received_on_its_morning_and_a_day_that_is_past_never_again(database, connections, as_role, tmp_path):
    folders = [tmp_path / "2026-06-01", tmp_path / "2026-06-15"]
    for number, folder in enumerate(folders):
        folder.mkdir()
        shutil.copy(DATA / NAME, folder / NAME)
        if number == 0:
            lines = (folder / NAME).read_text().splitlines(keepends=True)
            (folder / NAME).write_text("".join(lines[:-1]))
    here = {role: known.to(connection.settings_dict["NAME"]) for role, known in connections.items()}
    demo.receive_by_day(here, folders)
    with as_role("batch"):
        first = received()
        assert clock.now() == demo.DEMO_CLOCK
    assert [at for _, at, _ in first] == [datetime(2026, 5, 31, 22, tzinfo=UTC), datetime(2026, 6, 14, 22, tzinfo=UTC)]
    demo.receive_by_day(here, folders)
    with as_role("batch"):
        assert received() == first
