"""A demonstration's day of selling, done by the sellers' own actions: calls, referrals, advice, proposals, applications, payments.

What the customers say is drawn from the truth of the simulated group; whether anything may be done is for Onefold to say, and a refusal is
taken as a seller takes it: the next customer. Pages are left out, so that weeks take seconds; `simulate --live` goes through them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID

from onefold.commands.viewer import Viewer
from onefold.kernel.ids import new_id
from onefold.kernel.refusals import Refusal
from onefold.simulator.live.answers import DECLINED, INTERESTED, NOT_UNTIL, Call, Customers

PERCENT = 100
HANDS_OVER, ASKS_ALONG, COMES_BACK = 50, 20, 20
"""Of a hundred: leads the seller may not sell that are handed on; interested ones where a specialist comes along; owners who ask for more."""
STILL_WANTS_IT, SIGNS, TAKES_COUNTER, PAYS, INSISTS, GIVES_BACK = 80, 85, 60, 95, 30, 15
"""Of a hundred, at each step."""
DAYS_TO_THINK, DAYS_TO_REGRET = 5, 9
NOT_SO = {"private_use": 1, "roadworthy": 1, "employed": 1}
"""Declarations nothing speaks against; every other question is answered with no."""
NUMBERS = {"vehicle_age": 9, "claims": 2, "building_age": 30, "occupation_class": 3}
"""Answers by number lie below these."""
INCOMES = ("B2", "B3", "B3", "B4", "B5")


@dataclass(frozen=True)
class Seller:
    """Who sells, where, and how many calls a day they make."""

    viewer: Viewer
    channel: str
    calls: int


@dataclass
class Sale:
    """One customer's way to a contract, as the seller carries it."""

    seller: Seller
    lead_id: UUID
    customer_id: UUID
    who: str
    """the customer as the truth has them: ids are made anew by every installation, draws shall not be"""
    series: str
    need: str
    due: date
    order_id: UUID | None = None

    @property
    def key(self) -> str:
        return f"{self.who}:{self.series}"


