"""The gate before activation: compare a staged release with the one in force, hold it where it loses too much, let persons judge."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from onefold.commands.action import Command, action
from onefold.commands.facts import count_staged, count_standing, published_facts
from onefold.domains import rulebook
from onefold.domains.releases import events, refusals, staging
from onefold.domains.releases.models import ActiveRelease, Approval, FactCount, Finding, Hold, Release, Run, TakingBack
from onefold.domains.releases.rules import (
    PERSONS,
    Counts,
    Fall,
    Limits,
    Lost,
    brought_again,
    falls,
    lost_files,
    may_judge,
)
from onefold.kernel.ids import new_id
from onefold.policy.feed_targets import GROUP as GROUP_FEEDS

WHY_LETTERS = 400


@action
def examine(command: Command, *, release_id: str) -> dict[str, Any]:
    """Compare a staged release with the one in force; hold it where facts fell too far or a loaded file is so no more.

    The first release ever has nothing to lose, and one that two persons let pass is not asked about again. Whatever was held
    before is superseded: this release is the newer word. Raises like `activate` when what is staged is not the release.
    """
    release = Release.objects.get(release_id=release_id)
    active = ActiveRelease.objects.select_related("release").first()
    counts = _note_counts(release)
    release.examined_against = active.release_id if active else ""
    release.save(update_fields=["examined_against"])
    if active is None or Hold.objects.filter(release=release, in_force=active.release, state="PASSED").exists():
        return {"held": False, "hold_id": None}
    supersede(command, release_id, but=release_id)
    back = _was_taken_back(release, active.release)
    found: list[Fall | Lost | None] = [
        *([None] if back else []),
        *lost_files(active.release.manifest["arrivals"], release.manifest["arrivals"]),
        *falls(_counts_of(active.release), counts, limits_on(release.as_of)),
    ]
    if found:
        staging.refuse_incomplete(release_id)  # a server that crashed meanwhile has emptied what was staged: no finding
    hold = _held(command, release, active.release, found) if found else None
    if hold is None:
        supersede(command, release_id)
    command.audit(release_id, held=bool(hold), findings=len(found))
    return {"held": bool(hold), "hold_id": str(hold.hold_id) if hold else None}


@action
def approve(command: Command, *, hold_id: UUID, why: str, name: str = "") -> dict[str, Any]:
    """Say that what fell was to fall. The second person to say so lets the release pass. `name`: how the person signs in.

    Raises `HoldMissing`, `HoldEnded`, `NotAJudge`, `WhyMissing`, `SecondPersonMissing`.
    """
    hold = _open_hold(command, hold_id, why)
    if hold.approvals.filter(by=command.viewer.key).exists():
        raise refusals.SecondPersonMissing()
    role = next(iter(sorted(command.viewer.roles)), "")
    Approval.objects.create(
        hold=hold, by=command.viewer.key, name=name, role=role, at=command.at, why=why.strip()[:WHY_LETTERS]
    )
    passed = hold.approvals.count() >= PERSONS
    if passed:
        _end(command, hold, Hold.State.PASSED)
        command.emit(events.ReleasePassed(str(hold_id), hold.release_id))
    command.audit(hold.release_id, approved=str(hold_id), passed=passed, why=why.strip()[:WHY_LETTERS])
    return {"hold_id": str(hold_id), "release_id": hold.release_id, "passed": passed}


@action
def drop(command: Command, *, hold_id: UUID, why: str) -> dict[str, Any]:
    """The release will not be seen; the next run is compared with the release in force again.

    Raises `HoldMissing`, `HoldEnded`, `NotAJudge`, `WhyMissing`.
    """
    hold = _open_hold(command, hold_id, why)
    _end(command, hold, Hold.State.DROPPED, why.strip()[:WHY_LETTERS])
    command.emit(events.ReleaseDropped(str(hold_id), hold.release_id))
    command.audit(hold.release_id, dropped=str(hold_id), why=why.strip()[:WHY_LETTERS])
    return {"hold_id": str(hold_id), "release_id": hold.release_id}


@action
def clear(command: Command, *, release_id: str) -> dict[str, Any]:
    """Take away what was staged of a release that was dropped, and say so of its runs. For jobs; doing it again changes nothing."""
    if Hold.objects.filter(release_id=release_id, state__in=("OPEN", "PASSED")).exists():
        return {"release_id": release_id, "cleared": False}
    staging.unstage(release_id)
    Run.objects.filter(release_id=release_id, state=Run.State.HELD).update(state=Run.State.DROPPED)
    command.audit(release_id)
    return {"release_id": release_id, "cleared": True}


def supersede(command: Command, by: str, *, but: str = "") -> None:
    """Whatever is held, or passed and not yet active, ends, for the release `by` takes its place; not what is held of `but` itself."""
    active = ActiveRelease.objects.values_list("release_id", flat=True).first()
    waiting = Q(state=Hold.State.OPEN) | Q(state=Hold.State.PASSED, in_force=active)
    for hold in Hold.objects.filter(waiting).exclude(release_id=but):
        _end(command, hold, Hold.State.SUPERSEDED, by)
        clear(command, release_id=hold.release_id)


def limits_on(day: date) -> Limits:
    """The limits in force on a day, by kind of fact."""
    return Limits(
        percent={fact.name: rulebook.value(f"publication.{fact.limit}", day) for fact in published_facts()},
        group_share=rulebook.value("publication.fall_group_share", day),
        rows=rulebook.value("publication.fall_rows_max", day),
        none_from=rulebook.value("publication.fall_to_none_from", day),
    )


def _note_counts(release: Release) -> Counts:
    """Count what the release brings, and keep it: the next one is compared with it."""
    counts = {
        (fact.name, company): number
        for fact in published_facts()
        for company, number in count_staged(release.release_id, fact, release.as_of).items()
    }
    FactCount.objects.filter(release=release).delete()
    FactCount.objects.bulk_create(
        FactCount(release=release, fact=fact, company_code=company, number=number)
        for (fact, company), number in counts.items()
    )
    return counts


def _counts_of(active: Release) -> Counts:
    """What the release in force brought; where it was published before releases were counted, what the rooms hold now."""
    kept = {
        (fact, company): number
        for fact, company, number in FactCount.objects.filter(release=active).values_list(
            "fact", "company_code", "number"
        )
    }
    return kept or {
        (fact.name, company): number
        for fact in published_facts()
        for company, number in count_standing(fact, active.as_of).items()
    }


def _held(command: Command, release: Release, active: Release, found: list[Fall | Lost | None]) -> Hold:
    """The release is held, or still is, with what was found now. Who approved it approved other findings if these are others."""
    hold = Hold.objects.filter(release=release, in_force=active, state=Hold.State.OPEN).first()
    rows = [_row(place, one) for place, one in enumerate(found)]
    if hold and [_content(row) for row in hold.findings.order_by("place")] == [_content(row) for row in rows]:
        return hold
    if hold:
        _end(command, hold, Hold.State.SUPERSEDED, release.release_id)
    companies = sorted({row.company_code for row in rows})
    hold = Hold.objects.create(
        hold_id=new_id(), release=release, in_force=active, companies=companies, held_at=command.at
    )
    for row in rows:
        row.hold = hold
    Finding.objects.bulk_create(rows)
    command.emit(events.ReleaseHeld(str(hold.hold_id), release.release_id, active.release_id))
    return hold


def _was_taken_back(release: Release, active: Release) -> bool:
    """Whether this release, or all that another one had brought, was taken back since the one in force became so."""
    arrivals = release.manifest["arrivals"]
    for back in TakingBack.objects.filter(in_force=active).select_related("release"):
        if back.release == release or brought_again(
            active.manifest["arrivals"], back.release.manifest["arrivals"], arrivals
        ):
            return True
    return False


def _row(place: int, found: Fall | Lost | None) -> Finding:
    """None: what was taken back is here again."""
    if found is None:
        return Finding(place=place, kind=Finding.Kind.BACK)
    if isinstance(found, Fall):
        return Finding(
            place=place, kind=Finding.Kind.FALL, company_code=found.company, fact=found.fact, before=found.before,
            now=found.now, percent_max=found.percent_max,
        )  # fmt: skip
    return Finding(
        place=place, kind=Finding.Kind.FILE, company_code=_company_of(found.feed), feed=found.feed,
        batch_id=UUID(found.batch_id), outcome=found.outcome, reason=found.reason[:40],
    )  # fmt: skip


def _company_of(feed: str) -> str:
    """The company that sends a feed; "" for the holding's own, and for a feed that is declared no more."""
    spec = rulebook.loaded().feeds.get(feed)
    return "" if spec is None or spec.company == GROUP_FEEDS else spec.company


def _content(row: Finding) -> tuple[Any, ...]:
    return (row.kind, row.company_code, row.fact, row.before, row.now, row.feed, row.batch_id, row.outcome, row.reason)


def _open_hold(command: Command, hold_id: UUID, why: str) -> Hold:
    """The hold, ours alone until the command ends. Raises what its callers raise."""
    command.lock(hold_id)
    hold = Hold.objects.filter(hold_id=hold_id).first()
    if hold is None:
        raise refusals.HoldMissing()
    if not may_judge(command.viewer.roles, command.viewer.company, frozenset(hold.companies)):
        raise refusals.NotAJudge()
    if hold.state != Hold.State.OPEN:
        raise refusals.HoldEnded()
    if not why.strip():
        raise refusals.WhyMissing()
    return hold


def _end(command: Command, hold: Hold, state: Hold.State, why: str = "") -> None:
    hold.state, hold.ended_at, hold.ended_by, hold.why = state, command.at, command.viewer.key, why
    hold.save(update_fields=["state", "ended_at", "ended_by", "why"])
