"""`onefold WORD ...`: one table from word to function. Nothing heavy is imported before its word is said."""

from __future__ import annotations

import importlib
import os
import sys

from onefold.cli.findings import spoken
from onefold.embedded.versions import SchemaNewer
from onefold.kernel.refusals import Kind, Refusal

REFUSED, LATER = 1, os.EX_TEMPFAIL
"""exit codes: a rule said no; something is away or full that comes back (75: try again later)"""

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("onefold.cli.demo:demo", "set everything up, do the main job on Harbour Group, open the product"),
    "up": ("onefold.cli.serve:up", "start the database, the web server, the relay and the worker"),
    "migrate": ("onefold.cli.serve:migrate", "bring the database's tables to this version"),
    "user": (
        "onefold.cli.people:user",
        "make a user: onefold user NAME ROLE [--company C] [--seller S]; --list, --disable NAME, --enable NAME",
    ),
    "audit": (
        "onefold.cli.audit:audit",
        "prove that the audit is what was written: onefold audit verify [--heads DIR]",
    ),
    "token": (
        "onefold.cli.people:token",
        "make or take back a token for a company's machine: onefold token COMPANY NAME",
    ),
    "ingest": ("onefold.cli.work:ingest", "receive the companies' files from a folder: onefold ingest FOLDER"),
    "run": ("onefold.cli.work:run", "from everything received to a published release"),
    "held": (
        "onefold.cli.held:held",
        "the release that waits for judgement and why: onefold held [--pass ID | --drop ID]",
    ),
    "rollback": (
        "onefold.cli.rollback:rollback",
        "go back to the release before, facts and all: a plan, then the deed",
    ),
    "backup": ("onefold.cli.keep:backup", "back up everything while it runs: onefold backup --to DIR --keys-to DIR"),
    "restore": ("onefold.cli.keep:restore", "bring a backup back into an empty place, to a moment: --to-time"),
    "verify": ("onefold.cli.keep:verify", "read every byte of the backups and compare"),
    "drill": (
        "onefold.cli.keep:drill",
        "practise: restore elsewhere, compare every table and file, say how long it took",
    ),
    "keys": (
        "onefold.cli.keys:keys",
        "the secret keys: onefold keys list | verify | rotate PURPOSE | destroy | replace",
    ),
    "settle": ("onefold.cli.work:settle", "close a month and settle it, or reckon it again: onefold settle 2026-06"),
    "prune": ("onefold.cli.prune:prune", "let go of what is past its term; --dry-run shows what would go, and why"),
    "replay": ("onefold.cli.replay:replay", "decide once more what was decided, from its evidence, and compare"),
    "simulate": (
        "onefold.cli.simulate:simulate",
        "a whole group with known truth: onefold simulate --customers N --seed S --out DIR",
    ),
    "evaluate": ("onefold.cli.evaluate:evaluate", "compare with what is true: onefold evaluate linkage"),
    "policy": (
        "onefold.cli.work:policy",
        "explain, list or check the rulebook: onefold policy explain VALUE --on DATE",
    ),
    "feed": (
        "onefold.cli.feed:feed",
        "bring in a company's files: onefold feed draft FILE..., onefold feed check FOLDER FILE...",
    ),
    "indicator": (
        "onefold.cli.indicator:indicator",
        "any indicator as of any day as known on any day: onefold indicator NAME --as-of D --known-on K --by segment",
    ),
    "doctor": ("onefold.cli.doctor:main", "say what is right and wrong with this installation"),
    "docs": ("onefold.cli.develop:docs", "write the generated documentation anew (--check: only compare)"),
    "test": ("onefold.cli.develop:test", "prove it: all tests, or a room's (`test leads`); other words go to pytest"),
    "nightly": (
        "onefold.cli.develop:nightly",
        "tests with their long variants, fuzzing, mutants: onefold nightly [tests|fuzz|mutants]",
    ),
    "check": (
        "onefold.cli.develop:check",
        "format, lint, types, import contracts, tidy tests, generated docs (--quick: the first four)",
    ),
    "bench": ("onefold.cli.develop:bench", "print every figure that any document claims"),
    "lock": ("onefold.cli.develop:lock", "pin the dependencies anew (--check: only compare)"),
}


def main(words: list[str] | None = None) -> int:
    """Run one command; return its exit code."""
    words = sys.argv[1:] if words is None else words
    if not words or words[0] in {"-h", "--help", "help"}:
        return usage()
    if words[0] not in COMMANDS:
        print(f"onefold: there is no command {words[0]!r}.\n", file=sys.stderr)
        return usage() or 2
    module, _, function = COMMANDS[words[0]][0].partition(":")
    try:
        result: int = getattr(importlib.import_module(module), function)(words[1:])
    except Exception as error:
        refusal = refusal_in(error)
        if refusal is None:
            raise
        print(f"onefold: {refusal.sentence_in(spoken())}", file=sys.stderr)
        passes = refusal.kind is Kind.UNAVAILABLE and not isinstance(refusal, SchemaNewer)
        return LATER if passes else REFUSED
    return result


def refusal_in(error: Exception) -> Refusal | None:
    """What is to be said instead of a traceback: a refusal, or an outage below us; None for a bug."""
    if isinstance(error, Refusal):
        return error
    from onefold.commands.outages import outage_of  # brings Django: only when something has gone wrong

    return outage_of(error)


def usage() -> int:
    print("Onefold: cross-selling for a financial holding group.\n")
    for word, (_, meaning) in COMMANDS.items():
        print(f"  ./onefold {word:<9} {meaning}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
