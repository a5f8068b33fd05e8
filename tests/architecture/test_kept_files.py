"""Nobody opens a kept file without comparing its bytes with what was written: the function that opens it asks for it there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.test_tidy import HOME, ROOT, SOURCES

OPENING = {
    "read_table",
    "ParquetFile",
    "ParquetDataset",
    "read_schema",
    "read_metadata",
    "read_parquet",
    "scan_parquet",
    "read_ipc",
}
ASKING = {"file_of", "_file_of", "listed", "expected", "verified"}
NOT_KEPT = {
    "analytics/landing/formats/parquet.py": "opens the file that the receipt's hash was compared with",
    "analytics/assistant/typed_files.py": "opens samples that nobody keeps",
    "cli/evaluate_linkage.py": "opens the simulated truth",
    "cli/past.py": "opens the simulated truth",
}
RECEIVED = {
    "cli/kept_files.py",
    "cli/work.py",
    "domains/intake/retention.py",
    "jobs/analysing.py",
    "jobs/room.py",
    "domains/intake/as_sent.py",
    "domains/intake/handing_in.py",
    "seam/verifying.py",
}
"""Files that may name the folder of what was received: to keep something in it, or to look at it as a whole."""


def calls(node: ast.AST) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            yield call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def openers(path: Path) -> Iterator[tuple[str, set[str]]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            called = set(calls(node))
            if called & OPENING:
                yield f"{path.relative_to(HOME)}:{node.lineno} {node.name}", called


def product_files() -> list[Path]:
    return [path for path in SOURCES if "simulator" not in path.parts and str(path.relative_to(ROOT)) not in NOT_KEPT]


def test_whoever_opens_a_dataset_asks_what_it_must_be():
    readers = [reader for path in product_files() for reader in openers(path)]
    assert not [place for place, called in readers if not called & ASKING]
    assert len(readers) >= 8, "the readers were found at all"


def test_the_bytes_of_a_receipt_are_opened_in_one_place():
    """`Batch.file` compares; `Batch.path` only says where, and is for looking whether a file is there and how large."""
    users = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.is_relative_to(ROOT / "analytics" / "landing")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "path" and "batch" in ast.unparse(node.value)
    }
    assert users == {"analytics/landing/arriving.py", "analytics/landing/readers.py"}


def test_the_folder_of_what_was_received_is_named_by_few():
    named = {
        str(path.relative_to(ROOT))
        for path in product_files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and ast.unparse(node.right) == "'intake'"
    }
    assert named == RECEIVED
