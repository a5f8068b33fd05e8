"""The demonstration's last weeks, lived with Onefold: each morning the companies' files, then a day of selling; a month's end is settled.

The simulated group's own past goes on meanwhile: its files come as they come. What is sold here is issued by the sandbox's core and told in
the owner's next file as well, in the file's own form; both are one contract. What is given back in its free look is told in no file.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from onefold.cli import place, serve, supervise
from onefold.embedded import Connection

if TYPE_CHECKING:
    from onefold.simulator.live.telling import Book

DAYS = 45
SELLERS, CALLS = 90, 5
"""So many sellers, at most so many calls each a day."""
COME_IN = 12
"""So many customers a day who ask for something themselves, at a counter of a company that knows them."""
HOURS = {"call": 2, "propose": 4, "carry_on": 6, "night": 10}
"""When it is done, in UTC: ten, twelve, two and six o'clock in Shanghai."""
SETTLED_ON = 2
"""The day of the month on which the month before is settled."""
HEARD = ("orders.", "settlement.")
START_S = 30


class Past:
    """The days between the first release and the one the demonstration opens with."""

    def __init__(self, found: Mapping[str, Connection], truth: Path, told: Path) -> None:
        import polars as pl

        from onefold.cli.selling import Desk
        from onefold.config.databases import connected_as
        from onefold.simulator.live.answers import Customers
        from onefold.simulator.live.telling import Book

        self.found, self.truth, self.told = found, truth, told
        seed = int(json.loads((truth / "parameters.json").read_text())["order"]["seed"])
        self.book = Book.of(truth, seed)
        customers = Customers(seed, self.book.parties, pl.read_parquet(truth / "effects.parquet"))
        with connected_as(found, "batch"):
            known = known_as(self.book)
        self.desk = Desk(customers, known, partial(connected_as, found, "app"), partial(connected_as, found, "batch"))
        self.shown: Counter[str] = Counter()

    def morning(self, on: date) -> None:
        """What the owners' companies have written of yesterday's contracts comes in with the day's files."""
        from onefold.cli.work import receive_folders
        from onefold.config.databases import connected_as

        folder = self.told / f"{on - timedelta(days=1):%Y-%m-%d}"
        if folder.is_dir():
            with connected_as(self.found, "batch"):
                receive_folders([folder], lambda line: None)

    def day(self, on: date) -> None:
        """Live one day; on a Saturday and a Sunday nobody is called, and what runs goes on running."""
        if on.weekday() < 5:
            self._at(on, "call")
            self.desk.come_in(self._needs(on))
            self.desk.call(self._sellers(on), on)
            self._at(on, "propose")
            self.desk.propose(on)
            self._at(on, "carry_on")
            self.desk.carry_on(on)
            self.desk.give_back(on)
        self._at(on, "night")
        self._night(on)
        if on.weekday() == 6:
            self.say(on)

    def say(self, on: date) -> None:
        """One line of what was done since the last."""
        new = self.desk.done - self.shown
        self.shown = Counter(self.desk.done)
        words = ("CALLS", "ASKED", "INTERESTED", "ADVISED", "PROPOSED", "APPLIED", "ISSUED", "GIVEN_BACK")
        print(
            f"  until {on:%Y-%m-%d}  " + ", ".join(f"{new[word]} {word.lower().replace('_', ' ')}" for word in words),
            flush=True,
        )

    def _at(self, on: date, hour: str) -> None:
        from onefold.commands import clock
        from onefold.config.databases import connected_as

        with connected_as(self.found, "owner"):
            clock.set_demo_clock(datetime(on.year, on.month, on.day, HOURS[hour], tzinfo=UTC))

    def _sellers(self, on: date) -> list[Any]:
        """The most diligent, over all companies, and whoever a customer waits for."""
        from onefold.cli.selling import Seller
        from onefold.commands.viewer import Viewer

        rows = self.book.sellers.filter(self.book.sellers["valid_from"] <= on).sort(
            "diligence_ppm", "seller", descending=[True, False]
        )
        chosen = rows.select("seller", "company", "channel", "diligence_ppm", "valid_until").iter_rows()
        in_force = [row for row in chosen if row[4] is None or row[4] > on]
        known = self.desk.waited_for | self.desk.lists.keys()  # who was called upon once goes on
        in_force = [row for place, row in enumerate(in_force) if place < SELLERS or row[0] in known]
        return [
            Seller(Viewer.of_seller(code, company), channel, max(1, CALLS * diligence // 1_000_000))
            for code, company, channel, diligence, _until in in_force
        ]

    def _needs(self, on: date) -> list[tuple[int, str]]:
        """Who comes to a counter today with a need of their own: some of those who, by the truth, buy unasked."""
        wanted = self.desk.customers.of_their_own(on)
        return [(one.party, one.series) for one in wanted[:: max(1, len(wanted) // COME_IN)][:COME_IN]]

    def _night(self, on: date) -> None:
        """The timers' and the relay's work; what the owners' companies write down for tomorrow's file."""
        from onefold.commands import outbox
        from onefold.commands.viewer import Viewer
        from onefold.config.databases import connected_as
        from onefold.config.reactions import REACTIONS
        from onefold.domains.orders.completing import complete
        from onefold.domains.settlement.closing import close_until

        heard = {name: to for name, to in REACTIONS.items() if name.startswith(HEARD)}
        with connected_as(self.found, "batch"):
            complete()
            outbox.drain(heard)
            if on.day == SETTLED_ON:
                close_until(Viewer.system("demo"), (on - timedelta(days=on.day)).replace(day=1))
            self.book.tell(self._issued(on), on, self.told, self.truth)

    def _issued(self, on: date) -> list[Any]:
        """Today's contracts as their owners' books have them, but for those that will be given back."""
        from onefold.commands.scope import reading
        from onefold.commands.viewer import Viewer
        from onefold.domains.orders.models import OrderItem
        from onefold.simulator.live.answers import Purchase

        back = [sale.order_id for _, sale in self.desk.regrets if sale.order_id]
        viewer = Viewer.system("demo")
        with reading(viewer):
            rows = OrderItem.objects.filter(issued_at__gte=datetime(on.year, on.month, on.day, tzinfo=UTC))
            rows = rows.filter(state__in=("ISSUED", "IN_FORCE")).exclude(order_id__in=back).select_related("order")
            party_of = {customer: int(party) for customer, party in self.desk.party_of.items()}
            return [
                Purchase(
                    party_of[row.customer_id], row.series_id, row.order.channel_id, row.seller_id, "CONTACT",
                    row.contract_no, row.product_id, row.premium_minor or 0,
                )
                for row in rows.order_by("item_id")
                if row.customer_id in party_of
            ]  # fmt: skip


def known_as(book: Book) -> dict[int, list[tuple[str, UUID]]]:
    """Each party of the truth as the companies know it: (company, customer), by the companies' own numbers."""
    from onefold.commands.scope import reading
    from onefold.commands.viewer import Viewer
    from onefold.domains.customers.models import Membership

    rows = book.records.select("company", "source_key", "party").iter_rows()
    party_of = {(company, key): party for company, key, party in rows}
    known: dict[int, list[tuple[str, UUID]]] = defaultdict(list)
    with reading(Viewer.system("demo")):
        found = Membership.objects.values_list("customer_id", "company_id", "source_record__source_key")
        for customer, company, key in found.order_by("company_id", "source_record__source_key"):
            if (company, key) in party_of:
                known[party_of[company, key]].append((company, customer))
    return known


@contextmanager
def living(
    found: Mapping[str, Connection], first: Path, until: date, truth: Path, told: Path
) -> Iterator[Callable[[Path], None]]:
    """Hand out what is to be done after each day's files are in: a release after the `first`, a day of selling after each further one
    before `until`. `truth`: what is so of the group; `told`: where the companies' files about what is sold are put."""
    from onefold.cli.work import run_once
    from onefold.config.databases import connected_as

    with ExitStack() as stack:
        past: list[Past] = []

        def after_each(folder: Path) -> None:
            if folder == first:
                with connected_as(found, "batch"):
                    run_once(told=lambda line: None)
                print("  a first release is published; the days of selling begin", flush=True)
                return
            if not past:
                stack.enter_context(open_shop())
                past.append(Past(found, truth, told))
            on = date.fromisoformat(folder.name)
            past[0].morning(on)
            if on < until:
                past[0].day(on)
            else:
                past[0].say(on)

        yield after_each


@contextmanager
def open_shop() -> Iterator[None]:
    """The sandboxes' processes for a while, as `up` starts them; this process knows where they are."""
    from django.conf import settings

    from onefold.config.partners import partners

    shop, before = serve.sandboxes(), settings.PARTNERS
    with ExitStack() as stack:
        for process in shop.processes:
            stack.enter_context(_running(process))
        settings.PARTNERS = partners({"ONEFOLD_DEMO": "1", **shop.told})
        try:
            yield
        finally:
            settings.PARTNERS = before


@contextmanager
def _running(process: supervise.Process) -> Iterator[None]:
    child = supervise.Child(process, place.var() / "log" / f"{process.name}.log", "demo")
    child.start()
    until = time.monotonic() + START_S
    try:
        while not child.becomes_ready():
            if child.has_ended() or time.monotonic() > until:
                raise RuntimeError(f"{process.name} did not start; see {child.log}")
            time.sleep(supervise.TICK_S)
        yield
    finally:
        assert child.popen is not None
        child.popen.terminate()
        try:
            child.popen.wait(process.grace_s)
        except subprocess.TimeoutExpired:
            child.popen.kill()
            child.popen.wait()
