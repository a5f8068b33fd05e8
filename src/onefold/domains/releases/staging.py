"""What was staged of a release, written down with it and compared again before any of it is published.

Used by this room's actions only, inside their transactions.
"""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.utils.module_loading import import_string

from onefold.commands import contents
from onefold.commands.contents import Contents
from onefold.commands.staging import ReleaseFolder, drop_staged
from onefold.domains.releases.models import Release, StagedDataset, StagedTable
from onefold.domains.releases.refusals import ReleaseHalfStaged, StagingChanged, StagingShort


def stage(release_id: str, room: str) -> int:
    """Let a room stage its share and write down what each of its tables holds now; return the rows the room counted."""
    with contents.noting() as places:
        rows: int = import_string(f"{room}.stage")(ReleaseFolder(release_id))
    if not places:
        raise AssertionError(f"{room} staged nothing that could be compared: use stage_facts or copy_in")
    staged = StagedDataset.objects.create(release_id=release_id, room=room, rows=rows)
    for table, expected in places.items():
        found = contents.contents_of(table, release_id) or Contents(0, "0")
        if expected is not None and found.rows != expected:
            raise StagingShort(release_id=release_id, table=table, rows=found.rows, expected=expected)
        StagedTable.objects.create(staged=staged, table=table, rows=found.rows, digest=found.digest)
    return rows


def changed(staged: StagedDataset) -> list[str]:
    """Return the tables of a room that are gone, or hold other rows than when they were staged.

    A marker that names no table says nothing of what was staged, so the whole room counts as changed.
    """
    told = list(staged.tables.order_by("table"))
    return [
        one.table
        for one in told
        if contents.contents_of(one.table, staged.release_id) != Contents(one.rows, one.digest)
    ] or ([] if told else [staged.room])


def refuse_incomplete(release_id: str) -> None:
    """Raise unless every room's share is staged, and each of its tables as it was. Until the transaction ends it stays so."""
    staged = {one.room: one for one in StagedDataset.objects.filter(release_id=release_id)}
    missing = [room for room in settings.PUBLISHED_ROOMS if room not in staged]
    if missing:
        raise ReleaseHalfStaged(release_id=release_id, rooms=", ".join(room.split(".")[-2] for room in missing))
    others = [table for room in settings.PUBLISHED_ROOMS for table in changed(staged[room])]
    if others:
        raise StagingChanged(release_id=release_id, tables=", ".join(others))


def clear(release_id: str) -> None:
    """Forget what was staged of a release that is active now: staged once more, it is staged anew."""
    drop_staged(release_id)
    StagedDataset.objects.filter(release_id=release_id).delete()


def unstage(release_id: str) -> None:
    """Take a release that is not in force out of the database; from its files it can be staged again.

    Nothing else is touched: another release may be being staged at this moment.
    """
    clear(release_id)
    forget_all_but(list(Release.objects.exclude(release_id=release_id).values_list("release_id", flat=True)))


def forget_old_releases(ready: list[str]) -> None:
    """Derived rows of all releases but these go (their files stay in the lake for their term)."""
    StagedDataset.objects.exclude(release_id__in=ready).delete()
    forget_all_but(ready)


def forget_all_but(kept: list[str]) -> None:
    for room in settings.PUBLISHED_ROOMS:
        forget = getattr(import_module(room), "forget", None)
        if forget:
            forget(kept)
