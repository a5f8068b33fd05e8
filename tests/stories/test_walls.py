"""Each wall alone holds: row security with the query scopes off, the query scopes with row security off (faults row 30)."""

from __future__ import annotations

import pytest
from django.db import connection

from onefold.commands.scope import current_instant, reading, today
from onefold.commands.viewer import Viewer
from onefold.domains.consent.models import Consent, Withdrawal
from onefold.domains.consent.queries import consents_seen_by
from onefold.domains.contacts.queries import attempts_seen_by
from onefold.domains.customers.models import Membership, SearchToken, SourceRecord
from onefold.domains.customers.scope import memberships_seen_by, records_seen_by, tokens_seen_by
from onefold.domains.holdings.models import Contract
from onefold.domains.holdings.queries import contracts_seen_by
from onefold.domains.intake.models import Reject
from onefold.domains.intake.queries import batches_seen_by, rejects_seen_by
from onefold.domains.leads.models import Lead
from onefold.domains.leads.queries import leads_seen_by

COMPANIES = ("HLIFE", "HPC", "HHEALTH", "HPENSION", "HBANK", "HSEC", "HFUND", "HTRUST")


def shared_records(viewer: Viewer, category: str, on) -> set:
    """By plain loops: source records whose facts in `category` other companies share with the viewer's on that day."""
    withdrawn = set(Withdrawal.objects.values_list("consent_id", flat=True))
    return {
        (row.source_record_id, row.from_company_id)
        for row in Consent.objects.all()
        if row.to_company_id == viewer.company
        and (row.purpose == "MARKETING" or not viewer.seller)
        and category in row.categories
        and row.valid_from <= on
        and (row.valid_until is None or row.valid_until > on)
        and row.consent_id not in withdrawn
    }


def allowed(rows, viewer: Viewer, category: str, on) -> set:
    shared, company = shared_records(viewer, category, on), viewer.company
    return {row.pk for row in rows if row.company_id == company or (row.source_record_id, row.company_id) in shared}


@pytest.fixture
def truth(harbour, as_role) -> dict:
    """What each company may see, computed by the batch role with loops over everything."""
    with as_role("batch"), reading(Viewer.system("test")) as at:
        on = today(at)
        tables = {model: list(model.objects.all()) for model in (Contract, SourceRecord, Membership, SearchToken)}
        categories = {Contract: "HOLDINGS", SourceRecord: "BASIC", Membership: "BASIC", SearchToken: "BASIC"}
        assert all(tables.values())
        return {
            (viewer, model): allowed(rows, viewer, categories[model], on)
            for company in COMPANIES
            for viewer in (Viewer.of_company(company), Viewer.of_seller("NOBODY", company))
            for model, rows in tables.items()
        }


def test_row_security_alone_shows_a_company_its_own_facts_and_what_is_shared_with_it(truth):
    for (viewer, model), expected in truth.items():
        with reading(viewer):
            assert {row.pk for row in model.objects.all()} == expected, (viewer.key, model)


def test_the_query_scopes_alone_show_exactly_the_same(truth, as_role):
    scopes = {
        Contract: contracts_seen_by,
        SourceRecord: records_seen_by,
        Membership: memberships_seen_by,
        SearchToken: tokens_seen_by,
    }
    for (viewer, model), expected in truth.items():
        with as_role("batch"), reading(viewer) as at:
            assert {row.pk for row in scopes[model](viewer, today(at))} == expected, (viewer.key, model)


def test_the_holding_sees_no_fact_about_any_customer(harbour):
    group = Viewer.of_group()
    with reading(group):
        for model in (Contract, SourceRecord, Membership, SearchToken, Consent, Lead, Reject):
            assert not model.objects.exists(), model
        assert not contracts_seen_by(group, today(current_instant())).exists()


def test_a_web_process_gains_nothing_by_calling_itself_the_system(harbour):
    with reading(Viewer.system("intruder")):
        for model in (Contract, SourceRecord, Membership, Consent, Lead, Reject):
            assert not model.objects.exists(), model


def test_leads_belong_to_their_seller_by_either_wall(harbour, as_role):
    with as_role("batch"), reading(Viewer.system("test")):
        leads = list(Lead.objects.all())
    assert leads
    for seller, company in {(lead.seller_id, lead.seller_company_id) for lead in leads}:
        viewer = Viewer.of_seller(seller, company)
        own = {lead.lead_id for lead in leads if lead.seller_id == seller}
        with reading(viewer):
            assert {lead.lead_id for lead in Lead.objects.all()} == own
        with as_role("batch"), reading(viewer):
            assert {lead.lead_id for lead in leads_seen_by(viewer)} == own


def test_rejected_rows_are_seen_by_the_company_that_sent_them_and_by_nobody_else(harbour, as_role):
    with as_role("batch"), reading(Viewer.system("test")):
        rejects = list(Reject.objects.all())
    assert rejects
    for company in COMPANIES:
        own = {row.pk for row in rejects if row.company_code == company}
        viewer = Viewer.of_company(company)
        with reading(viewer):
            assert {row.pk for row in Reject.objects.all()} == own
        with as_role("batch"), reading(viewer):
            assert {row.pk for row in rejects_seen_by(viewer)} == own
            assert {row.company_code for row in batches_seen_by(viewer)} <= {company}
            assert not attempts_seen_by(viewer).exclude(company_id=company).exists()


def test_a_withdrawal_closes_the_wall_at_the_next_read(harbour, as_role):
    from uuid import uuid4

    from onefold.domains.consent.actions import withdraw

    with as_role("batch"), reading(Viewer.system("test")) as at:
        on = today(at)
        consent = next(
            row
            for row in Consent.objects.order_by("consent_id")
            if "HOLDINGS" in row.categories
            and row.from_company_id != row.to_company_id
            and row.valid_from <= on
            and (row.valid_until is None or row.valid_until > on)
            and Contract.objects.filter(source_record_id=row.source_record_id).exists()
        )
    recipient = Viewer.of_company(consent.to_company_id)
    with reading(recipient):
        assert Contract.objects.filter(source_record_id=consent.source_record_id).exists()
    withdraw(Viewer.of_company(consent.from_company_id), uuid4(), consent_id=consent.consent_id, why="CUSTOMER_ASKED")
    with reading(recipient):
        others = consents_seen_by(recipient).filter(source_record_id=consent.source_record_id, withdrawal=None)
        if not [row for row in others if "HOLDINGS" in row.categories]:
            assert not Contract.objects.filter(source_record_id=consent.source_record_id).exists()


def test_sql_of_the_second_wall_is_not_the_first_wall_in_disguise(harbour, as_role):
    """With the batch role (no wall) an unscoped read shows everything: so the scoped results above came from the scopes."""
    with as_role("batch"), reading(Viewer.of_company("HLIFE")):
        assert Contract.objects.exclude(company_id="HLIFE").exists()
    assert connection.settings_dict["USER"] == "onefold_app"
