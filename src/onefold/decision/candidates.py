"""What the core is told about each candidate offer, as arrays of one length: row i of each array is candidate i."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onefold.decision.columns import Flags, Whole, check_columns, typed_columns

UNKNOWN = -1
"""A number nobody knows; for limits: there is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """N candidate offers. Flags are booleans, the rest 64-bit integers; amounts are minor units, probabilities millionths.

    No fee, commission or bonus is here, on purpose: what a sale pays the seller cannot move a decision. Raises `TypeError`
    for another type (a float would make replay depend on the machine) and `ValueError` for arrays that are not of one length.
    """

    # The customer and the product.
    held: Flags
    """the customer holds the series"""
    on_sale: Flags
    """the series is on sale"""
    gone: Flags
    """a company says: deceased, closed, or in liquidation"""
    incapable: Flags
    """a company says: cannot conclude contracts"""
    limited: Flags
    """a company says: may conclude contracts only with a guardian"""
    age_low: Whole
    """least whole years the customer can have by what is known of the birth; UNKNOWN"""
    age_high: Whole
    """greatest whole years, likewise; equal to `age_low` when the exact day is known; UNKNOWN"""
    age_min: Whole
    """youngest age at which the series may be offered; UNKNOWN = no limit (always so for organisations)"""
    age_max: Whole
    """oldest age, inclusive; UNKNOWN = no limit"""
    capacity_age: Whole
    """below it nothing may be sold; UNKNOWN for organisations"""
    adult_age: Whole
    """below it a guardian must agree; UNKNOWN for organisations"""
    region_licensed: Whole
    """1 the owner company may sell where the customer lives, 0 it may not, UNKNOWN"""

    # Suitability.
    product_risk: Whole
    """risk of the series, 1 to 5"""
    risk_level: Whole
    """the customer's capacity for risk by a test still valid, 1 to 5; UNKNOWN"""
    risk_tested: Flags
    """the series may be sold only to somebody whose capacity for risk is known"""
    guarded_risk_max: Whole
    """greatest risk that may be sold to a customer of limited capacity"""
    income: Whole
    """most the customer earns in a year, by what was told; UNKNOWN"""
    burden: Whole
    """what the customer pays for insurance in a year already"""
    outlay: Whole
    """what the series usually costs in a year; 0 where it is no burden (a deposit, a fund)"""
    outlay_free: Whole
    """an outlay up to this needs no question about means"""
    burden_max_ppm: Whole
    """share of the income above which nothing more may be sold"""
    burden_warn_ppm: Whole
    """share of the income above which the customer is advised to stop"""
    paying_years: Whole
    """how long the series is usually paid for; 0 = once, or from year to year"""
    retirement_age: Whole
    """an obligation beyond it is one the customer may be unable to keep; UNKNOWN for organisations"""
    indemnity_held: Flags
    """the customer holds cover of the kind that pays a loss only once"""
    need_before: Flags
    """something more basic is not known to be covered"""

    # The wishes of the customer, and how we come.
    stage: Whole
    """`Stage`: approach, advice, sale"""
    inbound: Flags
    """the customer came with this need"""
    consent_in_force: Flags
    """a marketing consent from the seller's company to the owner's covers the customer; false where there is no seller"""
    blocked: Flags
    """a do-not-contact wish is in force on any of the customer's source records"""
    suppressed: Flags
    """the customer said "not until …" and that day has not come"""
    refuses_profiling: Flags
    """the customer wants no offers made for this person by a computer"""
    held_out: Flags
    """the household is never contacted on a recommendation"""
    by_telephone: Flags
    """the seller's channel is the telephone"""
    minute: Whole
    """minute of the day where the customer is, when a contact is about to be made; UNKNOWN in a batch"""
    quiet_from: Whole
    """first minute of the day in which nobody may be called"""
    quiet_until: Whole
    """first minute of the day in which one may call again"""
    contacts: Whole
    """how often any company of the group contacted anybody of the household in the window"""
    contacts_max: Whole
    """how often it may"""
    other_company_days: Whole
    """days since another company last contacted the household; UNKNOWN = it did not"""
    other_company_rest: Whole
    """days for which the household belongs to the company that came first"""

    # Who brings it.
    has_seller: Flags
    """there is a seller in force to judge for"""
    channel_authorised: Flags
    """the seller's channel may sell the series"""
    agreement_in_force: Flags
    """owner's and seller's company are the same, or an agency agreement between them is in force"""
    seller_grade: Whole
    """1 bronze, 2 silver, 3 gold; UNKNOWN"""
    required_grade: Whole
    """grade that the series needs at the seller's company"""
    registered: Whole
    """1 the seller is on the official register the series asks for (or it asks for none), 0 not, UNKNOWN"""
    second_life_insurer: Flags
    """the seller is a life insurer's agent and the series is another life insurer's"""
    colleague_may: Flags
    """a colleague in reach may sell the series"""

    # What it is worth.
    basis: Whole
    """`Basis` of the probability"""
    chance: Whole
    """chance of a new contract: popularity among like holders, prior or propensity; millionths"""
    effect: Whole
    """what a contact adds to that chance; millionths, may be below zero; counts where the basis is EFFECT"""
    general_chance: Whole
    """what holds for everybody: the share of all active customers who hold the series; millionths"""
    uplift: Whole
    """share of a chance (not an effect) that is taken to come from the contact; millionths"""
    general_uplift: Whole
    """the same for what holds for everybody"""
    context: Whole
    """what the moment does to it, a million = nothing"""
    margin: Whole
    """standard distribution margin of one contract of the series"""
    contact_cost: Whole
    """what one contact through the seller's channel costs"""
    repeats: Whole
    """how often the household was contacted about this line of business in the window"""
    repeat_ppm: Whole
    """what each of those leaves of the worth; millionths"""

    def __post_init__(self) -> None:
        check_columns(COLUMNS, self)

    def __len__(self) -> int:
        return len(self.held)

    def rows(self, which: slice | NDArray[Any]) -> Candidates:
        """Some of the candidates, in the order asked for."""
        return Candidates(**{name: getattr(self, name)[which] for name in COLUMNS})


