"""Going back to the release before: first the plan - what goes back, what cannot and why -, then, after a yes, the deed."""

from __future__ import annotations

import argparse
import sys
from typing import Any
from uuid import UUID

DONE = {"gone": "removed", "restored": "put back as they were", "again": "brought back"}
LEFT = {
    "in_use": "stay: something refers to them since",
    "changed_since": "stay: changed since, by people or otherwise",
}


def rollback(words: list[str]) -> int:
    """Go back to the release before the one in force, with everything it brought. Prints the plan and asks."""
    parser = argparse.ArgumentParser(prog="onefold rollback", description=rollback.__doc__)
    parser.add_argument("--yes", action="store_true", help="do not ask: for machines")
    parser.add_argument("--plan", action="store_true", help="only say what would be done")
    parser.add_argument("--why", default="", help="kept with the taking back")
    asked = parser.parse_args(words)
    from onefold.cli.work import as_jobs
    from onefold.kernel.refusals import Refusal

    with as_jobs():
        try:
            return _go_back(asked)
        except Refusal as refusal:
            print(f"onefold: {refusal.sentence_in('en')}", file=sys.stderr)
            return 1


def _go_back(asked: argparse.Namespace) -> int:
    from onefold.commands.viewer import Viewer
    from onefold.domains.releases.taking_back import plan_roll_back, roll_back

    viewer = Viewer.system("cli")
    plan = plan_roll_back(viewer)
    for line in [*plan_lines(plan), *told_lines(plan)]:
        print(line)
    if asked.plan or not plan["changes_noted"]:
        return 0 if asked.plan else 1
    if not asked.yes and input("Go back? [yes/no] ").strip().lower() not in ("y", "yes"):
        print("Nothing was changed.")
        return 1
    done = roll_back(viewer, why=asked.why)
    left = sum(one["in_use"] + one["changed_since"] for one in done["tables"])
    print(f"Readers see release {done['release_id'][:8]} again; {left} rows stayed as they are.")
    print("The next release with the same files is held. Pause the feed that was wrong, or have it sent mended.")
    return 0


def plan_lines(plan: dict[str, Any]) -> list[str]:
    """What goes back and what does not, table by table."""
    lines = [
        f"From release {plan['instead_of'][:8]}, in force since {plan['activated_at'][:16]}, to {plan['release_id'][:8]}."
    ]
    lines.append("  figures, decisions, offers, pictures: those of the release before")
    if not plan["changes_noted"]:
        return [
            *lines,
            "  facts: CANNOT go back. This release was published before Onefold kept what a release changes.",
            f"  Restore the moment before it instead: onefold restore --to-time {plan['activated_at']}",
        ]
    for one in plan["tables"]:
        said = [f"{one[kind]} {words}" for kind, words in (DONE | LEFT).items() if one[kind]]
        lines.append(f"  {one['table']}: {'; '.join(said)}")
    if any(one["in_use"] or one["changed_since"] for one in plan["tables"]):
        lines.append(f"  To have these back too, restore: onefold restore --to-time {plan['activated_at']}")
    return lines


def told_lines(plan: dict[str, Any]) -> list[str]:
    """What was done since because of the release, and stays done."""
    from onefold.commands.viewer import Viewer
    from onefold.domains.releases.changes import was_before
    from onefold.domains.settlement.queries import wound_up_by_feed

    ended = [
        UUID(row["contract_id"]) for row in was_before(Viewer.system("cli"), "holdings_contract", "status", "IN_FORCE")
    ]
    booked = wound_up_by_feed(Viewer.system("cli"), ended)
    lines = ["  told and not to be untold: companies' machines hear that the release before is in force again"]
    if booked:
        lines.append(
            f"  {booked} sales were wound up in the book because their contracts ended with this release. The book is not undone: "
            "settle them with the owner"
        )
    return lines
