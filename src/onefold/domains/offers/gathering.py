"""Everything a decision about one customer rests on, as it is at this moment, for all series at once: the core's columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from onefold.commands import prepared
from onefold.commands.prepared import answers
from onefold.commands.viewer import Viewer
from onefold.decision.candidates import NEUTRAL, UNKNOWN
from onefold.decision.gates import OF_OUR_APPROACH, Basis, Gate, Stage, mask_of
from onefold.domains.consent.queries import offers_agreed, wants_no_contact
from onefold.domains.contacts.queries import ALL_SERIES, Contact, contacts_since, silenced_series
from onefold.domains.customers.circumstances import circumstances_told, standings_told
from onefold.domains.customers.references import Person, who_it_is
from onefold.domains.holdings.queries import series_held
from onefold.domains.holdout.queries import is_held_out
from onefold.domains.offers import refusals
from onefold.domains.offers.facts import household_columns
from onefold.domains.offers.news import News, news_in, taken_in
from onefold.domains.offers.queries import KNOWN_TO_THE_RUN, Verdict, published_verdicts, told
from onefold.domains.offers.terms import Terms, seller_columns
from onefold.domains.releases.queries import Published
from onefold.domains.sellers.queries import SellerRow
from onefold.kernel.periods import age_on

AS_PUBLISHED = KNOWN_TO_THE_RUN | mask_of(Gate.CONTACTED_ENOUGH, Gate.OTHER_COMPANY_FIRST)
"""Gates that rest on more than the viewer may see, or than a room holds: they stand as the release in force judged them, besides what
is known now (see `news`)."""
OURS = mask_of(*OF_OUR_APPROACH)
INBOUND, OUTBOUND = "INBOUND_NEED", "OUTBOUND"
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Question:
    """What is asked: for whom, through which channel and seller (empty: whoever has the relation), for which series (empty: all)."""

    customer_id: UUID
    channel: str
    seller: str
    reason: str
    series: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """One row a candidate series. `kept`: masks as published, for the gates that stand so."""

    series: tuple[str, ...]
    owners: tuple[str, ...]
    sellers: tuple[str, ...]
    because: tuple[str, ...]
    columns: dict[str, Any]
    kept: dict[str, list[int]]
    fallback: tuple[str, ...]
    """why each score rests on rules; see `Terms.fallback_of`"""


def gather(viewer: Viewer, asked: Question, terms: Terms, release: Published, at: datetime) -> Facts:
    """Gather the facts in a few questions to the rooms, however many series there are. Only series of which the viewer may see
    whether the customer holds them are candidates; a need the customer brings may be about any.

    Raises `CustomerUnknown`, `ChannelNotYours`, `SellerNotYours`, `SeriesUnknown`.
    """
    way = terms.channels.get(asked.channel)
    if way is None or way.company != viewer.company:
        raise refusals.ChannelNotYours()
    known = _known(viewer, asked, terms, release, at)
    who, held, published, news = known.who, known.held, known.published, known.news
    codes = _candidates(asked, terms, published, who)
    at_place = np.array([terms.place[code] for code in codes], np.int64)
    speaks = _seller(viewer, asked, terms, published, codes)
    inbound = asked.reason == INBOUND
    columns = (
        NEUTRAL
        | _of_the_series(terms, at_place, who)
        | _of_the_customer(viewer, known, terms, codes)
        | seller_columns(terms, speaks, asked.channel, at_place)
        | _of_the_moment(terms, known, way.kind, inbound, at)
        | _of_the_chance(terms, codes, published)
        | {"colleague_may": terms.within_reach[viewer.company][at_place]}
    )
    kept = _kept(codes, published, inbound)
    seen = np.array([code in published for code in codes], np.bool_)
    columns, kept = taken_in(news, viewer, asked.customer_id, terms, at_place, seen, columns, kept)
    return Facts(
        tuple(codes),
        tuple(terms.series[terms.place[code]].company for code in codes),
        tuple(speaks.seller if speaks else "" for _ in codes),
        tuple(told(published[code].because, held) if code in published else "" for code in codes),
        {name: _plain(value) for name, value in columns.items()},
        kept,
        tuple(terms.fallback_of(code, published[code].basis if code in published else 0) for code in codes),
    )


@dataclass(frozen=True)
class _Known:
    """What the rooms know now of one customer."""

    who: Person
    held: set[str]
    published: dict[str, Verdict]
    agreed: set[tuple[str, str]]
    """to be offered: (from company, to company)"""
    quiet: set[str]
    blocked: bool
    held_out: bool
    news: News
    contacts: Sequence[Contact] = ()
    """with the household; where the customer came with the need, nobody counts"""


def _known(viewer: Viewer, asked: Question, terms: Terms, release: Published, at: datetime) -> _Known:
    """Ask all rooms in one statement."""
    days = max(terms.contact_window_days, terms.limits["other_company_rest"])
    since = None if asked.reason == INBOUND else at - timedelta(days=days)
    questions = questions_about(viewer, asked.customer_id, terms.on, release.release_id, since)
    circumstances, standings, who, held, published, *rest = answers(viewer, *questions)
    news = news_in(circumstances + standings, release, terms.on)
    who = replace(who, born_on=who.born_on or news.now.born_on)
    agreed, quiet, blocked, held_out, *contacts = rest
    verdicts = {verdict.series: verdict for verdict in published}
    return _Known(who, held, verdicts, agreed, quiet, blocked, held_out, news, *contacts)


def questions_about(
    viewer: Viewer, customer: UUID, on: date, release_id: str, since: datetime | None
) -> list[prepared.Question]:
    """What the rooms are asked, in one statement. `since`: from when contacts count (None: they do not)."""
    return [
        circumstances_told(on, customer, release_id),
        standings_told(on, customer, release_id),
        who_it_is(viewer, on, customer),
        series_held(on, customer),
        published_verdicts(customer, release_id),
        offers_agreed(on, customer),
        silenced_series(on, customer),
        wants_no_contact(on, customer),
        is_held_out(customer),
        *([contacts_since(customer, since)] if since else []),
    ]


def _candidates(asked: Question, terms: Terms, published: dict[str, Verdict], who: Person) -> list[str]:
    if set(asked.series) - terms.place.keys():
        raise refusals.SeriesUnknown()
    seen = published.keys() & terms.place.keys()
    wanted = set(asked.series)
    if not wanted:
        return sorted(seen)
    may = wanted if asked.reason == INBOUND else wanted & seen
    return sorted(code for code in may if who.kind in terms.series[terms.place[code]].kinds)


def _seller(
    viewer: Viewer, asked: Question, terms: Terms, published: dict[str, Verdict], codes: list[str]
) -> SellerRow | None:
    """The seller who was named, else the one of the relationship if that is the own company's, else nobody."""
    related = next((published[code].seller for code in codes if code in published and published[code].seller), "")
    who = terms.seller(viewer, asked.seller or related) if asked.seller or related else None
    if who is not None and who.company == viewer.company and viewer.seller in ("", who.seller):
        return who
    if asked.seller:
        raise refusals.SellerNotYours()
    return None


