"""One day of the sellers: they open their lists, call from the top, and write down what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date

from onefold.simulator.live.answers import INTERESTED, Answer, Call, Customers, Purchase
from onefold.simulator.live.doors import DoorShut, Page, Person, leads_on

AT_ONCE = 2
"""Sellers at their telephones at the same moment."""


@dataclass(frozen=True)
class Seller:
    """A seller as the truth knows one: calls a day follow from diligence."""

    seller: str
    channel: str
    calls: int


@dataclass
class Office:
    """All sellers over the days. `series_of`: what a need is called on the pages, to its code, in every language."""

    address: str
    series_of: Mapping[str, str]
    followed: set[str] = field(default_factory=set)

    def day(self, sellers: Iterable[Seller], customers: Customers, on: date) -> tuple[Counter[str], list[Purchase]]:
        """Let the sellers work through the day; return how often each answer was given, and what was bought.

        The pages are read and written by several at once; the customers answer one after the other, in the order of the
        sellers' codes, so that a day is the same however fast the machine is.
        """
        ordered = sorted(sellers, key=lambda seller: seller.seller)
        counts: Counter[str] = Counter()
        purchases: list[Purchase] = []
        with ThreadPoolExecutor(AT_ONCE) as pool:
            mornings = list(pool.map(self._morning, ordered))
            answers = [customers.answer([call for _, call in desk.calls], on) if desk else [] for desk in mornings]
            list(pool.map(self._evening, mornings, answers))
        for given in answers:
            counts.update(answer.code for _, answer in given)
            purchases += [
                _purchase(call, answer.party)
                for call, answer in given
                if answer.party is not None and answer.code == INTERESTED
            ]
        return counts, purchases

    def _morning(self, seller: Seller) -> Desk | None:
        """Sign in, open the list, and the leads from the top; None for a seller who may not sign in."""
        person = Person(self.address)
        try:
            person.enter(seller.seller.lower())
            addresses = [lead for lead in leads_on(person.look("/today/")) if lead not in self.followed]
            pages = [person.look(lead) for lead in addresses[: seller.calls]]
        except DoorShut as shut:
            if shut.status in (403, 404):
                return None
            raise
        return Desk(person, [(page, call) for page in pages if (call := self._call(person, page, seller))])

    def _call(self, person: Person, page: Page, seller: Seller) -> Call | None:
        """The call the page asks for; None where nothing may be offered now, there is no number, or the call is refused."""
        series = self.series_of.get(page.title.split(" · ")[0], "")
        if not series or page.form_with("code", INTERESTED) is None:
            return None
        phone = person.dial(page)
        return Call(phone, series, seller.channel, seller.seller) if phone else None

    def _evening(self, desk: Desk | None, answers: list[tuple[Call, Answer]]) -> None:
        """Write down what came of each call."""
        if desk is None:
            return
        for (page, _), (_, answer) in zip(desk.calls, answers, strict=True):
            typed = {"not_until": answer.until.isoformat()} if answer.until else {}
            desk.person.press(page, "code", answer.code, **typed)
            if answer.code == INTERESTED:
                self.followed.add(page.address.removeprefix(self.address))


@dataclass(frozen=True)
class Desk:
    """What one seller has before them: the browser, and each lead's page with the call it asks for."""

    person: Person
    calls: list[tuple[Page, Call]]


def _purchase(call: Call, party: int) -> Purchase:
    return Purchase(party, call.series, call.channel, call.seller, "CONTACT")
