"""Leads: one per customer, the best first, no more than a seller can work; and parts give what the whole gives."""

from __future__ import annotations

from random import Random

import pyarrow as pa
import pytest

from onefold.analytics.allocation import best_of_each_customer, offers, within_capacity
from onefold.analytics.tests.worlds import series, table_of
from onefold.seam import store
from onefold.seam.datasets import OFFERS

SERIES = table_of("product_series", [series(code, "PC", "MOTOR") for code in ("PC.A", "PC.B", "PC.C")])
SELLERS = table_of(
    "sellers",
    [
        {"seller": code, "company": "LIFE", "channel": "AGT", "grade": 3, "region": None, "valid_from": None, "valid_until": None}
        for code in ("S1", "S2")
    ],
)  # fmt: skip


def decision(customer: str, seller: str, *verdicts: tuple[int, int]) -> dict[str, object]:
    """`verdicts`: (blocked, score) of PC.A, PC.B, PC.C."""
    count = len(verdicts)
    return {
        "customer_id": customer,
        "series": ["PC.A", "PC.B", "PC.C"][:count],
        "sellers": [seller] * count,
        "blocked": [blocked for blocked, _ in verdicts],
        "missing": [0] * count,
        "scores": [score for _, score in verdicts],
        "values": [score for _, score in verdicts],
        "bases": [0] * count,
        "actions": ["" if blocked else "SELL" for blocked, _ in verdicts],
        "because": ["PC.H"] * count,
    }


def leads(*decisions: dict[str, object], places: int = 20) -> list[tuple[str, str, str, int]]:
    table = store.checked(OFFERS, offers([table_of("decisions", list(decisions))], SELLERS, SERIES, places))
    rows = sorted(table.to_pylist(), key=lambda row: (row["seller"], row["rank"]))
    return [(row["seller"], row["customer_id"], row["series"], row["rank"]) for row in rows]


def test_a_customer_gets_the_best_offer_that_passed_and_no_other() -> None:
    assert leads(decision("c1", "S1", (1, 900), (0, 500), (0, 700))) == [("S1", "c1", "PC.C", 1)]


def test_of_equal_offers_the_first_code_is_made() -> None:
    assert leads(decision("c1", "S1", (1, 9), (0, 700), (0, 700))) == [("S1", "c1", "PC.B", 1)]


def test_who_has_nothing_that_passed_gets_nothing() -> None:
    assert leads(decision("c1", "S1", (4, 900), (2, 500)), decision("c2", "S1")) == []


def test_a_seller_gets_no_more_than_the_limit_the_best_first_and_ties_by_customer() -> None:
    decisions = [
        decision("c3", "S1", (0, 5)),
        decision("c2", "S1", (0, 5)),
        decision("c1", "S1", (0, 4)),
        decision("c4", "S2", (0, 1)),
    ]
    assert leads(*decisions, places=2) == [("S1", "c2", "PC.A", 1), ("S1", "c3", "PC.A", 2), ("S2", "c4", "PC.A", 1)]


def test_a_missing_fact_is_no_pass() -> None:
    unknown = decision("c1", "S1", (0, 900)) | {"missing": [256]}
    assert leads(unknown) == []


def test_an_offer_says_who_owns_it_and_who_brings_it() -> None:
    table = offers([table_of("decisions", [decision("c1", "S1", (0, 5))])], SELLERS, SERIES, 20)
    row = table.to_pylist()[0]
    assert (row["owner_company"], row["seller_company"], row["channel"], row["because"]) == (
        "PC",
        "LIFE",
        "AGT",
        "PC.H",
    )
    assert len(row["lead_id"]) == 32


def test_a_lead_keeps_its_id_from_run_to_run() -> None:
    alone = [decision("c1", "S1", (0, 5))]
    later = [decision("c1", "S1", (0, 7), (0, 1)), decision("c2", "S1", (0, 9))]
    one, other = (offers([table_of("decisions", rows)], SELLERS, SERIES, 20).to_pylist() for rows in (alone, later))
    ids = {row["customer_id"]: row["lead_id"] for row in other}
    assert ids["c1"] == one[0]["lead_id"] != ids["c2"]


def test_nobody_to_decide_about_gives_no_leads() -> None:
    assert store.checked(OFFERS, offers([], SELLERS, SERIES, 20)).num_rows == 0


@pytest.mark.parametrize("seed", range(5))
def test_parts_give_the_leads_of_the_whole(seed: int) -> None:
    random = Random(seed)
    rows = [
        decision(
            f"c{number:02}",
            random.choice(["S1", "S2"]),
            *((random.choice([0, 0, 2]), random.randrange(4)) for _ in range(3)),
        )
        for number in range(30)
    ]
    whole = table_of("decisions", rows)
    parts = [whole.slice(start, 7) for start in range(0, 30, 7)]
    assert store.checked(OFFERS, offers(parts, SELLERS, SERIES, 4)).equals(
        store.checked(OFFERS, offers([whole], SELLERS, SERIES, 4))
    )


def test_the_best_of_parts_is_the_best_of_the_whole() -> None:
    chosen = best_of_each_customer(table_of("decisions", [decision(f"c{n}", "S1", (0, n % 3)) for n in range(9)]))
    part = pa.concat_tables([within_capacity(chosen.slice(0, 5), 2).drop("rank"), chosen.slice(5)])
    assert within_capacity(part, 2).equals(within_capacity(chosen, 2))
