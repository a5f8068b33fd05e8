"""What the room takes from a release: consents and do-not-contact wishes as the companies sent them."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from onefold.commands.action import Command
from onefold.commands.facts import Fact
from onefold.commands.staging import ReleaseFolder, merge_facts, rows_of, stage_facts, staging_table
from onefold.domains.consent.models import Consent, ContactBlock
from onefold.seam import datasets

CONSENT = ("consent_id", "source_id", "customer_id", "from_company", "to_company", "purpose", "categories", "notice_version", "valid_from", "valid_until", "known_from")  # fmt: skip
CONSENT_COLUMNS = ("consent_id", "source_record_id", "customer_id", "from_company_id", "to_company_id", "purpose", "categories", "notice_version", "valid_from", "valid_until", "recorded_at")  # fmt: skip
BLOCK = ("block_id", "source_id", "customer_id", "company", "valid_from", "valid_until", "known_from")
BLOCK_COLUMNS = (
    "block_id",
    "source_record_id",
    "customer_id",
    "company_id",
    "valid_from",
    "valid_until",
    "recorded_at",
)

IN_FORCE = "t.valid_from <= %(day)s AND (t.valid_until IS NULL OR t.valid_until > %(day)s)"
FACTS = (
    Fact("consents", Consent, "fall_consents_max", "from_company_id", IN_FORCE),
    Fact("contact_blocks", ContactBlock, "fall_consents_max", "company_id", IN_FORCE, "t.company_id IS NOT NULL"),
)


def stage(folder: ReleaseFolder) -> int:
    members = folder.read(datasets.MEMBERSHIPS).select(["source_id", "customer_id"])
    known = _known_now(folder.read(datasets.CONSENTS))
    consents = known.join(members, "source_id", join_type="inner")
    consents = consents.set_column(
        consents.column_names.index("categories"), "categories", pc.split_pattern(consents["categories"], ",")
    )
    known_blocks = _known_now(folder.read(datasets.CONTACT_BLOCKS))
    blocks = rows_of(known_blocks.join(members, "source_id", join_type="inner"), BLOCK)
    rows = rows_of(consents, CONSENT)
    return stage_facts(folder.release_id, Consent, CONSENT_COLUMNS, rows, expected=known.num_rows) + stage_facts(
        folder.release_id, ContactBlock, BLOCK_COLUMNS, blocks, expected=known_blocks.num_rows
    )


def _known_now(versions: pa.Table) -> pa.Table:
    return versions.filter(pc.is_null(versions["known_until"]))


def merge(command: Command, release_id: str) -> None:
    merge_facts(release_id, Consent, ["consent_id"])
    merge_facts(release_id, ContactBlock, ["block_id"])
    _close_what_is_no_longer_sent(command, release_id)


def _close_what_is_no_longer_sent(command: Command, release_id: str) -> None:
    """A consent that the company no longer reports is no longer in force; the row stays as the record of what was so."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE consent_consent c SET valid_until = least(c.valid_until, %s::date) "
            f"WHERE NOT EXISTS (SELECT 1 FROM {staging_table(release_id, Consent)} s WHERE s.consent_id = c.consent_id) "
            f"AND (c.valid_until IS NULL OR c.valid_until > %s::date)",
            [command.at, command.at],
        )
