"""Example data of the gallery: Harbour Group, no real person. Each function gives what one component takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils.translation import get_language

from onefold.kernel.ids import new_id

DAY = date(2026, 6, 30)
MOMENT = datetime(2026, 6, 30, 6, 5, tzinfo=UTC)

COMPANIES = (
    ("HLIFE", "INSURANCE", "Harbour Life", "海港人寿", (("Term life", "定期寿险"), ("Whole life", "终身寿险"), ("Annuity", "年金险"), ("Critical illness", "重疾险"))),
    ("HPC", "INSURANCE", "Harbour P&C", "海港产险", (("Motor", "车险"), ("Home", "家财险"), ("Accident", "意外险"))),
    ("HHEALTH", "INSURANCE", "Harbour Health", "海港健康险", (("Medical", "医疗险"),)),
    ("HPENSION", "INSURANCE", "Harbour Pension", "海港养老险", (("Personal pension", "个人养老金"),)),
    ("HBANK", "BANKING", "Harbour Bank", "海港银行", (("Deposit", "存款"), ("Credit card", "信用卡"), ("Consumer loan", "消费贷款"))),
    ("HSEC", "INVESTMENT", "Harbour Securities", "海港证券", (("Brokerage account", "证券账户"),)),
    ("HFUND", "INVESTMENT", "Harbour Fund", "海港基金", (("Money fund", "货币基金"), ("Equity fund", "股票基金"))),
    ("HTRUST", "INVESTMENT", "Harbour Trust", "海港信托", (("Family trust", "家族信托"),)),
)  # fmt: skip
PILLARS = (("INSURANCE", "Insurance", "保险"), ("BANKING", "Banking", "银行"), ("INVESTMENT", "Investment", "投资"))
LONG_ZH = (
    "该客户在海港人寿、海港产险与海港银行均有有效合同，依据二〇二六年六月三十日生效的单独同意书，可由海港人寿的业务员介绍海港健康险的长期医疗保险；"
    "但其风险测评将于七月十五日到期，届时须重新评估后方可继续。"
)


def say(en: str, zh: str) -> str:
    """Choose by the active language: examples are data, not words of the interface."""
    return zh if (get_language() or "en").startswith("zh") else en


def company_choices() -> list[tuple[str, str]]:
    return [("", "–"), *((code, say(en, zh)) for code, _, en, zh, _series in COMPANIES)]


def refusal(status: int) -> dict[str, Any]:
    en = "Consent of this customer to share data with Harbour Bank ended on 2026-06-12."
    zh = "该客户向海港银行共享数据的授权已于 2026-06-12 终止。"
    other = {"other_sentence": say(zh, en), "other_language": say("zh-Hans", "en")}
    return {"status": status, "code": "CONSENT_WITHDRAWN", "sentence": say(en, zh)} | other


def everything() -> dict[str, Any]:
    return {
        "day": DAY,
        "moment": MOMENT,
        "older": DAY - timedelta(days=45),
        "long_zh": LONG_ZH,
        "crumbs": [{"label": say("Customers", "客户"), "url": "#"}, {"label": "C-7f3a…"}],
        "tabs": tabs(),
        "matrix": matrix(),
        "no_matrix": {"rows": []},
        "bars": bars(),
        "white_space": white_space(),
        "charts": charts(),
        "table": table(),
        "no_table": {
            "empty": {
                "title": say("No customer fits", "没有符合条件的客户"),
                "text": say("Try fewer words.", "请减少检索词。"),
            }
        },
        "why": why(),
        "leads": leads(),
        "outcomes": outcomes(),
        "only_no": outcomes() | {"not_reached": None, "interested": None},
        "events": events(),
        "strip": list(strip()),
        "progresses": progresses(),
        "items": definitions(),
    }


def tabs() -> list[dict[str, Any]]:
    return [
        {"label": say("Holdings", "持有"), "url": "#", "active": True, "number": 4},
        {"label": say("Contacts", "联系记录"), "url": "#", "active": False, "number": 12},
        {"label": say("Consents", "授权"), "url": "#", "active": False, "number": 0},
        {"label": say("Service requests", "服务申请"), "url": "#", "active": False},
    ]


def matrix() -> dict[str, Any]:
    columns = [(code, pillar, series) for code, pillar, _en, _zh, owned in COMPANIES for series in owned]
    return {
        "title": say("Penetration matrix", "渗透率矩阵"),
        "groups": [
            {"label": say(en, zh), "span": len(owned), "pillar": pillar} for _c, pillar, en, zh, owned in COMPANIES
        ],
        "columns": [
            {"code": f"{code}.{i}", "label": say(*series), "company": code}
            for i, (code, _p, series) in enumerate(columns)
        ],
        "rows": [
            {
                "label": say(en, zh),
                "code": code,
                "pillar": pillar,
                "customers": 1480 - 170 * r,
                "cells": list(_cells(r, code, columns)),
            }
            for r, (code, pillar, en, zh, _owned) in enumerate(COMPANIES)
        ],
    }


def _cells(row: int, company: str, columns: list[Any]) -> Iterator[dict[str, Any]]:
    """Numbers that look alive without chance: a fixed scatter, higher for a company's own series."""
    customers = 1480 - 170 * row
    for i, (owner, _pillar, _series) in enumerate(columns):
        percent = (row * 37 + i * 23 + row * i * 11) % 34 + (38 if owner == company else 0)
        holders = 0 if (row, i) in ((2, 5), (7, 3)) else customers * percent // 100
        none = {"value": None, "numerator": 0, "denominator": 0}
        known = {"value": holders / customers, "numerator": holders, "denominator": customers}
        yield {"own": owner == company} | (none if (row, i) == (6, 15) else known)


