"""What the room takes from a release. The rows carry its id, so nothing has to be merged."""

from __future__ import annotations

from django.db import models

from onefold.commands.action import Command
from onefold.commands.staging import ReleaseFolder, copy_in, rows_of
from onefold.domains.pictures.models import Cohort, Contribution, Flow, FunnelStep, GapReason, WhiteSpaceCell
from onefold.seam import datasets
from onefold.seam.contracts import Dataset

TAKEN: tuple[tuple[type[models.Model], Dataset], ...] = (
    (WhiteSpaceCell, datasets.WHITE_SPACE),
    (GapReason, datasets.GAP_REASONS),
    (Flow, datasets.FLOWS),
    (Cohort, datasets.COHORTS),
    (Contribution, datasets.CONTRIBUTIONS),
    (FunnelStep, datasets.FUNNEL),
)


def stage(folder: ReleaseFolder) -> int:
    return sum(_taken(folder, model, dataset) for model, dataset in TAKEN)


def _taken(folder: ReleaseFolder, model: type[models.Model], dataset: Dataset) -> int:
    model._default_manager.filter(release_id=folder.release_id).delete()
    columns = [column.name for column in dataset.columns]
    rows = ((folder.release_id, *row) for row in rows_of(folder.read(dataset), columns))
    return copy_in(model._meta.db_table, ("release_id", *columns), rows, expected=folder.rows_said(dataset))


def merge(command: Command, release_id: str) -> None:
    """Nothing to do: readers follow the pointer."""


def forget(kept: list[str]) -> None:
    for model, _ in TAKEN:
        model._default_manager.exclude(release_id__in=kept).delete()
