"""What the room takes from a release: source records with identities from the vault, customers, memberships, search tokens."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import partial
from typing import cast

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.db import connection

from onefold.commands.action import Command
from onefold.commands.facts import Fact
from onefold.commands.scope import today
from onefold.commands.staging import ReleaseFolder, Rows, copy_in, merge_facts, rows_of, stage_facts, staging_table
from onefold.domains.customers.models import (
    AnswerTaken,
    Circumstance,
    Customer,
    LinkCandidate,
    Membership,
    SearchToken,
    SourceRecord,
    Standing,
)
from onefold.domains.customers.rules import HEEDED_BY_ALL
from onefold.domains.customers.token_keys import good_ids, renew_left
from onefold.domains.customers.tokens import KINDS, tokens_of_name, tokens_of_value
from onefold.kernel import keys
from onefold.seam import datasets

RECORD = ("source_id", "company", "source_key", "kind", "name", "sex", "born_on", "id_type", "id_number", "phone", "email", "address", "region", "recorded_at")  # fmt: skip
CUSTOMER = ("customer_id", "household_id", "kind", "sex", "birth_month", "region", "segment")
TOLD = ("circumstance_id", "source_id", "customer_id", "company", "kind", "value", "told_on", "known_from")
TOLD_COLUMNS = (
    "told_id", "source_record_id", "customer_id", "company_id", "kind", "value", "told_on", "recorded_at",
)  # fmt: skip
LINK = ("source_id", "other_source_id", "probability_ppm", "levels", "outcome")
TOKEN = {"value": pl.String, "token": pl.String}
TOKEN_COLUMNS = ("token", "source_record_id", "company_id", "key_id")
MEMBER = ("source_id", "customer_id", "company", "basis", "recorded_at")

KNOWN = "EXISTS (SELECT 1 FROM customers_membership m WHERE m.customer_id = t.customer_id)"
OF_FEEDS = "t.valid_until IS NULL AND NOT t.heard"
FACTS = (
    Fact("customers", Customer, "fall_customers_max", stands=KNOWN),
    Fact("source_records", SourceRecord, "fall_customers_max", "company_id"),
    Fact("memberships", Membership, "fall_customers_max", "company_id"),
    Fact("search_tokens", SearchToken, "fall_tokens_max", "company_id"),
    Fact("circumstances", Circumstance, "fall_customers_max", "company_id", stands=OF_FEEDS),
    Fact("standings", Standing, "fall_customers_max", "company_id", stands=OF_FEEDS),
)


def stage(folder: ReleaseFolder) -> int:
    release = folder.release_id
    records = folder.read(datasets.SOURCE_RECORDS).select(["source_id", "sex", "region"])
    identities = folder.read(datasets.SOURCE_IDENTITIES).join(records, "source_id")
    companies = folder.read(datasets.SOURCE_RECORDS).select(["source_id", "company"])
    members = folder.read(datasets.MEMBERSHIPS).join(companies, "source_id", join_type="inner")
    return (
        stage_facts(
            release,
            Customer,
            CUSTOMER,
            rows_of(folder.read(datasets.CUSTOMERS), CUSTOMER),
            expected=folder.rows_said(datasets.CUSTOMERS),
        )
        + stage_facts(
            release,
            SourceRecord,
            ("source_record_id", "company_id", *RECORD[2:]),
            rows_of(identities, RECORD),
            expected=folder.not_forgotten(records, datasets.SOURCE_IDENTITIES),
        )
        + stage_facts(
            release,
            Membership,
            ("source_record_id", "customer_id", "company_id", "basis", "recorded_at"),
            rows_of(members, MEMBER),
            expected=folder.rows_said(datasets.MEMBERSHIPS),
        )
        + stage_facts(release, SearchToken, TOKEN_COLUMNS, _tokens(identities))
        + _stage_circumstances(folder)
        + _stage_links(folder)
    )


def _stage_links(folder: ReleaseFolder) -> int:
    """The pairs likeness or a steward spoke of, each with the companies of both records."""
    companies: dict[str, str] = dict(rows_of(folder.read(datasets.SOURCE_RECORDS), ("source_id", "company")))
    LinkCandidate.objects.filter(release_id=folder.release_id).delete()
    pairs = rows_of(folder.read(datasets.LINK_CANDIDATES), LINK)
    return copy_in(
        "customers_linkcandidate",
        ("release_id", "source_record_id", "other_record_id", "company_id", "other_company_id", *LINK[2:]),
        (
            (folder.release_id, one, other, companies[one], companies[other], probability, json.dumps(levels), outcome)
            for one, other, probability, levels, outcome in pairs
            if one in companies and other in companies
        ),
    )


def _stage_circumstances(folder: ReleaseFolder) -> int:
    """What the feeds tell, each kind in the table of its wall; and which answers heard in Onefold the run knew."""
    members = folder.read(datasets.MEMBERSHIPS).select(["source_id", "customer_id"])
    told = folder.read(datasets.CIRCUMSTANCES)
    told = told.filter(pc.is_null(told["known_until"])).join(members, "source_id", join_type="inner")
    of_all = pc.is_in(told["kind"], value_set=pa.array(HEEDED_BY_ALL))
    taken = [(folder.release_id, answer) for answer in folder.read(datasets.ANSWERS)["answer_id"].to_pylist()]
    AnswerTaken.objects.filter(release_id=folder.release_id).delete()
    return (
        stage_facts(folder.release_id, Circumstance, TOLD_COLUMNS, rows_of(told.filter(pc.invert(of_all)), TOLD))
        + stage_facts(folder.release_id, Standing, TOLD_COLUMNS, rows_of(told.filter(of_all), TOLD))
        + copy_in("customers_answertaken", ("release_id", "answer_id"), taken)
    )


def _tokens(identities: pa.Table) -> Rows:
    """token, source_id, company, key: each token of a record once, for no value of one kind has a token of another."""
    current = keys.read(settings.SECRETS, keys.SEARCH).current
    key = current.secret
    frame = cast(pl.DataFrame, pl.from_arrow(identities.select(["source_id", "company", "name", *KINDS.values()])))
    found = [_tokens_in(frame, "name", partial(tokens_of_name, key))]
    found += [_tokens_in(frame, column, partial(tokens_of_value, key, kind)) for kind, column in KINDS.items()]
    return Rows(pl.concat(found).with_columns(pl.lit(current.id).alias("key_id")))


def _tokens_in(frame: pl.DataFrame, column: str, tokens: Callable[[str], Iterable[str]]) -> pl.DataFrame:
    """The tokens of one column; each different value is hashed once."""
    filled = frame.filter(pl.col(column) != "").select("source_id", "company", value=column)
    pairs = [(value, token) for value in filled["value"].unique().to_list() for token in tokens(value)]
    known = pl.DataFrame({"value": [value for value, _ in pairs], "token": [token for _, token in pairs]}, schema=TOKEN)
    return filled.join(known, on="value").select("token", "source_id", "company")


def merge(command: Command, release_id: str) -> None:
    merge_facts(release_id, Customer, ["customer_id"])
    merge_facts(release_id, SourceRecord, ["source_record_id"])
    merge_facts(release_id, Membership, ["source_record_id"])
    merge_facts(release_id, SearchToken, ["token", "source_record_id"], delete_missing=True)
    _renew_if_staged_before_rotation(command, release_id)
    for model in (Circumstance, Standing):
        merge_facts(release_id, model, ["told_id"])
        _close_what_is_no_longer_sent(command, release_id, model)


def _renew_if_staged_before_rotation(command: Command, release_id: str) -> None:
    """What is staged is of one key; if that is no longer the current one, its tokens are renewed as they are published."""
    ring = keys.read(settings.SECRETS, keys.SEARCH)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT key_id FROM {staging_table(release_id, SearchToken)} LIMIT 1")
        staged = cursor.fetchone()
    if staged and staged[0] not in good_ids(ring):
        renew_left(command, ring)


def _close_what_is_no_longer_sent(command: Command, release_id: str, model: type[Circumstance | Standing]) -> None:
    """What the company reports no more counts no more, and again when it does; what was heard in Onefold no feed ever said."""
    table, staged = model._meta.db_table, staging_table(release_id, model)
    sent = f"EXISTS (SELECT 1 FROM {staged} s WHERE s.told_id = t.told_id)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} t SET valid_until = CASE WHEN {sent} THEN NULL ELSE %s::date END "
            f"WHERE NOT t.heard AND (t.valid_until IS NULL) <> {sent}",
            [today(command.at)],
        )


def forget(kept: list[str]) -> None:
    AnswerTaken.objects.exclude(release_id__in=kept).delete()
    LinkCandidate.objects.exclude(release_id__in=kept).delete()
