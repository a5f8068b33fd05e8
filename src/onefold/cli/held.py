"""What is held, from the terminal: why, and letting it pass or dropping it - as a person with a password, never as the machine."""

from __future__ import annotations

import argparse
import sys
from typing import Any
from uuid import UUID

SENTENCES = {
    "FALL": "  {fact} {company}: from {before} to {now}, {fell} fewer (a fall of {percent_max} % may be)",
    "FILE": "  file {batch} of {feed} {company}: was loaded, and now {outcome}",
}


def held(words: list[str]) -> int:
    """Show the release that is held and why; with --pass or --drop judge it as a person: two pass it, one drops it."""
    parser = argparse.ArgumentParser(prog="onefold held", description=held.__doc__)
    judged = parser.add_mutually_exclusive_group()
    judged.add_argument(
        "--pass", type=UUID, metavar="ID", dest="passed", help="what fell was to fall; takes two persons"
    )
    judged.add_argument("--drop", type=UUID, metavar="ID", help="readers will never see it")
    parser.add_argument("--as", metavar="USER", dest="user", default="", help="who says so; the password is asked for")
    parser.add_argument("--why", default="", help="kept with the name")
    asked = parser.parse_args(words)
    judges = bool(asked.passed or asked.drop)
    if judges and not (asked.user and asked.why):
        parser.error("--pass and --drop need --as USER and --why REASON")
    from onefold.cli.work import as_jobs
    from onefold.kernel.refusals import Refusal

    try:
        viewer = person(asked.user) if judges else None
        if judges and viewer is None:
            return 1
        with as_jobs():
            return _judge(asked, viewer) if viewer else show_all()
    except Refusal as refusal:
        print(f"onefold: {refusal.sentence_in('en')}", file=sys.stderr)
        return 1


def person(user: str) -> Any:
    """Return the viewer whose name and password these are; None, and the reason printed, where they are not."""
    from onefold.cli import place
    from onefold.cli.people import ask_password
    from onefold.config.databases import connected_as

    found = place.connections()
    place.migrate(found)
    from allauth.mfa.utils import is_mfa_enabled
    from django.contrib.auth import authenticate

    from onefold.domains.organisation.queries import viewer_of

    with connected_as(found, "app"):
        known = authenticate(None, username=user, password=ask_password())
        viewer = viewer_of(known) if known else None
        second = bool(known and is_mfa_enabled(known))
    if viewer is None:
        print("onefold: nobody signs in with this name and password.", file=sys.stderr)
        return None
    if second:
        print("onefold: this account signs in with a second factor; judge on the page of operations.", file=sys.stderr)
        return None
    return viewer


def _judge(asked: argparse.Namespace, viewer: Any) -> int:
    from onefold.commands.viewer import Viewer
    from onefold.domains.releases import holding
    from onefold.jobs.pipeline import activate_passed
    from onefold.kernel.ids import new_id

    if asked.drop:
        done = holding.drop(viewer, new_id(), hold_id=asked.drop, why=asked.why)
        holding.clear(Viewer.system("cli"), release_id=done["release_id"])
        print(f"Release {done['release_id'][:8]} is dropped. The next run is compared with what readers see now.")
        return 0
    done = holding.approve(viewer, new_id(), hold_id=asked.passed, why=asked.why, name=asked.user)
    if not done["passed"]:
        print("Noted. A second person must say so too.")
        return 0
    activate_passed(done["release_id"])
    print(f"Readers see release {done['release_id'][:8]}.")
    return 0


def show_all() -> int:
    """What is held, then what was."""
    from onefold.commands.viewer import Viewer
    from onefold.domains.releases.held_queries import open_hold, past_holds

    if open_hold(Viewer.system("cli")) is None:
        print("No release is held.")
    else:
        show_open()
    for row in past_holds(Viewer.system("cli")):
        print(f"{row.held_at:%Y-%m-%d %H:%M} release {row.release_id[:8]} {row.state.lower()} {row.why}".rstrip())
    return 0


def show_open() -> None:
    """Why a release is held, line by line, and what can be done."""
    from onefold.commands.viewer import Viewer
    from onefold.domains.releases.held_queries import open_hold

    row = open_hold(Viewer.system("cli"))
    if row is None:
        return
    print(f"Release {row.release_id[:8]} is held since {row.held_at:%Y-%m-%d %H:%M}; readers see {row.in_force[:8]}.")
    for line in lines_of(row):
        print(line)
    for one in row.approvals:
        print(f"  {one.name} ({one.role}) would let it pass: {one.why}")
    print(f"  onefold held --pass {row.hold_id} --as USER --why REASON    (two persons)")
    print(f"  onefold held --drop {row.hold_id} --as USER --why REASON")


def lines_of(row: Any) -> list[str]:
    """What was found, one line each."""
    falls = [
        SENTENCES["FALL"].format(
            fact=one.fact, company=one.company or "of the whole group", before=one.before, now=one.now,
            fell=one.before - one.now, percent_max=one.percent_max,
        )
        for one in row.falls
    ]  # fmt: skip
    files = [
        SENTENCES["FILE"].format(
            batch=one.batch_id, feed=one.feed, company=one.company or "of the holding",
            outcome=f"{one.outcome.lower()} ({one.reason})" if one.outcome else "not there",
        )
        for one in row.files
    ]  # fmt: skip
    back = ["  the files of a release that was taken back are all in it again"] if row.was_taken_back else []
    return back + files + falls
