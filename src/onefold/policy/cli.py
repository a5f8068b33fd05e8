"""`onefold policy`: explain one value, list all, check everything."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from onefold.policy.book import Rulebook, load
from onefold.policy.cases import cases_of, discrepancies, failure_of
from onefold.policy.packs import RulebookBroken


def main(words: list[str]) -> int:
    """Run `onefold policy WORDS`; return 0, or 1 when something is broken, unknown or does not hold, 2 for wrong words."""
    try:
        asked = _parser().parse_args(words)
    except SystemExit as end:
        return int(end.code or 0)
    try:
        rulebook = load(asked.rulebook, drafts=asked.drafts)
        run: Callable[[Rulebook, argparse.Namespace], tuple[list[str], int]] = asked.run
        lines, code = run(rulebook, asked)
    except (RulebookBroken, LookupError) as error:
        lines, code = [str(error.args[0])], 1
    except ValueError as error:  # a feed is described wrongly; its own error class is the feeds' business
        lines, code = [str(error)], 1
    sys.stdout.write("\n".join(lines) + "\n")
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="onefold policy", description="The dated rulebook: what holds, since when, and why."
    )
    parser.add_argument(
        "--rulebook", type=Path, help="folder of packs that replace the shipped ones (else ONEFOLD_RULEBOOK)"
    )
    parser.add_argument("--drafts", action="store_true", help="as if the drafts were decided")
    commands = parser.add_subparsers(required=True, metavar="explain|list|check")
    explain = commands.add_parser("explain", help="one value on a day")
    explain.add_argument("value", help="for example contact.leads_per_seller_max")
    explain.add_argument("--on", type=date.fromisoformat, required=True, metavar="DATE")
    explain.set_defaults(run=_explain)
    commands.add_parser("list", help="every value and what it means").set_defaults(run=_list)
    commands.add_parser("check", help="load everything and run every case").set_defaults(run=_check)
    return parser


def _explain(rulebook: Rulebook, asked: argparse.Namespace) -> tuple[list[str], int]:
    found = rulebook.explain(asked.value, on=asked.on)
    until = f" until {found.until}" if found.until else ""
    lines = [
        f"{found.name} = {shown(found.value)}" + (" (draft)" if found.draft else ""),
        f"  {found.meaning['en']}",
        f"  {found.meaning['zh-Hans']}",
        f"  unit       {found.unit}",
        f"  since      {found.since}{until}",
        f"  reference  {found.reference}",
        f"  file       {found.file}, rulebook version {rulebook.version}",
    ]
    before = [
        f"  before     {shown(one.value)} from {one.since} until {one.until} ({one.reference})"
        for one in reversed(found.earlier)
    ]
    return lines + before, 0


def _list(rulebook: Rulebook, asked: argparse.Namespace) -> tuple[list[str], int]:
    lines = [f"rulebook version {rulebook.version}"]
    for pack in sorted(rulebook.folders):
        jurisdiction = f" [{rulebook.jurisdictions[pack]}]" if pack in rulebook.jurisdictions else ""
        lines += ["", f"{pack}{jurisdiction}"]
        lines += [f"  {text}" for text in rulebook.about.get(pack, {}).values()]
        for name, value in sorted(rulebook.values.items()):
            if name.startswith(f"{pack}."):
                lines.append(f"  {name:<42} {value.meaning['en']} / {value.meaning['zh-Hans']}")
    return lines, 0


def _check(rulebook: Rulebook, asked: argparse.Namespace) -> tuple[list[str], int]:
    cases = cases_of(rulebook)
    wrong = [f"{case.file}: {case.name}: {matter}" for case in cases if (matter := failure_of(case, rulebook))]
    wrong += discrepancies(rulebook)
    total = f"rulebook version {rulebook.version}: {len(rulebook.values)} values, {len(rulebook.feeds)} feeds, {len(cases)} cases"
    return [*wrong, f"{total}, {len(wrong)} wrong" if wrong else f"{total}, all hold"], 1 if wrong else 0


def shown(value: Any) -> str:
    """A value on one line; mappings and lists as JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
