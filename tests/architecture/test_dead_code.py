"""Nothing stands in the product that nobody calls: what is used only by tests belongs to the tests, or goes.

By vulture, over everything but tests. What is called by its name alone (settings, templates, commands, routes, jobs) is named in a
string, a template or a decorator; what a library calls is in `CALLED_BY_LIBRARIES`.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any

import vulture

HOME = Path(__file__).resolve().parents[2]
KINDS = {"function", "method", "class", "property"}
REGISTERED = ["@register.*", "@api.*", "@router.*", "@app.*", "@faults.*"]
"""decorators by which a function is handed to whoever calls it"""
CALLED_BY_LIBRARIES = {
    "Meta": "Django",
    "get_new_connection": "Django: a database backend",
    "allow_relation": "Django: a router",
    "allow_migrate": "Django: a router",
    "get_user": "Django: a backend of sign-in",
    "process_view": "Django: a middleware",
    "process_exception": "Django: a middleware",
    "valid_value": "Django: a field of a form",
    "clean_oldpassword": "Django: a form",
    "clean_budget_minor": "Django: a form",
    "is_open_for_signup": "allauth",
    "_get_session_from_db": "Django: a store of sessions",
    "_init_shared_socket": "granian",
    "_drop_shared_socket": "granian",
    "do_GET": "http.server",
    "do_POST": "http.server",
    "log_message": "http.server",
    "handle_starttag": "html.parser",
    "handle_endtag": "html.parser",
    "handle_data": "html.parser",
}
WAITING = {
    "step_alone": "a measurement in a process of its own",
    "on_spark": "the comparison on Spark, which the tests hold against DuckDB's",
    "crossed_effects": "the trial's own measure, which the tests hold the model against",
    "tables_of": "the simulated group's truth, which the tests hold the figures against",
    "cross_selling_performance_minor": "performance by cross-selling, until people are steered by it",
    "trial_month_minor": "performance by cross-selling, until people are steered by it",
    "counts_towards": "performance by cross-selling, until people are steered by it",
    "agency_revenue_minor": "performance by cross-selling, until people are steered by it",
}
"""What may stand unused, and what for."""


@cache
def unused() -> dict[str, str]:
    """Return name -> place of everything that nothing but tests calls."""
    reader = vulture.Vulture(ignore_decorators=REGISTERED)
    reader.scavenge([str(HOME / part) for part in ("src", "benchmarks", "onefold")], exclude=["*/tests/*"])
    found = (item for item in reader.get_unused_code(60) if item.typ in KINDS and is_ours(item))
    return {
        item.name: f"{Path(item.filename).relative_to(HOME)}:{item.first_lineno}"
        for item in found
        if item.name not in named()
    }


def is_ours(item: Any) -> bool:
    """Django finds its applications and reads its migrations by itself."""
    return "migrations" not in item.filename.parts and item.filename.name != "apps.py"


@cache
def named() -> set[str]:
    """The words of every dotted name and every SQL in a string, and of every template and configuration."""
    trees = (ast.parse(path.read_text()) for path in (HOME / "src").rglob("*.py") if "tests" not in path.parts)
    strings = (
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    names = (text for text in strings if re.fullmatch(r"[\w.: ()]+", text) or "SELECT" in text)
    others = (path.read_text() for kind in ("*.html", "*.yaml") for path in (HOME / "src").rglob(kind))
    return {
        word for text in (*names, *others, (HOME / "pyproject.toml").read_text()) for word in re.findall(r"\w+", text)
    }


def test_nothing_stands_unused() -> None:
    left = {name: place for name, place in unused().items() if name not in CALLED_BY_LIBRARIES | WAITING}
    assert left == {}, "used by tests at most"


def test_what_may_stand_unused_is_still_there_and_unused() -> None:
    assert {name for name in WAITING if name not in unused()} == set()
