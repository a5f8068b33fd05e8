"""What contacts truly do can be read off the data where a lot decided, and not where people chose."""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl
import pytest

from onefold.simulator.world import chunks, group_of
from onefold.simulator.world.campaigns import CHOSEN, FLAT, PLAN, campaign_code

CUSTOMERS = 50_000
WINDOW = 90
COMPLETE = 8
"""Windows of the history that ended before the last day."""


@dataclass(frozen=True)
class Reading:
    """Difference of buying between the arms, its standard error, and the mean true effect, of one campaign."""

    members: int
    difference: float
    error: float
    truth: float


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    names = ("contracts", "campaign_members", "campaign_effects", "parties", "contacts", "effects")
    kept: dict[str, list[pl.DataFrame]] = {name: [] for name in names}
    for chunk in chunks(11, CUSTOMERS, processes=1):
        for name in names:
            kept[name].append(chunk.tables[name])
    return {name: pl.concat(frames) for name, frames in kept.items()}


@pytest.fixture(scope="module")
def members(tables) -> pl.DataFrame:
    """Members with their true chances and whether they signed a contract of the series within 90 days."""
    member = tables["campaign_members"].join(
        tables["campaign_effects"].drop("channel", "kind"),
        on=["campaign", "party", "series"],
        how="left",
        validate="1:1",
    )
    signed = tables["contracts"].select("party", "series", "signed_on")
    within = (pl.col("signed_on") > pl.col("assigned_on")) & (
        pl.col("signed_on") < pl.col("assigned_on") + pl.duration(days=WINDOW)
    )
    buyers = member.join(signed, on=["party", "series"]).filter(within).select("campaign", "party").unique()
    return member.join(buyers.with_columns(bought=pl.lit(1)), on=["campaign", "party"], how="left").with_columns(
        pl.col("bought").fill_null(0), effect=pl.col("contacted_ppm") - pl.col("own_ppm")
    )


def codes(how: str) -> list[str]:
    return [campaign_code(at) for at in range(COMPLETE * 5) if PLAN[at % len(PLAN)][2] == how]


def reading(frame: pl.DataFrame) -> Reading:
    """Plain difference of the two arms; the truth is the mean over everybody in the campaign."""
    arms = [frame.filter(pl.col("arm") == arm)["bought"] for arm in ("CONTACT", "CONTROL")]
    shares = [int(arm.sum()) / len(arm) for arm in arms]
    error = math.sqrt(sum(share * (1 - share) / len(arm) for share, arm in zip(shares, arms, strict=True)))
    return Reading(len(frame), shares[0] - shares[1], error, int(frame["effect"].sum()) / len(frame) / 1e6)


def readings(members: pl.DataFrame, how: str) -> list[Reading]:
    frames = (members.filter(pl.col("campaign") == code) for code in codes(how))
    return [reading(frame) for frame in frames if len(frame) > 200]


def pooled(found: list[Reading]) -> Reading:
    total = sum(one.members for one in found)
    return Reading(
        total,
        sum(one.members * one.difference for one in found) / total,
        math.sqrt(sum((one.members * one.error) ** 2 for one in found)) / total,
        sum(one.members * one.truth for one in found) / total,
    )


def test_where_the_lot_decided_the_difference_of_the_arms_is_the_mean_true_effect(members):
    found = readings(members, FLAT)
    assert len(found) >= 8
    for one in found:
        assert abs(one.difference - one.truth) < 3.5 * one.error
    whole = pooled(found)
    assert abs(whole.difference - whole.truth) < 2.5 * whole.error
    assert whole.truth > 4 * whole.error, "the effect must be large enough to be seen at all"


def test_where_people_chose_the_difference_of_the_arms_is_far_from_the_truth(members):
    whole = pooled(readings(members, CHOSEN))
    assert whole.difference - whole.truth > 5 * whole.error


