"""What does not depend on the customer: the series with their terms, who may sell them, the limits of the day. Read once a release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onefold.commands.viewer import Viewer
from onefold.decision.candidates import NEUTRAL, UNKNOWN
from onefold.decision.core import MILLION, candidates, judge
from onefold.decision.gates import OF_SELLER, Basis
from onefold.domains import rulebook
from onefold.domains.catalogue.queries import SeriesRow, rights_on, series
from onefold.domains.modelling.queries import fallback_reasons, models_version
from onefold.domains.organisation.queries import ChannelRow, agreements_on, channels
from onefold.domains.releases.queries import Published
from onefold.domains.sellers.queries import SellerRow, seller, sellers
from onefold.policy import Rulebook, Series

Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]
SELLERS_KEPT = 10_000
NO_MODEL, NO_SCORE = "NO_MODEL", "NO_SCORE"
"""There is no model of the series; there is one, and it said nothing of this customer that is a chance."""
BASES = ("POPULARITY", "PRIOR", "PROPENSITY")
AT_A = {"COUNTER": "COUNTER", "BANK": "COUNTER", "TELEPHONE": "CALL_CENTRE", "ONLINE": "ONLINE"}
"""Which context of the rulebook a channel's kind is; the others are no moment of their own."""


@dataclass(frozen=True, eq=False)
class Terms:
    """S series sorted by code; arrays run over their positions."""

    on: date
    series: tuple[SeriesRow, ...]
    place: Mapping[str, int]
    columns: Mapping[str, Whole | Flags]
    """the core's columns about the series"""
    means: Mapping[str, Whole | Flags]
    """the core's columns about the series that weigh what a customer can bear: asked only where that is news"""
    means_limits: Mapping[str, int]
    life: Flags
    asks_register: Flags
    required_grade: Mapping[str, Whole]
    """by seller's company"""
    rights: Mapping[str, Flags]
    """by channel"""
    agreed: Mapping[str, Flags]
    """by seller's company"""
    channels: Mapping[str, ChannelRow]
    limits: Mapping[str, int]
    """the core's columns that are one number for everybody"""
    uplift: Whole
    """by basis"""
    contact_cost: Mapping[str, int]
    context: Mapping[str, int]
    life_insurers: frozenset[str]
    contact_window_days: int
    quiet_zone: str
    models_version: str
    fallback: Mapping[str, str]
    """by series: why no model of it is used; empty where one is, absent where there is none at all"""
    within_reach: Mapping[str, Flags]
    """by company: one of its sellers, or of the owner's, may sell the series"""
    met: dict[str, SellerRow | None] = field(default_factory=dict)
    """sellers asked for so far: they come with a release and change with nothing else"""

    def fallback_of(self, series: str, basis: int) -> str:
        """Why a score of this basis rests on rules and not on a model of the series; empty where it rests on one."""
        if basis >= Basis.PROPENSITY:
            return ""
        return self.fallback.get(series, NO_MODEL) or NO_SCORE

    def context_of(self, channel_kind: str, inbound: bool) -> int:
        return self.context["INBOUND_NEED" if inbound else AT_A.get(channel_kind, "BATCH")]

    def seller(self, viewer: Viewer, code: str) -> SellerRow | None:
        if code not in self.met:
            if len(self.met) >= SELLERS_KEPT:
                self.met.clear()
            self.met[code] = seller(viewer, code)
        return self.met[code]

    def cost_of(self, channel_kind: str) -> int:
        return self.contact_cost.get(channel_kind, max(self.contact_cost.values(), default=0))


_kept: dict[tuple[object, ...], Terms] = {}


def terms(viewer: Viewer, release: Published, on: date) -> Terms:
    """Return the terms of the day under the release in force. They change with a release, a day or a new start, and so does the key;
    of the models only staff may know."""
    key = (release.release_id, release.activated_at, on, rulebook.loaded().version, viewer.kind)
    if key not in _kept:
        _kept.clear()
        _kept[key] = _read(viewer, release.release_id, on)
    return _kept[key]


