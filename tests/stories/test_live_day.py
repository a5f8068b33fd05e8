"""Simulated sellers work through a day at the real pages: what they hear is written down as a person would write it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID
from wsgiref.simple_server import WSGIRequestHandler, make_server

import polars as pl
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections

from onefold.commands.scope import reading
from onefold.domains.catalogue.queries import series
from onefold.domains.consent.models import ContactBlock
from onefold.domains.customers.models import SourceRecord
from onefold.domains.customers.queries import households_of
from onefold.domains.leads.models import Lead, Outcome
from onefold.domains.sellers.queries import sellers
from onefold.simulator.live.answers import MILLION, Customers
from onefold.simulator.live.day import Office, Seller
from onefold.simulator.live.doors import DoorShut, Person
from onefold.simulator.tables import EFFECTS, PARTIES
from tests.stories.harbour import SYSTEM

ON = date(2026, 6, 30)


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: a test's output is its result."""


class Closing(WSGIHandler):
    def __call__(self, environ, start_response):
        answer = super().__call__(environ, start_response)
        connections.close_all()
        return answer


@pytest.fixture
def address(harbour) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, Closing(), handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def everybody(harbour, as_role) -> tuple[list[Seller], dict[str, str], pl.DataFrame]:
    """The sellers, what a series is called on a page, and one party for each telephone number of Harbour Group."""
    with as_role("batch"), reading(SYSTEM):
        people = [Seller(row.seller, row.channel, calls=5) for row in sellers(SYSTEM).values()]
        names = {row.name_en: code for code, row in series(SYSTEM).items()}
        phones = sorted(set(SourceRecord.objects.exclude(phone=None).values_list("phone", flat=True)))
    parties = pl.DataFrame({"party": range(len(phones)), "phone": phones})
    return (
        people,
        names,
        pl.DataFrame(schema=PARTIES).select("party", "phone").vstack(parties.cast({"party": PARTIES["party"]})),
    )


def public(parties: pl.DataFrame, people: list[Seller], names: dict[str, str], ppm: int, kind: str) -> Customers:
    """Customers who all answer alike."""
    rows = [
        {"party": party, "series": code, "channel": channel, "own_ppm": 0, "contacted_ppm": ppm, "kind": kind}
        for party in parties["party"]
        for code in set(names.values())
        for channel in {seller.channel for seller in people}
    ]
    return Customers(1, parties, pl.DataFrame(rows, schema=EFFECTS))


def written(as_role) -> Counter[str]:
    with as_role("batch"), reading(SYSTEM):
        return Counter(Outcome.objects.values_list("code", flat=True))


def test_what_the_customers_say_stands_in_the_database(address, everybody, as_role):
    people, names, parties = everybody
    counts, purchases = Office(address, names).day(people, public(parties, people, names, MILLION, "SURE_THING"), ON)
    assert counts["INTERESTED"] == len(purchases) > 0
    assert set(counts) == {"INTERESTED", "NOT_REACHED"}
    assert written(as_role) == counts


def outcomes(as_role) -> dict[UUID, Lead]:
    """What was written down so far, each with its lead."""
    with as_role("batch"), reading(SYSTEM):
        return {row.pk: row.lead for row in Outcome.objects.select_related("lead")}


def of_another_company(lead: Lead, spoken: Iterable[Lead], as_role) -> list[Lead]:
    """Those of `spoken` that another company had with somebody of the household of `lead`."""
    others = {row.customer_id: row for row in spoken if row.seller_company_id != lead.seller_company_id}
    with as_role("batch"), reading(SYSTEM):
        homes = households_of(SYSTEM, [lead.customer_id, *others])
    return [row for customer, row in others.items() if homes[customer] == homes[lead.customer_id]]


def test_the_same_day_again_asks_only_those_who_were_not_reached(address, everybody, as_role):
    people, names, parties = everybody
    office, customers = Office(address, names), public(parties, people, names, MILLION, "SURE_THING")
    first, _ = office.day(people, customers, ON)
    before = outcomes(as_role)
    waiting = {lead.pk: lead for lead in before.values() if f"/today/{lead.pk}/" not in office.followed}
    second, _ = office.day(people, customers, date(2026, 7, 1))
    again = Counter(lead.pk for row, lead in outcomes(as_role).items() if row not in before)
    assert len(waiting) == first["NOT_REACHED"] and sum(second.values()) == again.total() > 0
    assert set(again.values()) == {1} and set(again) == set(waiting)
    assert not [lead for lead in before.values() if of_another_company(lead, before.values(), as_role)], (
        "a household two companies came to on one day: the second one's call should not have been let through"
    )


def test_sleeping_dogs_ask_to_be_left_alone_for_good(address, everybody, as_role):
    people, names, parties = everybody
    customers = public(parties, people, names, 0, "SLEEPING_DOG")
    with as_role("batch"), reading(SYSTEM):
        before = ContactBlock.objects.count()
    counts, purchases = Office(address, names).day(people, customers, ON)
    assert purchases == []
    assert counts["INTERESTED"] == 0 and counts["DO_NOT_CONTACT"] > 0
    with as_role("batch"), reading(SYSTEM):
        assert ContactBlock.objects.count() > before


def test_somebody_unknown_does_not_come_in(address):
    with pytest.raises(DoorShut):
        Person(address).enter("nobody.at.all")
