"""Ask for a run; stage a release room by room; activate it, or the one before."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from onefold.commands.action import Command, action
from onefold.commands.faultpoint import faultpoint
from onefold.commands.staging import ReleaseFolder
from onefold.domains.releases import changes, events, refusals, staging
from onefold.domains.releases.activating import one_at_a_time, point_to, with_room_to_join
from onefold.domains.releases.failures import failure_in
from onefold.domains.releases.holding import supersede
from onefold.domains.releases.models import ActiveRelease, Hold, Release, Run, StagedDataset
from onefold.domains.releases.retention import ways_back
from onefold.kernel.ids import new_id

OPEN = (Run.State.WAITING, Run.State.RUNNING)
ENDED = ("state", "release_id", "failure", "failure_told")
FAILURE_MAX = 300


@action
def request_run(command: Command) -> dict[str, Any]:
    """Ask for a run over everything received so far. While one is waiting, the wish joins it."""
    waiting = Run.objects.filter(state=Run.State.WAITING).values_list("run_id", flat=True).first()
    if waiting:
        return {"run_id": str(waiting), "joined": True}
    run = Run.objects.create(
        run_id=new_id(), state=Run.State.WAITING, requested_at=command.at, requested_by=command.viewer.key
    )
    command.audit(str(run.run_id))
    command.emit(events.RunRequested(str(run.run_id)))
    return {"run_id": str(run.run_id), "joined": False}


@action
def announce(command: Command, *, release_id: str) -> dict[str, Any]:
    """Write down that a finished run's files are a release, not yet visible to anybody."""
    manifest = ReleaseFolder(release_id).manifest
    Release.objects.get_or_create(
        release_id=release_id,
        defaults={
            "as_of": date.fromisoformat(manifest["as_of"]),
            "rulebook_version": manifest["rulebook_version"],
            "code_version": manifest["code_version"],
            "manifest": manifest,
        },
    )
    Release.objects.filter(release_id=release_id).update(pruned_at=None)  # one that had gone was made again
    command.audit(release_id)
    return {"release_id": release_id}


@action
def stage(command: Command, *, release_id: str, room: str) -> dict[str, Any]:
    """Put one room's share of a release into the database, invisible yet. What is there and still whole is left as it is.

    Raises `StagingShort` when a table got fewer or more rows than the manifest says.
    """
    done = StagedDataset.objects.filter(release_id=release_id, room=room).first()
    if done and not staging.changed(done):
        return {"rows": done.rows}
    if done:
        done.delete()
    rows = staging.stage(release_id, room)
    command.audit(release_id, room=room, rows=rows, again=bool(done))
    return {"rows": rows}


@action
def activate(command: Command, *, release_id: str, run_id: str | None = None) -> dict[str, Any]:
    """Merge the staged facts, move the pointer and end the run, all in this one transaction: readers see the old state or the new.

    Raises, before anything is merged, `ReleaseNotExamined` or `ReleaseHeld` when nobody found it plausible, `ReleaseHalfStaged` or
    `StagingChanged` when what is staged is not the release.
    """
    one_at_a_time()
    active = ActiveRelease.objects.first()
    if active and active.release_id == release_id:
        return {"release_id": release_id, "changed": False}
    _refuse_implausible(release_id, active.release_id if active else "")
    supersede(command, release_id, but=release_id)
    with_room_to_join()
    staging.refuse_incomplete(release_id)
    faultpoint("releases.verified")
    with changes.noted_for(release_id if active else ""):
        for room in settings.PUBLISHED_ROOMS:
            import_string(f"{room}.merge")(command, release_id)
            faultpoint(f"releases.merged.{room.split('.')[-2]}")
    changes.forget_others(release_id)
    point_to(command, release_id, instead_of=active.release_id if active else "", changes_noted=bool(active))
    staging.clear(release_id)
    staging.forget_old_releases(ways_back(command.at))
    Run.objects.filter(release_id=release_id, state=Run.State.HELD).update(state=Run.State.PUBLISHED)
    if run_id:
        finish_run(command, run_id=UUID(run_id), state=Run.State.PUBLISHED, release_id=release_id)
    command.audit(release_id, previous=active.release_id if active else "")
    release = Release.objects.get(release_id=release_id)
    command.emit(events.ReleaseActivated(release_id, active.release_id if active else "", release.as_of.isoformat()))
    return {"release_id": release_id, "changed": True}


@action
def finish_run(
    command: Command,
    *,
    run_id: UUID,
    state: str,
    release_id: str | None = None,
    failure_told: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Write down how a run ended; return that. `failure_told`: as `failures.told_of`. A run that has ended already stays as it did."""
    open_still = Run.objects.filter(run_id=run_id, state__in=OPEN)
    failure = failure_in("en", "", failure_told)[:FAILURE_MAX] if failure_told else ""
    if open_still.update(
        state=state, release_id=release_id, failure=failure, failure_told=failure_told, finished_at=command.at
    ):
        command.audit(str(run_id), state=state)
    return dict(Run.objects.values(*ENDED).get(run_id=run_id))


def _refuse_implausible(release_id: str, in_force: str) -> None:
    """Whatever way led here: a release that was not compared with the one in force, or is held, stays unseen."""
    if Release.objects.get(release_id=release_id).examined_against != in_force:
        raise refusals.ReleaseNotExamined(release_id=release_id)
    held = Hold.objects.filter(release_id=release_id, in_force=in_force or None).order_by("-held_at").first()
    if held and held.state in (Hold.State.OPEN, Hold.State.DROPPED):
        raise refusals.ReleaseHeld(release_id=release_id)
