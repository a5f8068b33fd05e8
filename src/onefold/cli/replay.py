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
    asked = parser.parse_args(words)
    if asked.last < 1:
        parser.error("--last is a whole number from 1 on")
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
