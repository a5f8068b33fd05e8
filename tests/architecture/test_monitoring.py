"""Dashboard and alert rules name figures that exist, every figure is explained, and promtool agrees where there is one."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from onefold.commands.figures import AT_SCRAPE, FIGURES
from onefold.web import measures

DOCS = Path(__file__).parents[2] / "docs"
RULES, BOARD, PAGE = DOCS / "monitoring/alerts.yml", DOCS / "monitoring/dashboard.json", DOCS / "monitoring.md"
NAME = re.compile(r"\bonefold_\w+")


def told() -> set[str]:
    """Every name that /metrics may tell."""
    counters = {f"{counter._name}_total" for counter in (measures.REQUESTS, measures.SIGN_IN_FAILURES)}
    spread = {f"{measures.SECONDS._name}{ending}" for ending in ("_bucket", "_sum", "_count")}
    return counters | spread | {measures.IN_FLIGHT._name} | FIGURES.keys() | AT_SCRAPE.keys()


def expressions() -> dict[str, str]:
    rules = yaml.safe_load(RULES.read_text())["groups"]
    found = {rule["alert"]: rule["expr"] for group in rules for rule in group["rules"]}
    for panel in json.loads(BOARD.read_text())["panels"]:
        found |= {f"{panel['title']} {target['refId']}": target["expr"] for target in panel["targets"]}
    return found


def test_every_figure_that_dashboard_and_rules_name_exists():
    unknown = {place: names for place, expr in expressions().items() if (names := set(NAME.findall(expr)) - told())}
    assert not unknown


def test_every_figure_is_on_the_dashboard_and_on_the_page():
    shown = set(NAME.findall(" ".join(expressions().values())))
    spread = {f"{measures.SECONDS._name}{ending}" for ending in ("_sum", "_count")}
    assert told() - shown <= spread, "figures nobody looks at"
    text = PAGE.read_text()
    assert not {name for name in FIGURES.keys() | AT_SCRAPE.keys() if f"`{name}`" not in text}


def test_the_rules_hold_before_promtool():
    tool = shutil.which("promtool")
    if tool is None:
        pytest.skip("no promtool here (Debian: apt-get install prometheus)")
    done = subprocess.run([tool, "check", "rules", str(RULES)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