@dataclass
class Desk:
    """All sellers over the days. `known`: each party of the truth as the companies know it; `acting`: connected as those who click;
    `running`: as the jobs."""

    customers: Customers
    known: Mapping[int, list[tuple[str, UUID]]]
    acting: Callable[[], AbstractContextManager[None]]
    running: Callable[[], AbstractContextManager[None]]
    sales: list[Sale] = field(default_factory=list)
    regrets: list[tuple[date, Sale]] = field(default_factory=list)
    waited_for: set[str] = field(default_factory=set)
    """Sellers whom a customer's own need was given to."""
    lists: dict[str, list[Any]] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.party_of = {customer: str(party) for party, known in self.known.items() for _, customer in known}

    # Needs and calls

    def come_in(self, wishes: Iterable[tuple[int, str]]) -> None:
        """Customers (by party) ask for a series at the counter of a company that knows them and has somebody who may sell it."""
        from onefold.domains.leads.needs import note_need

        with self.acting():
            for party, series in wishes:
                for company, customer in self.known.get(party, []):
                    viewer, about = Viewer.of_company(company), {"customer_id": customer, "series": series}
                    noted = self._try(note_need, viewer, source="COUNTER", **about)
                    if noted:
                        self.done["ASKED"] += 1
                        self.waited_for |= {noted["seller"]} - {""}
                        break

    def call(self, sellers: Iterable[Seller], on: date) -> None:
        """Every seller goes through the day's list from the top; whoever is interested is visited in the days after."""
        with self.acting():
            for seller in sellers:
                self._calls_of(seller, on)

    def _calls_of(self, seller: Seller, on: date) -> None:
        left, leads = seller.calls, self._list_of(seller, on)
        while left and leads:
            lead = leads.pop(0)
            if lead.action != "SELL":
                self._hand_over(seller, lead)
            elif lead.customer.phone and lead.last_code != INTERESTED:
                left -= 1
                self._call(seller, lead, on)

    def _list_of(self, seller: Seller, on: date) -> list[Any]:
        """The list is written down on Mondays, and when a customer waits; crossed off from the top until then."""
        from onefold.domains.leads.queries import open_leads_of

        code = seller.viewer.seller
        if on.weekday() == 0 or code not in self.lists or code in self.waited_for:
            self._take_what_is_asked(seller)
            self.lists[code] = open_leads_of(seller.viewer)
            self.waited_for.discard(code)
        return self.lists[code]

    def _call(self, seller: Seller, lead: Any, on: date) -> None:
        from onefold.domains.leads.actions import answer

        who = self.party_of.get(lead.customer_id, "")
        key = f"{who}:{lead.series}"
        call = Call(lead.customer.phone, lead.series, seller.channel, seller.viewer.seller)
        [(_, said)] = self.customers.answer([call], on)
        code = INTERESTED if lead.asked and said.party is not None else said.code
        more: dict[str, Any] = {}
        if code == NOT_UNTIL:
            more["not_until"] = said.until
        if code == DECLINED:
            more["reason"] = ("NO_NEED", "HAS_ELSEWHERE", "TOO_EXPENSIVE", "NO_REASON")[_draw(4, key, "why")]
        if not self._try(answer, seller.viewer, lead_id=lead.lead_id, code=code, **more):
            return
        self.done["CALLS"] += 1
        if code == INTERESTED:
            self.done[INTERESTED] += 1
            if _draw(PERCENT, key, "along") < ASKS_ALONG:
                self._refer(seller, lead.lead_id, "ACCOMPANY")
            due = on + timedelta(days=_draw(DAYS_TO_THINK, key, "due"))
            need = "INBOUND_NEED" if lead.asked else "OUTBOUND"
            self.sales.append(Sale(seller, lead.lead_id, lead.customer_id, who, lead.series, need, due))

    def _hand_over(self, seller: Seller, lead: Any) -> None:
        key = f"{self.party_of.get(lead.customer_id, '')}:{lead.series}"
        if _draw(PERCENT, key, "hand") < HANDS_OVER:
            self._refer(seller, lead.lead_id, "HANDOVER")

    def _refer(self, seller: Seller, lead_id: UUID, kind: str) -> None:
        from onefold.domains.leads.referral_queries import colleagues_of_lead
        from onefold.domains.leads.referring import refer

        colleague = next(iter(colleagues_of_lead(seller.viewer, lead_id)), None)
        if colleague is not None:
            to = colleague.seller.seller
            if self._try(refer, seller.viewer, lead_id=lead_id, to_seller=to, kind=kind):
                self.waited_for.add(to)

    def _take_what_is_asked(self, seller: Seller) -> None:
        from onefold.domains.leads.referral_queries import referrals_of
        from onefold.domains.leads.referring import accept
        from onefold.domains.leads.rules import OFFERED

        for row in referrals_of(seller.viewer):
            if row.to_seller == seller.viewer.seller and row.state == OFFERED:
                self._try(accept, seller.viewer, referral_id=row.referral_id)

    # Sales

    def propose(self, on: date) -> None:
        """Advise and propose to everybody whose day it is."""
        due, self.sales = [one for one in self.sales if one.due <= on], [one for one in self.sales if one.due > on]
        with self.acting():
            for sale in due:
                if _draw(PERCENT, sale.key, "wants") < STILL_WANTS_IT and self._advised(sale, on):
                    self._propose(sale, on)
        self.sales += [one for one in due if one.order_id]

    def _advised(self, sale: Sale, on: date) -> bool:
        from onefold.commands.scope import reading
        from onefold.domains import rulebook
        from onefold.domains.advice import actions
        from onefold.domains.orders.gates import opinion_needed

        viewer, who = sale.seller.viewer, {"customer_id": sale.customer_id}
        with reading(viewer) as at:
            if not opinion_needed(viewer, sale.customer_id, sale.series, at):
                return True
        terms = rulebook.loaded().catalogue(on).series_of(sale.series)
        if terms.pillar == "INVESTMENT":
            level = 2 + _draw(4, sale.who, "risk")
            test = self._try(actions.record_risk_test, viewer, level=level, **who)
            if test and test["confirm"]:
                self._try(actions.confirm_risk_change, viewer, test_id=UUID(test["test_id"]))
        income = INCOMES[_draw(len(INCOMES), sale.who, "income")]
        budget = (2 + _draw(9, sale.who, "budget")) * 1_000_000
        self._try(actions.analyse_needs, viewer, needs=[terms.line], budget_minor=budget, income=income, **who)
        opinion = self._try(actions.give_opinion, viewer, series=sale.series, **who)
        if not opinion:
            return False
        self.done["ADVISED"] += 1
        if opinion["verdict"] == "STOP_ADVISED" and _draw(PERCENT, sale.key, "insists") < INSISTS:
            warned, opinion_id = opinion["reasons"], UUID(opinion["opinion_id"])
            return bool(self._try(actions.insist, viewer, opinion_id=opinion_id, warned=warned, own_will=True))
        return bool(opinion["verdict"] == "SUITABLE")

    def _propose(self, sale: Sale, on: date) -> None:
        from onefold.domains import rulebook
        from onefold.domains.orders.proposing import propose
        from onefold.domains.orders.tables import orderable, table_of

        if not orderable(sale.series, on):
            return
        product = next(row.product for row in rulebook.loaded().catalogue(on).products if row.series == sale.series)
        answers = answers_to(table_of(sale.series, on).questions("quote"), sale.who)
        items = [{"product": product, "answers": answers}]
        viewer, about = sale.seller.viewer, {"customer_id": sale.customer_id, "lead_id": sale.lead_id}
        made = self._try(propose, viewer, need=sale.need, items=items, **about)
        if made:
            sale.order_id = UUID(made["order_id"])
            self.done["PROPOSED"] += 1

    def carry_on(self, on: date) -> None:
        """Disclosures and application, then payment: each after the owner's core and the gateway have answered."""
        for step in (self._apply, self._settle_counter_offer, self._pay):
            self.run()
            with self.acting():
                for sale in [one for one in self.sales if one.order_id]:
                    step(sale, on)
        self.run()
        with self.acting():
            self.sales = [one for one in self.sales if one.order_id is None or not self._is_over(one, on)]

    def _item(self, sale: Sale) -> Any:
        from onefold.domains.orders.queries import order

        assert sale.order_id is not None
        return order(sale.seller.viewer, sale.order_id).items[0]

    def _apply(self, sale: Sale, on: date) -> None:
        from onefold.domains.orders import actions
        from onefold.domains.orders.tables import disclosures_for, table_of

        item, viewer = self._item(sale), sale.seller.viewer
        if item.state != "PROPOSED":
            return
        if _draw(PERCENT, sale.key, "signs") >= SIGNS:
            self._try(actions.refuse, viewer, item_id=item.item_id)
            return
        codes = [row.code for row in disclosures_for(sale.series, on)]
        told = {one.code: NOT_SO.get(one.code, 0) for one in table_of(sale.series, on).questions("application")}
        self._try(actions.confirm_disclosures, viewer, item_id=item.item_id, codes=codes)
        if self._try(actions.apply, viewer, item_id=item.item_id, declarations=told, signed=True):
            self.done["APPLIED"] += 1

    def _settle_counter_offer(self, sale: Sale, on: date) -> None:
        from onefold.domains.orders import actions

        item = self._item(sale)
        if item.state == "COUNTERED" and _draw(PERCENT, sale.key, "counter") < TAKES_COUNTER:
            self._try(actions.accept_counter, sale.seller.viewer, item_id=item.item_id)

    def _pay(self, sale: Sale, on: date) -> None:
        from onefold.domains.orders import actions

        if self._item(sale).state == "ACCEPTED" and _draw(PERCENT, sale.key, "pays") < PAYS:
            account, viewer = f"acct.{sale.customer_id}", sale.seller.viewer
            self._try(actions.pay, viewer, order_id=sale.order_id, payer="POLICYHOLDER", account=account)

    def _is_over(self, sale: Sale, on: date) -> bool:
        """What waits for the customer (a referral, an unpaid offer) is left to run out."""
        from onefold.domains.orders.rules import ENDS, RESTING

        item = self._item(sale)
        if item.state == "ISSUED":
            self.done["ISSUED"] += 1
            may_regret = item.free_look_until is not None and item.free_look_until.date() > on
            if may_regret and _draw(PERCENT, sale.key, "regrets") < GIVES_BACK:
                self.regrets.append((on + timedelta(days=1 + _draw(DAYS_TO_REGRET, sale.key, "when")), sale))
            elif _draw(PERCENT, sale.key, "more") < COMES_BACK:
                self._ask_for_more(sale, on)
        return item.state in (*ENDS, *RESTING, "ISSUED")

    def _ask_for_more(self, sale: Sale, on: date) -> None:
        """The second sale: a content customer asks for what another company of the group has."""
        from onefold.domains import rulebook
        from onefold.domains.leads.needs import note_need

        rows = [row for row in rulebook.loaded().catalogue(on).series if row.series != sale.series]
        wished = rows[_draw(len(rows), sale.key, "which")]
        about = {"customer_id": sale.customer_id, "series": wished.series, "source": "SELLER"}
        if self._try(note_need, sale.seller.viewer, **about):
            self.done["ASKED"] += 1

    def give_back(self, on: date) -> None:
        """Those who think better of it within their free look."""
        from onefold.domains.orders import actions

        due, self.regrets = [one for one in self.regrets if one[0] <= on], [one for one in self.regrets if one[0] > on]
        with self.acting():
            for _, sale in due:
                if self._try(actions.cancel, sale.seller.viewer, item_id=self._item(sale).item_id):
                    self.done["GIVEN_BACK"] += 1
        self.run()

    # Jobs

    def run(self) -> None:
        """Carry out every outside step that is due."""
        from onefold.domains.orders.running import run_next

        with self.running():
            while run_next():
                pass

    def _try(self, action: Callable[..., Any], viewer: Viewer, **inputs: Any) -> Any:
        """What the action answers; nothing where it is refused."""
        try:
            return action(viewer, new_id(), **inputs)
        except Refusal as refusal:
            self.done[f"refused {refusal.code}"] += 1
            return None


def answers_to(questions: Iterable[Any], who: str) -> dict[str, int]:
    """Plausible answers, always the same of one customer: amounts in round figures near the lower end, small numbers, no to the rest."""
    given = {}
    for one in questions:
        if one.kind == "MONEY":
            step = max(one.least, 1_000_000)
            given[one.code] = min(one.most, step * (2 + _draw(12, who, one.code)))
        elif one.kind == "NUMBER":
            given[one.code] = min(one.most, one.least + _draw(NUMBERS.get(one.code, 2), who, one.code))
        else:
            given[one.code] = NOT_SO.get(one.code, 0)
    return given


def _draw(below: int, about: str, purpose: str) -> int:
    """A whole number below `below`, always the same for the same question."""
    return int.from_bytes(blake2b(f"{about}:{purpose}".encode(), digest_size=8).digest(), "big") % below
