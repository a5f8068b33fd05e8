"""The cockpit's pages over Harbour Group's release."""

from __future__ import annotations

import csv
import io
import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import load_workbook

from onefold.domains.organisation.models import Role
from onefold.web.tests.pages import text_of


def test_the_first_page_shows_the_figures_with_what_they_rest_on(harbour, sign_in):
    answer = sign_in("desk").get("/cockpit/")
    page = text_of(answer)
    for words in ("Customer penetration 2.21 86 / 39", "Multi-company share", "Definition Customer penetration v1"):
        assert words in page, words
    assert "as of 30 Jun 2026" in page
    assert re.search(r"Release [0-9a-f]{8}", page)


def test_the_matrix_names_companies_and_series_in_the_readers_language(harbour, sign_in):
    client = sign_in("desk")
    assert "Harbour Pension" in text_of(client.get("/cockpit/"))
    page = text_of(client.get("/cockpit/", headers={"accept-language": "zh-hans"}))
    assert "海港养老险" in page
    assert "渗透率矩阵" in page
    assert "Harbour" not in page.replace("Harbour Group", "")


def test_the_pages_need_few_questions_to_the_database(harbour, sign_in):
    client = sign_in("manager.hlife")
    for address, most in {"/cockpit/": 24, "/cockpit/indicators/": 18, "/cockpit/indicators/co_holding/": 28}.items():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        assert sum(not q["sql"].startswith("SET TRANSACTION") for q in asked) <= most, address


def test_before_the_first_release_the_page_says_what_to_do(database, sign_in, new_user):
    new_user("desk", Role.CROSS_SELLING_DESK)
    answer = sign_in("desk").get("/cockpit/")
    assert answer.status_code == 200
    assert "No release yet" in text_of(answer)
    assert 'href="/intake/"' in answer.content.decode()


def test_an_indicator_is_defined_in_words_and_sorted_as_asked(harbour, sign_in):
    answer = sign_in("desk").get("/cockpit/indicators/product_penetration/?sort=-value")
    assert "active customers of the group" in text_of(answer)
    table = answer.content.decode().partition("<h2>Values</h2>")[2].partition("of-table-foot")[0]
    values = [float(value) for value in re.findall(r'<td class="of-num">(\d\.\d\d)</td>', table)]
    assert len(values) + table.count("•") // 2 == 8
    assert len(values) == 3 and values == sorted(values, reverse=True)


def test_a_count_of_a_few_customers_is_on_no_page_and_in_no_export(harbour, sign_in):
    client = sign_in("desk")
    for name in ("product_penetration", "co_holding", "co_holding_company", "active_customers", "channel_penetration"):
        page = client.get(f"/cockpit/indicators/{name}/")
        assert "withheld: 1 to 10 customers" in text_of(page), name
        rows = list(
            csv.DictReader(io.StringIO(client.get(f"/cockpit/indicators/{name}.csv").content.decode("utf-8-sig")))
        )
        counts = [row["numerator"] for row in rows]
        counts += [row["denominator"] for row in rows] if name != "active_customers" else []
        assert "" in counts and not [count for count in counts if count and 0 < int(count) < 11], name
        book = load_workbook(io.BytesIO(client.get(f"/cockpit/indicators/{name}.xlsx").content))
        head, *body = book.get_sheet_by_name("Figures").to_python()
        shown = [row[head.index("Numerator")] for row in body]
        assert not [count for count in shown if count and 0 < float(count) < 11], name


def test_the_export_holds_integers_and_names(harbour, sign_in):
    answer = sign_in("desk").get("/cockpit/indicators/product_penetration.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["row"]: (row["row_name"], row["numerator"], row["denominator"]) for row in rows}["HPC"] == (
        "Harbour P&C", "20", "39",
    )  # fmt: skip
    assert answer["Content-Disposition"] == 'attachment; filename="product_penetration.csv"'


def test_an_indicator_of_one_companys_customers_is_rounded_on_the_page_and_in_its_exports(harbour, sign_in):
    client, query = sign_in("desk"), "?scope=COMPANY%3AHLIFE"
    page = text_of(client.get(f"/cockpit/indicators/product_penetration/{query}&sort=-value"))
    assert "Customers of Harbour Life" in page and "rounded to tens" in page and "Over time" not in page
    answer = client.get(f"/cockpit/indicators/product_penetration.csv{query}")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    counts = [int(row[name]) for row in rows for name in ("numerator", "denominator") if row[name]]
    assert counts and all(count % 10 == 0 for count in counts)
    assert client.get(f"/cockpit/indicators/product_penetration.xlsx{query}").status_code == 200


def test_an_indicator_that_is_not_defined_is_not_found(harbour, sign_in):
    for address in ("/cockpit/indicators/nonsense/", "/cockpit/indicators/nonsense.csv"):
        assert sign_in("desk").get(address).status_code == 404


def test_a_seller_does_not_come_in(harbour, sign_in):
    assert sign_in("hl1001").get("/cockpit/").status_code == 403


def test_beside_the_figures_stands_how_old_their_data_are(harbour, sign_in, as_role):
    from datetime import timedelta

    from onefold.commands import clock, scope
    from onefold.commands.viewer import Viewer
    from onefold.domains.intake.models import FeedData

    jobs, desk = Viewer.system("test"), sign_in("desk")
    assert "feeds, the oldest loaded on 30 Jun 2026" in text_of(desk.get("/cockpit/"))
    with as_role("batch"), scope.entered(jobs, clock.now(), read_only=False):
        FeedData.objects.filter(feed="hpc_contracts").update(data_at=clock.now() - timedelta(days=12))
    for address in ("/cockpit/", "/cockpit/indicators/co_holding/"):
        page = text_of(desk.get(address))
        assert (
            "the oldest loaded on 18 Jun 2026 ( Harbour P&C policies, 12 days old ) 1 feed late Harbour P&C"
            in page.replace("(Harbour", "( Harbour").replace("old)", "old )")
        )
