"""What an offer is worth and what its seller may do, by dictionary and loop."""

from __future__ import annotations

import json
from fractions import Fraction
from math import floor

from onefold.analytics.reference.oracle import Row
from onefold.analytics.reference.verdicts import OF_SELLERS, Judged, Register

MILLION = 1_000_000


def popularities(register: Register) -> dict[tuple[str, str], tuple[int, str]]:
    """Return (customer, series) -> (share in millionths, held series that speaks most for it or empty text)."""
    held = {customer: {row["series"] for row in rows} for customer, rows in register.contracts_of.items() if rows}

    def holders(*wanted: str) -> int:
        return sum(1 for mine in held.values() if set(wanted) <= mine)

    found = {}
    for customer in register.customers:
        mine = {one for one in held.get(customer, set()) if register.usable(customer, register.series[one]["company"])}
        for series in register.series:
            best = (0, "")
            for one in sorted(mine - {series}):
                share = MILLION * holders(one, series) // holders(one)
                if share > best[0]:
                    best = (share, one)
            if not mine and held:
                best = (MILLION * holders(series) // len(held), "")
            found[customer, series] = best
    return found


def worths(register: Register) -> dict[tuple[str, str], tuple[int, int, int, str]]:
    """Return (customer, series) -> (probability used, worth in minor units, basis, held series that speaks most for it)."""
    book = register.book
    popular = popularities(register)
    active = [rows for rows in register.contracts_of.values() if rows]
    uplift = book.value("economics.uplift_assumed")
    shares = {0: uplift["POPULARITY"], 1: uplift["PRIOR"], 2: uplift["PROPENSITY"]}
    again = book.value("economics.repeated_line")
    models = {row["customer_id"]: row for row in register.world.get("scores", [])}
    prior = _prior(register)
    found = {}
    for (customer, series), (share, because) in popular.items():
        propensity, effect, basis = _said(models.get(customer), series)
        chance = share if basis == 0 else propensity
        if customer in register.told.refuses_profiling:
            holders = sum(1 for rows in active if series in {row["series"] for row in rows})
            chance, basis, because = MILLION * holders // max(len(active), 1), 0, ""
            if series in prior:
                chance, basis = prior[series], 1
        probability = effect if basis == 3 else chance
        gained = Fraction(probability) if basis == 3 else Fraction(floor(Fraction(chance * shares[basis], MILLION)))
        margin = book.of_series("economics.standard_margin", register.terms[series])
        gain = floor(gained * margin / MILLION)
        for _ in range(min(register.contacts.about(customer, register.series[series]["line"], again["days"]), 8)):
            gain = gain * again["left"] // MILLION if gain > 0 else gain
        found[customer, series] = (probability, gain - contact_cost(register, customer), basis, because)
    return found


def _prior(register: Register) -> dict[str, int]:
    """The chance that is the same for everybody, where a prior is used."""
    used = {(row["model"], row["fit"]) for row in register.world.get("model_cards", []) if row["used"]}
    for row in register.world.get("model_fits", []):
        if row["model"] == "PRIOR" and (row["model"], row["fit"]) in used:
            return dict(json.loads(row["content"])["chances"])
    return {}


def _said(row: Row | None, series: str) -> tuple[int, int, int]:
    if row is None or series not in row["series"]:
        return 0, 0, 0
    place = row["series"].index(series)
    return row["propensity"][place], row["effect"][place], row["basis"][place]


def contact_cost(register: Register, customer: str) -> int:
    """The cost of a contact through the channel of the seller; the dearest where there is none."""
    costs = register.book.value("economics.contact_cost")
    seller = register.seller_of(customer)
    kind = register.channels.get(seller["channel"], {}).get("kind") if seller else None
    return int(costs.get(kind, max(costs.values())))


def action(register: Register, customer: str, series: str, judged: Judged) -> str:
    """What the customer's seller may do about it; empty text = nothing."""
    if not judged.against:
        return "SELL"
    if judged.against - OF_SELLERS:
        return ""
    seller, row = register.seller_of(customer), register.series[series]
    if seller is None:
        return ""
    needed = register.book.required_grade(seller["company"], register.terms[series])
    if colleague_may(register, seller, row):
        return "ACCOMPANY" if judged.against == {"GRADE_TOO_LOW"} and seller["grade"] + 1 == needed else "REFER"
    return "LEARN" if judged.against <= {"GRADE_TOO_LOW", "NOT_REGISTERED"} else ""


def colleague_may(register: Register, seller: Row, series: Row) -> bool:
    """Somebody of the seller's or the owner's company may sell it, in the seller's region or from afar."""
    asked = seller["company"], seller["region"], series["series"]
    if asked not in register.reached:
        register.reached[asked] = _somebody_may(register, seller, series)
    return register.reached[asked]


def _somebody_may(register: Register, seller: Row, series: Row) -> bool:
    return any(
        colleague["company"] in (seller["company"], series["company"])
        and (seller["region"] is None or colleague["region"] in (None, seller["region"]))
        and not register.against_seller(colleague, series, set())
        for colleague in register.sellers.values()
    )
