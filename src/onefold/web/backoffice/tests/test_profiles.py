"""What the pages show of a customer: masked values, withdrawals only where they may be made, the weightiest reason first."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from onefold.decision.gates import Gate
from onefold.domains.consent.queries import ConsentRow
from onefold.domains.customers.queries import CustomerName, FoundCustomer
from onefold.domains.offers.queries import Verdict
from onefold.domains.organisation.queries import CompanyRow
from onefold.web.backoffice import profiles
from onefold.web.names import Names

ON = date(2026, 6, 30)
CUSTOMER = UUID(int=7)


@pytest.fixture
def names() -> Names:
    codes = ("HLIFE", "HPC", "HBANK")
    return Names("en", {code: CompanyRow(code, "INSURANCE", f"{code} en", f"{code} zh") for code in codes}, {}, {})


def consent(from_company: str, to_company: str, until: date | None = None) -> ConsentRow:
    return ConsentRow(uuid4(), from_company, to_company, "MARKETING", ("BASIC",), date(2024, 1, 1), until, False)


def test_a_search_result_shows_masked_values_only(names: Names) -> None:
    name = CustomerName("张小明", "HLIFE", date(1980, 1, 1), "13812345678")
    row = FoundCustomer(CUSTOMER, name, "PERSON", "P40", "东港区", ("HLIFE",))
    shown = str(profiles.found([row], names)["rows"])
    assert "张*" in shown
    assert "138****5678" in shown
    assert "小明" not in shown
    assert "1234" not in shown
    assert "1980" not in shown


def test_only_the_giving_company_gets_a_withdrawal_button_and_only_while_the_consent_is_in_force(names: Names) -> None:
    def may_withdraw(row: ConsentRow, role_may: bool = True) -> bool:
        return bool(profiles.consent(row, "HLIFE", role_may, ON, CUSTOMER, names)["withdrawal"])

    assert may_withdraw(consent("HLIFE", "HPC"))
    assert not may_withdraw(consent("HPC", "HLIFE"))
    assert not may_withdraw(consent("HLIFE", "HPC"), role_may=False)
    assert not may_withdraw(consent("HLIFE", "HPC", until=ON))


def test_a_forbidden_offer_says_first_what_forbids_it(names: Names) -> None:
    row = Verdict("HPC.MOTOR", "HPC", "HL1001", Gate.NO_CONSENT.bit, 0, 0, 500_000, 100, 0, "", "")
    shown = profiles.verdict(row, CUSTOMER, {}, False, names)
    assert "not agreed" in shown["headline"]
    assert shown["rest"]["against"] == []
    assert any("50.0%" in text for text in shown["rest"]["for_"])
    assert shown["evidence_url"] == ""


def test_an_allowed_offer_says_first_what_speaks_for_it(names: Names) -> None:
    shown = profiles.verdict(
        Verdict("HPC.MOTOR", "HPC", "HL1001", 0, 0, 0, 500_000, 100, 0, "SELL", ""), CUSTOMER, {}, True, names
    )
    assert "50.0%" in shown["headline"]
    assert all("50.0%" not in text for text in shown["rest"]["for_"])
    assert shown["evidence_url"].endswith("/HPC.MOTOR/")
