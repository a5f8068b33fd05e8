"""Style is a test: sizes, names that say nothing, refusals in both languages, rooms that keep to their own tables."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

import onefold
from onefold.kernel.refusals import all_refusals

ROOT = Path(onefold.__file__).parent
HOME = ROOT.parents[1]
FILES = sorted(path for path in ROOT.rglob("*.py") if "migrations" not in path.parts)
SOURCES = [path for path in FILES if "tests" not in path.parts]
FUNCTION_LINES_MAX, FILE_LINES_MAX, FILE_LINES_NUDGE, TEMPLATE_LINES_MAX = 60, 500, 400, 120
INSTEAD = {
    "utils": "the noun of what it does",
    "helpers": "the noun of what it does",
    "common": "the room it belongs to",
    "manager": "the verb it carries out",
    "handler": "the verb it carries out",
    "base": "what its children are",
    "misc": "two names",
    "services": "actions or queries",
}


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_function_is_longer_than_a_page():
    long = [
        f"{path.relative_to(HOME)}:{node.lineno} {node.name} {node.end_lineno - node.lineno + 1}"
        for path in SOURCES
        for node in functions(path)
        if node.end_lineno - node.lineno + 1 > FUNCTION_LINES_MAX
    ]
    assert not long


def test_no_file_is_longer_than_one_can_hold():
    lengths = {path: len(path.read_text().splitlines()) for path in FILES}
    for path, length in lengths.items():
        if length > FILE_LINES_NUDGE:
            warnings.warn(f"nudge: {path.relative_to(HOME)} has {length} lines", stacklevel=1)
    assert not [str(path.relative_to(HOME)) for path, length in lengths.items() if length > FILE_LINES_MAX]


def test_templates_stay_short_and_ask_the_database_nothing():
    for path in ROOT.rglob("templates/**/*.html"):
        text = path.read_text()
        assert len(text.splitlines()) <= TEMPLATE_LINES_MAX, path
        assert not re.search(r"\.(objects|all|filter|count)\b", text), path


NAMED_BY_OTHERS = {"commands/postgres/base.py": {"base"}}
"""Django looks for a database backend under this name."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_name_says_nothing(path):
    parts = {*path.relative_to(ROOT).with_suffix("").parts}
    words = {word for part in parts for word in part.lower().split("_")}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ClassDef):
            words |= {word.lower() for word in re.findall(r"[A-Z][a-z]+", node.name)}
    banned = words & INSTEAD.keys()
    banned -= NAMED_BY_OTHERS.get(str(path.relative_to(ROOT)), set())
    assert not banned, {word: INSTEAD[word] for word in banned}


def test_every_refusal_speaks_both_languages():
    for module in pkgutil.walk_packages(onefold.__path__, "onefold."):
        if module.name.endswith(("refusals", "action", "actions")) and ".tests" not in module.name:
            importlib.import_module(module.name)
    refusals = list(all_refusals())
    assert len(refusals) > 10
    for refusal in refusals:
        assert refusal.sentence["en"].isascii() or "“" in refusal.sentence["en"], refusal
        assert re.search(r"[一-鿿]", refusal.sentence["zh-Hans"]), refusal
    codes = [refusal.code for refusal in refusals]
    assert len(codes) == len(set(codes)), "two refusals share a code"


def test_a_rooms_tables_are_written_by_that_room_only():
    """`X.objects.create(...)`, update, delete, bulk writes: only inside the room whose models module X comes from."""
    writes = {"create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
    trespass = []
    for path in SOURCES:
        room = (
            path.relative_to(ROOT).parts[1]
            if path.is_relative_to(ROOT / "domains")
            else path.relative_to(ROOT).parts[0]
        )
        tree = ast.parse(path.read_text())
        foreign = {
            alias.asname or alias.name: node.module
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and re.fullmatch(r"onefold\.domains\.\w+\.models", node.module or "")
            for alias in node.names
            if node.module.split(".")[2] != room
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in writes:
                names = {child.id for child in ast.walk(node.func) if isinstance(child, ast.Name)}
                trespass += [f"{path.relative_to(HOME)}:{node.lineno} {name}" for name in names & foreign.keys()]
    allowed = ("src/onefold/jobs/pipeline.py",)
    assert not [place for place in trespass if not place.startswith(allowed)]


def test_every_room_says_what_it_owns():
    for room in sorted((ROOT / "domains").iterdir()):
        if room.is_dir() and (room / "models.py").exists():
            text = (room / "README.md").read_text() if (room / "README.md").exists() else ""
            assert "It owns" in text and "It does not own" in text, f"{room.name}/README.md"


def test_nothing_of_a_machine_or_a_registry_is_committed():
    import subprocess

    tracked = subprocess.run(["git", "ls-files"], cwd=HOME, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    for name in tracked:
        path = HOME / name
        if not path.is_file() or path.suffix in {".png", ".mo", ".woff2"} or "vendor" in path.parts:
            continue
        text = path.read_text(errors="replace")
        named = re.search(r"https?://[^ \"]*\.(whl|tgz|tar\.gz|deb)\b|\.\./shared/", text)
        assert not named, f"{name} names an address that packages come from, or the shared folder"
        assert len(HOME.parts) < 3 or str(HOME) not in text, f"{name} names a path of this machine"
