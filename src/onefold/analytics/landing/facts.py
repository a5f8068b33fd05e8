"""Rows to facts: the target's fields filled, checked against their closed lists, and given their pseudonyms."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date

import polars as pl

from onefold.analytics.landing.columns import emails, numbers_by_type, phones
from onefold.analytics.landing.shapes import AT, ROW, RULE, Reading, marked, where
from onefold.kernel.ids import KEY_BYTES, SEPARATOR
from onefold.kernel.money import EXPONENTS
from onefold.policy.feed_checks import currency_of
from onefold.policy.feed_targets import CIRCUMSTANCES, DAY, GROUP, MONEY, TEXT, WHOLE, Field
from onefold.policy.feeds import FeedSpec, FieldSource

ID = "_id"
"""What makes a fact the same fact in a later file: a pseudonym, or the plain key of what is nobody's."""

DELETED = "_deleted"
"""True where the row says that its fact is over."""

POLARS_TYPES = {TEXT: pl.String(), WHOLE: pl.Int64(), DAY: pl.Date(), MONEY: pl.Int64()}


def facts_of(frame: pl.DataFrame, feed: FeedSpec, names: Pseudonyms, on: date) -> pl.DataFrame:
    """ROW, RULE, AT, ID, DELETED, one column per field of the target, and the pseudonyms the target needs.

    Rules: REQUIRED, UNKNOWN_CODE, PERIOD_EMPTY, OUT_OF_RANGE (grade), BIRTH_IN_FUTURE, ID_TYPE_MISSING, CURRENCY_UNKNOWN, and
    those of phones, addresses and id numbers.
    """
    facts = frame.select(ROW, RULE, AT)
    for field in feed.target_spec.fields:
        facts = _with_field(facts, frame, field, feed.source_of(field.name))
    facts = _CHECKS.get(feed.target, lambda facts, feed, on: facts)(facts, feed, on)
    if "valid_until" in facts.columns:
        empty = facts["valid_until"].is_not_null() & (facts["valid_until"] <= facts["valid_from"])
        facts = marked(facts, where(empty, "PERIOD_EMPTY"), _column_behind(feed, "valid_until"))
    return _with_deleted(_with_ids(facts, feed, names), frame, feed)


def _with_deleted(facts: pl.DataFrame, frame: pl.DataFrame, feed: FeedSpec) -> pl.DataFrame:
    """Whoever says that a fact is over needs to name it, and nothing else: what is wrong with its other values is forgiven."""
    deleted = pl.lit(False)
    for column, texts in feed.delete.items():
        deleted = pl.lit(frame[column].is_in(list(texts)).fill_null(False))
    facts = facts.with_columns(deleted.alias(DELETED))
    if not feed.delete or ID not in facts.columns:
        return facts
    forgiven = pl.col(DELETED) & pl.col(ID).is_not_null()
    return facts.with_columns(pl.when(~forgiven).then(pl.col(name)).alias(name) for name in (RULE, AT))


def _column_behind(feed: FeedSpec, field: str) -> str:
    source = feed.source_of(field)
    return source.column if source and source.column else field


def _with_field(facts: pl.DataFrame, frame: pl.DataFrame, field: Field, source: FieldSource | None) -> pl.DataFrame:
    values = _values(frame, field, source).alias(field.name)
    facts = facts.with_columns(values)
    if source is None:
        return facts
    at = source.column or field.name
    if source.codes is not None and source.otherwise is None:
        sent = frame[source.column]
        facts = marked(facts, where(sent.is_not_null() & ~sent.is_in(list(source.codes)), "UNKNOWN_CODE"), at)
    if field.several:
        facts = _sorted_codes(facts, field, at)
    elif field.one_of:
        facts = marked(facts, where(~values.is_in(list(field.one_of)), "UNKNOWN_CODE"), at)
    return marked(facts, where(values.is_null(), "REQUIRED"), at) if field.needed else facts


def _values(frame: pl.DataFrame, field: Field, source: FieldSource | None) -> pl.Series:
    type_ = POLARS_TYPES[field.kind]
    if source is None or source.constant is not None:
        value = _plain_value(source.constant if source else None, field.kind)
        return pl.Series(field.name, [value], dtype=type_).new_from_index(0, frame.height)
    column = frame[source.column]
    if source.codes is None:
        return column.cast(type_)
    codes = {sent: _plain_value(code, field.kind) for sent, code in source.codes.items()}
    otherwise = _plain_value(source.otherwise, field.kind)
    mapped = column.replace_strict(list(codes), list(codes.values()), default=otherwise, return_dtype=type_)
    return mapped.set(column.is_null(), None)


