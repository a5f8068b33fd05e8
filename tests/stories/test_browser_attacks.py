"""Row 40: what a page lets a browser run, and what a spreadsheet makes of an export. SSRF: tests/faults/test_callbacks.py; stored
scripts through the pages: tests/faults/test_naughty_strings.py.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from onefold.commands.models import AuditLine
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.indicators.queries import definitions
from onefold.kernel.spreadsheets import DANGEROUS
from onefold.web.routes import ROUTES, TOKEN
from tests.stories.test_matrix import arguments_of

HOME = Path(__file__).resolve().parents[2]
EVIL = '=HYPERLINK("http://evil.example","x")'
NUMBER = re.compile(r"-?\d+(\.\d+)?")
INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\son\w+=|\sstyle=|javascript:", re.I)
DATA = re.compile(r'<script[^>]*type="(application/json|text/plain)"')
MADE_BY = {
    "src/onefold/web/terminal/plan_views.py": "a calendar file: no spreadsheet",
    "src/onefold/web/api/feeds.py": "to a company's machine: its own rows, byte for byte, to be mended and sent again",
    "src/onefold/web/backoffice/batch_views.py": "the same for people: bytes that come in again must be those that went out",
    "src/onefold/web/cockpit/settlement_views.py": "the statement's lines made safe, and a workbook, typed",
    "src/onefold/web/cockpit/picture_views.py": "a workbook, typed",
    "src/onefold/web/backoffice/audit_views.py": "a sheet made safe",
    "src/onefold/web/cockpit/views.py": "a sheet made safe, and a workbook, typed",
}
"""Every place that hands out a file, and why no cell of it can be taken for a formula."""


def test_every_answer_forbids_scripts_and_styles_in_the_page_itself(harbour, sign_in):
    """All routes that are pages, as who may come in and who may not, and addresses that lead nowhere."""
    clients = [
        Client(),
        *(sign_in(name) for name in ("desk", "compliance.hlife", "hl1001", "steward.hpc", "counter.hbank")),
    ]
    names = [
        reverse(route, kwargs=arguments_of(route, str(uuid4()), str(uuid4())))
        for route in ROUTES
        if ROUTES[route] != TOKEN
    ]
    asked = [(client, url) for url in [*names, "/nowhere/", "/sign-in/", "/account/password/"] for client in clients]
    seen = set()
    for client, url in asked:
        answer = client.get(url)
        seen.add(answer.status_code)
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe-inline" not in policy and "default-src 'self'" in policy and "object-src 'none'" in policy, url
        if answer.headers["Content-Type"].startswith("text/html"):
            found = [one.group() for one in INLINE.finditer(answer.content.decode()) if not DATA.match(one.group())]
            assert not found, (url, found)
    assert {200, 302, 403, 404, 405} <= seen


def test_our_own_mistake_is_answered_under_the_same_policy(harbour, sign_in, monkeypatch):
    client = sign_in("desk")
    client.raise_request_exception = False
    monkeypatch.setattr("onefold.web.cockpit.views.definitions", lambda viewer: 1 / 0)
    answer = client.get("/cockpit/indicators/customer_penetration/")
    assert answer.status_code == 500
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]


@pytest.fixture
def poisoned(harbour, as_role) -> None:
    """A company and everything it sells are called like a formula."""
    with as_role("batch"), connection.cursor() as cursor:
        for table in ("organisation_company", "catalogue_productseries", "catalogue_product", "organisation_channel"):
            cursor.execute(f"UPDATE {table} SET name_en = %s, name_zh = %s", [EVIL, EVIL])


def cells_of(body: bytes) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(body.decode("utf-8-sig"))) for cell in row]


def test_no_cell_of_an_export_is_taken_for_a_formula(poisoned, sign_in, as_role):
    """Every indicator and every picture, as a sheet and as a workbook."""
    client = sign_in("desk")
    with as_role("batch"), reading(Viewer.system("test")):
        names = sorted(definitions(Viewer.system("test")))
    poison = 0
    for name in names:
        answer = client.get(reverse("cockpit:indicator_export", kwargs={"name": name}))
        cells = cells_of(answer.content)
        wrong = [cell for cell in cells if cell.startswith(DANGEROUS) and not NUMBER.fullmatch(cell)]
        assert not wrong, (name, wrong[:3])
        poison += sum(cell == f"'{EVIL}" for cell in cells)
        book = client.get(reverse("cockpit:indicator_workbook", kwargs={"name": name}))
        assert not formulas_in(book.content), name
    assert poison, "the names did not come into any sheet: nothing was shown"
    with as_role("batch"):
        lines = AuditLine.objects.filter(action="web.taken_away", subject="cockpit:indicator_export")
        assert {line.facts["name"] for line in lines} == set(names), "whatever leaves as a file stands in the audit"


def formulas_in(workbook: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        return [
            name
            for name in parts.namelist()
            if name.startswith("xl/worksheets/") and re.search(rb"<f[ >]", parts.read(name))
        ]


def test_every_place_that_hands_out_a_file_is_known():
    sources = [path for path in (HOME / "src/onefold/web").rglob("*.py") if "tests" not in path.parts]
    found = {
        str(path.relative_to(HOME)) for path in sources if re.search(r'"Content-Disposition"(\]|:)', path.read_text())
    }
    assert found == set(MADE_BY), "say in MADE_BY why no cell of it can be a formula"
