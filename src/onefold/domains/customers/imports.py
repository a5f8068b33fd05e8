"""What the room takes from a release: source records with identities from the vault, customers, memberships, search tokens."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
from django.conf import settings

from onefold.commands.action import Command
from onefold.commands.staging import ReleaseFolder, merge_facts, rows_of, stage_facts
from onefold.domains.customers.models import Customer, Membership, SearchToken, SourceRecord
from onefold.domains.customers.tokens import tokens_of
from onefold.kernel.ids import read_or_make_key
from onefold.seam import datasets

RECORD = ("source_id", "company", "source_key", "kind", "name", "sex", "born_on", "id_type", "id_number", "phone", "email", "address", "region", "recorded_at")  # fmt: skip
CUSTOMER = ("customer_id", "household_id", "kind", "sex", "birth_month", "region", "segment")
MEMBER = ("source_id", "customer_id", "company", "basis", "recorded_at")


def stage(folder: ReleaseFolder) -> int:
    release = folder.release_id
    records = folder.read(datasets.SOURCE_RECORDS).select(["source_id", "sex", "region"])
    identities = folder.read(datasets.SOURCE_IDENTITIES).join(records, "source_id")
    companies = folder.read(datasets.SOURCE_RECORDS).select(["source_id", "company"])
    members = folder.read(datasets.MEMBERSHIPS).join(companies, "source_id", join_type="inner")
    return (
        stage_facts(release, Customer, CUSTOMER, rows_of(folder.read(datasets.CUSTOMERS), CUSTOMER))
        + stage_facts(
            release, SourceRecord, ("source_record_id", "company_id", *RECORD[2:]), rows_of(identities, RECORD)
        )
        + stage_facts(
            release,
            Membership,
            ("source_record_id", "customer_id", "company_id", "basis", "recorded_at"),
            rows_of(members, MEMBER),
        )
        + stage_facts(release, SearchToken, ("token", "source_record_id", "company_id"), _tokens(identities))
    )


def _tokens(identities: pa.Table) -> Iterable[tuple[str, str, str]]:
    key = read_or_make_key(settings.SEARCH_KEY)
    taken = ("source_id", "company", "name", "phone", "id_number", "source_key")
    for source_id, company, name, phone, id_number, source_key in rows_of(identities, taken):
        for token in tokens_of(key, name=name, phone=phone, id_number=id_number, source_key=source_key):
            yield token, source_id, company


def merge(command: Command, release_id: str) -> None:
    merge_facts(release_id, Customer, ["customer_id"])
    merge_facts(release_id, SourceRecord, ["source_record_id"])
    merge_facts(release_id, Membership, ["source_record_id"])
    merge_facts(release_id, SearchToken, ["token", "source_record_id"], delete_missing=True)
