"""What the room takes from a release: the card of each fit. They carry the release id, so nothing has to be merged."""

from __future__ import annotations

from onefold.commands.action import Command
from onefold.commands.staging import ReleaseFolder, copy_in, rows_of
from onefold.domains.modelling.models import Fit
from onefold.seam import datasets

COLUMNS = tuple(column.name for column in datasets.MODEL_CARDS.columns)


def stage(folder: ReleaseFolder) -> int:
    Fit.objects.filter(release_id=folder.release_id).delete()
    rows = ((folder.release_id, *row) for row in rows_of(folder.read(datasets.MODEL_CARDS), COLUMNS))
    said = folder.rows_said(datasets.MODEL_CARDS)
    return copy_in("modelling_fit", ("release_id", *COLUMNS), rows, expected=said)


def merge(command: Command, release_id: str) -> None:
    """Nothing to do: readers follow the pointer."""


def forget(kept: list[str]) -> None:
    Fit.objects.exclude(release_id__in=kept).delete()
