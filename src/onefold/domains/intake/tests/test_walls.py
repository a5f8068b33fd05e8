"""Pauses, measures, costs and tokens: a company's own by either wall alone; the holding sees counts; sellers see none of it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from onefold.commands import clock, scope
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.intake import actions
from onefold.domains.intake.models import DefectCost, FeedPause, FieldQuality
from onefold.domains.intake.quality import quality_seen_by
from onefold.domains.intake.queries import pauses_seen_by
from onefold.domains.organisation.actions import issue_token
from onefold.domains.organisation.models import ApiToken
from onefold.domains.organisation.queries import tokens_seen_by
from onefold.domains.releases.models import Release
from onefold.kernel.ids import new_id

FEEDS = {"HPC": "hpc_relations", "HLIFE": "hlife_contracts"}
SCOPES = {FeedPause: pauses_seen_by, FieldQuality: quality_seen_by, ApiToken: tokens_seen_by}


@pytest.fixture
def rows(database, as_role) -> None:
    """One row of each kind for each of two companies."""
    batches = {}
    for company, feed in FEEDS.items():
        viewer = Viewer.of_company(company)
        actions.pause(viewer, new_id(), feed=feed)
        issue_token(viewer, new_id(), company=company, name="core", token_sha256=company)
        done = actions.receive(viewer, new_id(), feed=feed, file_name="x", sha256=company, size=1)
        batches[company] = UUID(done["batch_id"])
    with as_role("batch"), scope.entered(Viewer.system("test"), clock.now(), read_only=False):
        release = Release.objects.create(
            release_id="r", as_of=date(2026, 6, 30), rulebook_version="", code_version="", manifest={}
        )
        for company, feed in FEEDS.items():
            counts = {"rows": 1, "filled": 1, "valid": 1, "distinct": 1}
            FieldQuality.objects.create(
                batch_id=batches[company], company_code=company, feed=feed, column="a", **counts
            )
            costs = {"records": 1, "customers": 1, "unlinked": 1, "undecidable": 1}
            DefectCost.objects.create(release=release, company_code=company, defect="NO_REGION", **costs)


def companies_of(found) -> list[str]:
    return sorted(found.values_list("company_code", flat=True))


def test_the_wall_alone_shows_a_company_its_own(rows):
    for company in FEEDS:
        with reading(Viewer.of_company(company)):
            for model in (*SCOPES, DefectCost):
                assert companies_of(model.objects.all()) == [company], model


def test_the_query_scopes_alone_show_a_company_its_own(rows, as_role):
    for company in FEEDS:
        viewer = Viewer.of_company(company)
        with as_role("batch"), reading(viewer):
            for model, seen_by in SCOPES.items():
                assert companies_of(seen_by(viewer)) == [company], model


def test_the_holding_sees_counts_and_pauses_and_no_token(rows):
    with reading(Viewer.of_group()):
        for model in (FeedPause, FieldQuality, DefectCost):
            assert companies_of(model.objects.all()) == sorted(FEEDS), model
        assert not ApiToken.objects.exists()
        assert not tokens_seen_by(Viewer.of_group()).exists()


def test_sellers_see_none_of_it(rows):
    viewer = Viewer.of_seller("NOBODY", "HPC")
    with reading(viewer):
        for model in (*SCOPES, DefectCost):
            assert not model.objects.exists(), model
        for seen_by in SCOPES.values():
            assert not seen_by(viewer).exists()
