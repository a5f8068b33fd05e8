"""What the first release of a fresh installation stages while the companies themselves are still on their way."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction

from onefold.analytics.tests.worlds import table_of
from onefold.commands.scope import reading
from onefold.commands.staging import ReleaseFolder
from onefold.commands.viewer import Viewer
from onefold.domains.customers import imports
from onefold.domains.customers.models import LinkCandidate
from onefold.domains.organisation.models import Company
from onefold.domains.releases.models import Release
from onefold.seam import datasets, store

SYSTEM = Viewer.system("test")
ONE, OTHER = "1" * 32, "2" * 32


@pytest.fixture
def folder(tmp_path, settings_of):
    """A run's folder with two records of two companies, and the pair likeness spoke of."""
    with settings_of(VAR=tmp_path):
        release = ReleaseFolder("f" * 32)
        told = {"kind": "PERSON", "recorded_at": datetime(2026, 6, 30, tzinfo=UTC)}
        records = [{"source_id": ONE, "company": "A", **told}, {"source_id": OTHER, "company": "B", **told}]
        pair = {
            "source_id": ONE,
            "other_source_id": OTHER,
            "probability_ppm": 700_000,
            "levels": [],
            "outcome": "REVIEW",
        }
        store.write(release.lake, datasets.SOURCE_RECORDS, table_of("source_records", records))
        store.write(release.lake, datasets.LINK_CANDIDATES, table_of("link_candidates", [pair]))
        yield release


def test_a_doubtful_link_is_staged_before_its_companies_are(database, as_role, folder):
    with as_role("batch"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.viewer', 'system', true), set_config('app.at', now()::text, true)")
            assert not Company.objects.exists()
            Release.objects.create(release_id=folder.release_id, as_of=date(2026, 6, 30), manifest={})
            imports._stage_links(folder)
        with reading(SYSTEM):
            assert list(LinkCandidate.objects.values_list("company_id", "other_company_id")) == [("A", "B")]
