"""A year in two minutes, with a moving clock: a sale becomes a contract, money between two companies, and next day's figures.

Wei Ming owns life cover and buys a car. His life seller Lin brings the motor policy of the sister company, Zhao, its specialist, comes along. Wei also
takes and gives back a second life policy. The month closes; in September he surrenders the motor policy and tells the company that owns it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection

from onefold.analytics.engines import duckdb
from onefold.analytics.pictures.crowds import crowds, spells_now_known
from onefold.analytics.pictures.flows import flows
from onefold.analytics.pictures.periods import quarter_days
from onefold.cli.work import receive_folders, run_once
from onefold.commands import clock, outbox
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.config.reactions import REACTIONS
from onefold.domains.advice import exports as advice
from onefold.domains.leads import exports as of_leads
from onefold.domains.leads.referring import accept, refer
from onefold.domains.orders import exports as orders
from onefold.domains.releases.queries import active_release_id
from onefold.domains.settlement import closing
from onefold.domains.settlement.models import Clearing, Line, Movement, Statement
from onefold.domains.settlement.tests.selling import JOB, balances, broken
from onefold.seam import datasets as d
from onefold.seam import store
from tests.sandboxes import running
from tests.selling import Counter
from tests.stories.harbour import FOLDER, SYSTEM, World

LIN, ZHAO = Viewer.of_seller("HL1001", "HLIFE"), Viewer.of_seller("HP2001", "HPC")
MOTOR, TERM = "HPC.MOTOR.STD", "HLIFE.TERM.STD"
HEARD = ("orders", "holdings", "settlement", "releases.ReleaseActivated")
Figures = dict[tuple[str, ...], int]
EARNED = {
    ("HPC", "FEE_EXPENSE", "HLIFE"): 43_784, ("HPC", "VAT_INPUT", ""): 2_627, ("HPC", "FEE_PAYABLE", "HLIFE"): -46_411,
    ("HPC", "COMMISSION_EXPENSE", ""): 6_736, ("HPC", "COMMISSION_PAYABLE", "HP2001"): -6_399, ("HPC", "TAX_WITHHELD", ""): -337,
    ("HLIFE", "FEE_RECEIVABLE", "HPC"): 46_411, ("HLIFE", "FEE_INCOME", "HPC"): -43_784, ("HLIFE", "VAT_OUTPUT", ""): -2_627,
    ("HLIFE", "COMMISSION_EXPENSE", ""): 26_944, ("HLIFE", "COMMISSION_PAYABLE", "HL1001"): -25_597, ("HLIFE", "TAX_WITHHELD", ""): -1_347,
}  # fmt: skip
"""4,210.00 CNY: commission 8 % is 336.80, Zhao's fifth 67.36, the rest Lin's; the fee of 12 % less what HPC pays Zhao itself; VAT 6 % on it."""
TEN_MONTHS_OF_TWELVE = {
    ("FEE", "SELLER", -36_487), ("COMMISSION", "ACCOMPANYING", -5_613), ("COMMISSION", "SELLER", -21_050), ("COMMISSION", "SERVICER", -1_403),
}  # fmt: skip
ONE_MOTOR_POLICY = {
    ("customer_penetration", "ALL"): 1, ("product_penetration", "HPC"): 1, ("product_penetration_strict", "HPC"): 1,
    ("series_penetration", "HPC.MOTOR"): 1, ("channel_penetration", "HLIFE.AGENTS"): 1, ("active_customers", "HPC"): 1,
    ("contracts_per_customer", "ALL"): 1, ("contracts_per_customer", "HPC"): 1, ("contracts_at_least", "3"): 1,
    ("companies_per_customer", "ALL"): 1, ("customers_by_series_count", "2"): -1, ("customers_by_series_count", "3"): 1,
    ("contribution", "MOTOR"): 421_000,
}  # fmt: skip
"""By how much the numerators move for one customer more who holds a second company's, and a third series; nothing else moves."""


