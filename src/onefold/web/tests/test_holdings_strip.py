"""Gaps told from secrets: what a customer holds, what may be offered, and what is not shared."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from onefold.commands.viewer import Viewer
from onefold.domains.consent.queries import ConsentRow
from onefold.domains.holdings.queries import Holding
from onefold.domains.offers.queries import Verdict
from onefold.domains.organisation.queries import CompanyRow
from onefold.web.holdings_strip import strip
from onefold.web.names import Names

ON = date(2026, 6, 30)
SHARED = ("BASIC", "HOLDINGS")
STAFF, SELLER = Viewer.of_company("HLIFE"), Viewer.of_seller("HL1001", "HLIFE")


@pytest.fixture
def names() -> Names:
    codes = {"HLIFE": "INSURANCE", "HPC": "INSURANCE", "HBANK": "BANKING"}
    return Names(
        "en", {code: CompanyRow(code, pillar, f"{code} en", f"{code} zh") for code, pillar in codes.items()}, {}, {}
    )


def holding(company: str, in_force: bool = True) -> Holding:
    return Holding(
        uuid4(), "1", company, f"{company}.X", f"{company}.X.STD", None, None, "IN_FORCE", date(2020, 1, 1), None, 100, "CNY",
        in_force,
    )  # fmt: skip


def consent(
    from_company: str,
    to_company: str,
    categories: tuple[str, ...] = SHARED,
    until: date | None = None,
    purpose: str = "MARKETING",
) -> ConsentRow:
    return ConsentRow(uuid4(), from_company, to_company, purpose, categories, date(2024, 1, 1), until, False)


def verdict(company: str, blocked: int) -> Verdict:
    return Verdict(f"{company}.X", company, "HL1001", blocked, 0, 0, 500_000, 100, 0, "", "")


def gaps(
    names: Names,
    holdings: tuple[Holding, ...] = (),
    consents: tuple[ConsentRow, ...] = (),
    verdicts: tuple[Verdict, ...] = (),
    viewer: Viewer = STAFF,
) -> dict[str, str]:
    fields = [
        field for pillar in strip(holdings, consents, verdicts, viewer, ON, names) for field in pillar["companies"]
    ]
    return {field["code"]: "HELD" if field["held"] else field["gap"] for field in fields}


def test_a_company_that_shares_nothing_is_no_gap(names: Names) -> None:
    assert gaps(names, (holding("HLIFE"),)) == {"HLIFE": "HELD", "HPC": "HIDDEN", "HBANK": "HIDDEN"}


def test_a_company_that_shares_holdings_and_has_none_is_a_gap(names: Names) -> None:
    rows = consent("HPC", "HLIFE"), consent("HBANK", "HLIFE", ("BASIC",))
    assert gaps(names, (), rows) == {"HLIFE": "NOT_ELIGIBLE", "HPC": "NOT_ELIGIBLE", "HBANK": "HIDDEN"}


def test_a_gap_may_be_offered_only_where_a_verdict_allows_it(names: Names) -> None:
    rows = (consent("HPC", "HLIFE"),)
    found = gaps(names, (), rows, (verdict("HPC", 0), verdict("HLIFE", 2)))
    assert found == {"HLIFE": "NOT_ELIGIBLE", "HPC": "ELIGIBLE", "HBANK": "HIDDEN"}


def test_an_expired_consent_and_one_to_another_company_share_nothing(names: Names) -> None:
    rows = consent("HPC", "HLIFE", until=ON), consent("HBANK", "HPC")
    assert gaps(names, (), rows) == {"HLIFE": "NOT_ELIGIBLE", "HPC": "HIDDEN", "HBANK": "HIDDEN"}


def test_a_consent_for_service_opens_holdings_to_staff_but_not_to_a_seller(names: Names) -> None:
    rows = (consent("HPC", "HLIFE", purpose="SERVICE"),)
    assert gaps(names, (), rows)["HPC"] == "NOT_ELIGIBLE"
    assert gaps(names, (), rows, viewer=SELLER)["HPC"] == "HIDDEN"


def test_an_ended_contract_is_not_held(names: Names) -> None:
    assert gaps(names, (holding("HLIFE", in_force=False),))["HLIFE"] == "NOT_ELIGIBLE"


def test_companies_stand_under_their_pillar(names: Names) -> None:
    shown = strip((), (), (), STAFF, ON, names)
    assert [(pillar["label"], len(pillar["companies"])) for pillar in shown] == [("Insurance", 2), ("Banking", 1)]
