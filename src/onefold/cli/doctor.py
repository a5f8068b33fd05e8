"""`onefold doctor`: is this machine fit, and if not, what to do. One line a finding; exit code 1 when something fails."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

from onefold.cli import checks_backup, checks_database, checks_machine, place
from onefold.cli.findings import Finding, Level, could_not, spoken

MARKS = {Level.OK: "OK  ", Level.WARN: "WARN", Level.FAIL: "FAIL"}


def main(words: list[str], var: Path | None = None) -> int:
    """`onefold doctor [--json] [--lang en|zh-Hans]`. Starts nothing and changes nothing."""
    parser = argparse.ArgumentParser(prog="onefold doctor", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON list instead of lines")
    parser.add_argument("--lang", default=spoken(), choices=["en", "zh-Hans"])
    asked = parser.parse_args(words)
    findings = examine(var or Path(os.environ.get("ONEFOLD_VAR", place.home() / "var")))
    if asked.json:
        print(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False, indent=1))
    else:
        show(findings, asked.lang)
    return 1 if any(finding.level is Level.FAIL for finding in findings) else 0


def examine(var: Path) -> list[Finding]:
    """Every finding about this machine for the installation in `var`, in the order in which one would mend them."""
    checks: dict[str, Callable[[], Finding | Iterable[Finding]]] = {
        "python": checks_machine.python,
        "folder": lambda: checks_machine.folder(var),
        "secrets": lambda: checks_machine.secrets_closed(var),
        "disk": lambda: checks_machine.disk(var),
        "clock": checks_machine.clock,
        "port": lambda: checks_machine.port(place.port(), var),
        "database": lambda: checks_database.examine(var),
        "backup": lambda: checks_backup.examine(var),
        "chromium": checks_machine.chromium,
        "java": checks_machine.java,
        "fonts": checks_machine.fonts,
    }
    return [finding for name, check in checks.items() for finding in tried(name, check)]


def tried(name: str, check: Callable[[], Finding | Iterable[Finding]]) -> list[Finding]:
    """A check that itself breaks is a finding too: the others still run."""
    try:
        found = check()
        return [found] if isinstance(found, Finding) else list(found)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        return [could_not(name, error)]


def show(findings: list[Finding], language: str) -> None:
    for finding in findings:
        print(f"{MARKS[finding.level]}  {finding.name:<9} {finding.said[language]}")
        if finding.todo:
            print(f"{'':16}→ {finding.todo[language]}")
