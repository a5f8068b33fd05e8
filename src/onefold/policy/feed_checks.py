"""Does a feed hold together: is every column it uses there, of a fitting kind, and every needed field filled?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from onefold.kernel.money import EXPONENTS
from onefold.policy.feed_functions import FUNCTIONS, SAME
from onefold.policy.feed_shapes import Derivation, FeedSpec, FieldSource, Lookup
from onefold.policy.feed_targets import DAY, GROUP, MONEY, TEXT, WHOLE, Field
from onefold.policy.feed_yaml import FeedBroken

Kinds = dict[str, str]
"""Column name to kind of value: text, whole, day, money."""


def check_feed(feed: FeedSpec, others: Mapping[str, Kinds]) -> Kinds:
    """The columns the feed ends up with. `others` are the columns of the feeds it looks up. Raises `FeedBroken`."""
    kinds = {column.name: column.kind for column in feed.columns}
    _check_columns(feed, kinds)
    _multiply(feed, kinds)
    for lookup in feed.lookups:
        _check_lookup(feed, lookup, kinds, others[lookup.feed])
        for name, taken in lookup.take.items():
            _add(feed, f"lookup.take.{name}", kinds, name, others[lookup.feed][taken])
    for derivation in feed.derivations:
        _add(feed, f"derive.{derivation.name}", kinds, derivation.name, _kind_derived(feed, derivation, kinds))
    _need(feed, "only", kinds, feed.only, TEXT)
    _need(feed, "delete.column", kinds, feed.delete, TEXT)
    if feed.delete and feed.mode != "increment":
        raise _broken(feed, "delete", "means nothing but in an increment")
    if feed.delete and feed.target_spec.is_kept:
        raise _broken(feed, "delete", f"{feed.target} are never deleted by a file: facts hang on them")
    _check_map(feed, kinds)
    return kinds


def _broken(feed: FeedSpec, place: str, matter: str) -> FeedBroken:
    return FeedBroken(f"{feed.name}.yaml", place, matter)


def _need(feed: FeedSpec, place: str, kinds: Kinds, names: Mapping[str, object] | tuple[str, ...], kind: str) -> None:
    for name in names:
        if name not in kinds:
            raise _broken(feed, place, f"there is no column {name}")
        if kinds[name] != kind:
            raise _broken(feed, place, f"column {name} is {kinds[name]}, must be {kind}")


def _add(feed: FeedSpec, place: str, kinds: Kinds, name: str, kind: str) -> None:
    if name in kinds:
        raise _broken(feed, place, f"there is already a column {name}")
    kinds[name] = kind


def _check_columns(feed: FeedSpec, kinds: Kinds) -> None:
    twice = sorted(set(feed.ignore) & set(kinds))
    if twice:
        raise _broken(feed, "ignore", f"{twice[0]} is declared and ignored")
    if feed.ignore and not feed.csv.header:
        raise _broken(feed, "ignore", "without a header every column must be declared")
    for column in feed.columns:
        if column.currency and column.currency not in EXPONENTS:
            raise _broken(feed, f"columns.{column.name}.currency", "is no currency of ISO 4217")
        for other in (column.currency_column, column.type_column):
            _need(feed, f"columns.{column.name}", kinds, (other,) if other else (), TEXT)
    if feed.control.trailer and feed.format != "csv":
        raise _broken(feed, "control.trailer", f"a file of {feed.format} has no last line apart from its rows")
    total = feed.column(feed.control.total_of)
    if feed.control.total_of and (total is None or total.kind not in (MONEY, WHOLE) or total.currency_column):
        raise _broken(feed, "control.trailer.total_of", "must be a whole column, or one of money in one currency")


def _multiply(feed: FeedSpec, kinds: Kinds) -> None:
    if feed.unpivot and feed.repeat:
        raise _broken(feed, "repeat", "stands beside unpivot; one of them only")
    if feed.unpivot:
        _need(feed, "unpivot.columns", kinds, feed.unpivot.columns, TEXT)
        for column in feed.unpivot.columns:
            del kinds[column]
        _add(feed, "unpivot.name", kinds, feed.unpivot.name, TEXT)
        _add(feed, "unpivot.value", kinds, feed.unpivot.value, TEXT)
    if feed.repeat:
        _add(feed, "repeat.name", kinds, feed.repeat.name, TEXT)


def _check_lookup(feed: FeedSpec, lookup: Lookup, kinds: Kinds, theirs: Kinds) -> None:
    _need(feed, f"lookup.{lookup.feed}.on", kinds, lookup.on, TEXT)
    _need(feed, f"lookup.{lookup.feed}.on", theirs, tuple(lookup.on.values()), TEXT)
    _need(feed, f"lookup.{lookup.feed}.where", theirs, lookup.where, TEXT)
    for taken in lookup.take.values():
        if taken not in theirs:
            raise _broken(feed, f"lookup.{lookup.feed}.take", f"{lookup.feed} has no column {taken}")


def _kind_derived(feed: FeedSpec, derivation: Derivation, kinds: Kinds) -> str:
    place = f"derive.{derivation.name}"
    spec = FUNCTIONS[derivation.function]
    _need(feed, f"{place}.when", kinds, derivation.when, TEXT)
    for number, name in enumerate(derivation.inputs):
        allowed = spec.inputs[min(number, len(spec.inputs) - 1)]
        if kinds.get(name) not in allowed:
            found = kinds.get(name, "not a column")
            raise _broken(feed, f"{place}.from", f"{name} is {found}, must be {' or '.join(allowed)}")
    parts = derivation.options.get("parts")
    for part in parts if isinstance(parts, list) else ():
        if part[0] == "column":
            _need(feed, f"{place}.parts", kinds, (part[1],), TEXT)
    if spec.gives != SAME:
        return spec.gives
    found_kinds = {kinds[name] for name in derivation.inputs}
    currencies = {column.currency for column in feed.columns if column.name in derivation.inputs}
    if len(found_kinds) > 1 or len(currencies) > 1:
        raise _broken(feed, f"{place}.from", "the columns must be of one kind, money of one currency")
    return found_kinds.pop()


def _check_map(feed: FeedSpec, kinds: Kinds) -> None:
    for source in feed.map:
        field = feed.target_spec.field(source.field)
        if field is None:
            raise _broken(feed, f"map.{source.field}", f"{feed.target} has no such field")
        _check_source(feed, field, source, kinds)
    mapped = {source.field for source in feed.map}
    lacking = [field.name for field in feed.target_spec.fields if field.needed and field.name not in mapped]
    if feed.company == GROUP and feed.target in ("channels", "sellers") and "company" not in mapped:
        lacking.append("company")
    if {"id_number"} <= mapped and "id_type" not in mapped:
        lacking.append("id_type")
    if lacking:
        raise _broken(feed, "map", f"must fill {', '.join(lacking)}")
    currencies = {currency_of(feed, name) for name in feed.target_spec.money if name in mapped}
    if currencies and "currency" not in mapped and (len(currencies) > 1 or "" in currencies):
        raise _broken(feed, "map.currency", "must be filled: the money columns name no currency, or several")


def _check_source(feed: FeedSpec, field: Field, source: FieldSource, kinds: Kinds) -> None:
    place = f"map.{source.field}"
    if source.constant is None and source.column not in kinds:
        raise _broken(feed, place, f"there is no column {source.column}")
    if source.constant is None and source.codes is None:
        if kinds[source.column] != field.kind:
            raise _broken(feed, place, f"column {source.column} is {kinds[source.column]}, must be {field.kind}")
        return
    if source.codes is not None and kinds[source.column] != TEXT:
        raise _broken(feed, place, f"column {source.column} is {kinds[source.column]}; codes need text")
    texts = [*(source.codes or {}).values(), source.otherwise or "", source.constant or ""]
    for text in filter(None, texts):
        if field.one_of and not set(text.split(",") if field.several else [text]) <= set(field.one_of):
            raise _broken(feed, place, f"{text} is none of {', '.join(field.one_of)}")
        if not _reads_as(text, field.kind):
            raise _broken(feed, place, f"{text} is no {field.kind}")
    if field.needed and source.constant == "":
        raise _broken(feed, place, "may not be empty")


def _reads_as(text: str, kind: str) -> bool:
    try:
        if kind == DAY:
            date.fromisoformat(text)
        elif kind != TEXT:
            int(text)
    except ValueError:
        return False
    return True


def currency_of(feed: FeedSpec, field: str) -> str:
    """The one currency of the column behind this money field, or nothing.

    Follows `times` and `first_filled` back to a column of the file.
    """
    source = feed.source_of(field)
    name = source.column if source else ""
    while derivation := next((each for each in feed.derivations if each.name == name), None):
        name = derivation.inputs[0]
    column = feed.column(name)
    return column.currency if column else ""
