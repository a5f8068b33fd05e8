"""What the companies of Harbour Group sent, read by hand into one shape. Used by check.py; nothing of `onefold` is used here."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
AS_OF = date(2026, 6, 30)

Row = dict[str, Any]


# 1. The files. A row keeps its line number; `skip` holds the lines that are rejects.


def rows_of(name: str, skip: set[int] | None = None) -> list[Row]:
    encoding = "gb18030" if name.startswith("hpc_") else "utf-8-sig"
    delimiter = ";" if name.startswith("hbank_") else ","
    with (HERE / "data" / f"{name}.csv").open(encoding=encoding, newline="") as file:
        reader = csv.DictReader(file, delimiter=delimiter)
        return [dict(row, line=line) for line, row in enumerate(reader, start=2) if line not in (skip or set())]


def day(text: str) -> date | None:
    """Any of the companies' ways of writing a day; empty and 9999-12-31 are none."""
    digits = re.sub(r"[^0-9]", "", text)[:8]
    return None if digits in ("", "99991231") else date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def day_after(text: str) -> date:
    last = day(text)
    assert last is not None
    return last + timedelta(days=1)


def in_force(row: Row, on: date = AS_OF) -> bool:
    return row["from"] <= on and (row["until"] is None or on < row["until"])


# 2. Numbers that check themselves


def resident_check(first17: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(first17, weights, strict=True)) % 11]


def credit_check(first17: str) -> str:
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(letters.index(letter) * pow(3, place, 31) for place, letter in enumerate(first17))
    return letters[-total % 31]


def document(text: str) -> str:
    """One writing of a number: capitals, 15 digits made 18."""
    number = text.upper()
    if re.fullmatch(r"[0-9]{15}", number):
        number = number[:6] + "19" + number[6:]
        number += resident_check(number)
    return number


def unsound(number: str) -> bool:
    if re.fullmatch(r"[0-9]{17}[0-9X]", number) and number[0] == "4":
        return resident_check(number[:17]) != number[17]
    return len(number) == 18 and credit_check(number[:17]) != number[17]


# 3. What the companies say, in one shape