def bars() -> dict[str, Any]:
    values = [0.912, 0.604, 0.371, 0.288, 0.214, 0.127, 0.034, 0.0]
    rows = [
        {"label": say(en, zh), "value": value, "numerator": int(value * 1480), "denominator": 1480, "pillar": pillar}
        for (_c, pillar, en, zh, _o), value in zip(COMPANIES, values, strict=True)
    ]
    return {"title": say("Product penetration by company", "各公司产品渗透率"), "bars": rows, "max": 0.912}


def charts() -> dict[str, Any]:
    return {
        "line": line_chart(),
        "column": column_chart(),
        "sankey": sankey_chart(),
        "funnel": funnel_chart(),
        "heatmap": heatmap_chart(),
        "stacked": stacked_chart(),
        "waterfall": waterfall_chart(),
    }


def line_chart() -> dict[str, Any]:
    months = [f"2026-{month:02d}" for month in range(1, 7)]
    series = [
        {"name": say("Insurance", "保险"), "pillar": "INSURANCE", "values": [0.31, 0.32, 0.324, 0.338, 0.35, 0.371]},
        {"name": say("Banking", "银行"), "pillar": "BANKING", "values": [0.18, 0.19, 0.205, 0.211, 0.22, 0.226]},
        {
            "name": say("Investment", "投资"),
            "pillar": "INVESTMENT",
            "values": [0.09, 0.088, 0.093, 0.101, 0.104, 0.112],
        },
    ]
    chart = {
        "id": "chart-line", "kind": "line", "as": "share", "categories": months, "series": series,
        "title": say("Share of customers with two companies or more", "持有两家及以上公司合同的客户占比"),
        "summary": say("All three pillars rose over the half year.", "半年内三大支柱均有提升。"),
    }  # fmt: skip
    return {"chart": chart, "table": _as_table(chart, say("Month", "月份"))}


def column_chart() -> dict[str, Any]:
    chart = {
        "id": "chart-bar", "kind": "bar", "as": "money:CNY", "categories": ["Q3", "Q4", "Q1", "Q2"],
        "series": [{"name": say("Premium", "保费"), "values": [41_200_000, 52_900_000, 48_100_000, 61_300_000]}],
        "title": say("Premium written through other companies' channels", "通过其他公司渠道实现的保费"), "summary": "",
    }  # fmt: skip
    return {"chart": chart, "table": _as_table(chart, say("Quarter", "季度"))}


def _as_table(chart: dict[str, Any], corner: str) -> dict[str, Any]:
    values = zip(*(series["values"] for series in chart["series"]), strict=True)
    rows = [[category, *row] for category, row in zip(chart["categories"], values, strict=True)]
    return {"head": [corner, *(series["name"] for series in chart["series"])], "rows": rows}


