"""What developers run: tests, checks, benchmarks, generated documents, locks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from onefold.cli import place

PYTHON = [sys.executable, "-m"]
UV = [str(os.path.join(os.path.dirname(sys.executable), "uv"))]
HOURS = 3
"""after which a long test counts as hung"""
FUZZED_S = 60
SPREAD = ["-n", str(min(os.cpu_count() or 1, 4)), "--dist", "loadfile", "--no-loadscope-reorder"]
"""a process for each of up to four cores, a file as a whole, in the order of tests/longest_first.py"""
QUICK = ("format", "lint", "types", "imports")
LOCKS = {
    "requirements.lock": ["pyproject.toml"],
    "requirements-dev.lock": ["pyproject.toml", "--group", "dev", "-c", "requirements.lock"],
    "requirements-spark.lock": ["pyproject.toml", "--extra", "spark", "-c", "requirements.lock"],
}


def test(words: list[str]) -> int:
    """All tests, a process for each of up to four cores; or those of a room by its name; any other word goes to pytest."""
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser driver runs an event loop beside Django
    return said([*PYTHON, "pytest", *([part for word in words for part in folders_of(word)] or SPREAD)])


def folders_of(word: str) -> list[str]:
    """Return the folders of tests of every room with this name; the word itself where none has it."""
    rooms = sorted((place.home() / "src" / "onefold").rglob(f"{word}/tests")) if word.isidentifier() else []
    return [str(folder.relative_to(place.home())) for folder in rooms] or [word]


def check(words: list[str]) -> int:
    """Format, lint, types, import contracts, tidy tests, generated documents: all of them, also after a failure. With --quick the
    first four, which is what one wants before each commit.
    """
    steps = {
        "format": [*PYTHON, "ruff", "format", "--check", "--quiet", "."],
        "lint": [*PYTHON, "ruff", "check", "--quiet", "."],
        "types": [*PYTHON, "mypy"],
        "imports": [os.path.join(os.path.dirname(sys.executable), "lint-imports")],
        "tidy": [*PYTHON, "pytest", "-q", "tests/architecture"],
        "docs": [sys.executable, "-m", "onefold", "docs", "--check"],
        "locks": [sys.executable, "-m", "onefold", "lock", "--check"],
    }
    chosen = QUICK if "--quick" in words else tuple(steps)
    failed = [name for name in chosen if said(steps[name], title=name)]
    print(f"check: {'all good' if not failed else 'failed: ' + ', '.join(failed)}")
    return 1 if failed else 0


def nightly(words: list[str]) -> int:
    """What is too long for every change: all tests with their long variants, guided fuzzing, every mutant."""
    os.environ["ONEFOLD_NIGHTLY"] = "1"
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    patience = ["-o", f"faulthandler_timeout={HOURS * 3600}"]
    steps = {
        "tests": [*PYTHON, "pytest", *SPREAD, *patience],
        "fuzz": [*PYTHON, "tests.faults.fuzz_parsers", "all", f"-max_total_time={FUZZED_S}"],
        "mutants": [sys.executable, str(place.home() / "tests" / "faults" / "mutants.py")],
    }
    failed = [name for name, step in steps.items() if name in (words or steps) and said(step, title=name)]
    print(f"nightly: {'all good' if not failed else 'failed: ' + ', '.join(failed)}")
    return 1 if failed else 0


def bench(words: list[str]) -> int:
    """Print the figures of all benchmarks, or of the one named: the words after its name are handed to it."""
    folder = place.home() / "benchmarks"
    runs = [words] if words else [[path.stem] for path in sorted(folder.glob("bench_*.py"))]
    failed = [name for name, *rest in runs if said([sys.executable, str(folder / f"{name}.py"), *rest], title=name)]
    return 1 if failed else 0


def docs(words: list[str]) -> int:
    """Write the generated documents anew; with --check, say which are out of date."""
    from onefold.cli.documents import stale, write_all

    if "--check" not in words:
        write_all()
        return 0
    old = stale()
    for path in old:
        print(f"{path} is out of date: ./onefold docs")
    return 1 if old else 0


def lock(words: list[str]) -> int:
    """Pin the dependencies anew; with --check, fail when pyproject.toml asks for something that the locks do not hold."""
    flags = [
        "--quiet",
        "--generate-hashes",
        "--no-emit-index-url",
        "--universal",
        "--python-version",
        "3.11",
        "--no-header",
    ]
    for name, sources in LOCKS.items():
        before = (place.home() / name).read_text()
        code = said(
            [*UV, "pip", "compile", *flags, *sources, "-o", name, *([] if "--check" in words else ["--upgrade"])]
        )
        after = (place.home() / name).read_text()
        if "--check" in words and before != after:
            (place.home() / name).write_text(before)
            print(f"{name} does not match pyproject.toml: ./onefold lock")
            return 1
        if code:
            return code
    return 0


def said(words: Sequence[str], title: str = "") -> int:
    if title:
        print(f"-- {title}", flush=True)
    return subprocess.run(list(words), cwd=place.home(), check=False).returncode
