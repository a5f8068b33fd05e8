"""What the room takes from a release. The rows carry its id, so nothing has to be merged."""

from __future__ import annotations

from onefold.commands.action import Command
from onefold.commands.staging import ReleaseFolder, copy_in, rows_of
from onefold.domains.unlocks.models import Unlocked
from onefold.seam import datasets

COLUMNS = [column.name for column in datasets.UNLOCKS.columns]


def stage(folder: ReleaseFolder) -> int:
    Unlocked.objects.filter(release_id=folder.release_id).delete()
    company_of: dict[str, str] = dict(rows_of(folder.read(datasets.SELLERS), ("seller", "company")))
    rows = (
        (folder.release_id, company_of[seller], seller, *rest)
        for seller, *rest in rows_of(folder.read(datasets.UNLOCKS), COLUMNS)
    )
    names = ("release_id", "seller_company_id", "seller_id", "series_id", "missing", "leads", "value_minor")
    return copy_in("unlocks_unlocked", names, rows, expected=folder.rows_said(datasets.UNLOCKS))


def merge(command: Command, release_id: str) -> None:
    """Nothing to do: readers follow the pointer."""


def forget(kept: list[str]) -> None:
    Unlocked.objects.exclude(release_id__in=kept).delete()