def sankey_chart() -> dict[str, Any]:
    label = {str(n): say(f"{n} contract{'s' if n > 1 else ''}", f"{n} 份合同") for n in (1, 2, 3)}
    flows = [("1", "1", 620), ("1", "2", 210), ("2", "2", 180), ("2", "3", 74), ("3", "3", 41), ("2", "1", 22)]
    nodes = [{"name": f"{day}-{n}", "label": label[n]} for day in ("a", "b") for n in label]
    links = [{"source": f"a-{start}", "target": f"b-{end}", "value": value} for start, end, value in flows]
    chart = {
        "id": "chart-sankey", "kind": "sankey", "as": "count", "nodes": nodes, "links": links,
        "title": say("Contracts per customer, 31 Dec to 30 Jun", "客均合同数变化，12月31日至6月30日"),
        "summary": say("284 customers moved up, 22 down.", "284 位客户增加，22 位减少。"),
    }  # fmt: skip
    rows = [[f"{label[start]} → {label[end]}", value] for start, end, value in flows]
    return {"chart": chart, "table": {"head": [say("Movement", "变化"), say("Customers", "客户")], "rows": rows}}


def stacked_chart() -> dict[str, Any]:
    """As large as a group of a quarter of a billion customers gets, with more members than there are colours."""
    months = [f"2026-{month:02d}" for month in range(1, 7)]
    series = [
        {
            "name": say(f"Channel {n}", f"渠道{n}"),
            "values": [_many(n, month) for month in range(6)],
        }
        for n in range(1, 9)
    ]
    chart = {
        "id": "chart-stacked", "kind": "bar", "stack": True, "as": "count", "categories": months, "series": series,
        "marks": [{"at": 2, "label": "fc4c", "kind": "release"}, {"at": 4, "label": "v2", "kind": "definition"}],
        "title": say("New contracts by channel, very many", "按渠道的新合同，数量极大"), "summary": "",
    }  # fmt: skip
    return {"chart": chart, "table": _as_table(chart, say("Month", "月份"))}


def _many(channel: int, month: int) -> int | None:
    return None if (channel, month) == (3, 3) else (9 - channel) * 11_750_000 + 600_000 * month


def waterfall_chart() -> dict[str, Any]:
    parts = [
        say("Before", "之前"), say("New customers", "新客户"), say("Lost customers", "流失客户"),
        say("New contracts through Life agents", "经寿险代理人新增合同"), say("Lapses", "失效"), say("After", "之后"),
    ]  # fmt: skip
    chart = {
        "id": "chart-waterfall", "kind": "waterfall", "as": "ratio", "categories": parts,
        "series": [{"name": say("Series per customer", "客均系列数"), "values": [2.12, -0.031, 0.012, 0.094, -0.045, 2.15]}],
        "title": say("What made the change", "变化的成因"), "summary": "+0.03",
    }  # fmt: skip
    return {"chart": chart, "table": _as_table(chart, say("Part", "组成"))}


def white_space() -> dict[str, Any]:
    """Hundreds of millions of customers, withheld and empty cells, long names."""
    columns = [(say(en, zh), code, pillar) for code, pillar, _en, _zh, offered in COMPANIES for en, zh in offered]
    rows = [say("All persons", "全部个人"), say("Under 18", "18 岁以下"), "30-44", say("60 and over", "60 岁及以上")]
    return {
        "title": say("White space", "空白矩阵"),
        "corner": say("Segment", "客群"),
        "show": say("Eligible gap", "可推荐空白"),
        "groups": [
            {"label": say(en, zh), "span": len(offered), "pillar": pillar}
            for _code, pillar, en, zh, offered in COMPANIES
        ],
        "columns": [{"label": label, "code": code} for label, code, _pillar in columns],
        "rows": [
            {
                "label": label,
                "whole": number == 0,
                "cells": [_white_space_cell(number, place) for place in range(len(columns))],
            }
            for number, label in enumerate(rows)
        ],
    }


def _white_space_cell(row: int, column: int) -> dict[str, Any]:
    kind = (row * 5 + column) % 9
    if kind == 4 and row:
        return {"blank": True}
    held, gap = 0.02 * column + 0.05 * row, 0.04 * kind
    parts = [("held", 0, 100 * held), ("in_progress", 100 * held, 3), ("eligible_gap", 100 * held + 3, 100 * gap)]
    rest = 100 * (held + gap) + 3
    shown = {
        "blank": False,
        "own": False,
        "heat": gap,
        "share": gap,
        "count": int(231_570_000 * gap / (row + 1)),
        "url": "#",
    }
    if kind == 7:
        return shown | {"heat": None, "count": None, "parts": []}
    return shown | {"parts": [*parts, ("not_eligible", rest, 100 - rest)], "said": say("Held 12; …", "持有 12；…")}


