"""What the room takes from a release. The rows carry its id, so nothing has to be merged."""

from __future__ import annotations

from onefold.commands.action import Command
from onefold.commands.staging import ReleaseFolder, copy_in, rows_of
from onefold.domains.lift.models import Comparison
from onefold.seam import datasets

COLUMNS = [column.name for column in datasets.LIFT.columns]


def stage(folder: ReleaseFolder) -> int:
    Comparison.objects.filter(release_id=folder.release_id).delete()
    rows = ((folder.release_id, *row) for row in rows_of(folder.read(datasets.LIFT), COLUMNS))
    return copy_in("lift_comparison", ("release_id", *COLUMNS), rows, expected=folder.rows_said(datasets.LIFT))


def merge(command: Command, release_id: str) -> None:
    """Nothing to do: readers follow the pointer."""


def forget(kept: list[str]) -> None:
    Comparison.objects.exclude(release_id__in=kept).delete()