COLUMNS = {field.name: field.type == "Flags" for field in fields(Candidates)}
"""Name → whether it holds flags."""


NEUTRAL: dict[str, Any] = {
    "held": False, "on_sale": True, "gone": False, "incapable": False, "limited": False, "age_low": UNKNOWN,
    "age_high": UNKNOWN, "age_min": UNKNOWN, "age_max": UNKNOWN, "capacity_age": UNKNOWN, "adult_age": UNKNOWN,
    "region_licensed": 1, "product_risk": 0, "risk_level": UNKNOWN, "risk_tested": False, "guarded_risk_max": 0,
    "income": UNKNOWN, "burden": 0, "outlay": 0, "outlay_free": 0, "burden_max_ppm": 0, "burden_warn_ppm": 0,
    "paying_years": 0, "retirement_age": UNKNOWN, "indemnity_held": False, "need_before": False, "stage": 0,
    "inbound": True, "consent_in_force": True, "blocked": False, "suppressed": False, "refuses_profiling": False,
    "held_out": False, "by_telephone": False, "minute": UNKNOWN, "quiet_from": 0, "quiet_until": 0, "contacts": 0,
    "contacts_max": 1, "other_company_days": UNKNOWN, "other_company_rest": 0, "colleague_may": False, "basis": 0,
    "chance": 0, "effect": 0, "general_chance": 0, "uplift": 0, "general_uplift": 0, "context": 0, "margin": 0,
    "contact_cost": 0, "repeats": 0, "repeat_ppm": 0,
}  # fmt: skip
"""A customer and a series against which nothing speaks, without a seller's part. Who takes a column from here says that its gate
is judged elsewhere, or about nobody."""


def candidates(columns: Mapping[str, Any]) -> Candidates:
    """Make `Candidates` of numbers, lists or arrays by field name; whole numbers of any width are widened, anything else refused."""
    return Candidates(**typed_columns(COLUMNS, columns))


def empty() -> Candidates:
    """Nobody at all."""
    return Candidates(**{name: np.zeros(0, np.bool_ if flag else np.int64) for name, flag in COLUMNS.items()})
