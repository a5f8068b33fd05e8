"""What the pages show of a customer: gaps told from secrets, masked values, withdrawals only where they may be made."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from onefold.domains.consent.queries import ConsentRow
from onefold.domains.customers.queries import CustomerName, FoundCustomer
from onefold.domains.holdings.queries import Holding
from onefold.domains.organisation.queries import CompanyRow
from onefold.web.backoffice import profiles
from onefold.web.names import Names

ON = date(2026, 6, 30)
CUSTOMER = UUID(int=7)


@pytest.fixture
def names() -> Names:
    codes = ("HLIFE", "HPC", "HBANK")
    return Names("en", {code: CompanyRow(code, "INSURANCE", f"{code} en", f"{code} zh") for code in codes}, {}, {})


def holding(company: str, in_force: bool = True) -> Holding:
    return Holding(
        uuid4(),
        "1",
        company,
        f"{company}.X",
        f"{company}.X.STD",
        None,
        None,
        "IN_FORCE",
        date(2020, 1, 1),
        None,
        100,
        "CNY",
        in_force,
    )


def consent(
    from_company: str, to_company: str, categories: tuple[str, ...] = ("BASIC", "HOLDINGS"), until: date | None = None
) -> ConsentRow:
    return ConsentRow(uuid4(), from_company, to_company, "MARKETING", categories, date(2024, 1, 1), until, False)


def states(*args: object) -> dict[str, str]:
    return {field["code"]: field["state"] for field in profiles.strip(*args)}  # type: ignore[arg-type]


def test_a_company_that_shares_nothing_is_no_gap(names: Names) -> None:
    assert states([holding("HLIFE")], [], "HLIFE", ON, names) == {
        "HLIFE": "HELD",
        "HPC": "NOT_SHARED",
        "HBANK": "NOT_SHARED",
    }


def test_a_company_that_shares_holdings_and_has_none_is_a_gap(names: Names) -> None:
    rows = [consent("HPC", "HLIFE"), consent("HBANK", "HLIFE", ("BASIC",))]
    assert states([], rows, "HLIFE", ON, names) == {"HLIFE": "NONE", "HPC": "NONE", "HBANK": "NOT_SHARED"}


def test_an_expired_consent_and_one_to_another_company_share_nothing(names: Names) -> None:
    rows = [consent("HPC", "HLIFE", until=date(2026, 6, 30)), consent("HBANK", "HPC")]
    assert states([], rows, "HLIFE", ON, names) == {"HLIFE": "NONE", "HPC": "NOT_SHARED", "HBANK": "NOT_SHARED"}


def test_an_ended_contract_is_not_held(names: Names) -> None:
    assert states([holding("HLIFE", in_force=False)], [], "HLIFE", ON, names)["HLIFE"] == "NONE"


def test_a_search_result_shows_masked_values_only(names: Names) -> None:
    row = FoundCustomer(
        CUSTOMER,
        CustomerName("张小明", "HLIFE", date(1980, 1, 1), "13812345678"),
        "PERSON",
        "P40",
        "东港区",
        ("HLIFE",),
    )
    shown = str(profiles.found(row, names))
    assert "张*" in shown and "138****5678" in shown
    assert "小明" not in shown and "1234" not in shown and "1980" not in shown


def test_only_the_giving_company_gets_a_withdrawal_button_and_only_while_the_consent_is_in_force(names: Names) -> None:
    given, taken = consent("HLIFE", "HPC"), consent("HPC", "HLIFE")
    assert profiles.consent(given, "HLIFE", True, ON, names)["withdrawal_url"]
    assert not profiles.consent(taken, "HLIFE", True, ON, names)["withdrawal_url"]
    assert not profiles.consent(given, "HLIFE", False, ON, names)["withdrawal_url"]
    assert not profiles.consent(consent("HLIFE", "HPC", until=ON), "HLIFE", True, ON, names)["withdrawal_url"]
