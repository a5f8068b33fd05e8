"""A sale step by step, as tests need it: each method is one click, or what the jobs do after it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains import rulebook
from onefold.domains.advice.actions import analyse_needs, give_opinion
from onefold.domains.advice.queries import opinion_in_force
from onefold.domains.customers.models import Membership
from onefold.domains.orders import actions, proposing
from onefold.domains.orders.completing import complete
from onefold.domains.orders.gates import opinion_needed
from onefold.domains.orders.models import OrderStep
from onefold.domains.orders.queries import ItemRow, OrderRow, changes_of, order
from onefold.domains.orders.running import run_next
from onefold.domains.orders.tables import disclosures_for
from onefold.kernel.refusals import Refusal
from tests.sandboxes import Sandboxes

SYSTEM = Viewer.system("test")
RICH = "B5"
"""a band of income in which nobody is overcharged"""
CAR = {"vehicle_value": 20_000_000, "vehicle_age": 1, "claims": 0}
GOOD = {"private_use": 1, "roadworthy": 1}
MOTOR, HOME, ACCIDENT = "HPC.MOTOR.STD", "HPC.HOME.STD", "HPC.ACCIDENT.STD"
ANSWERS: dict[str, dict[str, int]] = {
    MOTOR: CAR,
    HOME: {"building_value": 100_000_000, "building_age": 5},
    ACCIDENT: {"sum_insured": 50_000_000, "occupation_class": 1},
    "HLIFE.TERM.STD": {"sum_insured": 100_000_000, "smoker": 0},
    "HBANK.CARD.STD": {"income": 10_000_000},
}
DECLARED: dict[str, dict[str, int]] = {
    MOTOR: GOOD,
    HOME: {"let_out": 0},
    ACCIDENT: {},
    "HLIFE.TERM.STD": {"chronic": 0, "dangerous_sport": 0},
    "HBANK.CARD.STD": {"employed": 1},
}


def advise(viewer: Viewer, customer_id: UUID, *products: str) -> None:
    """Before anything is proposed: what the customer needs and can spend, and an opinion on each product that wants one; an opinion that
    counts is not given again."""
    with reading(viewer) as at:
        series = [product.rsplit(".", 1)[0] for product in products]
        wanted = [one for one in series if opinion_needed(viewer, customer_id, one, at)]
        wanted = [one for one in wanted if opinion_in_force(viewer, customer_id, one, at) is None]
        catalogue = rulebook.loaded().catalogue(at.date())
    if wanted:
        needs = [catalogue.series_of(one).line for one in wanted]
        analyse_needs(viewer, uuid4(), customer_id=customer_id, needs=needs, budget_minor=100_000_000, income=RICH)
    for one in wanted:
        give_opinion(viewer, uuid4(), customer_id=customer_id, series=one)


@dataclass
class Counter:
    """One seller, one customer."""

    as_role: Callable[[str], Any]
    sandboxes: Sandboxes
    viewer: Viewer
    customer_id: UUID
    order_id: UUID = field(default_factory=uuid4)

    def propose(self, *products: str, choice: str = "", answers: dict[str, int] | None = None, **more: Any) -> OrderRow:
        items = [{"product": product, "answers": ANSWERS[product] | (answers or {})} for product in products or [MOTOR]]
        advise(self.viewer, self.customer_id, *(products or [MOTOR]))
        inputs = {"customer_id": self.customer_id, "need": "INBOUND_NEED", "items": items, "choice": choice} | more
        self.order_id = UUID(proposing.propose(self.viewer, uuid4(), **inputs)["order_id"])
        return self.now

    @property
    def now(self) -> OrderRow:
        return order(self.viewer, self.order_id)

    @property
    def item(self) -> ItemRow:
        return self.now.items[0]

    @property
    def states(self) -> list[str]:
        return [item.state for item in self.now.items]

    @property
    def path(self) -> list[str]:
        """The states the first item went through."""
        return [change.after for change in changes_of(self.viewer, self.item.item_id)]

    def disclose(self, *items: ItemRow) -> None:
        for item in items or self.now.items:
            with reading(self.viewer) as at:
                codes = [row.code for row in disclosures_for(item.series, at.date())]
            actions.confirm_disclosures(self.viewer, uuid4(), item_id=item.item_id, codes=codes)

    def apply(self, *items: ItemRow, **declared: int) -> None:
        for item in items or self.now.items:
            told = DECLARED[item.product] | declared
            actions.apply(self.viewer, uuid4(), item_id=item.item_id, declarations=told, signed=True)

    def pay(self, payer: str = "POLICYHOLDER", account: str = "") -> None:
        token = account or f"acct.{self.customer_id}"
        actions.pay(self.viewer, uuid4(), order_id=self.order_id, payer=payer, account=token)

    def cancel(self, item: ItemRow | None = None) -> None:
        actions.cancel(self.viewer, uuid4(), item_id=(item or self.item).item_id)

    def run(self) -> int:
        """Carry out every step that is due; those put off wait for their time."""
        done = 0
        with self.as_role("batch"):
            while run_next():
                done += 1
        return done

    def hurry(self, seconds: int = 0) -> None:
        """What was put off is due now; `seconds`: and has been tried for so long."""
        with self.as_role("batch"):
            from django.db import connection

            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('app.viewer', 'system', false)")
                cursor.execute(
                    "UPDATE orders_orderstep SET due_at = now(), begun_at = begun_at - make_interval(secs => %s) WHERE state = 'WAITING'",
                    [seconds],
                )
                cursor.execute("SELECT set_config('app.viewer', '', false)")

    def run_to_the_end(self, rounds: int = 30, seconds: int = 0) -> None:
        for _ in range(rounds):
            self.run()
            if not self.now.under_way:
                return
            self.hurry(seconds)

    def complete(self) -> int:
        with self.as_role("batch"):
            return complete()

    def to(self, word: str, *products: str, choice: str = "", **more: Any) -> OrderRow:
        """Go on without a hitch until the order is `proposed`, `disclosed`, `accepted`, or `issued`."""
        self.propose(*products, choice=choice, **more)
        self.run()
        for reached, go in (("proposed", self.disclose), ("disclosed", self.apply), ("accepted", self.pay)):
            if word == reached:
                return self.now
            go()
            self.run()
        return self.now

    def effects(self, item: ItemRow | None = None) -> dict[str, int]:
        """What really happened about an item, at the partners."""
        about = str((item or self.item).item_id)
        both = (self.sandboxes.core.effects(), self.sandboxes.payment.effects())
        return {kind: count for effects in both for (kind, of), count in effects.items() if of == about}

    def steps(self) -> list[tuple[str, str]]:
        with self.as_role("batch"), reading(SYSTEM):
            rows = OrderStep.objects.filter(item__order_id=self.order_id).order_by("operation_id")
            return [(row.kind, row.state) for row in rows]


def selling(
    as_role: Callable[[str], Any], sandboxes: Sandboxes, seller: str = "HL1001", product: str = MOTOR
) -> Counter:
    """A seller of Harbour Group and a customer of the seller's company, unknown to the owner's: all may be sold that the gates allow."""
    company = {"HL": "HLIFE", "HP": "HPC", "HB": "HBANK"}[seller[:2]]
    with as_role("batch"), reading(SYSTEM):
        known = Membership.objects.filter(company_id=company, customer__kind="PERSON")
        customers = list(known.order_by("customer_id").values_list("customer_id", flat=True))
    for customer_id in customers:
        shop = Counter(as_role, sandboxes, Viewer.of_seller(seller, company), customer_id)
        with suppress(Refusal):
            shop.propose(product)
            shop.cancel()
            return shop
    raise AssertionError(f"{seller} may sell {product} to nobody")
