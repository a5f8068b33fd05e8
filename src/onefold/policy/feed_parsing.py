"""From one YAML file to one `FeedSpec`, or a `FeedBroken` that says where and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from onefold.policy.feed_functions import FUNCTIONS
from onefold.policy.feed_shapes import (
    COLUMN_TYPES,
    ENCODINGS,
    ColumnSpec,
    Control,
    CsvDialect,
    Derivation,
    ExcelDialect,
    FeedSpec,
    FieldSource,
    JsonlDialect,
    Lookup,
    ParquetDialect,
    Repeat,
    Unpivot,
)
from onefold.policy.feed_targets import GROUP, ID_TYPES, TARGETS
from onefold.policy.feed_yaml import FeedBroken, Section, read_section

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_DATE_PARTS = {"%Y", "%y", "%m", "%d", "%H", "%M", "%S"}


def read_feed(path: Path) -> FeedSpec:
    """The feed in one file; raises `FeedBroken`. Names of other feeds are not looked up here."""
    top = read_section(path)
    name = top.text("feed")
    if not _NAME.fullmatch(name):
        raise top.refuse("feed", "must be small letters, digits and underlines, a letter first")
    target = top.text("target", one_of=tuple(TARGETS))
    company = top.text("company")
    if company == GROUP and not TARGETS[target].may_be_group:
        raise top.refuse("company", f"a feed of {target} belongs to one company")
    feed = FeedSpec(
        name=name,
        company=company,
        target=target,
        title=_title(top),
        file=top.text("file"),
        csv=_csv(top.section("csv")),
        mode=top.text("mode", one_of=("full", "append", "increment")),
        columns=tuple(_column(key, section) for key, section in top.sections("columns")),
        ignore=top.texts("ignore"),
        unpivot=_unpivot(top.section("unpivot")),
        repeat=_repeat(top.section("repeat")),
        lookups=tuple(_lookup(section) for section in top.listed("lookup")),
        derivations=tuple(_derivation(key, section) for key, section in top.sections("derive")),
        only=_texts_by_column(top.section("only")),
        map=tuple(_field_sources(top)),
        control=_control(top.section("control")),
        quarantined_share_max=_tolerance(top.section("tolerance")),
        freshness_days=top.whole("freshness_days", 7) or 0,
        assumed=top.flag("assumed", False),
        sequence=_sequence(top.section("sequence")),
        delete=_delete(top.section("delete")),
        excel=_excel(top.section("excel")),
        parquet=_parquet(top.section("parquet")),
        jsonl=_jsonl(top.section("jsonl")),
    )
    for name in ("csv", "excel", "parquet", "jsonl"):
        if name in top.content and top.content[name] is None:
            raise top.refuse(name, "must be a mapping; {} where there is nothing to say")
    formats = [name for name in ("csv", "excel", "parquet", "jsonl") if top.has(name)]
    top.close()
    if len(formats) > 1:
        raise top.refuse(formats[1], f"a file is of one format; {formats[0]} stands here too")
    if not feed.columns:
        raise top.refuse("columns", "a feed needs columns")
    return feed


def _title(top: Section) -> dict[str, str]:
    title = top.section("title")
    if title is None:
        raise top.refuse("title", "is missing")
    texts = {language: title.text(language) for language in ("en", "zh-Hans")}
    title.close()
    return texts


def _csv(section: Section | None) -> CsvDialect:
    if section is None:
        return CsvDialect()
    dialect = CsvDialect(
        encoding=section.text("encoding", "utf-8", ENCODINGS),
        delimiter=section.text("delimiter", ","),
        quote=section.text("quote", '"'),
        header=section.flag("header", True),
        newline=section.text("newline", "any", ("any", "lf", "crlf")),
        skip_lines=section.whole("skip_lines", 0) or 0,
    )
    section.close()
    if len(dialect.delimiter) != 1 or not dialect.delimiter.isascii() or dialect.delimiter in '\r\n"':
        raise section.refuse("delimiter", "must be one ASCII character")
    if dialect.quote and (len(dialect.quote) != 1 or not dialect.quote.isascii() or dialect.quote == dialect.delimiter):
        raise section.refuse("quote", 'must be one ASCII character, or ""')
    return dialect


def _excel(section: Section | None) -> ExcelDialect | None:
    if section is None:
        return None
    sheet = section.take("sheet") if section.has("sheet") else 1
    header_row = section.whole("header_row", 1)
    section.close()
    if not (isinstance(sheet, str) and sheet) and (type(sheet) is not int or sheet < 1):
        raise section.refuse("sheet", "must be the sheet's name, or its place from 1")
    if header_row is None or header_row < 1:
        raise section.refuse("header_row", "must be a row's number from 1")
    return ExcelDialect(sheet, header_row)


def _parquet(section: Section | None) -> ParquetDialect | None:
    if section is None:
        return None
    section.close()
    return ParquetDialect()


def _jsonl(section: Section | None) -> JsonlDialect | None:
    if section is None:
        return None
    dialect = JsonlDialect(section.text("encoding", "utf-8", ENCODINGS))
    section.close()
    return dialect


def _column(name: str, section: Section) -> ColumnSpec:
    kind = section.text("type", one_of=tuple(COLUMN_TYPES))
    options: dict[str, Any] = {
        "required": section.flag("required", False),
        "empty": section.texts("empty"),
        "may_be_absent": section.flag("may_be_absent", False),
        "drops_bad": section.text("on_bad", "quarantine", ("quarantine", "empty")) == "empty",
    } | dict(_options_of_type(kind, section))
    section.close()
    if options["required"] and options["drops_bad"]:
        raise section.refuse("on_bad", "a required value cannot be dropped")
    if options["required"] and options["may_be_absent"]:
        raise section.refuse("may_be_absent", "a required value cannot be absent")
    return ColumnSpec(name=name, type=kind, **options)


def _options_of_type(kind: str, section: Section) -> Iterator[tuple[str, Any]]:
    if kind == "text":
        yield "length_max", section.whole("max", 500)
        yield "one_of", section.texts("one_of")
    elif kind == "whole":
        yield "at_least", section.whole("min")
        yield "at_most", section.whole("max")
    elif kind == "date":
        yield from _date_options(section)
    elif kind == "money":
        yield "currency", section.text("currency", "")
        yield "currency_column", section.text("currency_column", "")
        yield "grouping", section.text("grouping", "", ("", ",", " ", "'"))
        if section.has("currency") == section.has("currency_column"):
            raise section.refuse("currency", "money needs a currency or a currency_column, not both")
    elif kind == "id_number":
        yield "type_column", section.text("type_column")
        yield "types", (types := section.pairs("types"))
        if not types or set(types.values()) - set(ID_TYPES):
            raise section.refuse("types", f"must map to {', '.join(ID_TYPES)}")


def _date_options(section: Section) -> Iterator[tuple[str, Any]]:
    text = section.text("format")
    parts = re.findall("%.?", text)
    if set(parts) - _DATE_PARTS or len(parts) != len(set(parts)):
        raise section.refuse("format", f"may hold each of {' '.join(sorted(_DATE_PARTS))} once")
    if not {"%m", "%d"} <= set(parts) or ("%Y" in parts) == ("%y" in parts):
        raise section.refuse("format", "needs %d, %m and one of %Y, %y")
    century = section.whole("century")
    if ("%y" in parts) == (century is None):
        raise section.refuse("century", "is needed with %y, and only there")
    yield "format", text
    yield "century", century
    for name, place in (("min", "first_day"), ("max", "last_day")):
        if section.has(name):
            yield place, day_of(section, name)


def day_of(section: Section, name: str) -> date:
    try:
        return date.fromisoformat(section.text(name))
    except ValueError:
        raise section.refuse(name, "must be a day like 2026-01-31") from None


def _unpivot(section: Section | None) -> Unpivot | None:
    if section is None:
        return None
    found = Unpivot(section.texts("columns"), section.text("name"), section.text("value"), section.texts("keep"))
    section.close()
    if not found.columns or not found.keep:
        raise section.refuse("columns", "needs columns and texts to keep")
    return found


def _repeat(section: Section | None) -> Repeat | None:
    if section is None:
        return None
    found = Repeat(section.text("name"), section.texts("values"))
    section.close()
    if not found.values or len(set(found.values)) != len(found.values):
        raise section.refuse("values", "needs values, none twice")
    return found


def _lookup(section: Section) -> Lookup:
    found = Lookup(
        feed=section.text("feed"),
        on=section.pairs("on"),
        where=_texts_by_column(section.section("where")),
        take=section.pairs("take"),
        required=section.text("missing", "quarantine", ("quarantine", "empty")) == "quarantine",
    )
    section.close()
    if not found.on or not found.take:
        raise section.refuse("on", "a lookup needs columns to join on and columns to take")
    return found


def _texts_by_column(section: Section | None) -> dict[str, tuple[str, ...]]:
    return {} if section is None else {column: section.texts(column) for column in section.content}


def _derivation(name: str, section: Section) -> Derivation:
    function = section.text("function")
    if function not in FUNCTIONS:
        raise section.refuse("function", f"must be one of {', '.join(FUNCTIONS)}")
    spec = FUNCTIONS[function]
    inputs = section.texts("from")
    most = len(spec.inputs)
    if len(inputs) < spec.inputs_least or (len(inputs) > most and not spec.several):
        raise section.refuse("from", f"{function} takes {spec.inputs_least} to {most} columns")
    options = {option: _option(section, option, kind) for option, kind in spec.options.items()}
    options = {option: value for option, value in options.items() if value is not None}
    when = _texts_by_column(section.section("when"))
    section.close()
    if function == "date_add_months" and (len(inputs) == 2) == ("months" in options):
        raise section.refuse("months", "either a second column or months")
    if function == "region_of_id_number" and options.get("digits", 6) not in (2, 4, 6):
        raise section.refuse("digits", "must be 2, 4 or 6")
    return Derivation(name, function, inputs, options, when)


def _option(section: Section, name: str, kind: str) -> object:
    if kind.endswith("!") and not section.has(name):
        raise section.refuse(name, "is missing")
    if not section.has(name):
        return None
    match kind.rstrip("!"):
        case "whole":
            return section.whole(name)
        case "text":
            return section.text(name)
        case "pairs":
            return section.pairs(name)
        case _:
            return [_part(part) for part in section.listed(name)]


def _part(section: Section) -> tuple[str, str]:
    """("text", the text) or ("column", its name)."""
    kind = "text" if "text" in section.content else "column"
    part = (kind, section.text(kind))
    section.close()
    return part


def _field_sources(top: Section) -> Iterator[FieldSource]:
    content = top.take("map") or {}
    section = Section(top.file, "map", content)
    for field, value in content.items():
        if isinstance(value, dict):
            yield _field_source(field, Section(top.file, f"map.{field}", value))
        else:
            yield FieldSource(field, column=section.text(field))


def _field_source(field: str, section: Section) -> FieldSource:
    if "constant" in section.content:
        source = FieldSource(field, constant=section.text("constant"))
    else:
        codes = section.pairs("codes") if section.has("codes") else None
        otherwise = section.text("otherwise") if "otherwise" in section.content else None
        source = FieldSource(field, section.text("column"), codes, otherwise)
    section.close()
    if source.otherwise is not None and source.codes is None:
        raise section.refuse("otherwise", "means nothing without codes")
    return source


def _control(section: Section | None) -> Control:
    if section is None:
        return Control()
    trailer = section.section("trailer")
    found = Control(
        rows_at_least=section.whole("rows_at_least", 1) or 0,
        closed_share_max=section.share("closed_share_max", 1.0) or 0.0,
        trailer=_pattern(trailer),
        total_of=trailer.text("total_of", "") if trailer else "",
    )
    if trailer:
        trailer.close()
    section.close()
    return found


def _pattern(trailer: Section | None) -> str:
    if trailer is None:
        return ""
    text = trailer.text("pattern")
    try:
        groups = re.compile(text).groupindex
    except re.error as error:
        raise trailer.refuse("pattern", f"is no regular expression ({error})") from None
    if not {"rows"} <= set(groups) <= {"rows", "total"} or ("total" in groups) != trailer.has("total_of"):
        raise trailer.refuse("pattern", "needs the group rows, and total exactly when there is total_of")
    return text


def _sequence(section: Section | None) -> str:
    """The pattern by which the file's name tells the sender's order. Groups hold digits: date, number, revision."""
    if section is None:
        return ""
    text = section.text("pattern")
    section.close()
    try:
        groups = set(re.compile(text).groupindex)
    except re.error as error:
        raise section.refuse("pattern", f"is no regular expression ({error})") from None
    if not groups or groups - {"date", "number", "revision"}:
        raise section.refuse("pattern", "needs groups of digits: date, number, revision")
    return text


def _delete(section: Section | None) -> dict[str, tuple[str, ...]]:
    if section is None:
        return {}
    column, texts = section.text("column"), section.texts("texts")
    section.close()
    if not texts:
        raise section.refuse("texts", "needs the texts that mean: this fact is over")
    return {column: texts}


def _tolerance(section: Section | None) -> float:
    if section is None:
        return 1.0
    share = section.share("quarantined_share_max", 1.0)
    section.close()
    return 1.0 if share is None else share


__all__ = ["FeedBroken", "read_feed"]
