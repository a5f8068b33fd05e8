"""Many orders at once while everything goes wrong: who clicks on, and what must hold of every order in the end.

Used by a test with a few orders and by `bench_orders` with thousands.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.orders import actions, proposing
from onefold.domains.orders.queries import ItemRow, OrderRow, changes_of
from onefold.domains.orders.rules import ENDS, IN_FORCE, VOID_UNPAID
from onefold.domains.orders.tables import disclosures_for
from onefold.kernel.ids import derived_id
from onefold.kernel.refusals import Refusal
from tests.selling import ANSWERS, DECLARED, MOTOR, advise
from tests.selling import HOME as HOUSE

CHANCES = {"SLOW": 20_000, "ERROR": 40_000, "LOST_ANSWER": 40_000, "LATE": 20_000, "DUPLICATE": 60_000, "REFUSE": 5_000}
TERM = "HLIFE.TERM.STD"


class Customer:
    """Somebody who buys, and now and then changes their mind. Every click has an id of its own, kept over repetitions."""

    def __init__(self, viewer: Viewer, customer_id: UUID, number: int, seed: int = 0) -> None:
        self.viewer, self.customer_id, self.number = viewer, customer_id, f"{seed}:{number}"
        self.draw = random.Random(self.number)
        self.products = self.draw.choice([[MOTOR], [MOTOR], [TERM], [HOUSE], [MOTOR, HOUSE]])
        self.choice = self.draw.choice(["ALL", "EACH"])
        self.claims = self.draw.choice([0, 0, 0, 0, 3, 5])
        self.changes_mind_at = self.draw.choice(["ACCEPTED", "ISSUED", "CAPTURE_UNKNOWN", "ISSUING"] + [""] * 8)

    def propose(self) -> UUID:
        items = [
            {"product": product, "answers": ANSWERS[product] | ({"claims": self.claims} if product == MOTOR else {})}
            for product in self.products
        ]
        advise(self.viewer, self.customer_id, *self.products)
        inputs = {"customer_id": self.customer_id, "need": "INBOUND_NEED", "items": items, "choice": self.choice}
        return UUID(proposing.propose(self.viewer, self._id("propose"), **inputs)["order_id"])

    def click(self, order: OrderRow) -> None:
        """The next thing one would do about the order as it stands; somebody else may have been quicker."""
        try:
            for item in order.items:
                self._about(item)
            if any(item.state == "ACCEPTED" for item in order.items):
                self._pay(order)
        except Refusal:
            return

    def _about(self, item: ItemRow) -> None:
        if item.state == self.changes_mind_at:
            self.changes_mind_at = ""
            actions.cancel(self.viewer, self._id("cancel", item), item_id=item.item_id)
        elif item.state == "PROPOSED":
            with reading(self.viewer) as at:
                codes = [row.code for row in disclosures_for(item.series, at.date())]
            actions.confirm_disclosures(self.viewer, self._id("disclose", item), item_id=item.item_id, codes=codes)
        elif item.state == "DISCLOSED":
            told = DECLARED[item.product]
            actions.apply(self.viewer, self._id("apply", item), item_id=item.item_id, declarations=told, signed=True)
        elif item.state == "COUNTERED":
            actions.accept_counter(self.viewer, self._id("take", item), item_id=item.item_id)
        elif item.state == "REFERRED":
            actions.refuse(self.viewer, self._id("refuse", item), item_id=item.item_id)

    def _pay(self, order: OrderRow) -> None:
        moves = sum(len(changes_of(self.viewer, item.item_id)) for item in order.items)
        command_id = self._id(f"pay:{moves}")
        actions.pay(
            self.viewer, command_id, order_id=order.order_id, payer="POLICYHOLDER", account=f"acct.{self.customer_id}"
        )

    def _id(self, word: str, item: ItemRow | None = None) -> UUID:
        return derived_id("chaos", self.number, word, str(item.item_id) if item else "")


def is_over(order: OrderRow) -> bool:
    """At an end, or past everything but the free look."""
    return all(item.state in ENDS or (item.state == "ISSUED" and not item.cancel_asked_at) for item in order.items)


def wrong(item: ItemRow, effects: Mapping[str, int]) -> str:
    """Say what is wrong about an item that is over, by what really happened at the partners; empty where nothing is."""
    done = Counter(effects)
    kept, money = done["ISSUED"] - done["WITHDRAWN"], done["CAPTURED"] - done["REFUNDED"]
    covered = item.state in (IN_FORCE, "ISSUED")
    if any(count > 1 for count in done.values()):
        return f"{item.state}: more than once {dict(done)}"
    if kept != int(covered) or money != int(covered):
        return f"{item.state}: {dict(done)}"
    if item.state == VOID_UNPAID and done["CAPTURED"]:
        return f"{item.state}: paid {dict(done)}"
    if done["AUTHORISED"] != done["VOIDED"] + done["CAPTURED"]:
        return f"{item.state}: money held {dict(done)}"
    return "" if item.state in (*ENDS, "ISSUED") else f"{item.state} is no end"


def torn(order: OrderRow) -> str:
    """Say so where all or none was chosen and some were sold."""
    covered = {item.state in (IN_FORCE, "ISSUED") for item in order.items}
    return f"torn: {[item.state for item in order.items]}" if order.choice == "ALL" and len(covered) > 1 else ""
