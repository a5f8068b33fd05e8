"""Which release readers see, how old it is, and how the current run is doing."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import IntegerField, QuerySet
from django.db.models.expressions import RawSQL

from onefold.commands.prepared import Question, rows
from onefold.commands.scope import once_a_reading, reading
from onefold.commands.viewer import Viewer
from onefold.domains.releases.models import Activation, ActiveRelease, Release, Run, TakingBack
from onefold.domains.releases.refusals import NothingPublished


@dataclass(frozen=True)
class Published:
    """The release in force."""

    release_id: str
    as_of: date
    activated_at: datetime
    rulebook_version: str
    code_version: str
    activation_id: int


@dataclass(frozen=True)
class RunProgress:
    run_id: UUID
    state: str
    step: str
    steps_done: int
    steps_total: int
    failure: str
    failure_told: dict[str, Any] | None
    requested_at: datetime
    finished_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state in {Run.State.WAITING, Run.State.RUNNING}


@once_a_reading
def published(viewer: Viewer) -> Published | None:
    """Return the release that readers see, or None before the first one."""
    with reading(viewer):
        found = rows(_published, viewer)
    return Published(*found[0]) if found else None


def in_force() -> Question:
    """The release that readers see, a `Published`; raises `NothingPublished` before the first one."""
    return Question(_published, (), _the_one)


def _the_one(found: list[tuple[Any, ...]]) -> Published:
    if not found:
        raise NothingPublished()
    return Published(*found[0])


def _published(viewer: Viewer) -> QuerySet[Any, Any]:
    return ActiveRelease.objects.values_list(
        "release_id",
        "release__as_of",
        "activation__activated_at",
        "release__rulebook_version",
        "release__code_version",
        "activation_id",
    ).order_by("id")


@once_a_reading
def release_day(viewer: Viewer, release_id: str) -> date:
    """Return the day a release is of."""
    with reading(viewer):
        return Release.objects.values_list("as_of", flat=True).get(release_id=release_id)


def active_release_id(viewer: Viewer) -> str:
    """Return the id of the release that readers see; raise `NothingPublished` before the first one."""
    release = published(viewer)
    if release is None:
        raise NothingPublished()
    return release.release_id


class Made(NamedTuple):
    """A release readers have seen: its day, and the version in which it measured an indicator (None: it had none)."""

    release_id: str
    as_of: date
    version: int | None


MARKS_MAX = 60
VERSION = """jsonb_path_query_first(releases_release.manifest, '$.definitions[*] ? (@.name == $name).version',
    jsonb_build_object('name', %s::text))::int"""


def releases_measuring(viewer: Viewer, indicator: str) -> list[Made]:
    """Return the newest releases readers have seen, oldest first, with the version each measured the indicator in."""
    with reading(viewer):
        rows = (
            Activation.objects.order_by("-activation_id")
            .select_related("release")
            .annotate(version=RawSQL(VERSION, (indicator,), output_field=IntegerField()))
            .values_list("release_id", "release__as_of", "version")[:MARKS_MAX]
        )
        found = {release: Made(release, as_of, version) for release, as_of, version in rows}
    return sorted(found.values(), key=lambda made: (made.as_of, made.release_id))


def latest_run(viewer: Viewer) -> RunProgress | None:
    with reading(viewer):
        row = (
            Run.objects.order_by("-requested_at", "-run_id")
            .values(*(column.name for column in fields(RunProgress)))
            .first()
        )
    return RunProgress(**row) if row else None


def times_taken_back(viewer: Viewer) -> int:
    """Return how often a release was taken back."""
    with reading(viewer):
        return TakingBack.objects.count()
