"""Orders: how long from the application to the issued contract, and how many end wrongly while everything goes wrong.

First without faults: applications one after another over two workers' threads, paid as soon as they are accepted. Then chaos: the
partners are slow, fail, lose answers, answer late, get things twice and refuse; a worker is killed (`kill -9`) every few
seconds, and the database is stopped at once (`immediate`) now and then. Effects are counted at the partners, never in our tables.

    ./onefold bench bench_orders [--orders 5000] [--quiet 100] [--minutes 10] [--keep-database]
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

from machine import describe, quantiles

HOME = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOME))
CLICKERS, OPEN_AT_ONCE = 3, 60


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--orders", type=int, default=5000)
    words.add_argument("--quiet", type=int, default=100)
    words.add_argument("--minutes", type=float, default=10)
    words.add_argument("--keep-database", action="store_true", help="kill workers only")
    asked = words.parse_args()
    print(describe(), flush=True)
    (HOME / "var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=HOME / "var") as folder:
        os.environ.update(ONEFOLD_VAR=f"{folder}/var", ONEFOLD_SERVE="0", ONEFOLD_LOG="CRITICAL", ONEFOLD_DEMO="1")
        from onefold import embedded

        try:
            return measure(asked, Path(folder))
        finally:
            from django.db import connection

            connection.close()
            embedded.stop(Path(folder) / "var")


def measure(asked: argparse.Namespace, folder: Path) -> int:
    from onefold.cli import demo, place

    if demo.demo(["--harbour"]):
        raise SystemExit("the demonstration failed")
    found = place.connections()
    from django.conf import settings
    from tests.sandboxes import running

    with running(folder) as partners:
        settings.PARTNERS = partners.text
        shop = Shop(found, partners)
        try:
            shop.start_worker()
            shop.start_worker()
            shop.quiet(asked.quiet)
            return shop.chaos(asked.orders, asked.minutes * 60, database=not asked.keep_database)
        finally:
            shop.stop()


class Shop:
    """A seller, a customer, workers in processes of their own, and clicks in threads of this one."""

    def __init__(self, found: Any, partners: Any) -> None:
        from tests.selling import SYSTEM, selling  # noqa: F401

        from onefold.config.databases import connected_as

        self.found, self.partners, self.workers = found, partners, []
        from contextlib import contextmanager

        @contextmanager
        def as_role(role: str) -> Any:
            with connected_as(found, role):
                yield

        chosen = selling(as_role, partners)
        self.viewer, self.customer_id = chosen.viewer, chosen.customer_id
        self.stopping = threading.Event()

    def start_worker(self) -> None:
        from tests.order_worker import start

        self.workers.append(start(self.found["batch"], self.partners.text))

    def stop(self) -> None:
        self.stopping.set()
        for worker in self.workers:
            worker.kill()
            worker.wait()

    def quiet(self, count: int) -> None:
        """The time from the application to the contract, the customer paying at once."""
        from tests.order_chaos import Customer, is_over

        from onefold.domains.orders.queries import order

        took = []
        for number in range(count):
            customer = Customer(self.viewer, self.customer_id, number, seed=-1)
            customer.products, customer.claims, customer.changes_mind_at = customer.products[:1], 0, ""
            order_id, applied_at = customer.propose(), 0.0
            while not is_over(row := order(self.viewer, order_id)):
                if row.items[0].state == "DISCLOSED":
                    applied_at = time.perf_counter()
                customer.click(row)
                time.sleep(0.02)
            took.append(time.perf_counter() - applied_at)
        median, p95, longest = quantiles(took)
        print(
            f"application to issue, {count} orders without faults: median {median:.0f} ms, p95 {p95:.0f} ms, longest {longest:.0f} ms"
        )

    def chaos(self, count: int, seconds: float, *, database: bool) -> int:
        from tests.order_chaos import CHANCES, Customer

        for number, partner in enumerate((self.partners.core, self.partners.payment)):
            partner.go_wrong(chance_ppm=CHANCES, seed=number, seconds=1.0)
        self.waiting = [Customer(self.viewer, self.customer_id, number) for number in range(count)]
        self.open: dict[UUID, Any] = {}
        self.said: set[UUID] = set()
        self.over: set[UUID] = set()
        self.lock = threading.Lock()
        self.kills = Counter[str]()
        self.asked_again = 0
        began = time.monotonic()
        clickers = [threading.Thread(target=self._click, daemon=True) for _ in range(CLICKERS)]
        for clicker in clickers:
            clicker.start()
        self._break_things(began + seconds, database)
        self.partners.all_is_well()
        self._wait_for_quiescence(count)
        return self._report(count, time.monotonic() - began)

    def _break_things(self, until: float, database: bool) -> None:
        draw = random.Random(7)
        next_crash = time.monotonic() + draw.uniform(20, 40)
        while time.monotonic() < until and (self.waiting or self.open):
            time.sleep(draw.uniform(2, 6))
            victim = draw.randrange(len(self.workers))
            self.workers[victim].kill()
            self.workers[victim].wait()
            self.workers.pop(victim)
            self.start_worker()
            self.kills["worker"] += 1
            if database and time.monotonic() > next_crash:
                self._crash_database()
                self.kills["database"] += 1
                next_crash = time.monotonic() + draw.uniform(20, 40)

    def _crash_database(self) -> None:
        from onefold import embedded
        from onefold.cli import place

        embedded.stop(place.var(), immediately=True)  # no checkpoint, no goodbye: recovery by the log
        time.sleep(random.uniform(0, 2))
        embedded.ensure(place.var())

    def _click(self) -> None:
        from django.db import Error, connection
        from tests.order_chaos import is_over

        from onefold.domains.orders.queries import order

        while not self.stopping.is_set():
            taken = self._take()
            if taken is None:
                time.sleep(0.2)
                continue
            order_id, customer = taken
            try:
                if order_id is None:
                    order_id = customer.propose()
                    with self.lock:
                        self.said.add(order_id)
                row = order(self.viewer, order_id)
                if is_over(row) and customer.changes_mind_at != "ISSUED":
                    with self.lock:
                        self.over.add(order_id)
                    continue
                customer.click(row)
                if is_over(row):
                    customer.changes_mind_at = ""
            except Error:  # the database is away: the same click, under the same id, a moment later
                connection.close()
                time.sleep(0.2)
            with self.lock:
                if order_id is None:
                    self.waiting.append(customer)
                else:
                    self.open[order_id] = customer

    def _take(self) -> tuple[UUID | None, Any] | None:
        with self.lock:
            if self.waiting and len(self.open) < OPEN_AT_ONCE:
                return None, self.waiting.pop()
            if not self.open:
                return None
            order_id = next(iter(self.open))
            return order_id, self.open.pop(order_id)

    def _wait_for_quiescence(self, count: int) -> None:
        deadline = time.monotonic() + 1200
        said = 0.0
        while len(self.over) < count and time.monotonic() < deadline:
            time.sleep(1)
            self._clear_the_operations_page()
            if time.monotonic() > said + 60:
                said = time.monotonic()
                print(f"  {len(self.over)} of {count} are over, {len(self.waiting)} not begun", flush=True)
        self.stopping.set()
        time.sleep(3)

    def _clear_the_operations_page(self) -> None:
        """What an operator does: a compensation that a partner refused waits for a person, who asks again."""
        from django.db import connection

        from onefold.domains.orders.actions import look_again
        from onefold.domains.orders.queries import steps_open
        from onefold.kernel.ids import new_id

        connection.close()  # it may have been opened before the database was crashed
        for step in steps_open(self.viewer):
            if step.state == "STUCK":
                look_again(self.viewer, new_id(), item_id=step.item_id)
                self.asked_again += 1

    def _report(self, count: int, seconds: float) -> int:
        from django.db import connection
        from tests.order_chaos import torn, wrong

        from onefold.domains.orders.queries import order

        connection.close()  # this one was opened before the database was crashed
        effects: dict[str, Counter[str]] = {}
        for partner in (self.partners.core, self.partners.payment):
            for (kind, about), times in partner.effects().items():
                effects.setdefault(about, Counter())[kind] += times
        orders = [order(self.viewer, order_id) for order_id in self.said]
        items = [item for one in orders for item in one.items]
        faults = [fault for one in orders if (fault := torn(one))]
        faults += [fault for item in items if (fault := wrong(item, effects.get(str(item.item_id), Counter())))]
        print(f"chaos: {count} orders, {len(items)} items, {seconds:.0f} s; killed: {dict(self.kills)}")
        print(f"  refused compensations that an operator asked for again: {self.asked_again}")
        print(f"  states: {dict(Counter(item.state for item in items))}")
        print(f"  effects: {dict(sum(effects.values(), Counter()))}")
        print(f"  acknowledged and lost: {len(self.said) - len({item.order_id for item in items})}")
        print(f"  in a wrong end state: {len(faults)}")
        for fault in faults[:20]:
            print(f"    {fault}")
        return 1 if faults or len(self.said) < count else 0


if __name__ == "__main__":
    raise SystemExit(main())
