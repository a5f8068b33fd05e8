"""The funnel of generated leads, counted a second time by dictionary and loop; what is said of it gives no few away."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from onefold.analytics.engines.duckdb import open_lake
from onefold.analytics.pictures import Limits
from onefold.analytics.pictures.funnel import STEPS, reached, shown
from onefold.analytics.tests.worlds import lay, series
from onefold.seam import datasets as d

AS_OF = date(2026, 6, 30)
COMPANY_OF = {"A.CAR": "A", "B.LIFE": "B"}
SINCE = date(2025, 7, 1)
Row = dict[str, Any]


def drawn(seed: int) -> dict[str, list[Row]]:
    random = Random(seed)
    world: dict[str, list[Row]] = {"leads": [], "offers": [], "outcomes": [], "opinions": [], "sales": []}
    for number in range(60):
        lead = {
            "lead_id": f"l{number:03}", "customer_id": f"c{random.randrange(20)}", "series": random.choice(list(COMPANY_OF)),
            "company": random.choice("AB"), "channel": random.choice(["A.X", "B.Y"]), "source": random.choice(["OFFERED", "ASKED"]),
            "mode": random.choice(["SOLO", "ACCOMPANIED"]), "opened_on": AS_OF - timedelta(days=random.randrange(500)),
        }  # fmt: skip
        if random.random() < 0.8:
            world["leads"].append(lead)
        taken = {(row["customer_id"], row["series"]) for row in world["offers"]}
        if random.random() < 0.6 and (lead["customer_id"], lead["series"]) not in taken:
            world["offers"].append(offered(lead))
        if random.random() < 0.6:
            world["outcomes"].append(heard(lead, random.choice(["NOT_REACHED", "INTERESTED"])))
        if random.random() < 0.4:
            world["sales"].append(sold(lead, lead["lead_id"], random))
        elif random.random() < 0.3:
            world["sales"].append(sold(lead, None, random))
    for number in range(25):
        about = random.choice(world["leads"])
        given = about["opened_on"] + timedelta(days=random.choice([-3, 0, 4]))
        world["opinions"].append(
            {name: about[name] for name in ("customer_id", "series", "company")}
            | {"opinion_id": f"o{number}", "given_on": given}
        )
    return world


def offered(lead: Row) -> Row:
    return {
        "lead_id": lead["lead_id"], "customer_id": lead["customer_id"], "series": lead["series"], "owner_company": "A", "seller": "S",
        "seller_company": lead["company"], "channel": lead["channel"], "action": "SELL", "score": 1, "value_minor": 1, "basis": 0, "rank": 1,
        "because": "",
    }  # fmt: skip


def heard(lead: Row, code: str) -> Row:
    row = {column.name: "" for column in d.OUTCOMES.columns if not column.optional}
    return row | {
        "outcome_id": f"a{lead['lead_id']}", "lead_id": lead["lead_id"], "code": code, "happened_on": AS_OF,
        "known_from": datetime(2026, 6, 30, tzinfo=UTC),
    }  # fmt: skip


def sold(lead: Row, on: str | None, random: Random) -> Row:
    row = {name: lead[name] for name in ("series", "company", "channel", "source", "mode")}
    return row | {
        "item_id": f"i{lead['lead_id']}", "lead_id": on, "reached": random.choice(STEPS[3:]), "proposed_on": lead["opened_on"],
    }  # fmt: skip


def furthest(lead: Row, world: dict[str, list[Row]]) -> int:
    steps = [0]
    steps += [1 for row in world["outcomes"] if row["lead_id"] == lead["lead_id"] and row["code"] != "NOT_REACHED"]
    same = ("customer_id", "series", "company")
    steps += [
        2
        for row in world["opinions"]
        if all(row[name] == lead[name] for name in same) and row["given_on"] >= lead["opened_on"]
    ]
    return max(steps + [STEPS.index(row["reached"]) for row in world["sales"] if row["lead_id"] == lead["lead_id"]])


def counted(world: dict[str, list[Row]]) -> Counter[tuple[str, str, int]]:
    known = {lead["lead_id"] for lead in world["leads"]}
    new = [
        offer | {"company": offer["seller_company"], "source": "OFFERED", "mode": "SOLO", "opened_on": AS_OF}
        for offer in world["offers"]
        if offer["lead_id"] not in known
    ]
    leads = [*world["leads"], *new]
    every = [(lead, lead["opened_on"], furthest(lead, world)) for lead in leads]
    every += [
        (sale, sale["proposed_on"], STEPS.index(sale["reached"]))
        for sale in world["sales"]
        if sale["lead_id"] not in {lead["lead_id"] for lead in leads}
    ]
    counts: Counter[tuple[str, str, int]] = Counter()
    for row, on, step in every:
        if SINCE <= on <= AS_OF:
            cuts = {"ALL": "ALL", "OWNER": COMPANY_OF[row["series"]], "MONTH": f"{on:%Y-%m}-01"}
            cuts |= {name.upper(): row[name] for name in ("company", "channel", "series", "source", "mode")}
            counts.update((view, of, step) for view, of in cuts.items())
    return counts


@pytest.mark.parametrize("seed", range(8))
def test_every_lead_counts_once_at_its_furthest_step(tmp_path, seed):
    world = drawn(seed)
    world["product_series"] = [series(code, company, "X") for code, company in COMPANY_OF.items()]
    lay(world, tmp_path)
    with open_lake(tmp_path) as lake:
        rows = lake.arrow(reached(lake, AS_OF)).to_pylist()
    found = Counter({(row["view"], row["row"], row["furthest"]): row["leads"] for row in rows})
    assert found == counted(world)


def test_a_step_holds_everybody_who_got_further_and_no_few():
    rows = [
        {"view": "ALL", "row": "ALL", "furthest": place, "leads": count}
        for place, count in ((0, 100), (1, 50), (3, 12), (6, 4))
    ]
    said = {row["step"]: row["leads"] for row in shown(rows, Limits(11, 10))}
    assert said == {
        "LEAD": 170, "CONTACTED": 70, "ADVISED": 20, "PROPOSED": 20, "APPLIED": None, "ISSUED": None, "KEPT": None,
    }  # fmt: skip
