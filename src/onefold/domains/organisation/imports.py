"""What the room takes from a release: companies, channels, agency agreements."""

from __future__ import annotations

from onefold.commands.action import Command
from onefold.commands.facts import Fact
from onefold.commands.staging import ReleaseFolder, merge_facts, rows_of, stage_facts
from onefold.domains.organisation.models import AgencyAgreement, Channel, Company
from onefold.seam import datasets

COMPANY = ("company", "pillar", "name_en", "name_zh")
CHANNEL = ("channel", "company", "kind", "name_en", "name_zh")
AGREEMENT = ("agreement_no", "seller_company", "owner_company", "valid_from", "valid_until")

FACTS = (
    Fact("companies", Company, "fall_terms_max"),
    Fact("channels", Channel, "fall_terms_max", "company_id"),
    Fact("agency_agreements", AgencyAgreement, "fall_terms_max", "seller_company_id"),
)


def stage(folder: ReleaseFolder) -> int:
    release = folder.release_id
    return (
        stage_facts(
            release,
            Company,
            ("company_id", *COMPANY[1:]),
            rows_of(folder.read(datasets.COMPANIES), COMPANY),
            expected=folder.rows_said(datasets.COMPANIES),
        )
        + stage_facts(
            release,
            Channel,
            ("channel_id", "company_id", *CHANNEL[2:]),
            rows_of(folder.read(datasets.CHANNELS), CHANNEL),
            expected=folder.rows_said(datasets.CHANNELS),
        )
        + stage_facts(
            release,
            AgencyAgreement,
            ("agreement_no", "seller_company_id", "owner_company_id", "valid_from", "valid_until"),
            rows_of(folder.read(datasets.AGENCY_AGREEMENTS), AGREEMENT),
            expected=folder.rows_said(datasets.AGENCY_AGREEMENTS),
        )
    )


def merge(command: Command, release_id: str) -> None:
    merge_facts(release_id, Company, ["company_id"])
    merge_facts(release_id, Channel, ["channel_id"])
    merge_facts(release_id, AgencyAgreement, ["agreement_no"], delete_missing=True)
