"""Published figures arranged: nothing lost, nothing computed but the one division."""

from __future__ import annotations

from datetime import date

import pytest

from onefold.domains.catalogue.queries import SeriesRow
from onefold.domains.indicators.queries import Figure
from onefold.domains.organisation.queries import ChannelRow, CompanyRow
from onefold.web.cockpit import overview
from onefold.web.names import Names

ON = date(2026, 6, 30)


def figure(indicator: str, row: str, column: str, numerator: int, denominator: int) -> Figure:
    return Figure(indicator, 1, ON, row, column, numerator, denominator)


def series(code: str, company: str) -> SeriesRow:
    return SeriesRow(
        code, company, "INSURANCE", "LIFE", f"{code} en", f"{code} zh", ("PERSON",), None, None, None, None, 1
    )


@pytest.fixture
def names() -> Names:
    companies = {code: CompanyRow(code, "INSURANCE", f"{code} en", f"{code} zh") for code in ("LIFE", "BANK")}
    offered = {row.series: row for row in (series("BANK.CARD", "BANK"), series("LIFE.TERM", "LIFE"))}
    return Names("en", companies, offered, {"AGENTS": ChannelRow("AGENTS", "LIFE", "AGENT", "Agents", "代理人")})


def test_the_matrix_keeps_company_order_and_says_which_cell_is_the_own_series(names: Names) -> None:
    cells = [
        figure("co_holding", "BANK", "BANK.CARD", 3, 3),
        figure("co_holding", "BANK", "LIFE.TERM", 1, 3),
        figure("co_holding", "LIFE", "BANK.CARD", 1, 2),
        figure("co_holding", "LIFE", "LIFE.TERM", 2, 2),
    ]
    matrix = overview.matrix(cells, overview.heading({}, "co_holding", names), names)
    assert [row["code"] for row in matrix["rows"]] == ["LIFE", "BANK"]
    assert [column["code"] for column in matrix["columns"]] == ["LIFE.TERM", "BANK.CARD"]
    assert [row["customers"] for row in matrix["rows"]] == [2, 3]
    assert [cell["own"] for cell in matrix["rows"][0]["cells"]] == [True, False]
    assert [(cell["numerator"], cell["denominator"]) for cell in matrix["rows"][1]["cells"]] == [(1, 3), (3, 3)]


def test_a_company_without_customers_has_no_row_and_a_missing_cell_no_value(names: Names) -> None:
    matrix = overview.matrix(
        [figure("co_holding", "LIFE", "LIFE.TERM", 2, 2)], overview.heading({}, "co_holding", names), names
    )
    assert [row["code"] for row in matrix["rows"]] == ["LIFE"]
    assert matrix["rows"][0]["cells"][1]["value"] is None


def test_bars_go_from_the_largest_to_the_smallest_and_leave_the_group_out(names: Names) -> None:
    figures = [
        figure("product_penetration", "ALL", "ALL", 5, 4),
        figure("product_penetration", "BANK", "ALL", 1, 4),
        figure("product_penetration", "LIFE", "ALL", 3, 4),
    ]
    chart = overview.ranking(figures, overview.heading({}, "product_penetration", names), names)
    assert [(bar["label"], bar["value"]) for bar in chart["bars"]] == [("LIFE en", 0.75), ("BANK en", 0.25)]


def test_a_line_of_business_is_called_by_its_word_and_an_unknown_code_by_itself(names: Names) -> None:
    assert overview.member("MOTOR", "LINE", names) == "Motor"
    assert overview.member("SPACE", "LINE", names) == "SPACE"
    assert overview.member("AGENTS", "CHANNEL", names) == "Agents"


def test_customers_by_number_of_series_stand_in_the_order_of_the_number(names: Names) -> None:
    figures = [
        figure("customers_by_series_count", row, "ALL", count, 20) for row, count in (("1", 12), ("10", 1), ("2", 7))
    ]
    shown = overview.distribution(figures, overview.heading({}, "customers_by_series_count", names))
    assert shown["chart"]["series"][0]["values"] == [0.6, 0.35, 0.05]
    assert shown["chart"]["title"].startswith("8 of 20")


def test_the_values_are_sorted_by_the_asked_column_and_the_head_turns_the_order(names: Names) -> None:
    head = overview.heading({"x": {"rows": "COMPANY", "columns": "NONE", "unit": "SHARE"}}, "x", names)
    rows = overview.rows_of([figure("x", "BANK", "ALL", 1, 4), figure("x", "LIFE", "ALL", 3, 4)], head, names)
    table = overview.table(rows, head, "-value")
    assert [row["cells"][-1]["value"] for row in table["rows"]] == [0.75, 0.25]
    assert (table["columns"][-1]["sorted"], table["columns"][-1]["sort_url"]) == ("descending", "?sort=value")
    assert [row["cells"][0]["text"] for row in overview.table(rows, head, "; drop table")["rows"]] == [
        "BANK en",
        "LIFE en",
    ]
