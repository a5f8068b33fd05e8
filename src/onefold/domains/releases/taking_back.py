"""Going back to the release before: derived rows and facts, what was left, and what was told and cannot be untold."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db import transaction

from onefold.commands.action import Command, action
from onefold.domains.releases import changes, events, refusals, staging
from onefold.domains.releases.activating import one_at_a_time, point_to, with_room_to_join
from onefold.domains.releases.holding import supersede
from onefold.domains.releases.models import Activation, ActiveRelease, Release, StagedDataset, TakingBack


@action
def plan_roll_back(command: Command) -> dict[str, Any]:
    """What `roll_back` would do now: carried out, counted and undone again. Raises `NoEarlierRelease`."""
    one_at_a_time()
    activation = _way_back()
    with transaction.atomic():
        done = _take_back(command, activation)
        transaction.set_rollback(True)
    return _told(activation, done)


@action
def roll_back(command: Command, *, why: str = "") -> dict[str, Any]:
    """Readers see the release before again, and the facts are as they were, save rows that were changed or used since.

    The next release in which its files are all loaded again is held. Raises `NoEarlierRelease`, `RestoreInstead`.
    """
    one_at_a_time()
    activation = _way_back()
    if not activation.changes_noted:
        raise refusals.RestoreInstead(at=activation.activated_at.isoformat())
    done = _take_back(command, activation)
    TakingBack.objects.create(
        release=activation.release, in_force_id=activation.instead_of, at=command.at, by=command.viewer.key, why=why[:400],
        left=sum(one.left for one in done),
    )  # fmt: skip
    command.audit(activation.instead_of, instead_of=activation.release_id, left=sum(one.left for one in done))
    back = Release.objects.get(release_id=activation.instead_of)
    command.emit(events.ReleaseTakenBack(activation.release_id, back.release_id))
    command.emit(events.ReleaseActivated(back.release_id, activation.release_id, back.as_of.isoformat()))
    return _told(activation, done)


def _way_back() -> Activation:
    """The activation in force, if the release before it is still there. Raises `NoEarlierRelease`."""
    active = ActiveRelease.objects.select_related("activation").first()
    before = active.activation.instead_of if active else ""
    if active is None or not before or Release.objects.get(release_id=before).pruned_at:
        raise refusals.NoEarlierRelease()
    return active.activation


def _take_back(command: Command, activation: Activation) -> list[changes.TakenBack]:
    """Derived rows of the release go first, so that nothing of it holds on to the rows it brought."""
    with_room_to_join()
    supersede(command, activation.instead_of)
    StagedDataset.objects.filter(release_id=activation.release_id).delete()
    others = Release.objects.exclude(release_id=activation.release_id).values_list("release_id", flat=True)
    staging.forget_all_but(list(others))
    done = changes.take_back(activation.release_id)
    point_to(command, activation.instead_of)
    return done


def _told(activation: Activation, done: list[changes.TakenBack]) -> dict[str, Any]:
    return {
        "release_id": activation.instead_of,
        "instead_of": activation.release_id,
        "activated_at": activation.activated_at.isoformat(),
        "changes_noted": activation.changes_noted,
        "tables": [asdict(one) for one in done],
    }
