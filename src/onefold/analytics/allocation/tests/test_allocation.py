"""From verdicts to leads: whose they become, by which way, for what they are worth; and what a right would unlock."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from onefold import policy as rulebooks
from onefold.analytics.allocation import Limits, Worth, allocate, limits
from onefold.analytics.allocation import offers as offers_module
from onefold.analytics.allocation.staff import Staff, staff_with
from onefold.analytics.tests.worlds import channel, customer, series, table_of
from onefold.decision.gates import Gate
from onefold.seam import store
from onefold.seam.datasets import OFFERS, UNLOCKS

CODES = ("PC.A", "PC.B", "PC.C")
SERIES = table_of("product_series", [series(code, "PC", "MOTOR") for code in CODES])
CHANNELS = table_of("channels", [channel("AGT", "LIFE"), channel("TEL", "LIFE", "TELEPHONE")])
SELLERS = {"S1": ("AGT", "EAST"), "S2": ("AGT", "EAST"), "S3": ("AGT", "WEST"), "S4": ("TEL", None)}
LIMITS = Limits(
    leads_per_seller=20, offers_considered=5, leads_per_household=1,
    worth=Worth({"REFER": 700_000, "ACCOMPANY": 900_000}, colleague=500_000), evenness=0, parts=1, company_share_ppm=1_000_000,
)  # fmt: skip
NO_RIGHT = Gate.CHANNEL_NOT_AUTHORISED.bit
Row = dict[str, Any]


def sellers(*codes: str) -> pa.Table:
    rows = [
        {"seller": code, "company": "LIFE", "channel": SELLERS[code][0], "grade": 3, "region": SELLERS[code][1],
         "valid_from": date(2020, 1, 1), "valid_until": None}
        for code in codes
    ]  # fmt: skip
    return table_of("sellers", rows)


def staffed(table: pa.Table, may_sell: dict[str, str] | None = None) -> Staff:
    """`may_sell`: channel → codes of the series it may sell; all, if not given."""
    sells = {one: [code in may_sell[one] if may_sell else True for code in CODES] for one in ("AGT", "TEL")}
    rights = np.array([sells[one] for one in table["channel"].to_pylist()], np.bool_).reshape(len(table), len(CODES))
    company = np.zeros(len(table), np.int64)
    return staff_with(rights, table["seller"].combine_chunks(), pa.array(CODES), company, 2, table, CHANNELS)


def decision(who: str, seller: str, *verdicts: tuple[int, int] | tuple[int, int, str]) -> Row:
    """`verdicts`: (blocked, value[, action]) of PC.A, PC.B, PC.C."""
    count = len(verdicts)
    actions = [one[2] if len(one) == 3 else "" if one[0] else "SELL" for one in verdicts]
    return {
        "customer_id": who, "series": list(CODES[:count]), "sellers": [seller] * count, "blocked": [one[0] for one in verdicts],
        "missing": [0] * count, "scores": [7] * count, "values": [one[1] for one in verdicts], "bases": [2] * count,
        "actions": actions, "because": ["PC.C"] * count,
    }  # fmt: skip


def allocated(
    decisions: list[Row], *, table: pa.Table | None = None, may_sell: dict[str, str] | None = None, homes: dict[str, str] | None = None,
    regions: dict[str, str] | None = None, pieces: int = 1, **more: Any,
) -> tuple[list[Row], list[Row]]:  # fmt: skip
    table = table if table is not None else sellers("S1", "S2")
    people = [
        customer(
            row["customer_id"],
            household_id=(homes or {}).get(row["customer_id"], row["customer_id"]),
            region=(regions or {}).get(row["customer_id"], "EAST"),
        )
        for row in decisions
    ]
    whole = table_of("decisions", decisions)
    size = -(-len(whole) // pieces)
    parts = [whole.slice(start, size) for start in range(0, len(whole), size)] if len(whole) else []
    within = replace(LIMITS, **more)
    made = allocate(parts, table_of("customers", people), table, SERIES, staffed(table, may_sell), within)
    offers, unlocked = (store.checked(dataset, one) for dataset, one in zip((OFFERS, UNLOCKS), made, strict=True))
    return sorted(offers.to_pylist(), key=lambda row: (row["seller"], row["rank"])), unlocked.to_pylist()


def leads(*decisions: Row, **more: Any) -> list[tuple[str, str, str, str, int]]:
    offers, _ = allocated(list(decisions), **more)
    return [(row["seller"], row["customer_id"], row["series"], row["action"], row["value_minor"]) for row in offers]


def test_a_customer_gets_the_best_offer_that_passed_and_no_other() -> None:
    assert leads(decision("c1", "S1", (1, 900), (0, 500), (0, 700))) == [("S1", "c1", "PC.C", "SELL", 700)]


def test_of_equal_offers_the_first_code_is_made() -> None:
    assert leads(decision("c1", "S1", (1, 9), (0, 700), (0, 700))) == [("S1", "c1", "PC.B", "SELL", 700)]


def test_no_offer_competes_and_who_has_nothing_that_passed_gets_nothing() -> None:
    assert (
        leads(decision("c1", "S1", (4, 900), (2, 500)), decision("c2", "S1"), decision("c3", "S1", (0, 0), (0, -5)))
        == []
    )


def test_a_missing_fact_is_no_pass() -> None:
    assert leads(decision("c1", "S1", (0, 900)) | {"missing": [256]}) == []


def test_a_seller_gets_no_more_than_the_limit_the_best_first_and_ties_by_customer() -> None:
    decisions = [decision("c1", "S3", (0, 4)), decision("c2", "S3", (0, 5)), decision("c3", "S3", (0, 5))]
    offers, _ = allocated(decisions, table=sellers("S3"), leads_per_seller=2)
    assert [(row["customer_id"], row["rank"]) for row in offers] == [("c2", 1), ("c3", 2)]


def test_a_full_sellers_lead_goes_to_a_colleague_of_the_region_and_not_to_one_elsewhere() -> None:
    two = [decision("c1", "S1", (0, 90)), decision("c2", "S1", (0, 80))]
    near, far = sellers("S1", "S2"), sellers("S1", "S3")
    assert leads(*two, leads_per_seller=1, table=near) == [
        ("S1", "c1", "PC.A", "SELL", 90),
        ("S2", "c2", "PC.A", "SELL", 40),
    ]
    assert leads(*two, leads_per_seller=1, table=far) == [("S1", "c1", "PC.A", "SELL", 90)]


def test_by_telephone_a_colleague_reaches_every_region_and_customers_of_none() -> None:
    two = [decision("c1", "S1", (0, 90)), decision("c2", "S1", (0, 80))]
    found = leads(*two, leads_per_seller=1, table=sellers("S1", "S4"), regions={"c2": "NOWHERE"})
    assert [(seller, who) for seller, who, *_ in found] == [("S1", "c1"), ("S4", "c2")]


def test_who_may_not_sell_refers_where_that_is_worth_more_than_a_colleagues_sale() -> None:
    only_tel = {"AGT": "PC.B", "TEL": "PC.A"}
    refers = [decision("c1", "S1", (NO_RIGHT, 100, "REFER"))]
    assert leads(*refers, may_sell=only_tel) == [("S1", "c1", "PC.A", "REFER", 70)]
    worth = Worth({"REFER": 300_000, "ACCOMPANY": 0}, colleague=500_000)
    table = sellers("S1", "S4")
    assert leads(*refers, may_sell=only_tel, table=table, worth=worth) == [("S4", "c1", "PC.A", "SELL", 50)]


def test_nobody_sells_what_a_sellers_gate_forbids_them_and_learning_is_no_lead() -> None:
    nobody = {"AGT": "", "TEL": ""}
    wrong = decision("c1", "S1", (NO_RIGHT, 100, "SELL"))
    assert leads(wrong, decision("c2", "S1", (NO_RIGHT, 100, "LEARN")), may_sell=nobody) == []


def test_a_household_is_in_one_lead_at_a_time() -> None:
    three = [decision("c1", "S1", (0, 50)), decision("c2", "S1", (0, 70)), decision("c3", "S1", (0, 60))]
    homes = {"c1": "h", "c2": "h"}
    assert [who for _, who, *_ in leads(*three, homes=homes)] == ["c2", "c3"]
    assert [who for _, who, *_ in leads(*three, homes=homes, leads_per_household=2)] == ["c2", "c3", "c1"]


def test_a_companys_sellers_fill_no_more_than_its_share_of_all_places() -> None:
    many = [decision(f"c{number}", "S1", (0, 9)) for number in range(6)]
    assert len(leads(*many, leads_per_seller=3)) == 6
    assert len(leads(*many, leads_per_seller=3, company_share_ppm=500_000)) == 3


def test_an_offer_says_who_owns_it_who_brings_it_and_what_it_rests_on() -> None:
    (row,), _ = allocated([decision("c1", "S1", (0, 5))])
    assert (row["owner_company"], row["seller_company"], row["channel"], row["because"]) == (
        "PC",
        "LIFE",
        "AGT",
        "PC.C",
    )
    assert (row["score"], row["basis"], len(row["lead_id"])) == (7, 2, 32)


def test_a_lead_keeps_its_id_from_run_to_run() -> None:
    (one,), _ = allocated([decision("c1", "S1", (0, 5))])
    later, _ = allocated([decision("c1", "S1", (0, 7), (0, 1)), decision("c2", "S1", (0, 9))])
    ids = {row["customer_id"]: row["lead_id"] for row in later}
    assert ids["c1"] == one["lead_id"] != ids["c2"]


def test_nobody_to_decide_about_gives_no_leads() -> None:
    assert allocated([]) == ([], [])


@pytest.mark.parametrize("seed", range(5))
def test_parts_give_the_leads_of_the_whole_and_the_plain_way_is_there_without_a_solver(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(seed)
    rows = [
        decision(f"c{number:02}", random.choice(["S1", "S2"]), *((random.choice([0, 0, 2]), random.randrange(1, 4)) for _ in range(3)))
        for number in range(30)
    ]  # fmt: skip
    whole = allocated(rows, leads_per_seller=4, evenness=1, parts=2)
    assert allocated(rows, leads_per_seller=4, evenness=1, parts=2, pieces=4) == whole
    monkeypatch.setattr(offers_module, "optimal", lambda market: None)
    plain, _ = allocated(rows, leads_per_seller=4, evenness=1, parts=2)
    assert 0 < sum(row["value_minor"] for row in plain) <= sum(row["value_minor"] for row in whole[0])


def test_a_right_unlocks_what_the_sellers_own_customers_would_be_worth() -> None:
    rows = [
        decision("c1", "S1", (NO_RIGHT, 100, "REFER"), (0, 40)),
        decision("c2", "S1", (NO_RIGHT, 90, "LEARN")),
        decision("c3", "S1", (NO_RIGHT | 1, 500, "")),
    ]
    _, unlocked = allocated(rows, may_sell={"AGT": "PC.B", "TEL": ""})
    # c1 is referred for 70 already, c2 is lost today, c3 is forbidden for another reason as well.
    assert unlocked == [
        {"seller": "S1", "series": "PC.A", "missing": "CHANNEL_NOT_AUTHORISED", "leads": 2, "value_minor": 30 + 90}
    ]


def test_what_a_full_seller_would_have_to_give_up_is_taken_off() -> None:
    rows = [decision("c1", "S3", (0, 60)), decision("c2", "S3", (NO_RIGHT, 90, "LEARN"), (4, 1))]
    _, unlocked = allocated(rows, table=sellers("S3"), may_sell={"AGT": "", "TEL": ""}, leads_per_seller=1)
    assert [(row["leads"], row["value_minor"]) for row in unlocked] == [(1, 30)]


@pytest.mark.parametrize("seed", range(8))
def test_no_right_brings_more_than_it_was_said_to_unlock(seed: int) -> None:
    """Against a new allotment in which the seller may: the gain is never above the bound, and something where it was said."""
    random = Random(seed)
    rows = [
        decision(f"c{number}", "S1", (random.choice([0, NO_RIGHT]), random.randrange(1, 90), "SELL"), (0, random.randrange(1, 60)))
        for number in range(7)
    ]  # fmt: skip
    rows = [row | {"actions": ["LEARN" if row["blocked"][0] else "SELL", "SELL"]} for row in rows]
    may = {"AGT": "PC.B", "TEL": ""}
    before, unlocked = allocated(rows, table=sellers("S1"), may_sell=may, leads_per_seller=3)
    free = [row | {"blocked": [0, 0], "actions": ["SELL", "SELL"]} for row in rows]
    after, _ = allocated(free, table=sellers("S1"), leads_per_seller=3)
    gain = sum(row["value_minor"] for row in after) - sum(row["value_minor"] for row in before)
    bound = sum(row["value_minor"] for row in unlocked)
    assert gain <= bound
    assert (gain > 0) == (bound > 0)


def test_the_shipped_rulebook_has_every_limit() -> None:
    found = limits(rulebooks.load(), date(2026, 6, 30))
    assert (found.leads_per_seller, found.offers_considered, found.worth.colleague) == (20, 5, 600_000)
