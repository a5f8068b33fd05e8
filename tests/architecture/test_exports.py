"""No module writes CSV or a workbook by itself: every cell that leaves for a spreadsheet goes through `kernel.spreadsheets`."""

from __future__ import annotations

import ast
import re

from tests.architecture.test_tidy import ROOT, SOURCES

WRITING = {"csv.writer", "csv.DictWriter", "xlsxwriter.Workbook"}
WRITING_METHODS = {"write_csv", "to_csv", "write_excel", "to_excel", "write_string", "write_row"}
BY_ITSELF = {
    "kernel/spreadsheets.py": "the one place",
    "commands/staging.py": "what COPY takes into the database: no file, and nobody opens it",
    "analytics/landing/formats/texts.py": "a row as it was sent, kept to be given back byte for byte",
    "simulator/sending/files.py": "files as a company's own systems would send them",
}
WORKBOOK = "web/cockpit/workbooks.py"
AS_IT_CAME = {"web/backoffice/batch_views.py", "web/api/feeds.py"}
"""Rows set aside go back as they came, for they are mended and sent again; the page says so."""


def called(text: str) -> set[str]:
    """The calls in a source that write CSV or cells."""
    calls = [ast.unparse(node.func) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    return {name for name in calls if name in WRITING or name.rpartition(".")[2] in WRITING_METHODS}


def test_nobody_writes_csv_or_a_workbook_but_the_one_place():
    writing = {str(path.relative_to(ROOT)): called(path.read_text()) for path in SOURCES}
    writing = {name: calls for name, calls in writing.items() if calls}
    assert writing.keys() == BY_ITSELF.keys() | {WORKBOOK}, "use kernel.spreadsheets"


def test_every_text_of_a_workbook_is_made_safe():
    calls = [node for node in ast.walk(ast.parse((ROOT / WORKBOOK).read_text())) if isinstance(node, ast.Call)]
    texts = [call for call in calls if ast.unparse(call.func).endswith(".write_string")]
    assert texts and all(ast.unparse(call.args[2]).startswith("safe(") for call in texts)


def test_every_answer_that_is_csv_is_made_by_the_one_place():
    """A text joined by hand or in SQL would go out as it is."""
    handing_out = [path for path in SOURCES if re.search(r"""["']text/csv""", path.read_text())]
    assert handing_out
    for path in handing_out:
        assert "from onefold.kernel.spreadsheets import" in path.read_text(), path


def test_a_writer_of_its_own_is_found():
    assert called("import csv\ncsv.writer(file).writerows(rows)") == {"csv.writer"}
    assert called("frame.write_csv(path)") == {"frame.write_csv"}