def _read(viewer: Viewer, release_id: str, on: date) -> Terms:
    book, rows = rulebook.loaded(), tuple(series(viewer).values())
    catalogue = book.catalogue(on)
    one = [catalogue.series_of(row.series) for row in rows]
    place = {row.series: position for position, row in enumerate(rows)}
    ways, agreed, known = channels(viewer), agreements_on(viewer, on), sellers(viewer)
    companies = {row.company for row in rows} | {way.company for way in ways.values()}
    insurers = frozenset(book.value_or("suitability.life_insurers", on, []))
    asked = book.value_or("suitability.register_asked", on, [])
    uplift = book.value("economics.uplift_assumed", on)
    found = Terms(
        on=on,
        series=rows,
        place=place,
        columns=_columns(book, rows, one, on),
        means=_means(book, one, on),
        means_limits={
            "outlay_free": book.value("suitability.outlay_free", on),
            "burden_max_ppm": book.value("suitability.burden_max", on),
            "burden_warn_ppm": book.value("suitability.burden_warn", on),
        },
        life=np.array([row.company in insurers for row in rows], np.bool_),
        asks_register=np.array([row.pillar in asked for row in rows], np.bool_),
        required_grade={
            company: np.array([book.required_grade(company, each, on) for each in one], np.int64)
            for company in companies
        },
        rights={
            channel: np.array([row.series in codes for row in rows], np.bool_)
            for channel, codes in rights_on(viewer, on).items()
        },
        agreed={
            company: np.array([row.company == company or (company, row.company) in agreed for row in rows], np.bool_)
            for company in companies
        },
        channels=ways,
        limits=_limits(book, on),
        uplift=np.array([*(uplift[name] for name in BASES), MILLION], np.int64),
        contact_cost=book.value("economics.contact_cost", on),
        context=book.value("economics.context", on),
        life_insurers=insurers,
        contact_window_days=book.value("contact.household_contacts", on)["days"],
        quiet_zone=book.value_or("contact.quiet_time", on, {"time_zone": "UTC"})["time_zone"],
        models_version=models_version(viewer, release_id),
        fallback=fallback_reasons(viewer, release_id),
        within_reach={},
    )
    return _with_reach(found, [row for row in known.values() if row.in_force(on)], companies)


def _columns(book: Rulebook, rows: tuple[SeriesRow, ...], one: list[Series], on: date) -> dict[str, Whole | Flags]:
    def of(name: str) -> Whole:
        return np.array([book.of_series(name, each, on) for each in one], np.int64)

    def limit(values: list[int | None]) -> Whole:
        return np.array([UNKNOWN if value is None else value for value in values], np.int64)

    return {
        "on_sale": np.array([row.on_sale(on) for row in rows], np.bool_),
        "age_min": limit([row.age_min for row in rows]),
        "age_max": limit([row.age_max for row in rows]),
        "product_risk": of("suitability.product_risk"),
        "margin": of("economics.standard_margin"),
    }


def _means(book: Rulebook, one: list[Series], on: date) -> dict[str, Whole | Flags]:
    return {
        "risk_tested": np.array([book.risk_tested(each, on) for each in one], np.bool_),
        "outlay": np.array([book.of_series("suitability.yearly_outlay", each, on) for each in one], np.int64),
        "paying_years": np.array([book.of_series("suitability.paying_years", each, on) for each in one], np.int64),
    }


def _limits(book: Rulebook, on: date) -> dict[str, int]:
    quiet = book.value_or("contact.quiet_time", on, {"from": "00:00", "until": "00:00"})
    return {
        "capacity_age": book.value_or("suitability.capacity_age", on, 0),
        "adult_age": book.value_or("suitability.adult_age", on, 0),
        "guarded_risk_max": book.value_or("suitability.guarded_risk_max", on, 5),
        "retirement_age": book.value("suitability.retirement_age", on),
        "quiet_from": _minute(quiet["from"]),
        "quiet_until": _minute(quiet["until"]),
        "contacts_max": book.value("contact.household_contacts", on)["max"],
        "other_company_rest": book.value("contact.other_company_rest", on),
    }


def _minute(text: str) -> int:
    hour, minute = text.split(":")
    return 60 * int(hour) + int(minute)


def seller_columns(terms: Terms, who: SellerRow | None, channel: str, at: Whole) -> dict[str, Any]:
    """The core's columns about the seller (None: nobody) for the series at these positions, through this channel."""
    if who is None:
        return {
            "has_seller": False, "channel_authorised": False, "agreement_in_force": False, "seller_grade": UNKNOWN,
            "required_grade": UNKNOWN, "registered": UNKNOWN, "second_life_insurer": False,
        }  # fmt: skip
    nothing = np.zeros(len(terms.series), np.bool_)
    agent = terms.channels[who.channel].kind == "AGENT" if who.channel in terms.channels else False
    others_life = terms.life & np.array([row.company != who.company for row in terms.series], np.bool_)
    return {
        "has_seller": who.in_force(terms.on),
        "channel_authorised": terms.rights.get(channel, nothing)[at],
        "agreement_in_force": terms.agreed.get(who.company, nothing)[at],
        "seller_grade": who.grade,
        "required_grade": terms.required_grade[who.company][at],
        "registered": np.where(terms.asks_register[at], int(bool(who.registration_no)), 1),
        "second_life_insurer": (others_life & (agent and who.company in terms.life_insurers))[at],
    }


def _with_reach(terms: Terms, known: list[SellerRow], companies: set[str]) -> Terms:
    """Who could be brought along or handed on to, whoever the customer is: judged by the core itself."""
    every = np.arange(len(terms.series))
    can = {company: np.zeros(len(every), np.bool_) for company in companies}
    for who in known:
        if who.company in can:
            found = judge(candidates(NEUTRAL | seller_columns(terms, who, who.channel, every)))
            can[who.company] |= (found.blocked & OF_SELLER) == 0
    owners = np.array([can[row.company][position] for position, row in enumerate(terms.series)], np.bool_)
    reach = {company: able | owners for company, able in can.items()}
    return Terms(**{**terms.__dict__, "within_reach": reach})
