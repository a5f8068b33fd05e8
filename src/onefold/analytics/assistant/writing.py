"""A draft as YAML: what a feed says, and beside it what was seen and what is still to be decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from onefold.analytics.assistant.codes import TODO
from onefold.analytics.assistant.drafting import seen_bad, tolerated
from onefold.analytics.assistant.drafts import Draft, FieldDraft
from onefold.analytics.assistant.samples import Sample
from onefold.analytics.assistant.words import say
from onefold.analytics.assistant.yaml_text import flow, quoted
from onefold.policy.feeds import CsvDialect

WIDTH = 118


def yaml_of(draft: Draft, language: str) -> str:
    """The whole file. Loads as a feed once no TODO is left in it."""
    lines = [
        *(line for remark in draft.remarks for line in _comment(remark)),
        f"feed: {draft.name}",
        f"company: {draft.company}" + (f"   # {say(language, 'company')}" if draft.company == TODO else ""),
        f"target: {draft.target}",
        f"title: {flow(_titles(draft))}",
        f"file: {quoted(draft.file)}",
        *_format(draft.sample),
        f"mode: {draft.mode}",
        "columns:",
        *_columns(draft),
        *_ignored(draft),
        *([f"unpivot: {flow(draft.unpivot)}"] if draft.unpivot else []),
        *_lookups(draft),
        *_derived(draft),
        *(["map:"] if draft.map else []),
        *(line for source in draft.map.values() for line in _mapped(source)),
        *([f"control: {flow(draft.control)}"] if draft.control else []),
        *_tolerance(draft, language),
    ]
    return "\n".join(lines) + "\n"


def _titles(draft: Draft) -> dict[str, str]:
    return {each: say(each, "title", file=draft.sample.stem) for each in ("en", "zh-Hans")}


def _comment(text: str, indent: str = "") -> Iterator[str]:
    """Comment lines no longer than a line may be."""
    line = f"{indent}#"
    for word in text.split():
        if len(line) + len(word) >= WIDTH and line != f"{indent}#":
            yield line
            line = f"{indent}# "
        line += f" {word}"
    yield line


def _format(sample: Sample) -> Iterator[str]:
    if sample.format == "csv":
        yield from _dialect(sample.dialect)
    else:
        yield f"{sample.format}: {flow(sample.block)}"


def _dialect(dialect: CsvDialect) -> Iterator[str]:
    usual = CsvDialect()
    said = {name: value for name in ("encoding", "delimiter", "quote", "header", "skip_lines")
            if (value := getattr(dialect, name)) != getattr(usual, name)}  # fmt: skip
    if said:
        yield f"csv: {flow(said)}"


def _beside(line: str, remarks: Iterable[str], indent: str) -> Iterator[str]:
    """A line with its remarks: behind it if they fit, above it otherwise."""
    text = "; ".join(remarks)
    if not text:
        yield line
    elif len(line) + len(text) + 5 <= WIDTH:
        yield f"{line}   # {text}"
    else:
        yield from _comment(text, indent)
        yield line


def _columns(draft: Draft) -> Iterator[str]:
    for name in draft.profiles:
        column = draft.columns.get(name)
        if column:
            options = {"type": column.type, **column.options}
            yield from _beside(f"  {quoted(name)}: {flow(options)}", column.remarks, "  ")


def _ignored(draft: Draft) -> Iterator[str]:
    if draft.ignored:
        yield "ignore:"
        for name in draft.profiles:
            if name in draft.ignored:
                yield from _beside(f"  - {quoted(name)}", draft.ignored[name], "  ")


def _lookups(draft: Draft) -> Iterator[str]:
    if draft.lookups:
        yield "lookup:"
        for step in draft.lookups:
            yield from _beside(f"  - {flow(step)}", draft.remarks_at.get(str(step["feed"]), []), "  ")


def _derived(draft: Draft) -> Iterator[str]:
    if draft.derive:
        yield "derive:"
        for name, step in draft.derive.items():
            yield from _beside(f"  {quoted(name)}: {flow(step)}", draft.remarks_at.get(name, []), "  ")


def _mapped(source: FieldDraft) -> Iterator[str]:
    if source.constant is not None:
        value = flow({"constant": source.constant})
    elif source.codes is not None:
        value = flow({"column": source.column, "codes": source.codes})
    else:
        value = quoted(source.column)
    yield from _beside(f"  {source.field}: {value}", source.remarks, "  ")


def _tolerance(draft: Draft, language: str) -> Iterator[str]:
    bad = seen_bad(draft)
    remarks = [say(language, "tolerance", rows=bad, all=draft.sample.rows.height)] if bad else []
    yield from _beside(f"tolerance: {{quarantined_share_max: {tolerated(draft)}}}", remarks, "")
