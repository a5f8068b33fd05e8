"""Planted misconduct shows in what the companies keep, and nowhere else is it said."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from onefold.simulator.world import CHUNK, chunk_of, group_of
from onefold.simulator.world.misconduct import KINDS


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    return chunk_of(1, 0, CHUNK).tables


@pytest.fixture(scope="module")
def cases(tables) -> pl.DataFrame:
    told = tables["misconduct"].join(tables["contracts"].drop("seller", "party"), on="contract", how="left")
    return told.join(tables["parties"].select("party", "id_number", "phone", "address"), on="party").join(
        group_of(1, CHUNK).sellers.select(
            "seller", "salary_account", pl.col("id_number", "phone").name.prefix("seller_")
        ),
        on="seller",
    )


def of(cases: pl.DataFrame, kind: str) -> pl.DataFrame:
    found = cases.filter(pl.col("kind") == kind)
    assert found.height > 0, kind
    return found


def test_every_kind_is_planted(cases):
    assert set(cases["kind"]) == set(KINDS)


def test_a_self_policy_is_held_by_the_seller_himself(cases):
    own = of(cases, "SELF_POLICY")
    assert own.filter(
        (pl.col("id_number") != pl.col("seller_id_number")) | (pl.col("phone") != pl.col("seller_phone"))
    ).is_empty()


def test_mutual_policies_go_both_ways(cases):
    mutual = of(cases, "MUTUAL_POLICY").select("id_number", "seller_id_number").rows()
    assert {(seller, holder) for holder, seller in mutual} == set(mutual)
    assert all(holder != seller for holder, seller in mutual)


def test_phantoms_share_phone_and_address_and_hold_one_empty_account(cases, tables):
    phantoms = of(cases, "PHANTOM_ACCOUNT")
    crowds = phantoms.group_by("phone", "address").agg(pl.len(), pl.col("on").max() - pl.col("on").min())
    assert crowds["len"].min() == 8
    assert crowds["on"].max() <= timedelta(days=10)
    assert phantoms["premium_minor"].max() == 100
    held = tables["contracts"].join(phantoms, on="party", how="semi")
    assert held.height == phantoms.height
    assert (
        tables["contacts"].filter(pl.col("direction") == "OUTBOUND").join(phantoms, on="party", how="semi").is_empty()
    )


def test_tying_is_a_loan_and_an_insurance_of_one_day_and_seller_that_does_not_last(cases):
    tied = of(cases, "TYING").group_by("party", "on", "seller").agg(pl.col("series"), pl.col("ended_on").min())
    assert all("HBANK.LOAN" in series and len(series) == 2 for series in tied["series"])
    assert ((tied["ended_on"] - tied["on"]).dt.total_days() <= 90).all()


def test_bunched_policies_are_signed_at_month_end_and_cancelled_in_the_first_days_of_the_next(cases):
    bunched = of(cases, "PERIOD_END_BUNCHING")
    assert ((bunched["on"].dt.month_end() - bunched["on"]).dt.total_days() <= 1).all()
    assert (bunched["ended_on"].dt.day() <= 9).all()
    assert set(bunched["end"]) == {"CANCELLED"}


def test_premium_by_the_seller_comes_from_his_salary_account(cases, tables):
    paid = of(cases, "PREMIUM_BY_SELLER")
    assert (paid["payer_account"] == paid["salary_account"]).all()
    accounts = group_of(1, CHUNK).sellers["salary_account"]
    others = tables["contracts"].join(paid.select("contract"), on="contract", how="anti")
    assert others.filter(pl.col("payer_account").is_in(accounts.implode())).is_empty()


def test_an_off_book_sale_is_an_accepted_contact_without_a_contract_and_no_other_contact_is(cases, tables):
    told = of(cases, "OFF_BOOK_SALE").select("party", "on")
    accepted = tables["contacts"].filter(
        (pl.col("outcome") == "ACCEPTED") & (pl.col("on") < pl.lit("2026-05-01").str.to_date())
    )
    contracts = tables["contracts"].select("party", "series", "signed_on")
    booked = accepted.join(contracts, on=["party", "series"]).filter(
        (pl.col("signed_on") >= pl.col("on")) & (pl.col("signed_on") <= pl.col("on") + pl.duration(days=60))
    )
    unbooked = accepted.join(booked.select("contact").unique(), on="contact", how="anti").select("party", "on")
    assert set(unbooked.rows()) == set(told.rows())
