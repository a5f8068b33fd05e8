"""`onefold replay`: decide once more what was decided, from what it rested on, and compare to the byte."""

from __future__ import annotations

import argparse
import sys
from uuid import UUID

from onefold.cli.work import as_jobs


def replay(words: list[str]) -> int:
    """Decide the last decisions (or one) once more from their evidence, by the core they were made by; 1 when any differs."""
    parser = argparse.ArgumentParser(prog="onefold replay", description=replay.__doc__)
    parser.add_argument("--last", type=int, default=1000, metavar="N", help="how many, newest first (1000)")
    parser.add_argument("--decision", type=UUID, metavar="ID", help="one, by the id of its evidence")
    parser.add_argument(
        "--release", nargs="?", const="", metavar="ID", help="all of a release's, from its lake (latest)"
    )
    asked = parser.parse_args(words)
    if asked.last < 1:
        parser.error("--last is a whole number from 1 on")
    if asked.release is not None:
        return _release(asked.release)
    with as_jobs():
        return _one(asked.decision) if asked.decision else _last(asked.last)


def _last(count: int) -> int:
    from onefold.commands.viewer import Viewer
    from onefold.domains.offers.evidence import replayed

    total, different = 0, []
    for evidence_id, same in replayed(Viewer.system("replay"), count):
        total += 1
        if not same:
            different.append(evidence_id)
    for evidence_id in different[:20]:
        print(f"  another decision than was stored: {evidence_id}")
    share = f"{100 * (total - len(different)) / total:.2f} %" if total else "there is no decision yet"
    print(f"{total - len(different):,} of {total:,} decisions come out the same to the byte: {share}")
    return 1 if different else 0


def _one(evidence_id: UUID) -> int:
    from onefold.commands.viewer import Viewer
    from onefold.domains.offers.evidence import is_same_again
    from onefold.kernel.refusals import Refusal

    try:
        same = is_same_again(Viewer.system("replay"), evidence_id)
    except Refusal as refusal:
        print(f"onefold: {refusal.sentence_in('en')}", file=sys.stderr)
        return 1
    print("The same decision to the byte." if same else "Another decision than was stored.")
    return 0 if same else 1


def _release(beginning: str) -> int:
    """A release keeps what its decisions were made of, so they are made once more from there."""
    from onefold import policy
    from onefold.analytics.decide.again import decide_again
    from onefold.analytics.run import LATEST, latest
    from onefold.cli import place

    runs = place.var() / "lake" / "runs"
    found = (
        sorted(path for path in runs.glob(f"{beginning}*") if (path / "manifest.json").exists()) if beginning else []
    )
    release = found[0] if len(found) == 1 else None if beginning else latest(runs)
    if release is None:
        print(f"onefold: there is no such release in {runs.name} (see {LATEST})", file=sys.stderr)
        return 1
    again = decide_again(release, policy.load())
    notes = [
        "it was made by another version of the code" if again.by_other_code else "",
        "it was made under another rulebook" if again.by_other_rules else "",
    ]
    told = "; ".join(note for note in notes if note)
    print(
        f"Release {release.name[:8]}, decisions for {again.rows:,} customers: {'the same' if again.same else 'NOT the same'} to the byte{f' ({told})' if told else ''}."
    )
    return 0 if again.same else 1
