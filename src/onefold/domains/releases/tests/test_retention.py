"""Which releases may go: never the one in force, the way back, the newest, one under way or one that persons judge."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from onefold.commands import clock
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.releases import retention
from onefold.domains.releases.models import Activation, ActiveRelease, Hold, Release
from onefold.kernel.ids import new_id

JOBS = Viewer.system("test")


@pytest.fixture
def made(database, as_role, tmp_path, settings_of):
    """`made("a", "b")`: releases with folders, each in force for ten days, the last one now."""

    def make(*names: str, seen: int) -> None:
        for name in names:
            for parent in retention.folders():
                (parent / name).mkdir(parents=True)
            Release.objects.create(
                release_id=name, as_of=date(2026, 6, 30), rulebook_version="", code_version="", manifest={}
            )
        for place, name in enumerate(names[:seen]):
            at = clock.now() - timedelta(days=10 * (seen - place))
            last = Activation.objects.create(release_id=name, activated_at=at, activated_by="test")
        ActiveRelease.objects.create(id=1, release_id=names[seen - 1], activation=last)

    with settings_of(VAR=tmp_path), as_role("batch"):
        yield make


def needed() -> dict[str, str]:
    with reading(JOBS) as at:
        return {kept.key: kept.needed for kept in retention.releases_found(at)}


def test_the_one_in_force_and_the_way_back_are_needed_and_older_ones_are_not(made):
    made("a", "b", "c", "d", seen=4)
    assert needed() == {"a": "", "b": "", "c": retention.WAY_BACK, "d": retention.IN_FORCE}
    with reading(JOBS) as at:
        since = {kept.key: (at.date() - kept.since).days for kept in retention.releases_found(at)}
    assert since["a"] in (29, 30, 31) and since["d"] in (0, -1, 1)


def test_the_newest_finished_and_one_that_persons_judge_are_needed(made):
    made("a", "b", "c", "held", "dropped", "newest", seen=3)
    (retention.folders()[0] / retention.LATEST).write_text("newest")
    for name, state in (("held", "OPEN"), ("dropped", "DROPPED")):
        ended = {} if state == "OPEN" else {"ended_at": clock.now(), "ended_by": "x"}
        Hold.objects.create(
            hold_id=new_id(), release_id=name, in_force_id="c", companies=[], state=state, held_at=clock.now(), **ended
        )
    found = needed()
    assert (found["held"], found["newest"], found["dropped"]) == (retention.NOT_YET, retention.NEWEST, "")


def test_what_is_needed_is_not_marked_even_when_asked(made):
    """Between the look and the deed readers went back: the look is taken again under the lock of activations."""
    from onefold.commands.scope import entered

    made("a", "b", "c", seen=3)
    with entered(JOBS, clock.now(), read_only=False):
        assert retention.mark_releases(clock.now(), ["a", "b", "c"]) == ["a"]
    retention.clear_releases()
    assert set(needed()) == {"b", "c"}
    assert not any((parent / "a").exists() for parent in retention.folders())
