"""A feed that changed is not read until somebody says so; what it sends meanwhile is kept, and waits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from onefold.commands import clock, scope
from onefold.commands.action import Command
from onefold.commands.models import OutboxEvent
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.intake import actions, imports, queries, refusals
from onefold.domains.intake.models import FeedPause
from onefold.kernel.ids import new_id

JOBS, HPC, HLIFE, DESK = Viewer.system("test"), Viewer.of_company("HPC"), Viewer.of_company("HLIFE"), Viewer.of_group()
FULL = "hpc_relations"


def sent(feed: str = FULL, content: str = "", by: Viewer = HPC, **more: Any) -> dict[str, Any]:
    name = content or str(new_id())
    return actions.receive(by, new_id(), feed=feed, file_name=f"{feed}.csv", sha256=name, size=1, **more)


def came(batch: dict[str, Any], outcome: str, reason: str = "", quarantined: int = 0) -> dict[str, Any]:
    rows = {"rows_in": 10, "rows_loaded": 10 - quarantined, "rows_quarantined": quarantined, "rows_duplicate": 0}
    if outcome == "REFUSED":
        rows |= {"rows_loaded": 0, "rows_quarantined": 10}
    return {"batch_id": UUID(batch["batch_id"]).hex, "outcome": outcome, "reason": reason, "detail": "x" * 400} | rows


@pytest.fixture
def recorded(database, as_role):
    def record(*arrivals: dict[str, Any]) -> None:
        with as_role("batch"):
            actions.record_arrivals(JOBS, new_id(), arrivals=list(arrivals))
            imports.record_ages(JOBS, new_id())  # as when readers see the release

    return record


@pytest.fixture
def given(database, as_role):
    """Ids of the batches that the next run gets."""

    def ids() -> list[str]:
        with as_role("batch"):
            return [str(UUID(row["batch_id"])) for row in queries.received_batches(JOBS)]

    return ids


def feed_row(viewer: Viewer = HPC, feed: str = FULL) -> queries.FeedRow:
    return next(row for row in queries.feeds_of(viewer) if row.feed == feed)


@pytest.mark.parametrize("reason", ["HEADER_CHANGED", "TOO_MANY_QUARANTINED"])
def test_a_file_refused_as_changed_pauses_its_feed_and_no_other(recorded, given, reason):
    first, other = sent(), sent("hpc_contracts")
    recorded(came(first, "REFUSED", reason), came(other, "LOADED"))
    pause = feed_row().pause
    assert pause is not None
    assert (pause.why, str(pause.batch_id), pause.paused_by) == (reason, first["batch_id"], "system:test")
    assert feed_row(feed="hpc_contracts").pause is None
    waiting = sent()
    assert waiting["waits"]
    assert feed_row().waiting == 1
    assert given() == [first["batch_id"], other["batch_id"]], "what waits is given to no run; what was read stays"


def test_other_refusals_pause_nothing(recorded):
    recorded(came(sent(), "REFUSED", "WRONG_ENCODING"))
    assert feed_row().pause is None


def test_a_feed_whose_later_file_came_through_goes_on(recorded):
    first, second = sent(), sent()
    recorded(came(first, "REFUSED", "HEADER_CHANGED"), came(second, "LOADED"))
    assert feed_row().pause is None


def test_a_file_that_waited_for_the_run_when_the_pause_came_waits_too(recorded, given):
    first, second = sent(), sent()
    recorded(came(first, "REFUSED", "HEADER_CHANGED"))
    assert given() == [first["batch_id"]]
    assert feed_row().waiting == 1
    assert not second["waits"], "it came before the pause"


def test_resumed_the_files_are_given_in_the_order_they_came_and_the_refused_one_again(recorded, given):
    first = sent()
    recorded(came(first, "REFUSED", "HEADER_CHANGED"))
    later = [sent(), sent()]
    actions.resume(HPC, new_id(), feed=FULL)
    assert given() == [row["batch_id"] for row in (first, *later)]
    assert feed_row().pause is None


def test_a_file_refused_once_more_by_the_replay_is_no_news(recorded):
    first = sent()
    recorded(came(first, "REFUSED", "HEADER_CHANGED"))
    actions.resume(HPC, new_id(), feed=FULL)
    recorded(came(first, "REFUSED", "HEADER_CHANGED"))
    assert feed_row().pause is None, "otherwise nobody could ever get past a bad file"


def test_a_run_is_asked_for_by_what_can_be_read_only(database, as_role):
    actions.pause(HPC, new_id(), feed=FULL, note="the core is being moved")
    sent()
    actions.resume(HPC, new_id(), feed=FULL)
    with as_role("batch"), reading(JOBS):
        told = [(row.name, row.payload) for row in OutboxEvent.objects.order_by("event_id")]
    with as_role("batch"):
        outcomes = []
        for name, payload in told:
            for reaction in import_string(settings.REACTIONS).get(name, {}).values():
                command = Command(new_id(), "test", JOBS, clock.now())
                with scope.entered(JOBS, clock.now(), read_only=False):
                    outcomes.append((name, reaction(command, payload) is not None))
    assert outcomes == [("intake.BatchReceived", False), ("intake.FeedResumed", True)]


def test_pausing_twice_is_pausing_once_and_resuming_needs_a_pause(database):
    once = actions.pause(HPC, new_id(), feed=FULL)
    assert actions.pause(HPC, new_id(), feed=FULL) == once
    actions.resume(HPC, new_id(), feed=FULL)
    with pytest.raises(refusals.FeedNotPaused):
        actions.resume(HPC, new_id(), feed=FULL)


def test_a_company_pauses_its_own_feeds_and_sees_its_own_pauses_only(database):
    with pytest.raises(refusals.FeedUnknown):
        actions.pause(HLIFE, new_id(), feed=FULL)
    actions.pause(DESK, new_id(), feed=FULL)
    assert [row.feed for row in queries.paused_feeds(HPC)] == [FULL]
    assert queries.paused_feeds(HLIFE) == []
    with reading(HLIFE):
        assert not FeedPause.objects.exists(), "the wall alone holds it too"
    with pytest.raises(refusals.FeedUnknown):
        actions.resume(HLIFE, new_id(), feed=FULL)


def test_age_counts_from_what_was_loaded_and_not_from_what_was_merely_received(recorded):
    sent()
    assert feed_row().data_at is None
    assert feed_row().is_stale
    loaded = sent()
    recorded(came(loaded, "LOADED"))
    at = clock.now()
    assert feed_row().data_at is not None
    refused = sent()
    recorded(came(refused, "REFUSED", "WRONG_ENCODING"))
    age = feed_row()
    assert age.data_at < at
    assert age.newest is not None and str(age.newest.batch_id) == refused["batch_id"]


def test_the_same_truth_again_makes_a_full_feed_young(recorded):
    recorded(came(sent(content="a"), "LOADED"))
    before = feed_row().data_at
    assert sent(content="a")["duplicate"]
    assert feed_row().data_at > before


def test_every_company_may_know_how_old_anothers_data_are(recorded):
    recorded(came(sent(), "LOADED"))
    age = next(row for row in queries.feed_ages(HLIFE) if row.feed == FULL)
    assert (age.company, age.age_days) == ("HPC", 0)


def test_mended_rows_are_tied_to_the_file_they_were_in(recorded, given):
    first = sent()
    recorded(came(first, "LOADED", quarantined=2))
    mended = sent(corrects=UUID(first["batch_id"]))
    chain = queries.chain_of(HPC, UUID(mended["batch_id"]))
    assert [str(row.batch_id) for row in chain] == [first["batch_id"], mended["batch_id"]]
    assert chain[1].corrects == UUID(first["batch_id"])
    assert given() == [first["batch_id"], mended["batch_id"]]


def test_a_correction_of_nothing_or_of_yesterdays_truth_is_refused(recorded):
    clean, unread = sent(), sent()
    recorded(came(clean, "LOADED"))
    for wrong in (clean["batch_id"], unread["batch_id"], str(new_id())):
        with pytest.raises(refusals.CorrectionMisplaced):
            sent(corrects=UUID(wrong))
    first = sent()
    recorded(came(first, "LOADED", quarantined=1))
    sent(corrects=UUID(first["batch_id"]))
    sent(corrects=UUID(first["batch_id"]))
    sent()
    with pytest.raises(refusals.CorrectionTooLate):
        sent(corrects=UUID(first["batch_id"]))