def funnel_chart() -> dict[str, Any]:
    steps = [
        ("Offer", "推荐"),
        ("Contact", "联系"),
        ("Accepted", "接受"),
        ("Issued", "承保"),
        ("Kept 13 months", "13个月继续"),
    ]
    chart = {
        "id": "chart-funnel", "kind": "funnel", "as": "count", "categories": [say(*step) for step in steps],
        "series": [{"name": say("Customers", "客户"), "values": [840, 612, 233, 187, 161]}],
        "title": say("From offer to kept contract", "从推荐到继续有效"), "summary": "",
    }  # fmt: skip
    return {"chart": chart, "table": _as_table(chart, say("Step", "步骤"))}


def heatmap_chart() -> dict[str, Any]:
    years = ["2021", "2022", "2023", "2024", "2025"]
    values = [
        [round(1 + 0.31 * age - 0.04 * row, 2) if age + row < 5 else None for age in range(5)] for row in range(5)
    ]
    ages = [say(f"Year {n}", f"第{n}年") for n in range(1, 6)]
    chart = {
        "id": "chart-heatmap", "kind": "heatmap", "as": "ratio", "rows": years, "values": values, "max": 2.6,
        "categories": ages,
        "title": say("Contracts per customer by joining year", "按加入年份的客均合同数"), "summary": "",
    }  # fmt: skip
    rows = [[year, *row] for year, row in zip(years, values, strict=True)]
    return {"chart": chart, "table": {"head": [say("Joined", "加入年份"), *ages], "rows": rows}}


def table() -> dict[str, Any]:
    states = [
        ("In force", "有效", "good"),
        ("Lapsed", "失效", "warn"),
        ("Cancelled", "已退保", "bad"),
        ("Waiting", "待处理", "busy"),
    ]
    return {
        "caption": say("Contracts", "合同"),
        "columns": [
            {"label": say("Contract", "合同"), "sort_url": "?sort=contract"},
            {"label": say("Company", "公司"), "sort_url": "?sort=company", "sorted": "ascending"},
            {"label": say("State", "状态")},
            {"label": say("Since", "生效日"), "numeric": True, "sort_url": "?sort=since"},
            {"label": say("Premium", "保费"), "numeric": True, "sort_url": "?sort=premium"},
        ],
        "rows": [
            {
                "cells": [
                    {"text": f"{code}-2025-{1040 + i}", "url": "#"},
                    {"text": say(en, zh), "note": say(*owned[0])},
                    {"text": say(*states[i % 4][:2]), "tone": states[i % 4][2]},
                    {"value": DAY - timedelta(days=97 * i), "as": "day_iso"},
                    {"value": (None, 123450, 98700, 1234567890)[i % 4], "as": "money:CNY"},
                ]
            }
            for i, (code, _p, en, zh, owned) in enumerate(COMPANIES)
        ],
        "total": 214,
        "pages": {"next_url": "?page=2", "number": 1, "total": 27},
        "export_url": "#",
    }


def why() -> dict[str, Any]:
    return {
        "for_": [
            say("62% of customers with motor insurance also hold medical insurance.", "持有车险的客户中，62% 同时持有医疗险。"),
            say("Consent to offers of Harbour Health is in force until 31 Dec 2026.", "对海港健康险营销的授权有效至 2026年12月31日。"),
        ],
        "against": [say("Your grade (bronze) does not cover investment; two gold colleagues are within reach.", "您的等级（铜牌）不含投资类产品；附近有两位金牌同事。")],
        "missing": [
            {
                "text": say("Date of birth is not known; the product ends at 65.", "出生日期未知；该产品投保年龄上限为65岁。"),
                "question": say("May I note your date of birth?", "可以登记一下您的出生日期吗？"),
            }
        ],
    }  # fmt: skip


def leads() -> list[dict[str, Any]]:
    last = {"last": say("Not reached", "未接通"), "last_at": MOMENT}
    return [
        _lead(1, say("Chen Jianguo", "陈建国"), say("Medical insurance", "医疗险"), say("Harbour Health", "海港健康险"), 62, "INSURANCE") | last,
        _lead(2, say("Li Xiaomei", "李晓梅"), say("Credit card", "信用卡"), say("Harbour Bank", "海港银行"), 38, "BANKING"),
        _lead(3, "阿卜杜热合曼·买买提明·艾合买提江", say("Personal pension, monthly contribution", "个人养老金（按月缴存）"), say("Harbour Pension", "海港养老险"), 12, "INSURANCE")
        | {"because": LONG_ZH, "phone": ""},
    ]  # fmt: skip


