"""What the room takes from a release: definitions, and figures as they may be shown. They carry the release id: nothing is merged."""

from __future__ import annotations

import json

from onefold.commands.action import Command
from onefold.commands.staging import ReleaseFolder, copy_in, rows_of
from onefold.domains.indicators.models import IndicatorDefinition, IndicatorMovement, IndicatorValue, ScopedValue
from onefold.seam import datasets
from onefold.seam.contracts import Dataset

VALUE = ("indicator", "version", "as_of", "row", "column", "numerator", "denominator")
SCOPE = ("scope_kind", "scope")
MOVEMENT = (
    "indicator", "version", "basis", "as_of_before", "as_of", "row", "column", "part", "channel", "numerator", "denominator"
)  # fmt: skip


def stage(folder: ReleaseFolder) -> int:
    release = folder.release_id
    IndicatorDefinition.objects.filter(release_id=release).delete()
    IndicatorValue.objects.filter(release_id=release).delete()
    IndicatorMovement.objects.filter(release_id=release).delete()
    definitions = folder.manifest["definitions"]
    copy_in(
        "indicators_indicatordefinition",
        ("release_id", "name", "version", "words"),
        ((release, words["name"], words["version"], json.dumps(words)) for words in definitions),
        expected=len(definitions),
    )
    _taken(folder, datasets.PUBLISHED_MOVEMENTS, "indicators_indicatormovement", MOVEMENT)
    ScopedValue.objects.filter(release_id=release).delete()
    _taken(folder, datasets.SCOPED_VALUES, "indicators_scopedvalue", (*SCOPE, *VALUE))
    return _taken(folder, datasets.PUBLISHED_VALUES, "indicators_indicatorvalue", VALUE)


def _taken(folder: ReleaseFolder, dataset: Dataset, table: str, columns: tuple[str, ...]) -> int:
    rows = ((folder.release_id, *row) for row in rows_of(folder.read(dataset), columns))
    return copy_in(table, ("release_id", *columns), rows, expected=folder.rows_said(dataset))


def merge(command: Command, release_id: str) -> None:
    """Nothing to do: readers follow the pointer."""


def forget(kept: list[str]) -> None:
    IndicatorDefinition.objects.exclude(release_id__in=kept).delete()
    IndicatorValue.objects.exclude(release_id__in=kept).delete()
    IndicatorMovement.objects.exclude(release_id__in=kept).delete()
    ScopedValue.objects.exclude(release_id__in=kept).delete()