def _of_the_series(terms: Terms, at: Whole, who: Person) -> dict[str, Any]:
    columns: dict[str, Any] = {name: values[at] for name, values in terms.columns.items()}
    return columns | (dict.fromkeys(("age_min", "age_max"), UNKNOWN) if who.kind == "ORGANISATION" else {})


def _of_the_customer(viewer: Viewer, known: _Known, terms: Terms, codes: list[str]) -> dict[str, Any]:
    who, everything = known.who, ALL_SERIES in known.quiet
    owners = [terms.series[terms.place[code]].company for code in codes]
    age = age_on(who.born_on, terms.on) if who.born_on else UNKNOWN
    no_limit = dict.fromkeys(("capacity_age", "adult_age", "retirement_age"), UNKNOWN)
    return {
        "held": np.array([code in known.held for code in codes], np.bool_),
        "age_low": age,
        "age_high": age,
        "consent_in_force": np.array([(viewer.company, owner) in known.agreed for owner in owners], np.bool_),
        "blocked": known.blocked,
        "suppressed": np.array([everything or code in known.quiet for code in codes], np.bool_),
        "held_out": known.held_out,
        **terms.limits,
        **(no_limit if who.kind == "ORGANISATION" else {}),
    }


def _of_the_moment(terms: Terms, known: _Known, channel_kind: str, inbound: bool, at: datetime) -> dict[str, Any]:
    there = at.astimezone(ZoneInfo(terms.quiet_zone))
    return {
        "stage": int(Stage.APPROACH),
        "inbound": inbound,
        "by_telephone": channel_kind == "TELEPHONE",
        "minute": 60 * there.hour + there.minute,
        **household_columns(known.contacts, at, terms.contact_window_days),
        "contact_cost": terms.cost_of(channel_kind),
        "context": terms.context_of(channel_kind, inbound),
    }


def _of_the_chance(terms: Terms, codes: list[str], published: dict[str, Verdict]) -> dict[str, Any]:
    """The published score is the effect of a contact where that was learned, else the chance of a contract."""
    score = np.array([published[code].score if code in published else 0 for code in codes], np.int64)
    basis = np.array([published[code].basis if code in published else 0 for code in codes], np.int64)
    return {
        "basis": basis,
        "chance": np.where(basis == Basis.EFFECT, 0, score),
        "effect": np.where(basis == Basis.EFFECT, score, 0),
        "uplift": terms.uplift[basis],
    }


def _kept(codes: list[str], published: dict[str, Verdict], inbound: bool) -> dict[str, list[int]]:
    stand = AS_PUBLISHED & ~OURS if inbound else AS_PUBLISHED
    rows = [published.get(code) for code in codes]
    return {
        name: [getattr(row, name) & stand if row else 0 for row in rows] for name in ("blocked", "missing", "warned")
    }


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value
