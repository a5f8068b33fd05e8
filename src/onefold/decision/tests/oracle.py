"""The slow, obvious judge: one row, plain Python, written from the words of the rules and not from the core."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import Any

MILLION = 1_000_000
SELLERS_OWN = {
    "NO_SELLER",
    "CHANNEL_NOT_AUTHORISED",
    "NO_AGENCY_AGREEMENT",
    "GRADE_TOO_LOW",
    "NOT_REGISTERED",
    "SECOND_LIFE_INSURER",
}


class Judged:
    """What was found about one row. `open_question`: an unknown fact that forbids once advice has begun."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.row = row
        self.forbids: set[str] = set()
        self.missing: set[str] = set()
        self.warns: set[str] = set()

    def forbid(self, gate: str, when: bool) -> None:
        if when:
            self.forbids.add(gate)

    def unknown(self, gate: str, when: bool) -> None:
        if when:
            self.missing.add(gate)

    def open_question(self, gate: str, when: bool) -> None:
        if when:
            (self.warns if self.row["stage"] == 0 else self.missing).add(gate)


def judge_one(row: Mapping[str, Any]) -> tuple[set[str], set[str], set[str], int, int, int, str]:
    """Gates that forbid, that lack a fact, that warn; probability in millionths, worth in minor units, basis, action."""
    found = Judged(row)
    about_the_customer(found, row)
    about_suitability(found, row)
    about_our_coming(found, row)
    about_the_seller(found, row)
    if {"CANNOT_KEEP_PAYING", "DUPLICATE_COVER"} & found.warns and not row["inbound"] and row["stage"] == 0:
        found.forbids.add("WORSENS_POSITION")
    blocked = found.forbids | found.missing
    return blocked, found.missing, found.warns - blocked, *worth_of(row), action_of(row, blocked)


def about_the_customer(found: Judged, row: Mapping[str, Any]) -> None:
    found.forbid("ALREADY_HELD", row["held"])
    found.forbid("NOT_ON_SALE", not row["on_sale"])
    found.forbid("CUSTOMER_GONE", row["gone"])
    ages = range(row["age_low"], row["age_high"] + 1) if row["age_low"] >= 0 and row["age_high"] >= 0 else None
    if row["age_min"] >= 0:
        found.unknown("TOO_YOUNG", ages is None)
        found.forbid("TOO_YOUNG", ages is not None and not all(age >= row["age_min"] for age in ages))
    if row["age_max"] >= 0:
        found.unknown("TOO_OLD", ages is None)
        found.forbid("TOO_OLD", ages is not None and not all(age <= row["age_max"] for age in ages))
    a_person = row["capacity_age"] >= 0
    if row["incapable"] or (a_person and ages is not None and any(age < row["capacity_age"] for age in ages)):
        found.forbids.add("NO_CAPACITY")
    elif a_person:
        found.open_question("NO_CAPACITY", ages is None)
    if row["limited"] or (ages is not None and any(age < row["adult_age"] for age in ages)):
        (found.forbids if row["product_risk"] > row["guarded_risk_max"] else found.warns).add("LIMITED_CAPACITY")
    found.forbid("REGION_NOT_LICENSED", row["region_licensed"] == 0)
    found.open_question("REGION_NOT_LICENSED", row["region_licensed"] == -1)


def about_suitability(found: Judged, row: Mapping[str, Any]) -> None:
    if row["risk_tested"]:
        found.open_question("RISK_TOO_HIGH", row["risk_level"] == -1)
        found.forbid("RISK_TOO_HIGH", row["risk_level"] != -1 and row["risk_level"] < row["product_risk"])
    if row["outlay"] > row["outlay_free"]:
        if row["income"] == -1:
            found.open_question("MEANS_TOO_SMALL", True)
        else:
            yearly = row["burden"] + row["outlay"]
            found.forbid("MEANS_TOO_SMALL", yearly > Fraction(row["income"] * row["burden_max_ppm"], MILLION))
            if yearly > Fraction(row["income"] * row["burden_warn_ppm"], MILLION):
                found.warns.add("CANNOT_KEEP_PAYING")
    both_known = row["age_high"] != -1 and row["retirement_age"] != -1
    if row["paying_years"] and both_known and row["age_high"] + row["paying_years"] > row["retirement_age"]:
        found.warns.add("CANNOT_KEEP_PAYING")
    if row["indemnity_held"]:
        found.warns.add("DUPLICATE_COVER")
    if row["need_before"]:
        found.warns.add("NEED_NOT_FIRST")