def _plain_value(text: str | None, kind: str) -> str | int | date | None:
    """A value written in the feed itself; empty text means none."""
    if not text:
        return None
    return text if kind == TEXT else date.fromisoformat(text) if kind == DAY else int(text)


def _sorted_codes(facts: pl.DataFrame, field: Field, at: str) -> pl.DataFrame:
    """A list of codes written in one way: sorted, each once, separated by commas."""
    lists = facts[field.name].str.split(",")
    codes = pl.DataFrame({"codes": lists}).select(
        pl.col("codes").list.eval(pl.element().str.strip_chars()).list.unique().list.sort()
    )["codes"]
    strange = codes.list.eval(pl.element().is_in(list(field.one_of)).not_()).list.any()
    facts = facts.with_columns(codes.list.join(",").alias(field.name))
    return marked(facts, where(strange, "UNKNOWN_CODE"), at)


# Checks across fields


def _source_record(facts: pl.DataFrame, feed: FeedSpec, on: date) -> pl.DataFrame:
    facts = marked(facts, where(facts["born_on"] > on, "BIRTH_IN_FUTURE"), _column_behind(feed, "born_on"))
    untyped = facts["id_number"].is_not_null() & facts["id_type"].is_null()
    facts = marked(facts, where(untyped, "ID_TYPE_MISSING"), _column_behind(feed, "id_type"))
    facts = _normalised(facts, feed, "id_number", lambda texts: numbers_by_type(texts, facts["id_type"], on))
    facts = _normalised(facts, feed, "phone", phones)
    facts = _normalised(facts, feed, "email", emails)
    return facts.with_columns(pl.when(pl.col("id_number").is_not_null()).then(pl.col("id_type")).alias("id_type"))


def _normalised(facts: pl.DataFrame, feed: FeedSpec, field: str, check: Callable[[pl.Series], Reading]) -> pl.DataFrame:
    reading = check(facts[field])
    return marked(facts.with_columns(reading.values.alias(field)), reading.rules, _column_behind(feed, field))


def _contract(facts: pl.DataFrame, feed: FeedSpec, on: date) -> pl.DataFrame:
    facts = _with_currency(facts, feed, "premium_minor")
    return facts.with_columns(pl.when(pl.col("premium_minor").is_not_null()).then(pl.col("currency")).alias("currency"))


def _with_currency(facts: pl.DataFrame, feed: FeedSpec, money: str) -> pl.DataFrame:
    if feed.source_of("currency") is None:
        facts = facts.with_columns(pl.lit(currency_of(feed, money) or None, pl.String).alias("currency"))
    unknown = facts["currency"].is_not_null() & ~facts["currency"].is_in(list(EXPONENTS))
    return marked(facts, where(unknown, "CURRENCY_UNKNOWN"), _column_behind(feed, "currency"))


def _claim(facts: pl.DataFrame, feed: FeedSpec, on: date) -> pl.DataFrame:
    facts = _with_currency(facts, feed, "claimed_minor")
    return marked(facts, where(facts["currency"].is_null(), "REQUIRED"), _column_behind(feed, "currency"))


def _member(facts: pl.DataFrame, feed: FeedSpec, on: date) -> pl.DataFrame:
    outside = where(~facts["treated_share_ppm"].is_between(0, 1_000_000), "OUT_OF_RANGE")
    return marked(facts, outside, _column_behind(feed, "treated_share_ppm"))


def _circumstance(facts: pl.DataFrame, feed: FeedSpec, on: date) -> pl.DataFrame:
    known = pl.lit(False)
    for kind, values in CIRCUMSTANCES.items():
        right = pl.col("value").is_in(list(values)) if values else pl.lit(True)
        known = known | ((pl.col("kind") == kind) & right)
    strange = facts.select(strange=pl.col("value").is_not_null() & pl.col("kind").is_not_null() & ~known)["strange"]
    facts = marked(facts, where(strange, "UNKNOWN_CODE"), _column_behind(feed, "value"))
    return marked(facts, where(facts["told_on"] > on, "OUT_OF_RANGE"), _column_behind(feed, "told_on"))


def _seller(facts: pl.DataFrame, feed: FeedSpec, on: date) -> pl.DataFrame:
    outside = where(~facts["grade"].is_between(1, 3), "OUT_OF_RANGE")
    facts = marked(facts, outside, _column_behind(feed, "grade"))
    return _normalised(_own_company(facts, feed, on), feed, "phone", phones)


