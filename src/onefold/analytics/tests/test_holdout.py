"""The permanent holdout: drawn once, by household, and carried to whoever joins."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from onefold.analytics.holdout import arms
from onefold.seam import datasets as d

KEY, TODAY, BEFORE = bytes(range(32)), date(2026, 6, 30), date(2026, 1, 1)
KNOWN = datetime(2026, 1, 1, tzinfo=UTC)


def customers(houses: dict[str, str]) -> pa.Table:
    rows = [
        {"customer_id": who, "household_id": house, "kind": "PERSON", "segment": "30-44"}
        for who, house in houses.items()
    ]
    return pa.Table.from_pylist(rows, schema=d.CUSTOMERS.schema)


def members(*who: str) -> pa.Table:
    rows = [{"source_id": f"s{one}", "customer_id": one, "basis": "ALONE", "recorded_at": KNOWN} for one in who]
    return pa.Table.from_pylist(rows, schema=d.MEMBERSHIPS.schema)


def told(*who: str) -> pa.Table:
    rows = [
        {
            "member_id": f"m{one}", "source_id": f"s{one}", "company": "HLIFE", "campaign": "GROUP-HOLDOUT", "arm": "HOLDOUT",
            "assigned_on": BEFORE, "known_from": KNOWN,
        }
        for one in who
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=d.CAMPAIGN_MEMBERS.schema)


def contracts(begun: dict[str, date]) -> pa.Table:
    rows = [{"source_id": f"s{who}", "company": "HLIFE", "valid_from": day} for who, day in begun.items()]
    names = ("source_id", "company", "valid_from")
    return pa.Table.from_pylist(rows, schema=pa.schema([d.CONTRACTS.schema.field(name) for name in names]))


def drawn(
    houses: dict[str, str],
    before: pa.Table | None = None,
    share: int = 0,
    handed_in: tuple[str, ...] = (),
    begun: dict[str, date] | None = None,
) -> dict:
    known = d.HOLDOUTS.schema.empty_table() if before is None else before
    seen = (customers(houses), members(*houses), contracts(begun or {}), told(*handed_in), known)
    table = arms(*seen, share_ppm=share, key=KEY, on=TODAY)
    return {row["customer_id"]: (row["arm"], row["drawn_on"], row["basis"]) for row in table.to_pylist()}


def kept(arm: str, *who: str) -> pa.Table:
    rows = [{"customer_id": one, "arm": arm, "drawn_on": BEFORE, "basis": "DRAWN"} for one in who]
    return pa.Table.from_pylist(rows, schema=d.HOLDOUTS.schema)


def test_a_household_is_drawn_as_a_whole() -> None:
    found = drawn({f"c{number}": f"h{number // 3}" for number in range(3000)}, share=200_000)
    houses = [{found[f"c{3 * house + member}"][0] for member in range(3)} for house in range(1000)]
    assert all(len(house) == 1 for house in houses)
    assert 150 < sum(house == {"HOLDOUT"} for house in houses) < 250


def test_who_was_drawn_is_never_drawn_again_whatever_the_share_becomes() -> None:
    assert drawn({"a": "h"}, kept("OPEN", "a"), share=1_000_000)["a"] == ("OPEN", BEFORE, "DRAWN")
    assert drawn({"a": "h"}, kept("HOLDOUT", "a"), share=0)["a"] == ("HOLDOUT", BEFORE, "DRAWN")


def test_a_household_is_held_out_if_any_member_ever_was() -> None:
    found = drawn({"a": "h", "b": "h", "c": "h"}, pa.concat_tables([kept("HOLDOUT", "a"), kept("OPEN", "b")]))
    assert found["b"] == found["c"] == ("HOLDOUT", TODAY, "CARRIED")
    assert found["a"] == ("HOLDOUT", BEFORE, "DRAWN")


def test_who_joins_an_open_household_is_open() -> None:
    assert drawn({"a": "h", "b": "h"}, kept("OPEN", "a"), share=1_000_000)["b"] == ("OPEN", TODAY, "CARRIED")


LONG_AGO, LATELY = date(2020, 5, 1), date(2026, 3, 1)


def test_where_a_company_keeps_a_holdout_its_lot_decides_for_its_customers_from_its_own_day_and_nobody_draws_again() -> (
    None
):
    begun = {"a": LONG_AGO, "b": LONG_AGO}
    found = drawn({"a": "h", "b": "i"}, share=1_000_000, handed_in=("a",), begun=begun)
    assert found == {"a": ("HOLDOUT", BEFORE, "HANDED_IN"), "b": ("OPEN", BEFORE, "HANDED_IN")}


def test_who_came_after_the_lots_first_day_is_in_the_experiment_from_then_on_whichever_side() -> None:
    begun = {"a": LATELY, "b": BEFORE, "c": LATELY}
    rows = told("a", "b").to_pylist()
    later = [row | {"assigned_on": LATELY} if row["source_id"] == "sa" else row for row in rows]
    seen = (customers({"a": "h", "b": "i", "c": "j"}), members("a", "b", "c"), contracts(begun))
    table = arms(*seen, pa.Table.from_pylist(later, schema=d.CAMPAIGN_MEMBERS.schema), d.HOLDOUTS.schema.empty_table(), share_ppm=0, key=KEY, on=TODAY)  # fmt: skip
    assert {row["customer_id"]: (row["arm"], row["drawn_on"]) for row in table.to_pylist()} == {
        "a": ("HOLDOUT", LATELY),
        "b": ("HOLDOUT", BEFORE),
        "c": ("OPEN", LATELY),
    }


def test_who_came_after_the_last_day_of_a_companys_lot_is_drawn_here() -> None:
    found = drawn({"a": "h", "b": "i"}, share=1_000_000, handed_in=("a",), begun={"a": LONG_AGO, "b": LATELY})
    assert found["b"] == ("HOLDOUT", TODAY, "DRAWN")


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("xyz"), min_size=1), st.integers(0, 1_000_000))
def test_a_second_run_changes_nothing(houses: dict[str, str], share: int) -> None:
    first = drawn(houses, share=share)
    rows = [
        dict(zip(("customer_id", "arm", "drawn_on", "basis"), (who, *what), strict=True)) for who, what in first.items()
    ]
    assert drawn(houses, pa.Table.from_pylist(rows, schema=d.HOLDOUTS.schema), share=1_000_000 - share) == first