def about_our_coming(found: Judged, row: Mapping[str, Any]) -> None:
    if row["refuses_profiling"]:
        found.warns.add("PROFILING_REFUSED")
    if row["inbound"]:
        return
    found.forbid("NO_CONSENT", not row["consent_in_force"])
    found.forbid("DO_NOT_CONTACT", row["blocked"])
    found.forbid("SUPPRESSED", row["suppressed"])
    found.forbid("HELD_OUT", row["held_out"])
    if row["stage"] != 0:
        return
    if row["by_telephone"] and row["minute"] != -1:
        found.forbid("QUIET_TIME", row["minute"] in quiet_minutes(row["quiet_from"], row["quiet_until"]))
    found.forbid("CONTACTED_ENOUGH", row["contacts"] >= row["contacts_max"])
    found.forbid("OTHER_COMPANY_FIRST", row["other_company_days"] in range(row["other_company_rest"]))


def quiet_minutes(first: int, until: int) -> set[int]:
    day = range(24 * 60)
    if first <= until:
        return {minute for minute in day if first <= minute < until}
    return {minute for minute in day if not until <= minute < first}


def about_the_seller(found: Judged, row: Mapping[str, Any]) -> None:
    if not row["has_seller"]:
        found.forbids.add("NO_SELLER")
        return
    found.forbid("CHANNEL_NOT_AUTHORISED", not row["channel_authorised"])
    found.forbid("NO_AGENCY_AGREEMENT", not row["agreement_in_force"])
    if row["seller_grade"] == -1 or row["required_grade"] == -1:
        found.missing.add("GRADE_TOO_LOW")
    else:
        found.forbid("GRADE_TOO_LOW", row["seller_grade"] < row["required_grade"])
    found.forbid("NOT_REGISTERED", row["registered"] == 0)
    found.open_question("NOT_REGISTERED", row["registered"] == -1)
    found.forbid("SECOND_LIFE_INSURER", row["second_life_insurer"])


def worth_of(row: Mapping[str, Any]) -> tuple[int, int, int]:
    """(probability, worth, basis)."""
    basis = 0 if row["refuses_profiling"] else row["basis"]
    chance, share = (
        (row["general_chance"], row["general_uplift"]) if row["refuses_profiling"] else (row["chance"], row["uplift"])
    )
    if basis == 3:
        probability = added = between(row["effect"], -MILLION, MILLION)
    else:
        probability = between(chance, 0, MILLION)
        added = floor(Fraction(probability * between(share, 0, MILLION), MILLION))
    added = between(floor(Fraction(added * between(row["context"], 0, 10 * MILLION), MILLION)), -MILLION, MILLION)
    gain = floor(Fraction(added * between(row["margin"], 0, 9 * 10**12), MILLION))
    for _ in range(between(row["repeats"], 0, 8)):
        if gain > 0:
            gain = floor(Fraction(gain * between(row["repeat_ppm"], 0, MILLION), MILLION))
    return probability, gain - between(row["contact_cost"], 0, 9 * 10**12), basis


def between(number: int, least: int, most: int) -> int:
    return min(max(number, least), most)


def action_of(row: Mapping[str, Any], blocked: set[str]) -> str:
    if not blocked:
        return "SELL"
    if blocked - SELLERS_OWN:
        return "NONE"
    one_short = blocked == {"GRADE_TOO_LOW"} and 0 <= row["seller_grade"] == row["required_grade"] - 1
    if row["colleague_may"]:
        return "ACCOMPANY" if one_short else "REFER"
    return "LEARN" if blocked <= {"GRADE_TOO_LOW", "NOT_REGISTERED"} else "NONE"