def _own_company(facts: pl.DataFrame, feed: FeedSpec, on: date) -> pl.DataFrame:
    """The company a channel or seller belongs to: the feed's own, unless the feed speaks for the group."""
    if feed.company == GROUP:
        return marked(facts, where(facts["company"].is_null(), "REQUIRED"), _column_behind(feed, "company"))
    foreign = where(facts["company"] != feed.company, "NOT_ITS_COMPANY")
    facts = marked(facts, foreign, _column_behind(feed, "company"))
    return facts.with_columns(pl.lit(feed.company).alias("company"))


_CHECKS: dict[str, Callable[[pl.DataFrame, FeedSpec, date], pl.DataFrame]] = {
    "source_records": _source_record,
    "contracts": _contract,
    "sellers": _seller,
    "channels": _own_company,
    "claims": _claim,
    "campaign_members": _member,
    "circumstances": _circumstance,
}


# Pseudonyms

_BLOCK = 64
"""bytes of a block of SHA-256"""


class Pseudonyms:
    """`kernel.ids.pseudonym` for whole columns."""

    def __init__(self, key: bytes) -> None:
        if not KEY_BYTES <= len(key) <= _BLOCK:
            raise ValueError(f"the pseudonym key has {len(key)} bytes; {KEY_BYTES} to {_BLOCK} are needed")
        padded = key.ljust(_BLOCK, b"\0")
        self._inner, self._outer = (bytes(byte ^ pad for byte in padded) for pad in (0x36, 0x5C))  # RFC 2104

    def of(self, head: tuple[str, ...], columns: list[pl.Series]) -> pl.Series:
        """`pseudonym(key, *head, *row)` for every row of the columns; empty where one of them is."""
        inner = self._inner + SEPARATOR.join((*head, "")).encode()
        outer, sha256 = self._outer, hashlib.sha256
        texts = joined(columns).cast(pl.Binary).to_list()
        return pl.Series(
            ID,
            [
                None if text is None else sha256(outer + sha256(inner + text).digest()).hexdigest()[:32]
                for text in texts
            ],
            dtype=pl.String,
        )

    def of_customers(self, company: str, source_keys: pl.Series) -> pl.Series:
        """The `source_id` of a company's own customer keys."""
        head, different = ("source", company), source_keys.unique().drop_nulls()
        if 2 * len(different) > len(source_keys):
            return self.of(head, [source_keys])
        return source_keys.replace_strict(
            different, self.of(head, [different]), default=None, return_dtype=pl.String
        ).alias(ID)


def joined(columns: list[pl.Series]) -> pl.Series:
    """The columns' texts joined row by row with U+001F; empty where one of them is. (No text that got here holds it.)"""
    frame = pl.DataFrame([column.alias(str(place)) for place, column in enumerate(columns)])
    return frame.select(pl.concat_str(pl.all().cast(pl.String), separator=SEPARATOR).alias(ID))[ID]


def _with_ids(facts: pl.DataFrame, feed: FeedSpec, names: Pseudonyms) -> pl.DataFrame:
    target = feed.target
    if "source_key" in facts.columns:
        facts = facts.with_columns(names.of_customers(feed.company, facts["source_key"]).alias("source_id"))
    if target == "source_records":
        return facts.with_columns(pl.col("source_id").alias(ID))
    if target == "lookup":
        return facts
    if target == "relations":
        return _with_both(facts, feed, names)
    if target == "claims":
        contract = names.of(("contract", feed.company), [facts["contract_no"]]).alias("contract_id")
        facts = facts.with_columns(contract)
    keys = [facts[name] for name in feed.target_spec.key]
    if target in _SECRET_KEYS:
        return facts.with_columns(names.of((_SECRET_KEYS[target], feed.company), keys).alias(ID))
    return facts.with_columns(joined(keys).alias(ID))


def _with_both(facts: pl.DataFrame, feed: FeedSpec, names: Pseudonyms) -> pl.DataFrame:
    """A tie's two customers."""
    other = names.of_customers(feed.company, facts["other_source_key"])
    facts = facts.with_columns(other.alias("other_source_id"))
    oneself = where(facts["source_id"] == facts["other_source_id"], "RELATED_TO_ONESELF")
    facts = marked(facts, oneself, _column_behind(feed, "other_source_key"))
    return facts.with_columns(joined([facts["source_id"], facts["other_source_id"]]).alias(ID))


_SECRET_KEYS = {
    "contracts": "contract",
    "consents": "consent",
    "contact_blocks": "block",
    "past_contacts": "contact",
    "campaign_members": "member",
    "claims": "claim",
    "circumstances": "circumstance",
}