CUSTOMER_COLUMNS = {
    "HLIFE": ("customer_no", "name", "birth_date", "id_no", "mobile"),
    "HPC": ("客户号", "姓名", "出生日期", "证件号码", "手机"),
    "HHEALTH": ("member_id", "full_name", "dob", "cert_no", "phone"),
    "HPENSION": ("客户编号", "名称", "", "证件号码", "联系电话"),
    "HBANK": ("CUST_NO", "CUST_NAME", "BIRTH_DT", "CERT_NO", "MOBILE"),
    "HSEC": ("client", "name", "", "id_number", "mobile"),
    "HFUND": ("account", "name", "birthday", "id_number", "mobile"),
    "HTRUST": ("委托人编号", "姓名", "出生日期", "身份证号", "手机"),
}
SERIES = {
    "HLIFE": {
        "TL10": "HLIFE.TERM",
        "TL20": "HLIFE.TERM",
        "WL20": "HLIFE.WHOLE",
        "AN30": "HLIFE.ANNUITY",
        "CI40": "HLIFE.CI",
    },
    "HPC": {
        "0501": "HPC.MOTOR",
        "0502": "HPC.MOTOR",
        "0602": "HPC.ACCIDENT",
        "0701": "HPC.HOME",
        "0803": "HPC.LIABILITY",
    },
    "HHEALTH": {"MED": "HHEALTH.MEDICAL", "MED+": "HHEALTH.MEDICAL", "GRP": "HHEALTH.GROUP"},
    "HPENSION": {"个人养老": "HPENSION.PERSONAL", "企业年金": "HPENSION.CORPORATE"},
    "HBANK": {"DP1": "HBANK.DEPOSIT", "CC1": "HBANK.CARD", "CC2": "HBANK.CARD", "LN1": "HBANK.LOAN"},
    "HSEC": {"": "HSEC.BROKERAGE"},
    "HFUND": {"MM1": "HFUND.MONEY", "EQ1": "HFUND.EQUITY"},
    "HTRUST": {"": "HTRUST.FAMILY"},
}
CONTRACT_COLUMNS = {
    "HLIFE": ("policy_no", "customer_no", "plan", "effective_date", "end_date", "channel", "agent", "annual_premium"),
    "HPC": ("保单号", "客户号", "险种", "起保日期", "终保日期", "业务来源", "业务员", "保费"),
    "HHEALTH": ("certificate", "member_id", "plan", "start", "end", "channel", "agent", "premium"),
    "HPENSION": ("合同号", "客户编号", "计划", "生效日", "终止日", "渠道", "经办人", "年缴费"),
    "HBANK": ("ACCT_NO", "CUST_NO", "PROD", "OPEN_DT", "CLOSE_DT", "CHANNEL", "MANAGER", "AMOUNT"),
    "HSEC": ("account", "client", "", "opened", "", "opened_by", "adviser", "assets"),
    "HFUND": ("position", "account", "fund", "bought_at", "", "via", "adviser", "market_value"),
    "HTRUST": ("信托合同编号", "委托人编号", "", "成立日", "", "", "财富顾问", "信托规模"),
}
CHANNEL_OF = {
    "HLIFE": {"AGT": "HLIFE.AGENTS", "BANK": "HBANK.BRANCH"},
    "HPC": {
        "代理人": "HPC.AGENTS",
        "电话": "HPC.TELEPHONE",
        "寿险": "HLIFE.AGENTS",
        "银行网点": "HBANK.BRANCH",
        "网上银行": "HBANK.ONLINE",
        "健康险线上": "HHEALTH.ONLINE",
    },
    "HHEALTH": {},
    "HPENSION": {"直销": "HPENSION.DIRECT", "寿险代理": "HLIFE.AGENTS", "产险代理": "HPC.AGENTS"},
    "HBANK": {"01": "HBANK.BRANCH", "02": "HBANK.ONLINE", "71": "HLIFE.AGENTS"},
    "HSEC": {"own": "HSEC.BRANCH", "bank": "HBANK.BRANCH"},
    "HFUND": {
        "app": "HFUND.ONLINE",
        "bank app": "HBANK.ONLINE",
        "bank branch": "HBANK.BRANCH",
        "life agent": "HLIFE.AGENTS",
    },
    "HTRUST": {"": "HTRUST.ADVISERS"},
}


def source_records(skip: dict[str, set[int]]) -> list[Row]:
    records = []
    for company, (key, name, born, number, phone) in CUSTOMER_COLUMNS.items():
        file = f"{company.lower()}_customers"
        for row in rows_of(file, skip[file]):
            mobile = re.sub(r"[^0-9]", "", row[phone]).removeprefix("86")
            plain = "".join(row[name].split()).lower()
            paper = document(row[number])
            # Two companies keep no birth date: it stands in the resident number (not in an organisation's credit code).
            inside = company == "HSEC" or (company == "HPENSION" and row["类别"] == "个人")
            begun = day(paper[6:14]) if inside else day(row.get(born, ""))
            records.append(
                {"company": company, "key": row[key], "name": plain, "phone": mobile, "id": paper, "born": begun}
            )
    return records


def contracts(skip: dict[str, set[int]]) -> list[Row]:
    found = []
    for company, (number, key, code, begin, end, channel, seller, money) in CONTRACT_COLUMNS.items():
        file = f"{company.lower()}_contracts"
        for row in rows_of(file, skip[file]):
            until = day_after(row[end]) if company == "HPC" else day(row.get(end, ""))
            through = row.get(channel, "")
            found.append(
                {
                    "company": company,
                    "no": row[number],
                    "key": row[key],
                    "series": SERIES[company][row.get(code, "")],
                    "from": day(row[begin]),
                    "until": until,
                    "channel": CHANNEL_OF[company].get(through, through),
                    "seller": row[seller],
                    "minor": round(float(row[money].replace(",", "")) * 100),
                }
            )
    return found


