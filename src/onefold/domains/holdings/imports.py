"""What the room takes from a release: the latest known version of each contract, and one event for each that changed."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from onefold.commands.action import Command
from onefold.commands.facts import Fact
from onefold.commands.staging import ReleaseFolder, merge_facts, rows_of, stage_facts, staging_table
from onefold.domains.holdings.models import Contract
from onefold.domains.releases.queries import times_taken_back
from onefold.seam import datasets

TAKEN = ("contract_id", "contract_no", "source_id", "company", "series", "product", "channel", "seller", "status", "valid_from", "valid_until", "premium_minor", "currency", "known_from")  # fmt: skip
COLUMNS = ("contract_id", "contract_no", "source_record_id", "company_id", "series_id", "product_id", "channel_id", "seller_code", *TAKEN[8:])  # fmt: skip

FACTS = (
    Fact(
        "contracts", Contract, "fall_contracts_max", "company_id",
        "t.status = 'IN_FORCE' AND (t.valid_until IS NULL OR t.valid_until > %(day)s)", "t.awaited_since IS NULL",
    ),
)  # fmt: skip


def stage(folder: ReleaseFolder) -> int:
    known = _known_now(folder)
    numbers = folder.read(datasets.CONTRACT_NUMBERS).select(["contract_id", "contract_no"])
    rows = rows_of(known.join(numbers, "contract_id"), TAKEN)
    return stage_facts(folder.release_id, Contract, COLUMNS, rows, expected=known.num_rows)


def _known_now(folder: ReleaseFolder) -> pa.Table:
    versions = folder.read(datasets.CONTRACTS)
    return versions.filter(pc.is_null(versions["known_until"]))


def merge(command: Command, release_id: str) -> None:
    _write_events(command, release_id)
    merge_facts(release_id, Contract, ["contract_id"])
    _note_arrived(release_id)
    _close_what_is_no_longer_sent(command, release_id)


def _write_events(command: Command, release_id: str) -> None:
    """One event for each contract whose being in force begins or ends; the event id is a hash of the fact, so it comes once - and
    once more after a release was taken back, for then it may be so again."""
    taken_back = times_taken_back(command.viewer)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO commands_outboxevent (event_id, name, payload, command_id, at)
            SELECT md5(change.name || change.contract_id || change.valid_from || change.status || %s)::uuid, change.name,
                   jsonb_build_object('contract_id', change.contract_id, 'company', change.company_id,
                                      'series', change.series_id, 'status', change.status), %s, %s
            FROM (
                SELECT s.contract_id, s.company_id, s.series_id, s.status, s.valid_from,
                       CASE WHEN s.status = 'IN_FORCE' THEN 'holdings.ContractIssued' ELSE 'holdings.ContractEnded' END AS name
                FROM {staging_table(release_id, Contract)} s
                LEFT JOIN holdings_contract c USING (contract_id)
                WHERE (c.contract_id IS NULL AND s.status = 'IN_FORCE')
                   OR (c.status = 'IN_FORCE') <> (s.status = 'IN_FORCE')
            ) change
            ON CONFLICT DO NOTHING
            """,
            [str(taken_back or ""), command.command_id, command.at],
        )


def _note_arrived(release_id: str) -> None:
    """What was sold here has come by the feed as well: from now on the feed speaks for it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE holdings_contract c SET awaited_since = NULL FROM {staging_table(release_id, Contract)} s "
            f"WHERE s.contract_id = c.contract_id AND c.awaited_since IS NOT NULL"
        )


def _close_what_is_no_longer_sent(command: Command, release_id: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE holdings_contract c SET status = 'NO_LONGER_REPORTED', valid_until = least(c.valid_until, %s::date) "
            f"WHERE c.status = 'IN_FORCE' AND c.awaited_since IS NULL AND NOT EXISTS "
            f"(SELECT 1 FROM {staging_table(release_id, Contract)} s WHERE s.contract_id = c.contract_id)",
            [command.at],
        )
