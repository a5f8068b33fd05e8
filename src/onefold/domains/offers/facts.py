"""The facts of one candidate as they are now, gathered from the rooms, in the shape the decision core takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from onefold.commands.prepared import answers
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer
from onefold.decision.candidates import UNKNOWN
from onefold.domains import rulebook
from onefold.domains.catalogue.queries import SeriesRow, channel_may_sell, series
from onefold.domains.consent.queries import offers_agreed, wants_no_contact
from onefold.domains.contacts.queries import ALL_SERIES, Contact, contacts_since, silenced_series
from onefold.domains.customers.references import Person, who_it_is
from onefold.domains.holdings.queries import series_held
from onefold.domains.holdout.queries import is_held_out
from onefold.domains.organisation.queries import channels, may_sell_for
from onefold.domains.sellers.queries import SellerRow, seller
from onefold.kernel.periods import age_on
from onefold.policy import Series


@dataclass(frozen=True)
class CandidateFacts:
    """What the rooms know now of one row of `decision.core.Candidates`, by the same names. At which hour is asked before a call is
    made; here the customer is being looked at."""

    held: bool
    consent_in_force: bool
    blocked: bool
    on_sale: bool
    has_seller: bool
    channel_authorised: bool
    agreement_in_force: bool
    seller_grade: int
    required_grade: int
    age_low: int
    age_high: int
    age_min: int
    age_max: int
    suppressed: bool
    capacity_age: int
    adult_age: int
    retirement_age: int
    held_out: bool
    registered: int
    second_life_insurer: bool
    product_risk: int
    guarded_risk_max: int
    contacts: int
    contacts_max: int
    other_company_days: int
    other_company_rest: int


def facts_now(
    viewer: Viewer, customer_id: UUID, series_id: str, seller_id: str, heard_birth: date | None = None
) -> CandidateFacts:
    """Gather what must be true now. `heard_birth`: a day of birth somebody said, for where no record has
    one. Raises `CustomerUnknown` where the viewer may see nothing of the customer."""
    with reading(viewer) as at:
        on = today(at)
        offered, who = series(viewer)[series_id], seller(viewer, seller_id)
        limits = rulebook.value("contact.household_contacts", on)
        rest = rulebook.value("contact.other_company_rest", on)
        person, held, agreed, quiet, blocked, held_out, contacts = answers(
            viewer,
            who_it_is(viewer, on, customer_id),
            series_held(on, customer_id),
            offers_agreed(on, customer_id),
            silenced_series(on, customer_id),
            wants_no_contact(on, customer_id),
            is_held_out(customer_id),
            contacts_since(customer_id, at - timedelta(days=max(rest, limits["days"]))),
        )
        age = _age(person.born_on or heard_birth, on)
        return CandidateFacts(
            held=series_id in held,
            consent_in_force=who is not None and (who.company, offered.company) in agreed,
            blocked=blocked,
            on_sale=offered.on_sale(on),
            has_seller=who is not None and who.in_force(on),
            channel_authorised=who is not None and channel_may_sell(viewer, who.channel, series_id, on),
            agreement_in_force=who is not None and may_sell_for(viewer, who.company, offered.company, on),
            seller_grade=who.grade if who else 0,
            required_grade=_required_grade(who, series_id, on),
            age_low=age,
            age_high=age,
            age_min=_limit(person, offered.age_min),
            age_max=_limit(person, offered.age_max),
            suppressed=not quiet.isdisjoint({series_id, ALL_SERIES}),
            capacity_age=_limit(person, rulebook.loaded().value_or("suitability.capacity_age", on, 0)),
            adult_age=_limit(person, rulebook.loaded().value_or("suitability.adult_age", on, 0)),
            retirement_age=_limit(person, rulebook.value("suitability.retirement_age", on)),
            held_out=held_out,
            registered=_registered(who, offered, on),
            second_life_insurer=who is not None and _second_life_insurer(viewer, who, offered, on),
            product_risk=rulebook.loaded().of_series("suitability.product_risk", _terms(series_id, on), on),
            guarded_risk_max=rulebook.loaded().value_or("suitability.guarded_risk_max", on, 5),
            **household_columns(contacts, at, limits["days"]),
            contacts_max=limits["max"],
            other_company_rest=rest,
        )


def household_columns(contacts: Sequence[Contact], at: datetime, window: int) -> dict[str, int]:
    """The core's columns of how often the household was contacted within `window` days, and how many days ago by another company."""
    others = [(today(at) - today(one.at)).days for one in contacts if not one.own]
    since = at - timedelta(days=window)
    return {
        "contacts": sum(one.at >= since for one in contacts),
        "other_company_days": min(others, default=UNKNOWN),
    }


def _age(born_on: date | None, on: date) -> int:
    return age_on(born_on, on) if born_on else UNKNOWN


def _limit(person: Person, age: int | None) -> int:
    return UNKNOWN if age is None or person.kind == "ORGANISATION" else age


def _terms(series_id: str, on: date) -> Series:
    return rulebook.loaded().catalogue(on).series_of(series_id)


def _required_grade(who: SellerRow | None, series_id: str, on: date) -> int:
    return rulebook.loaded().required_grade(who.company if who else "", _terms(series_id, on), on)


def _registered(who: SellerRow | None, offered: SeriesRow, on: date) -> int:
    """1 where the register says so or is not asked; without a number on file nobody knows."""
    asked = offered.pillar in rulebook.loaded().value_or("suitability.register_asked", on, [])
    return 1 if not asked or (who is not None and who.registration_no) else UNKNOWN


def _second_life_insurer(viewer: Viewer, who: SellerRow, offered: SeriesRow, on: date) -> bool:
    """An agent of one life insurer, and another's series."""
    insurers = rulebook.loaded().value_or("suitability.life_insurers", on, [])
    two = who.company in insurers and offered.company in insurers and who.company != offered.company
    return two and channels(viewer)[who.channel].kind == "AGENT"