def test_a_share_that_depends_on_a_score_misleads_until_each_member_is_weighted_by_it(members):
    scored = members.filter(pl.col("campaign").is_in(codes("BY_SCORE")))
    assert set(scored["treated_share_ppm"].unique()) == {300_000, 800_000}
    naive = reading(scored)
    strata = [reading(part) for _, part in sorted(scored.group_by("campaign", "treated_share_ppm"))]
    fair = pooled([one for one in strata if one.members > 50])
    assert naive.difference - naive.truth > 3 * naive.error
    assert abs(fair.difference - fair.truth) < 3 * fair.error


def test_persuadables_gain_and_sleeping_dogs_lose_by_contact(members):
    random = members.filter(
        pl.col("treated_share_ppm").is_not_null() & pl.col("campaign").is_in(codes(FLAT) + codes("BY_SCORE"))
    )

    def measured(rows: pl.Expr) -> Reading:
        parts = [
            reading(part)
            for _, part in sorted(random.filter(rows).group_by("campaign", "treated_share_ppm"))
            if len(part) > 50
        ]
        return pooled(parts)

    up, down = measured(pl.col("effect") >= 20_000), measured(pl.col("effect") <= -2_500)
    assert up.difference > 8 * up.error
    assert abs(up.difference - up.truth) < 3 * up.error
    assert down.difference < 0 > down.truth
    assert abs(down.difference - down.truth) < 3 * down.error


def test_effects_wear_off_with_repeated_contact(tables):
    last = tables["contacts"]["on"].max()
    year = tables["contacts"].filter(
        (pl.col("direction") == "OUTBOUND") & (pl.col("on") > last - pl.duration(days=350))
    )
    often = year.group_by("party").len().filter(pl.col("len") >= 4)["party"]
    asked = tables["effects"].with_columns(effect=pl.col("contacted_ppm") - pl.col("own_ppm"))
    tired, fresh = (
        asked.filter(rows)["effect"].mean()
        for rows in (pl.col("party").is_in(often.implode()), ~pl.col("party").is_in(year["party"].implode()))
    )
    assert len(often) > 500
    assert tired < fresh / 2


def test_nobody_of_a_held_out_household_is_contacted_or_in_a_campaign(tables):
    held_out = tables["parties"].filter("holdout").select("party")
    assert 0.04 < len(held_out) / CUSTOMERS < 0.06
    assert tables["parties"].group_by("household").agg(pl.col("holdout").n_unique())["holdout"].max() == 1
    outbound = tables["contacts"].filter(pl.col("direction") == "OUTBOUND")
    assert outbound.join(held_out, on="party", how="semi").is_empty()
    assert tables["campaign_members"].join(held_out, on="party", how="semi").is_empty()


def test_contracts_of_cause_contact_follow_a_contact_about_that_series(tables):
    caused = tables["contracts"].filter(pl.col("cause") == "CONTACT")
    first = caused.sort("signed_on").unique(["party", "series"], keep="first")
    accepted = tables["contacts"].filter((pl.col("direction") == "OUTBOUND") & (pl.col("outcome") == "ACCEPTED"))
    after = first.join(accepted, on=["party", "series"]).filter(
        (pl.col("on") < pl.col("signed_on")) & (pl.col("signed_on") <= pl.col("on") + pl.duration(days=45))
    )
    assert len(first) > 300
    assert set(after["party"]) == set(first["party"])


def test_the_skilled_move_more_and_the_diligent_call_more(tables, members):
    sellers = group_of(11, CUSTOMERS).sellers.filter(pl.col("channel") == "HLIFE.AGENTS")
    calls = tables["contacts"].filter(pl.col("direction") == "OUTBOUND")
    everyday = calls.filter(pl.col("campaign").is_null()).group_by("seller").len()
    busy = sellers.join(everyday, on="seller", how="left").with_columns(pl.col("len").fill_null(0))
    diligent = pl.col("diligence_ppm") > 500_000
    assert busy.filter(diligent)["len"].mean() > 1.3 * busy.filter(~diligent)["len"].mean()
    called = (
        members.filter(pl.col("effect") > 0)
        .join(calls.select("campaign", "party", "seller"), on=["campaign", "party"])
        .join(sellers, on="seller")
    )
    skilled = pl.col("skill_ppm") > 500_000
    assert called.filter(skilled)["effect"].mean() > 1.1 * called.filter(~skilled)["effect"].mean()
