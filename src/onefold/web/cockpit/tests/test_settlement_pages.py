"""The settlement's pages: a month of Harbour Group, sold as orders tells it, closed, and looked at by each role."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from onefold.commands.models import OutboxEvent
from onefold.domains.settlement import closing, statement_sql
from onefold.domains.settlement.models import Statement
from onefold.domains.settlement.tests.selling import JOB, accrued, cancelled, set_day, vested
from onefold.kernel.ids import new_id
from onefold.web.cockpit.settlement_views import statement_csv
from onefold.web.tests.pages import links_of, text_of

EVIL = '=HYPERLINK("http://evil.example","x")'
LIN, ZHAO, TAN = "HL1001", "HP2001", "HL1003"


@pytest.fixture
def june(harbour, as_role):
    """Lin of Harbour Life sells motor with Zhao along, and once more with Tan's referral; one policy is surrendered."""
    with as_role("batch"):
        set_day(date(2026, 7, 2))
        vested(accrued(1, seller_code=LIN, accompanying_code=ZHAO))
        vested(accrued(2, seller_code=LIN, referrer_code="NOBODY"))
        cancelled(vested(accrued(3, seller_code=LIN)), "2026-06-28")
        closing.close_month(JOB, date(2026, 6, 1))


def test_the_desk_sees_who_owes_whom_and_no_single_contract(june, sign_in):
    desk = sign_in("desk")
    page = text_of(desk.get("/cockpit/settlement/"))
    for words in (
        "Settlement Jun 2026",
        "Clearing matrix",
        "Netting",
        "Statements of companies",
        "Related-party dealings Company",
    ):
        assert words in page, words
    assert "¥949.76" in page and "Statements of sellers" not in page
    url = links_of(desk.get("/cockpit/settlement/"), r"/cockpit/settlement/[0-9a-f-]{36}/")[0]
    assert "Lines stay with the companies" in text_of(desk.get(url))
    assert desk.get(f"{url}lines.csv").status_code == 403


def test_a_company_sees_its_statement_each_line_down_to_its_contract(june, sign_in):
    manager = sign_in("manager.hlife")
    month = manager.get("/cockpit/settlement/")
    assert "HL1001" in text_of(month) and "HP2001" not in text_of(month)
    own = next(
        url
        for url in links_of(month, r"/cockpit/settlement/[0-9a-f-]{36}/")
        if "Harbour Life" in text_of(manager.get(url))
    )
    page = manager.get(own)
    assert "Receivable" in text_of(page) and "Clawed back" in text_of(page)
    contract = links_of(page, r"/cockpit/settlement/contracts/[0-9a-f-]{36}/")[0]
    drilled = text_of(manager.get(contract))
    for words in ("Selling company Harbour Life", "Fee plan PC", "Fees receivable", "Your company's postings"):
        assert words in drilled, words


def test_a_statement_is_exported_as_the_bytes_its_hash_is_of_and_as_a_workbook(june, sign_in, as_role):
    manager = sign_in("manager.hlife")
    with as_role("batch"):
        told = Statement.objects.get(company_id="HLIFE", person="")
    body = manager.get(f"/cockpit/settlement/{told.statement_id}/lines.csv").content.decode()
    assert hashlib.sha256(body.split("\n", 1)[1].encode()).hexdigest() == told.sha256
    file = manager.get(f"/cockpit/settlement/{told.statement_id}/lines.xlsx").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()
    assert len(rows) == told.lines + 1 and {row[3] for row in rows[1:]} == {"ACCRUED", "VESTED", "CLAWED_BACK"}


def test_a_payee_called_like_a_formula_is_none_in_the_exported_statement():
    heads = ",".join(statement_sql.HEADINGS)
    line = "2026-06-03,0198,HPC.MOTOR,VESTED,FEE,,,HPC,HLIFE,{},-100,0,-6,94,CNY"
    plain = f"{heads}\n{line.format('HL1001')}\n{line.format('')}"
    assert statement_csv(plain) == plain
    exported = list(csv.DictReader(io.StringIO(statement_csv(f"{heads}\n{line.format(EVIL)}"))))
    assert (exported[0]["payee"], exported[0]["amount_minor"], exported[0]["currency"]) == (f"'{EVIL}", "-100", "CNY")


def test_another_companys_statement_is_not_found(june, sign_in, as_role):
    with as_role("batch"):
        other = Statement.objects.get(company_id="HPC", person="")
        person = Statement.objects.get(person=ZHAO)
    manager = sign_in("manager.hlife")
    for address in (other.statement_id, person.statement_id, new_id(), f"contracts/{new_id()}"):
        assert manager.get(f"/cockpit/settlement/{address}/").status_code == 404


def test_a_seller_sees_their_own_month_and_nobody_elses(june, sign_in):
    lin, zhao = (text_of(sign_in(code.lower()).get("/today/statement/")) for code in (LIN, ZHAO))
    assert "To be paid ¥547.20" in lin and "Standard performance" in lin and "Clawed back" in lin
    assert "To be paid ¥60.80" in zhao and "Clawed back" not in zhao
    assert "No statement yet" in text_of(sign_in("hb3001").get("/today/statement/"))


def test_the_pages_speak_chinese(june, sign_in):
    page = text_of(sign_in("manager.hlife").get("/cockpit/settlement/", headers={"accept-language": "zh-hans"}))
    for words in ("清算矩阵", "业务员结算单", "关联交易", "海港产险"):
        assert words in page, words
    assert "手续费及佣金税前扣除" in text_of(
        sign_in("desk").get("/cockpit/settlement/", headers={"accept-language": "zh-hans"})
    )
    seller = text_of(sign_in("hl1001").get("/today/statement/", headers={"accept-language": "zh-hans"}))
    assert "标准业绩" in seller and "追回" in seller


def test_the_desk_asks_for_a_month_to_be_closed_once_it_is_over(harbour, as_role, sign_in):
    with as_role("batch"):
        set_day(date(2026, 7, 2))
    desk = sign_in("desk")
    assert "Close Jun 2026 and settle it" in text_of(desk.get("/cockpit/settlement/"))
    asked = {"command_id": str(new_id()), "month": "2026-06-01"}
    for _ in range(2):
        assert "being closed" in text_of(desk.post("/cockpit/settlement/closing/", asked, follow=True))
    assert (
        desk.post(
            "/cockpit/settlement/closing/", asked | {"command_id": str(new_id()), "month": "2026-07-01"}
        ).status_code
        == 409
    )
    assert sign_in("manager.hlife").post("/cockpit/settlement/closing/", asked).status_code == 403
    with as_role("batch"):
        assert OutboxEvent.objects.filter(name="settlement.MonthCloseRequested").count() == 1
