"""`onefold prune`: let go of what is past its term, or show what would go."""

from __future__ import annotations

import argparse
import sys
from datetime import date

from onefold.cli.work import as_jobs


def prune(words: list[str]) -> int:
    """Let go of what is past its term and under no legal hold, as the nightly job does; --dry-run changes nothing."""
    parser = argparse.ArgumentParser(prog="onefold prune", description=prune.__doc__)
    parser.add_argument("--dry-run", action="store_true", help="show what would go and why the rest stays")
    parser.add_argument(
        "--on", type=date.fromisoformat, metavar="DAY", help="as it would be on that day (with --dry-run)"
    )
    asked = parser.parse_args(words)
    if asked.on and not asked.dry_run:
        parser.error("--on goes with --dry-run: what goes, goes today")
    with as_jobs():
        if asked.dry_run:
            show(asked.on)
            return 0
        return carry_out()


def show(on: date | None) -> None:
    from onefold.jobs.pruning import shown
    from onefold.kernel.retention import Ruling

    print(f"{'':<17}{'kept for':>12}{'GOES':>22}{'young':>22}{'in use':>22}{'held':>22}")
    total = 0
    for row in shown(on):
        cells = [
            f"{row.weighed.counts[part]:,} ({size(row.weighed.bytes[part])})"
            for part in (Ruling.GOES, Ruling.YOUNG, Ruling.NEEDED, Ruling.HELD)
        ]
        print(f"{row.kind:<17}{term(row.term.years, row.term.days):>12}" + "".join(f"{cell:>22}" for cell in cells))
        total += row.weighed.bytes[Ruling.GOES]
    print(f"{size(total)} would go. Nothing was changed.")


def carry_out() -> int:
    from onefold.jobs.pruning import Went
    from onefold.jobs.pruning import prune as prune_now
    from onefold.kernel.refusals import Refusal

    def told(went: Went) -> None:
        if went.count:
            print(f"  {went.kind:<17} {went.count:,} gone, {size(went.bytes)}")

    try:
        went = prune_now(told)
    except Refusal as refusal:
        print(f"onefold: {refusal.sentence_in('en')}", file=sys.stderr)
        return 1
    print(f"{size(sum(each.bytes for each in went))} let go.")
    return 0


def term(years: int, days: int) -> str:
    return " ".join(part for part in (f"{years} y" if years else "", f"{days} d" if days or not years else "") if part)


def size(count: int) -> str:
    for unit, bytes_ in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= bytes_:
            return f"{count / bytes_:.1f} {unit}"
    return f"{count} B"
