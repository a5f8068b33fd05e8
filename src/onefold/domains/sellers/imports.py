"""What the room takes from a release: sellers, with their names from the vault."""

from __future__ import annotations

from onefold.commands.action import Command
from onefold.commands.facts import Fact
from onefold.commands.staging import ReleaseFolder, merge_facts, rows_of, stage_facts
from onefold.domains.sellers.models import Seller
from onefold.seam import datasets

TAKEN = (
    "seller",
    "company",
    "channel",
    "grade",
    "region",
    "name",
    "registration_no",
    "phone",
    "valid_from",
    "valid_until",
)

FACTS = (
    Fact(
        "sellers", Seller, "fall_sellers_max", "company_id",
        "t.valid_from <= %(day)s AND (t.valid_until IS NULL OR t.valid_until > %(day)s)",
    ),
)  # fmt: skip


def stage(folder: ReleaseFolder) -> int:
    identities = folder.read(datasets.SELLER_IDENTITIES).select(["seller", "name", "registration_no", "phone"])
    sellers = folder.read(datasets.SELLERS).join(identities, "seller")
    columns, said = ("seller_id", "company_id", "channel_id", *TAKEN[3:]), folder.rows_said(datasets.SELLERS)
    return stage_facts(folder.release_id, Seller, columns, rows_of(sellers, TAKEN), expected=said)


def merge(command: Command, release_id: str) -> None:
    merge_facts(release_id, Seller, ["seller_id"])