def _lead(rank: int, name: str, need: str, owner: str, percent: int, pillar: str) -> dict[str, Any]:
    because = say(
        f"{percent}% of customers with motor insurance also hold it.", f"持有车险的客户中 {percent}% 也持有。"
    )
    strength = {"text": say("Common among like customers", "同类客户中常见"), "percent": percent}
    base = {
        "url": "#",
        "rank": rank,
        "name": name,
        "phone": "13800000000",
        "need": need,
        "owner": owner,
        "pillar": pillar,
    }
    return base | {"because": because, "strength": strength, "last": "", "last_at": None}


def outcomes() -> dict[str, Any]:
    months = ((31, say("1 month", "1个月")), (92, say("3 months", "3个月")), (184, say("6 months", "6个月")))
    names = ("not_reached", "interested", "do_not_contact")
    reasons = (("NO_NEED", say("No need", "没有需要")), ("NO_REASON", say("Gave no reason", "没有说明原因")))
    return {name: {"command_id": new_id()} for name in names} | {
        "declined": [{"code": code, "label": label, "command_id": new_id()} for code, label in reasons],
        "put_off": [
            {"label": label, "day": DAY + timedelta(days=days), "command_id": new_id()} for days, label in months
        ],
        "put_off_on": {"command_id": new_id(), "least": DAY + timedelta(days=1)},
    }


def events() -> list[dict[str, Any]]:
    return [
        {"at": MOMENT, "title": say("Interested", "有意向"), "text": say("Wants a proposal for two persons.", "希望获得两人方案。"),
         "company": say("Harbour Life", "海港人寿"), "pillar": "INSURANCE", "icon": "phone", "tone": "good"},
        {"at": MOMENT - timedelta(days=9), "title": say("Credit card issued", "信用卡已发卡"), "company": say("Harbour Bank", "海港银行"),
         "pillar": "BANKING", "icon": "bank", "url": "#"},
        {"at": DAY - timedelta(days=80), "title": say("Consent withdrawn", "撤回授权"), "text": LONG_ZH, "icon": "lock", "tone": "bad"},
        {"at": DAY - timedelta(days=400), "title": say("Money fund opened", "开立货币基金"), "company": say("Harbour Fund", "海港基金"),
         "pillar": "INVESTMENT", "icon": "coins"},
    ]  # fmt: skip


def strip() -> Iterator[dict[str, Any]]:
    gaps = {"HHEALTH": "ELIGIBLE", "HPENSION": "IN_PROGRESS", "HSEC": "NOT_ELIGIBLE", "HTRUST": "HIDDEN"}
    for code, en, zh in PILLARS:
        companies = [
            {"label": say(*names), "held": 0 if company in gaps else min(2, len(owned)), "gap": gaps.get(company, ""),
             "series": [say(*series) for series in owned[:2]], "url": "#" if company not in gaps else ""}
            for company, pillar, *names, owned in COMPANIES if pillar == code
        ]  # fmt: skip
        yield {"pillar": code, "label": say(en, zh), "companies": companies}


def progresses() -> list[dict[str, Any]]:
    linking = say("Who is the same person", "识别同一客户")
    return [
        {
            "label": linking,
            "state": "RUNNING",
            "percent": 42,
            "done": 12_431,
            "of": 29_132,
            "text": say("about 20 s left", "约剩 20 秒"),
        },
        {"label": linking, "state": "RUNNING", "percent": None},
        {"label": linking, "state": "WAITING"},
        {
            "label": linking,
            "state": "DONE",
            "text": say("29,132 source records, 28,870 customers", "29,132 条源记录，28,870 位客户"),
        },
        {"label": linking, "state": "FAILED", "percent": 71, "text": say("The disk is full.", "磁盘已满。")},
    ]


def definitions() -> list[dict[str, Any]]:
    return [
        {
            "label": say("Customer", "客户"),
            "text": say("Chen Jianguo", "陈建国"),
            "note": say("same id number", "证件号相同"),
        },
        {"label": say("Phone", "电话"), "value": "13800000000", "as": "masked:phone"},
        {"label": say("Customer since", "客户起始"), "value": date(2019, 3, 4), "as": "day"},
        {"label": say("Premium a year", "年保费"), "value": 1_234_500, "as": "money:CNY"},
        {"label": say("Household", "家庭"), "text": ""},
    ]