@pytest.fixture
def shop(harbour, as_role, settings_of, tmp_path) -> Iterator[Counter]:
    with running(tmp_path / "partners") as partners, settings_of(PARTNERS=partners.text):
        yield Counter(as_role, partners, LIN, World(as_role).customer_of["wei_ming"])


def test_a_year_in_two_minutes(shop, as_role, tmp_path):
    year = Year(shop, as_role, tmp_path)
    year.lin_and_zhao_sell_a_motor_policy()
    year.wei_takes_a_second_life_policy_and_gives_it_back()
    year.the_funnel_knows_how_far_both_got()
    year.the_month_closes()
    year.the_sale_comes_in_by_the_owners_file_and_the_figures_move()
    year.wei_surrenders_and_part_of_the_money_goes_back()


def moved(before: Figures, after: Figures) -> Figures:
    keys = before.keys() | after.keys()
    return {key: by for key in keys if (by := after.get(key, 0) - before.get(key, 0))}


class Year:
    def __init__(self, shop: Counter, as_role: Any, tmp_path: Path) -> None:
        self.shop, self.as_role, self.files = shop, as_role, tmp_path / "files"
        self.motor: Any = None

    def lin_and_zhao_sell_a_motor_policy(self) -> None:
        _, lead = World(self.as_role).lead_of("wei_ming")
        assert lead["series"] == "HPC.MOTOR"
        asked = refer(LIN, uuid4(), lead_id=lead["lead_id"], to_seller=ZHAO.seller, kind="ACCOMPANY")
        accept(ZHAO, uuid4(), referral_id=asked["referral_id"])
        self.shop.to("issued", MOTOR, need="OUTBOUND", lead_id=lead["lead_id"])
        self.motor = self.shop.item
        assert (self.motor.state, self.motor.premium_minor) == ("ISSUED", 421_000)
        self.relay()
        self.shop.complete()
        self.relay()
        with self.as_role("batch"):
            assert Line.objects.count() == 4 and balances() == EARNED and broken() == []

    def wei_takes_a_second_life_policy_and_gives_it_back(self) -> None:
        self.shop.to("issued", TERM)
        self.relay()
        assert self.shop.item.state == "ISSUED"
        self.on(date(2026, 7, 5))
        self.shop.cancel()
        self.shop.run_to_the_end()
        self.relay()
        assert self.shop.item.state == "CANCELLED_REFUNDED"
        with self.as_role("batch"):
            came_to = Movement.objects.filter(line__sale_id=self.shop.item.item_id).values_list("kind", flat=True)
            assert set(came_to) == {"ACCRUED", "CANCELLED"} and balances() == EARNED

    def the_funnel_knows_how_far_both_got(self) -> None:
        self.on(date(2026, 7, 30))
        self.shop.complete()
        with self.as_role("batch"), reading(SYSTEM):
            [(_, sales)], [(_, opinions)], [(_, leads), _] = (
                exports.export() for exports in (orders, advice, of_leads)
            )
        got = {(row["series"], row["mode"], row["reached"], bool(row["lead_id"])) for row in sales.to_pylist()}
        assert got == {("HPC.MOTOR", "ACCOMPANIED", "KEPT", True), ("HLIFE.TERM", "SOLO", "ISSUED", False)}
        assert {row["series"] for row in opinions.to_pylist()} == {"HLIFE.TERM"}
        along = [row for row in leads.to_pylist() if row["mode"] == "ACCOMPANIED"]
        assert [row["lead_id"] for row in along] == [row["lead_id"] for row in sales.to_pylist() if row["lead_id"]]

    def the_month_closes(self) -> None:
        self.on(date(2026, 8, 2))
        with self.as_role("batch"):
            closed = closing.close_until(JOB, date(2026, 7, 1))
            assert [(one["month"], one["settled"]) for one in closed] == [("2026-06-01", True), ("2026-07-01", True)]
            assert list(Clearing.objects.values_list("debtor", "creditor", "net_minor")) == [("HPC", "HLIFE", 46_411)]
            paid = dict(
                Statement.objects.filter(close__month="2026-06-01")
                .exclude(person="")
                .values_list("person", "paid_minor")
            )
            assert paid == {"HL1001": 25_597, "HP2001": 6_399} and broken() == []
            assert closing.close_month(JOB, date(2026, 6, 1))["settled"] is False

    def the_sale_comes_in_by_the_owners_file_and_the_figures_move(self) -> None:
        self.on(date(2026, 8, 3))
        before = self.released()
        self.send("有效")
        assert moved(before, self.released()) == ONE_MOTOR_POLICY | {
            ("flow", "2026-03-31", "2026-06-30", "2", "2"): -1, ("flow", "2026-03-31", "2026-06-30", "2", "3"): 1,
            ("flow", "2026-06-30", "2026-08-03", "2", "2"): -1, ("flow", "2026-06-30", "2026-08-03", "3", "3"): 1,
        }  # fmt: skip

    def wei_surrenders_and_part_of_the_money_goes_back(self) -> None:
        self.on(date(2026, 9, 20))
        before = self.released()
        self.send("退保")
        back = {key: -by for key, by in ONE_MOTOR_POLICY.items()}
        assert moved(before, self.released()) == back | {
            ("flow", "2026-06-30", "2026-09-20", "3", "2"): 1, ("flow", "2026-06-30", "2026-09-20", "3", "3"): -1,
        }  # fmt: skip
        self.relay()
        with self.as_role("batch"):
            went_back = Movement.objects.filter(kind="CLAWED_BACK").values_list(
                "line__kind", "line__role", "amount_minor"
            )
            assert set(went_back) == TEN_MONTHS_OF_TWELVE and broken() == []

    def relay(self) -> None:
        kept = {name: to for name, to in REACTIONS.items() if name.startswith(HEARD)}
        with self.as_role("batch"):
            outbox.drain(kept)
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM commands_delivery WHERE state <> 'DONE'")
                assert cursor.fetchone() == (0,)

    def on(self, day: date) -> None:
        with self.as_role("batch"):
            clock.set_demo_clock(datetime(day.year, day.month, day.day, 2, tzinfo=UTC))

    def send(self, status: str) -> None:
        """Tomorrow's whole list of the owner's contracts, with the one sold on a phone."""
        text = (FOLDER / "data" / "hpc_contracts.csv").read_bytes().decode("gb18030")
        begun = self.motor.issued_at.date()
        row = [
            self.motor.contract_no,
            "PC20113",
            "0501",
            status,
            f"{begun:%Y/%m/%d}",
            "2027/06/29",
            "寿险",
            "HL1001",
            "4210.00",
        ]
        place = self.files / status
        place.mkdir(parents=True)
        (place / f"hpc_contracts_{status}.csv").write_bytes(
            (text.rstrip("\r\n") + "\r\n" + ",".join(row) + "\r\n").encode("gb18030")
        )
        with self.as_role("batch"):
            said: list[str] = []
            assert receive_folders([place], said.append), said

    def released(self) -> Figures:
        """Make a release; every exact figure of it: indicators, and how many customers hold how many series."""
        with self.as_role("batch"):
            assert run_once()
            with reading(SYSTEM) as at:
                folder = Path(settings.VAR) / "lake" / "runs" / active_release_id(SYSTEM)
        figures: Figures = {}
        for row in store.read(folder, d.INDICATOR_VALUES).to_pylist():
            if row["column"] == "ALL":
                figures[row["indicator"], row["row"]] = row["numerator"]
        with duckdb.open_lake(folder) as lake:
            by_crowd = crowds(lake)
            spells = spells_now_known(lake, by_crowd.people, at.date())
            for row in lake.arrow(flows(lake, spells, by_crowd.scopes, quarter_days(at.date()))).to_pylist():
                if (row["scope_kind"], row["view"]) == ("GROUP", "DEPTH"):
                    key = (str(row["from_on"]), str(row["to_on"]), row["from_state"], row["to_state"])
                    figures["flow", *key] = figures.get(("flow", *key), 0) + row["customers"]
        return figures
