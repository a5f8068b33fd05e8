"""`onefold audit`: prove that the audit is what was written; declare what a restored backup lost; let retention take old lines."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from onefold.cli import place
from onefold.embedded import Connection
from onefold.keeping import state
from onefold.kernel import keys

HEADS = Path("audit/heads")


def audit(words: list[str]) -> int:
    """Prove, declare, prune."""
    parser = argparse.ArgumentParser(prog="onefold audit", description=__doc__)
    what = parser.add_subparsers(dest="what", required=True)
    proving = what.add_parser("verify", help="look at every line under every seal, and at every signed head outside")
    restored = what.add_parser(
        "restored", help="after a restore: say that links written down outside were lost with it"
    )
    pruning = what.add_parser("prune", help="take lines sealed before a day; seals and the declaration of it stay")
    pruning.add_argument("--before", type=date.fromisoformat, required=True, help="e.g. 2021-01-01")
    for one in (proving, restored, pruning):
        one.add_argument("--heads", type=Path, help="folder of signed heads (VAR/audit/heads)")
    for one in (restored, pruning):
        one.add_argument("--why", required=True, help="a sentence for whoever proves the audit later; no personal data")
    asked = parser.parse_args(words)
    found = place.connections()
    place.migrate(found)
    from onefold.config.databases import connected_as

    folder = asked.heads or place.var() / HEADS
    if asked.what == "restored":
        return restore(found, folder, asked.why)
    with connected_as(found, "batch" if asked.what == "verify" else "owner"):
        return verify(folder) if asked.what == "verify" else prune(folder, asked.before, asked.why)


def verify(folder: Path) -> int:
    from onefold.commands import clock, heads, proof, sealing
    from onefold.domains.ledger.queries import BOOK, links_of_the_book

    began = time.monotonic()
    said, keys = list(heads.read(folder)), heads.verifiers(folder)
    proof_ = proof.verify(said, keys, {BOOK: links_of_the_book()})
    waiting, seconds = sealing.unsealed(clock.now())
    for sentence in proof.restores():
        print(f"  restored: {sentence}")
    for sentence in proof_.declared:
        print(f"  declared: {sentence}")
    for sentence in proof_.faults:
        print(f"  FAULT: {sentence}", file=sys.stderr)
    print(
        f"{proof_.lines:,} lines under {proof_.links:,} links, {proof_.heads:,} signed heads in {folder}: "
        f"{'whole' if proof_.is_whole else f'{len(proof_.faults)} fault(s)'} ({time.monotonic() - began:.1f} s). "
        f"{waiting:,} line(s) not sealed yet{f', the first for {seconds:.0f} s' if waiting else ''}."
    )
    if not said:
        print("No head was ever written down: who can rewrite the whole database goes unseen.", file=sys.stderr)
    return 0 if proof_.is_whole else 1


def restore(found: Mapping[str, Connection], folder: Path, why: str) -> int:
    lost = _declare_lost(found, folder, why, by=getpass.getuser())
    for (chain, company), (first, last) in sorted(lost.items()):
        print(f"{company or chain}: links {first} to {last} are declared lost.")
    if not lost:
        print("Nothing was lost: every head that was written down has its link.")
    return 0


def note_restored(found: Mapping[str, Connection], var: Path) -> None:
    """Once after `onefold restore`, before anything else is written: a line in the audit that says so, and the links that were lost
    declared. Killed on the way it is done again. Nothing where nothing was restored.
    """
    from onefold.commands import proof
    from onefold.commands.viewer import Viewer
    from onefold.config.databases import connected_as
    from onefold.kernel.ids import derived_id

    said = state.restored(var)
    if said is None:
        return
    why = f"restored from backup {said['backup']}, to {said['until']}"
    lost = _declare_lost(found, var / HEADS, why, by=said["by"])
    links = [[chain, company, *links] for (chain, company), links in sorted(lost.items())]
    with connected_as(found, "owner"):
        command_id = derived_id("restored", said["backup"], said["at"], json.dumps(links))
        proof.note_restored(
            Viewer.system("cli"), command_id, backup=said["backup"], until=said["until"], by=said["by"], lost=links
        )
    state.forget_restored(var)


def _declare_lost(
    found: Mapping[str, Connection], folder: Path, why: str, by: str
) -> dict[tuple[str, str], tuple[int, int]]:
    """Declare lost every link, of the audit and of the book, whose head is outside and that the database does not have; return them."""
    from onefold.commands import heads, proof
    from onefold.config.databases import connected_as
    from onefold.domains.ledger.queries import BOOK, links_of_the_book

    with connected_as(found, "batch"):
        lost = proof.lost_links(heads.read(folder), {BOOK: links_of_the_book()})
    with connected_as(found, "owner"):
        for (chain, company), links in sorted(lost.items()):
            _declare(
                folder, by=by, chain=chain, company=company, kind=proof.RESTORED, links=links, number_until=0, why=why
            )
    return lost


def prune(folder: Path, before: date, why: str) -> int:
    from onefold.commands import proof

    for company, (link, number) in sorted(
        proof.over_before(datetime(before.year, before.month, before.day, tzinfo=UTC)).items()
    ):
        taken = _declare(
            folder,
            by=getpass.getuser(),
            company=company,
            kind=proof.PRUNED,
            links=(1, link),
            number_until=number,
            why=why,
        )
        print(f"{company or 'the holding'}: {taken['lines']:,} line(s) up to link {link} taken.")
    return 0


def _declare(folder: Path, **said: Any) -> Any:
    from django.conf import settings

    from onefold.commands import clock, heads, proof
    from onefold.commands.viewer import Viewer
    from onefold.kernel.ids import new_id

    key = heads.SigningKey.of(keys.current(settings.SECRETS, keys.AUDIT))
    signed = proof.signed_break(key, **said)
    done = proof.declare_break(Viewer.system("cli"), new_id(), said=signed)
    heads.write_down(folder, key, f"{clock.now():%Y-%m}", [{"chain": "break", **signed}])
    return done