def marketing_consents(category: str = "BASIC") -> set[tuple[str, str, str]]:
    """(from company, source key, to company) in force for MARKETING on the day of the world, over that category of data."""
    given: list[tuple[str, str, str, date | None, date | None]] = []
    for row in rows_of("hlife_consents"):
        if row["purpose"] == "MARKETING" and category in row["categories"]:
            given.append(("HLIFE", row["customer_no"], row["to_company"], day(row["given_on"]), day(row["ends_on"])))
    names = {
        "海港人寿": "HLIFE",
        "海港产险": "HPC",
        "海港健康险": "HHEALTH",
        "海港养老险": "HPENSION",
        "海港银行": "HBANK",
    }
    for row in rows_of("hpc_consents"):
        if row["用途"] == "营销":
            given.append(("HPC", row["客户号"], names[row["接收方"]], day(row["同意日期"]), day_after(row["截止日期"])))
    for row in rows_of("hbank_consents"):
        for box, ticked in row.items():
            if row["PURPOSE"] == "M" and category in row["DATA"] and box.startswith("TO_H") and ticked == "Y":
                given.append(("HBANK", row["CUST_NO"], box[3:], day(row["FROM_DT"]), day(row["TO_DT"])))
    for row in (row for row in rows_of("hhealth_consents") if category in row["scope"]):
        given.append(("HHEALTH", row["member_id"], row["recipient"], day(row["from"]), day(row["until"])))
    for row in (row for row in rows_of("hpension_consents") if category in row["数据类别"]):
        given.append(("HPENSION", row["客户编号"], row["接收公司"], day(row["起始日"]), day(row["截止日"])))
    for row in rows_of("hsec_consents"):
        given += [("HSEC", row["client"], to, day(row["signed"]), day(row["ends"])) for to in ("HSEC", "HFUND")]
    for row in rows_of("hfund_consents"):
        given.append(("HFUND", row["account"], row["recipient"], day(row["agreed_on"]), day(row["ends_on"])))
    for row in rows_of("htrust_consents"):
        given.append(("HTRUST", row["委托人编号"], row["接收公司"], day(row["签署日"]), day(row["到期日"])))
    return {(giver, key, to) for giver, key, to, begin, end in given if in_force({"from": begin, "until": end})}


def left_alone() -> set[tuple[str, str]]:
    """(company, source key) with a do-not-contact wish in force."""
    wishes = [
        ("HPC", r["客户号"], day(r["拒绝起始日"]), None) for r in rows_of("hpc_customers") if r["拒绝营销"] == "是"
    ]
    wishes += [("HHEALTH", r["member_id"], day(r["from"]), day(r["until"])) for r in rows_of("hhealth_contact_blocks")]
    wishes += [("HBANK", r["CUST_NO"], day(r["FROM_DT"]), day(r["TO_DT"])) for r in rows_of("hbank_contact_blocks")]
    return {(company, key) for company, key, begin, end in wishes if in_force({"from": begin, "until": end})}


def ties() -> list[tuple[str, str, str]]:
    """(company, source key, source key of a relative)"""
    found = [("HLIFE", row["customer_no"], row["relative_no"]) for row in rows_of("hlife_relations")]
    found += [("HBANK", row["CUST_NO"], row["REL_NO"]) for row in rows_of("hbank_relations")]
    found += [("HPC", row["客户号"], row["关系人客户号"]) for row in rows_of("hpc_relations")]
    guarded = [row for row in rows_of("hhealth_customers") if row["guardian_id"]]
    return found + [("HHEALTH", row["member_id"], row["guardian_id"]) for row in guarded]


def dated(name: str) -> list[Row]:
    rows = [dict(row, **{"from": day(row["from"]), "until": day(row["until"])}) for row in rows_of(name)]
    return [row for row in rows if in_force(row)]
