"""The steps of a feed: functions, lookups, wide flags, repeats, rows left out, and the small targets."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from onefold.analytics.landing.derive import derived
from onefold.analytics.landing.shapes import AT, ROW, RULE
from onefold.analytics.landing.tests.world import CUSTOMERS, START, Gate
from onefold.policy.feed_functions import FUNCTIONS
from onefold.policy.feeds import Derivation
from onefold.seam import datasets

ID_NUMBER = "11010519491231002X"


def apply(
    function: str, inputs: tuple[object, ...], when: dict[str, tuple[str, ...]] | None = None, **options: Any
) -> object:
    """The value, or the broken rule."""
    names = tuple("abc"[: len(inputs)])
    row = dict(zip(names, inputs, strict=True))
    schema = {
        name: pl.Int64 if isinstance(row[name], int) else pl.Date if isinstance(row[name], date) else pl.String
        for name in names
    }
    frame = pl.DataFrame(
        [{ROW: 0, RULE: None, AT: None, **row}], schema={ROW: pl.UInt32, RULE: pl.String, AT: pl.String, **schema}
    )
    found = derived(frame, Derivation("x", function, names, options, when or {}))
    return found[RULE][0] or found["x"][0]


@pytest.mark.parametrize(
    ("function", "inputs", "options", "expected"),
    [
        ("birth_number_date", ("706213",), {}, date(1970, 12, 13)),
        ("birth_number_date", ("450204",), {}, date(1945, 2, 4)),
        ("birth_number_date", ("451304",), {}, "BIRTH_NUMBER"),
        ("birth_number_date", ("4502041",), {}, "BIRTH_NUMBER"),
        ("birth_number_date", (None,), {}, None),
        ("birth_number_sex", ("706213",), {}, "F"),
        ("birth_number_sex", ("450204",), {}, "M"),
        ("birth_number_sex", ("457004",), {}, "BIRTH_NUMBER"),
        ("birth_date_of_id_number", (ID_NUMBER,), {}, date(1949, 12, 31)),
        ("sex_of_id_number", (ID_NUMBER,), {}, "F"),
        ("region_of_id_number", (ID_NUMBER,), {"digits": 2}, "11"),
        ("region_of_id_number", ("E1234567",), {}, "ID_SHAPE"),
        ("first_day_of_year", (1987,), {}, date(1987, 1, 1)),
        ("last_day_of_year", (1987,), {}, date(1987, 12, 31)),
        ("last_day_of_year", (87,), {}, "DATE_OUT_OF_RANGE"),
        ("date_add_days", (date(2026, 12, 31),), {"days": 1}, date(2027, 1, 1)),
        ("date_add_months", (date(2026, 1, 31), 1), {}, date(2026, 2, 28)),
        ("date_add_months", (date(2026, 1, 31),), {"months": -2}, date(2025, 11, 30)),
        ("date_add_months", (date(2026, 1, 31), 99999), {}, "DATE_OUT_OF_RANGE"),
        ("concatenate", ("7",), {"parts": [("text", "A-"), ("column", "a")]}, "A-7"),
        ("concatenate", (None,), {"parts": [("text", "A-"), ("column", "a")]}, None),
        ("constant", (), {"value": "X"}, "X"),
        ("code_map", ("a",), {"codes": {"a": "b"}}, "b"),
        ("code_map", ("z",), {"codes": {"a": "b"}}, "UNKNOWN_CODE"),
        ("code_map", ("z",), {"codes": {"a": "b"}, "otherwise": "c"}, "c"),
        ("code_map", ("z",), {"codes": {"a": "b"}, "otherwise": ""}, None),
        ("first_filled", (None, "b"), {}, "b"),
        ("times", (1250,), {"by": 12}, 15000),
        ("times", (2**62,), {"by": 12}, "AMOUNT_TOO_LARGE"),
        ("capitals", ("ab",), {}, "AB"),
    ],
)  # fmt: skip
def test_functions_of_derive(
    function: str, inputs: tuple[object, ...], options: dict[str, Any], expected: object
) -> None:
    assert apply(function, inputs, **options) == expected


def test_a_derived_value_is_empty_where_its_condition_does_not_hold() -> None:
    assert apply("capitals", ("ab",), {"a": ("ab",)}) == "AB"
    assert apply("capitals", ("ab",), {"a": ("xy",)}) is None
    assert apply("birth_number_date", ("?",), {"a": ("xy",)}) is None


def test_every_declared_function_is_there() -> None:
    from onefold.analytics.landing.derive import FUNCTIONS as WORK

    assert set(WORK) == set(FUNCTIONS)


WIDE = """
feed: wide
company: HLIFE
target: contracts
mode: full
columns: {no: {type: text, required: true}, begins: {type: date, format: "%Y"-%m-%d"}, TERM: {type: text}, PLUS: {type: text}}
unpivot: {columns: [TERM, PLUS], name: what, value: flag, keep: ["1"]}
derive:
  contract_no: {function: concatenate, parts: [{column: no}, {text: "/"}, {column: what}]}
map:
  contract_no: contract_no
  source_key: no
  product: {column: what, codes: {TERM: HLIFE.TERM.STD, PLUS: HLIFE.TERM.PLUS}}
  status: {constant: IN_FORCE}
  valid_from: begins
""".replace('"%Y"-', '"%Y-')


def test_wide_flags_become_contracts_and_the_equation_counts_rows_of_the_file(tmp_path: Path) -> None:
    gate = Gate(tmp_path).declare(CUSTOMERS, WIDE)
    gate.send("customers", "no,name,born,idn", "C1,A,,", "C2,B,,", "C3,C,,")
    first = gate.send(
        "wide", "no,begins,TERM,PLUS", "C1,2020-01-01,1,1", "C2,2020-01-01,0,0", "C3,,1,0", "C9,2020-01-01,1,0"
    )
    second = gate.send("wide", "no,begins,TERM,PLUS", "C1,2020-01-01,1,0", "C2,2020-01-01,0,0", "C3,,1,0")
    landing = gate.land()
    assert landing.equation(first) == ("LOADED", 4, 2, 2, 0)
    assert landing.equation(second) == ("LOADED", 3, 1, 1, 1)
    assert [row[1:] for row in landing.rejected() if row[0] == first] == [
        (4, "REQUIRED", "begins"),
        (5, "UNKNOWN_CUSTOMER", "no"),
    ]
    open_ = [row["product"] for row in landing.rows(datasets.CONTRACTS) if row["known_until"] is None]
    assert open_ == ["HLIFE.TERM.STD"], "the dropped flag is closed although another row was set aside"


def test_a_bad_wide_row_is_counted_even_where_it_has_no_flag(tmp_path: Path) -> None:
    gate = Gate(tmp_path).declare(CUSTOMERS, WIDE)
    gate.send("customers", "no,name,born,idn", "C1,A,,")
    batch = gate.send("wide", "no,begins,TERM,PLUS", "C1,2020-02-30,0,0", "C1", "C1,2020-01-01,1,0")
    landing = gate.land()
    assert landing.equation(batch) == ("LOADED", 3, 1, 2, 0)
    assert [row[2] for row in landing.rejected()] == ["NOT_A_DATE", "FIELD_COUNT"]


CONSENTS = """
feed: consents
company: HLIFE
target: consents
mode: full
columns: {no: {type: text, required: true}, since: {type: date, format: "%Y-%m-%d"}}
repeat: {name: to, values: [HPC, HLIFE]}
map:
  source_key: no
  to_company: to
  purpose: {constant: MARKETING}
  categories: {constant: "HOLDINGS, BASIC"}
  notice_version: {constant: N1}
  valid_from: since
""".replace("HOLDINGS, BASIC", "HOLDINGS,BASIC")


def test_a_row_may_be_read_once_per_value_and_a_consent_taken_back_by_file_is_closed(tmp_path: Path) -> None:
    gate = Gate(tmp_path).declare(CUSTOMERS, CONSENTS)
    gate.send("customers", "no,name,born,idn", "C1,A,,", "C2,B,,")
    batch = gate.send("consents", "no,since", "C1,2020-01-01", "C2,2020-01-01")
    gate.send("consents", "no,since", "C1,2020-01-01")
    landing = gate.land()
    assert landing.equation(batch) == ("LOADED", 2, 2, 0, 0)
    rows = landing.rows(datasets.CONSENTS)
    assert sorted((row["to_company"], row["known_until"] is None) for row in rows) == [
        ("HLIFE", False), ("HLIFE", True), ("HPC", False), ("HPC", True),
    ]  # fmt: skip
    assert {(row["from_company"], row["categories"]) for row in rows} == {("HLIFE", "BASIC,HOLDINGS")}


LINKS = """
feed: links
company: HLIFE
target: lookup
mode: full
columns: {account: {type: text}, cust: {type: text}, role: {type: text}}
"""
ACCOUNTS = """
feed: accounts
company: HLIFE
target: contracts
mode: full
columns: {account: {type: text, required: true}, begins: {type: date, format: "%Y-%m-%d"}, kind: {type: text}}
lookup:
  - {feed: links, on: {account: account}, where: {role: OWNER}, take: {cust: cust}}
only: {kind: [T]}
map:
  {contract_no: account, source_key: cust, product: {constant: HLIFE.TERM.STD}, status: {constant: IN_FORCE}, valid_from: begins}
"""


def test_a_lookup_must_give_exactly_one_answer(tmp_path: Path) -> None:
    gate = Gate(tmp_path).declare(CUSTOMERS, LINKS, ACCOUNTS)
    gate.send("customers", "no,name,born,idn", "C1,A,,", "C2,B,,")
    batch = gate.send("accounts", "account,begins,kind", *(f"{a},2020-01-01,T" for a in "1234"), "5,2020-01-01,X")
    assert gate.land().equation(batch) == ("LOADED", 5, 0, 5, 0), "nothing to look up yet"
    gate.send(
        "links", "account,cust,role", "1,C1,OWNER", "1,C2,USER", "2,C1,OWNER", "2,C2,OWNER", "3,C1,OWNER", "3,C1,OWNER"
    )
    landing = gate.land()
    assert landing.rejected() == [
        (batch, 3, "LOOKUP_AMBIGUOUS", "account"), (batch, 5, "LOOKUP_MISSING", "account"), (batch, 6, "LOOKUP_MISSING", "account"),
    ]  # fmt: skip
    gate.declare(ACCOUNTS.replace("take: {cust: cust}", "take: {cust: cust}, missing: empty"))
    landing = gate.land()
    assert [row[2] for row in landing.rejected()] == ["LOOKUP_AMBIGUOUS", "REQUIRED"], "row 5 is left out by `only`"
    assert landing.equation(batch) == ("LOADED", 5, 3, 2, 0)


def test_the_newest_file_of_a_full_feed_is_looked_up(tmp_path: Path) -> None:
    gate = Gate(tmp_path).declare(CUSTOMERS, LINKS, ACCOUNTS)
    gate.send("customers", "no,name,born,idn", "C1,A,,", "C2,B,,")
    gate.send("accounts", "account,begins,kind", "1,2020-01-01,T")
    gate.send("links", "account,cust,role", "1,C1,OWNER")
    gate.send("links", "account,cust,role", "1,C2,OWNER")
    landing = gate.land()
    (contract,) = landing.rows(datasets.CONTRACTS)
    holder = next(row for row in landing.rows(datasets.SOURCE_IDENTITIES) if row["source_id"] == contract["source_id"])
    assert holder["source_key"] == "C2"


GROUP_FEEDS = (
    """
feed: channels
company: GROUP
target: channels
mode: full
columns: {code: {type: text}, home: {type: text}, kind: {type: text}}
map: {channel: code, company: home, kind: kind, name_en: code, name_zh: code}
""",
    """
feed: sellers
company: GROUP
target: sellers
mode: full
columns: {code: {type: text}, home: {type: text}, channel: {type: text}, grade: {type: text}, name: {type: text}, phone: {type: text}}
map:
  seller: code
  company: home
  channel: channel
  grade: {column: grade, codes: {金: 3, 银: 2, 铜: 1, 钻: 4}}
  name: name
  phone: phone
  valid_from: {constant: 2020-01-01}
""",
    """
feed: rights
company: HPC
target: channel_products
mode: full
columns: {channel: {type: text}, series: {type: text}}
map: {channel: channel, series: series, valid_from: {constant: 2020-01-01}}
""",
    """
feed: agreements
company: HPC
target: agency_agreements
mode: full
columns: {no: {type: text}, sells: {type: text}, owns: {type: text}}
map: {agreement_no: no, seller_company: sells, owner_company: owns, valid_from: {constant: 2020-01-01}}
""",
    """
feed: ties
company: HLIFE
target: relations
mode: full
columns: {a: {type: text}, b: {type: text}}
map: {source_key: a, other_source_key: b, kind: {constant: SPOUSE}}
""",
)


def test_channels_sellers_rights_agreements_and_ties(tmp_path: Path) -> None:
    gate = Gate(tmp_path).declare(CUSTOMERS, *GROUP_FEEDS)
    gate.send("channels", "code,home,kind", "A,HLIFE,AGENT", "B,HPC,COUNTER", "X,NOBODY,AGENT", "Y,HPC,STALL")
    gate.send(
        "sellers",
        "code,home,channel,grade,name,phone",
        "S1,HLIFE,A,金,赵强,+86 138 1234 5678",
        "S2,HPC,Z,银,Li,",
        "S3,HPC,B,4,Li,",
        "S4,HPC,B,钻,Li,",
    )
    gate.send("rights", "channel,series", "B,HLIFE.TERM", "A,HPC.MOTOR", "B,HPC.BOAT")
    gate.send("agreements", "no,sells,owns", "1,HPC,HLIFE", "2,HLIFE,HLIFE")
    gate.send("customers", "no,name,born,idn", "C1,A,,", "C2,B,,")
    gate.send("ties", "a,b", "C1,C2", "C1,C1", "C1,C3")
    landing = gate.land()
    rules = [row[2] for row in landing.rejected()]
    assert rules == [
        "UNKNOWN_COMPANY", "UNKNOWN_CODE", "UNKNOWN_CHANNEL", "UNKNOWN_CODE", "OUT_OF_RANGE", "NOT_ITS_CHANNEL", "UNKNOWN_SERIES",
        "NOT_ITS_AGREEMENT", "RELATED_TO_ONESELF", "UNKNOWN_CUSTOMER",
    ]  # fmt: skip
    (seller,) = landing.rows(datasets.SELLER_IDENTITIES)
    assert (seller["name"], seller["phone"]) == ("赵强", "13812345678")
    assert [(row["seller"], row["grade"]) for row in landing.rows(datasets.SELLERS)] == [("S1", 3)]
    assert [row["channel"] for row in landing.rows(datasets.CHANNELS)] == ["A", "B"]
    assert len(landing.rows(datasets.RELATIONS)) == len(landing.rows(datasets.CHANNEL_PRODUCTS)) == 1


def test_a_seller_who_is_no_longer_in_the_full_file_ends_on_that_day(tmp_path: Path) -> None:
    gate = Gate(tmp_path).declare(*GROUP_FEEDS[:2])
    gate.send("channels", "code,home,kind", "A,HLIFE,AGENT")
    gate.send("sellers", "code,home,channel,grade,name,phone", "S1,HLIFE,A,金,Z,", "S2,HLIFE,A,银,Y,")
    gate.send("sellers", "code,home,channel,grade,name,phone", "S2,HLIFE,A,金,Y,")
    found = {row["seller"]: (row["grade"], row["valid_until"]) for row in gate.land().rows(datasets.SELLERS)}
    assert found == {"S1": (3, START.date()), "S2": (3, None)}
