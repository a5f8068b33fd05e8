"""What is kept of releases and runs: folders in lake and vault, derived rows, what a run was given, staging tables."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from onefold.commands.faultpoint import faultpoint
from onefold.commands.retention import Things, bytes_in, day_of
from onefold.commands.scope import reading, today
from onefold.commands.staging import drop_staged
from onefold.commands.viewer import Viewer
from onefold.domains import rulebook
from onefold.domains.releases import staging
from onefold.domains.releases.models import Activation, ActiveRelease, Hold, Release, Run, StagedDataset
from onefold.kernel.retention import Kept

OPEN_RUNS = (Run.State.WAITING, Run.State.RUNNING)
IN_FORCE, WAY_BACK, NEWEST, NOT_YET, RUNNING = "IN_FORCE", "WAY_BACK", "NEWEST", "NOT_YET", "RUNNING"
LATEST, PART = "LATEST", ".part"
SYSTEM = Viewer.system("retention")


def folders() -> tuple[Path, Path]:
    """Return where releases lie: the lake's runs and the vault's."""
    var = Path(settings.VAR)
    return var / "lake" / "runs", var / "vault" / "runs"


def ways_back(at: datetime) -> list[str]:
    """Return the releases whose rows are ready for readers: the one in force first, then those to go back to, the nearest first."""
    ready = int(rulebook.value("retention.releases_ready", today(at)))
    found = list(ActiveRelease.objects.values_list("release_id", flat=True))
    for release_id in Activation.objects.order_by("-activation_id").values_list("release_id", flat=True).iterator():
        if len(found) == ready:
            break
        if release_id not in found:
            found.append(release_id)
    return found


def releases_found(at: datetime) -> Iterator[Kept]:
    """Each release with its folders: since when no reader sees it, and why it is still needed."""
    ready, waiting = ways_back(at), _needed_by_runs()
    ended = _ended(at)
    rows = set(Release.objects.filter(pruned_at=None).values_list("release_id", flat=True))
    pruned = set(Release.objects.exclude(pruned_at=None).values_list("release_id", flat=True))
    for name in sorted((rows | _names()) - pruned):
        places = [path for parent in folders() if (path := parent / name).exists()]
        since = ended.get(name) or min((day_of(path, at) for path in places), default=today(at))
        needed = waiting.get(name, "")
        if name in ready:
            needed = IN_FORCE if name == ready[0] else WAY_BACK
        yield Kept(name, since, sum(map(bytes_in, places)), needed)


def _names() -> set[str]:
    return {
        path.name
        for parent in folders()
        for path in (parent.iterdir() if parent.exists() else ())
        if path.is_dir() and not path.name.endswith(PART)
    }


def _needed_by_runs() -> dict[str, str]:
    """The newest finished release, which the next run follows, those of runs under way, and those held before their activation."""
    needed = {
        str(release_id): RUNNING
        for release_id in Run.objects.filter(state__in=OPEN_RUNS).values_list("release_id", flat=True)
        if release_id
    }
    judged = Hold.objects.filter(state__in=(Hold.State.OPEN, Hold.State.PASSED), release__activation=None)
    needed |= dict.fromkeys(judged.values_list("release_id", flat=True), NOT_YET)
    pointer = folders()[0] / LATEST
    if pointer.exists():
        needed[pointer.read_text().strip()] = NEWEST
    return needed


def _ended(at: datetime) -> dict[str, date]:
    """The day on which each release that readers saw was followed by another; today for the last."""
    ended: dict[str, date] = {}
    follower: datetime | None = None
    for release_id, activated_at in Activation.objects.order_by("-activation_id").values_list(
        "release_id", "activated_at"
    ):
        ended.setdefault(release_id, today(follower or at))
        follower = activated_at
    return ended


def mark_releases(at: datetime, keys: list[str]) -> list[str]:
    """Write down that releases have gone and let go of their rows; return those that really go. Nobody activates meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('onefold.releases.activate'))")
    still_needed = {kept.key for kept in releases_found(at) if kept.needed}
    keys = [key for key in keys if key not in still_needed]
    Release.objects.filter(release_id__in=keys).update(pruned_at=at)
    StagedDataset.objects.filter(release_id__in=keys).delete()
    staging.forget_all_but(list(Release.objects.filter(pruned_at=None).values_list("release_id", flat=True)))
    for key in keys:
        drop_staged(key)
    known = set(Release.objects.filter(release_id__in=keys).values_list("release_id", flat=True))
    for key in set(keys) - known:  # made by a run that died before it announced it: no row names it
        transaction.on_commit(partial(_remove, key))
    return keys


def clear_releases() -> None:
    """Remove the folders of releases that have gone. The manifest must not outlive its files: a folder is renamed before it goes."""
    with reading(SYSTEM):
        pruned = Release.objects.exclude(pruned_at=None).filter(release_id__in=_names())
        gone = set(pruned.values_list("release_id", flat=True))
    for name in sorted(gone):
        _remove(name)


def _remove(name: str) -> None:
    for parent in folders():
        place, part = parent / name, parent / f"{name}{PART}"
        if place.exists():
            shutil.rmtree(part, ignore_errors=True)
            os.rename(place, part)
            faultpoint("retention.renamed.releases")
        shutil.rmtree(part, ignore_errors=True)


def exports_found(at: datetime) -> Iterator[Kept]:
    """What each run was given of the rooms' facts: needed until the run has ended."""
    yield from _of_runs(Path(settings.VAR) / "exports", at)


def jobs_found(at: datetime) -> Iterator[Kept]:
    """Each run's job and progress."""
    yield from _of_runs(Path(settings.VAR) / "jobs", at)


def _of_runs(folder: Path, at: datetime) -> Iterator[Kept]:
    paths = sorted(folder.iterdir()) if folder.exists() else []
    runs = Run.objects.in_bulk([run_id for run_id in map(_run_of, paths) if run_id])
    for path in paths:
        run = runs.get(_run_of(path))
        open_ = RUNNING if run and run.state in OPEN_RUNS else ""
        since = today(run.finished_at) if run and run.finished_at else day_of(path, at)
        yield Kept(path.name, since, bytes_in(path), open_)


def _run_of(path: Path) -> UUID | None:
    try:
        return UUID(path.name.split(".")[0])
    except ValueError:
        return None


def _removed_from(folder: str) -> Any:
    def remove(keys: list[str]) -> None:
        for key in keys:
            path = Path(settings.VAR) / folder / key
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

    return remove


def staging_found(at: datetime) -> Iterable[Kept]:
    """Staging tables; those of a release that is not in force yet are needed, the others are left over."""
    needed = {release_id[:12] for release_id in _needed_by_runs()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, pg_total_relation_size(format('%I.%I', schemaname, tablename)::regclass) "
            "FROM pg_tables WHERE schemaname = 'staging'"
        )
        tables = cursor.fetchall()
    for name, size in tables:
        yield Kept(name, date.min, size, NOT_YET if name.rpartition("_")[2] in needed else "")


def drop_tables(at: datetime, keys: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute(
                f"DROP TABLE IF EXISTS {connection.ops.quote_name('staging')}.{connection.ops.quote_name(key)}"
            )
    return keys


KEPT = (
    Things("releases", releases_found, clear_releases, marked=mark_releases),
    Things("exports", exports_found, removed=_removed_from("exports")),
    Things("jobs", jobs_found, removed=_removed_from("jobs")),
    Things("staging", staging_found, marked=drop_tables),
)
