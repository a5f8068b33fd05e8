"""The pictures' pages over Harbour Group's release, in which nearly everything is too small to be shown."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onefold.commands.viewer import Viewer
from onefold.domains.leads.white_space import customers_of_cell
from onefold.domains.pictures.queries import Cell, Flow, Scope
from onefold.web.cockpit import cohorts, migration, white_space
from onefold.web.cockpit.asked import View, view_asked
from onefold.web.cockpit.workbooks import workbook
from onefold.web.tests.pages import text_of

PAGES = ("white-space", "migration", "cohorts", "contribution", "lift", "training")


@pytest.mark.parametrize("name", PAGES)
def test_every_picture_opens_in_both_languages_with_few_questions(harbour, sign_in, name):
    client = sign_in("desk")
    for language in ("en", "zh-hans"):
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(f"/cockpit/{name}/", headers={"accept-language": language})
        assert answer.status_code == 200
        assert sum(not q["sql"].startswith("SET TRANSACTION") for q in asked) <= 24, name


def test_a_picture_nobody_knows_is_not_found(harbour, sign_in):
    for address in ("/cockpit/nonsense/", "/cockpit/nonsense.xlsx", "/cockpit/gap/?segment=X&column=Y"):
        assert sign_in("desk").get(address).status_code == 404


def test_a_seller_does_not_come_in(harbour, sign_in):
    assert sign_in("hl1001").get("/cockpit/white-space/").status_code == 403


def test_what_is_chosen_stands_in_the_address_and_nonsense_counts_as_not_chosen():
    scopes = [Scope(), Scope("COMPANY", "HLIFE")]
    view = view_asked({"scope": "COMPANY:HLIFE", "book": "ORGANISATION", "show": "held"}, scopes, white_space.choices())
    assert (view.scope.code, view.book, view["show"], view["rows"]) == ("HLIFE", "ORGANISATION", "held", "segments")
    assert view_asked(dict(re.findall(r"(\w+)=([^&]+)", view.query().replace("%3A", ":"))), scopes, white_space.choices()) == view  # fmt: skip
    odd = view_asked({"scope": "COMPANY:XX", "book": "'; DROP", "show": "?"}, scopes, white_space.choices())
    assert (odd.scope, odd.book, odd["show"]) == (Scope(), "PERSON", "eligible_gap")


def test_a_page_below_the_group_says_that_it_is_rounded(harbour, sign_in):
    page = text_of(sign_in("desk").get("/cockpit/white-space/?scope=COMPANY:HLIFE"))
    assert "Customers of Harbour Life" in page
    assert "rounded to tens" in page


def test_a_cell_says_what_it_counts_and_the_desk_sees_no_name(harbour, sign_in):
    desk = sign_in("desk")
    page = desk.get("/cockpit/white-space/").content.decode()
    address = re.search(r'href="(/cockpit/gap/[^"]+segment=PERSON[^"]+)"', page)[1].replace("&amp;", "&")
    cell = text_of(desk.get(address))
    for words in ("What stands before an offer", "Names stay with the companies", "as of", "Release"):
        assert words.lower() in cell.lower(), words
    assert "/backoffice/" not in desk.get(address).content.decode()


def test_a_manager_sees_the_own_customers_of_a_cell_masked(harbour, sign_in):
    client = sign_in("manager.hlife")
    found = [
        text
        for state in white_space.IN_ORDER
        for text in [
            client.get(f"/cockpit/gap/?segment=PERSON&column=HLIFE.TERM&state={state}&after=x").content.decode()
        ]
    ]
    names = re.findall(r'<a href="/customers/[^"]+">([^<]+)</a>', "".join(found)) or re.findall(
        r'<th scope="row"><a href="[^"]+">([^<]+)</a>', "".join(found)
    )
    assert names
    assert all("*" in name for name in names)


def test_only_customers_the_firewall_shows_stand_in_a_list(harbour):
    manager, desk = Viewer.of_company("HLIFE"), Viewer.of_group()
    listed = [customers_of_cell(manager, "PERSON", "HLIFE.TERM", "HLIFE", state) for state in white_space.IN_ORDER]
    assert sum(len(page.found) for page in listed)
    assert not customers_of_cell(desk, "PERSON", "HLIFE.TERM", "HLIFE", "held").found
    ids = [row.customer_id for page in listed for row in page.found]
    assert len(ids) == len(set(ids))


def test_the_workbook_holds_numbers_days_and_text_but_no_formula():
    body = workbook(
        "x", ["a", "b", "c"], [["=1+1", 5, date(2026, 6, 30)], ["+cmd|x", None, 0.5]], [("Note", "@SUM(A1)")]
    )
    files = zipfile.ZipFile(io.BytesIO(body))
    sheet = files.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<f>" not in files.read("xl/worksheets/sheet2.xml").decode()
    assert "=1+1" in files.read("xl/sharedStrings.xml").decode()
    assert re.search(r'<c r="B2"><v>5</v>', sheet)
    assert re.search(r'<c r="C2" s="\d+"><v>46203</v>', sheet)
    assert 'r="B3"' not in sheet


@pytest.mark.parametrize("name", PAGES)
def test_every_picture_leaves_as_a_workbook_that_leads_back(harbour, sign_in, name):
    answer = sign_in("desk").get(f"/cockpit/{name}.xlsx?scope=COMPANY:HLIFE")
    texts = zipfile.ZipFile(io.BytesIO(answer.content)).read("xl/sharedStrings.xml").decode()
    assert answer["Content-Disposition"].startswith(f'attachment; filename="onefold-{name}-2026-06-30')
    assert f"/cockpit/{name}/?scope=" in texts


def test_an_indicator_leaves_as_a_workbook(harbour, sign_in):
    answer = sign_in("desk").get("/cockpit/indicators/product_penetration.xlsx")
    assert "Harbour P&amp;C" in zipfile.ZipFile(io.BytesIO(answer.content)).read("xl/sharedStrings.xml").decode()


FLOWS = [
    Flow(date(2026, 3, 31), date(2026, 6, 30), "1", "2", 40),
    Flow(date(2026, 3, 31), date(2026, 6, 30), "1", "LOST", None),
    Flow(date(2026, 3, 31), date(2026, 6, 30), "LOST", "1", 15),
    Flow(date(2026, 3, 31), date(2026, 6, 30), "LOST", "2", None),
]


def test_what_is_withheld_is_never_counted_as_nobody():
    found = {move["code"]: (move["value"], move["least"]) for move in migration.moves(FLOWS)}
    assert found["lost"] == (None, True)
    assert found["back"] == (15, True)
    assert found["deeper"] == (40, False)


def test_a_cohort_cell_divides_by_all_who_joined():
    cohort = queries_cohort(customers=40, active=30, series=60)
    assert cohorts.value_of(cohort, "series") == 1.5
    assert cohorts.value_of(cohort, "active") == 0.75
    assert cohorts.value_of(queries_cohort(customers=40, active=None, series=None), "series") is None


def queries_cohort(**counts):
    from onefold.domains.pictures.queries import Cohort

    return Cohort(date(2026, 1, 1), 0, date(2026, 6, 30), counts["customers"], counts["active"], counts["series"])


def test_the_heat_of_a_cell_is_the_eligible_gap_whatever_number_is_shown():
    from onefold.web.names import Names

    names = Names("en", {}, {}, {})
    cell = Cell(Scope(), "30-44", "X", 100, 20, 11, 40, 29)
    for state, count in (("held", 20), ("eligible_gap", 40), ("not_eligible", 29)):
        shown = white_space.cell_shown(cell, View(Scope(), "PERSON", {"show": state}), "30-44", names)
        assert (shown["heat"], shown["count"]) == (0.4, count)
